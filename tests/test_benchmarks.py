"""The benchmarks measure what their names say."""

import socket
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

from desktop.services.members import Application, enrol
from desktop.views.profile import find_profile
from desktop.views.till import find_backlog
from sync.hub.embedded import EmbeddedHub
from sync.till import open_till
from tests.benchmarks import memory
from tests.benchmarks.drain import drain
from tests.benchmarks.measure import Row, table
from tests.live_hub import STORE
from tests.proxy import Line, Network
from tests.test_architecture import ROOT
from tests.tills import NewTill

FAR_MS = 100
SOMEBODY = Application(phone="13800138000", name="陈思雨", consents=("service",))
SOMEBODY_ELSE = Application(phone="13800138001", name="李静", consents=("service",))
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


def test_the_time_of_an_exchange_ends_when_all_is_sent_and_read(
    hub: EmbeddedHub, new_till: NewTill, tmp_path: Path
) -> None:
    other = new_till("other")
    member = other.desk.do(enrol, SOMEBODY).result().member_id
    other.sync()
    with closing(open_till(tmp_path / "measured")) as desk:
        desk.do(enrol, SOMEBODY_ELSE).result()
        with Network(hub.url, line=Line(delay_ms=FAR_MS)) as network:
            drained = drain(desk, network.url, hub.ticket(STORE))
        assert desk.read(find_backlog).waiting == 0
        assert desk.read(find_profile, member, date.today()) is not None
    assert drained.whole - drained.empty > 2 * FAR_MS / 1000  # at least a pull, there and back


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
