"""The benchmarks measure what their names say."""

import subprocess
import sys

from tests.benchmarks import memory
from tests.test_architecture import ROOT

_LARGE = 400 << 20
_CHILD = """
import resource
from tests.benchmarks.memory import peak
briefly = b"x" * {held}
del briefly
print(peak(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)
input()
"""


def test_a_peak_is_of_that_process_alone_however_large_its_parent() -> None:
    parent = b"x" * _LARGE
    own, seen, inherited = _peaks_of_a_child(held=0)
    assert memory.peak() > len(parent) >> 20
    assert max(own, seen) < 100
    assert inherited > 400  # what ru_maxrss would have said


def test_a_peak_remembers_what_was_given_back() -> None:
    own, seen, _ = _peaks_of_a_child(held=_LARGE)
    assert min(own, seen) > 400


def _peaks_of_a_child(held: int) -> tuple[float, float, float]:
    """In MiB: as it says itself, as is seen from here, and by ``ru_maxrss``."""
    command = [sys.executable, "-c", _CHILD.format(held=held)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        own, inherited = map(float, child.stdout.readline().split())
        seen = memory.peak(child.pid)
        child.communicate("\n")
    return own, seen, inherited
