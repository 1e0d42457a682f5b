"""The benchmarks measure what their names say."""

import socket
import subprocess
import sys

from tests.benchmarks import memory
from tests.benchmarks.measure import Row, table
from tests.proxy import Network
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


def test_every_byte_between_till_and_hub_is_counted_heads_and_all(network: Network) -> None:
    asked, answered = b"GET /v1/health HTTP/1.1\r\nHost: hub\r\n\r\n", 0
    with socket.create_connection(("127.0.0.1", int(network.url.rpartition(":")[2]))) as till:
        for _ in range(3):
            till.sendall(asked)
            answer = till.recv(65536)
            assert answer.endswith(b"}")
            answered += len(answer)
    assert (network.up, network.down) == (3 * len(asked), answered)


def test_a_goal_that_is_not_met_is_told_and_fails() -> None:
    missed = Row("a broken till is back", "what is promised", ours=301, reference=300, unit="s", goal=1)
    met = Row("a broken till is back", "what is promised", ours=300, reference=300, unit="s", goal=1)
    aimless = Row("a broken till is back", "what is promised", ours=301, reference=300, unit="s")
    assert [row.met for row in (missed, met, aimless)] == [False, True, True]
    assert [line.count("not met") for line in table([missed, met, aimless]).splitlines()[2:]] == [1, 0, 0]


def _peaks_of_a_child(held: int) -> tuple[float, float, float]:
    """In MiB: as it says itself, as is seen from here, and by ``ru_maxrss``."""
    command = [sys.executable, "-c", _CHILD.format(held=held)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        own, inherited = map(float, child.stdout.readline().split())
        seen = memory.peak(child.pid)
        child.communicate("\n")
    return own, seen, inherited
