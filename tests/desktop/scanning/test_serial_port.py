"""A scanner on a serial line is heard, and found again after it was pulled out: a real line, of the system's own."""

import os
import queue
from collections.abc import Iterator
from pathlib import Path

import pytest
from serial.tools.list_ports_common import ListPortInfo

from desktop.errors import BadInput
from desktop.scanning.serial_port import SerialScanner, id_of, matching


class Plug:
    """A port name, and the far end of the line that it leads to now."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "scanner"
        self.end: int | None = None

    def put_in(self) -> None:
        self.end, near = os.openpty()
        self.path.symlink_to(os.ttyname(near))
        self._near = near

    def pull_out(self) -> None:
        if self.end is not None:
            self.path.unlink()
            os.close(self._near)
            os.close(self.end)
            self.end = None

    def scan(self, data: bytes) -> None:
        assert self.end is not None
        os.write(self.end, data)


class Ear:
    """A scanner that is listened to; ``next`` waits for what comes."""

    def __init__(self, port: str) -> None:
        self._queue: queue.Queue[str] = queue.Queue()
        put = self._queue.put
        self.scanner = SerialScanner(
            port, 9600, heard=put, failed=lambda error: put(error.code), told=lambda state: put(state), retry_s=0.01
        )
        self.scanner.start()

    def next(self) -> str:
        return self._queue.get(timeout=10)


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    plug = Plug(tmp_path)
    yield plug
    plug.pull_out()


@pytest.fixture
def ear(plug: Plug) -> Iterator[Ear]:
    ear = Ear(str(plug.path))
    yield ear
    ear.scanner.stop()


def test_a_scanner_that_is_plugged_in_later_is_heard(plug: Plug, ear: Ear) -> None:
    assert ear.next() == "missing"
    plug.put_in()
    assert ear.next() == "connected"
    plug.scan(b"6901230010019\r\nSGM13P15NVGC7D8W6W6WQQ\r")
    assert [ear.next(), ear.next()] == ["6901230010019", "SGM13P15NVGC7D8W6W6WQQ"]


def test_a_scanner_that_was_pulled_out_is_found_again(plug: Plug, ear: Ear) -> None:
    assert ear.next() == "missing"
    for code in ("1111111", "2222222"):
        plug.put_in()
        assert ear.next() == "connected"
        plug.scan(code.encode() + b"\n")
        assert ear.next() == code
        plug.pull_out()
        assert ear.next() == "missing"


def test_a_scanner_without_an_end_is_heard_after_a_pause(plug: Plug, ear: Ear) -> None:
    plug.put_in()
    plug.scan(b"")
    states = {ear.next()}
    if "connected" not in states:
        assert ear.next() == "connected"
    plug.scan("会员卡 0042".encode("gb18030"))
    assert ear.next() == "会员卡 0042"


def test_two_scanners_are_heard_at_once(tmp_path: Path) -> None:
    plugs = [Plug(tmp_path / name) for name in "ab"]
    ears = []
    for plug in plugs:
        plug.path.parent.mkdir()
        plug.put_in()
        ears.append(Ear(str(plug.path)))
    for ear in ears:
        assert ear.next() == "connected"
    for number in range(50):
        for plug in plugs:
            plug.scan(f"{plug.path.parent.name}{number:06d}\r".encode())
    for plug, ear in zip(plugs, ears, strict=True):
        assert [ear.next() for _ in range(50)] == [f"{plug.path.parent.name}{number:06d}" for number in range(50)]
        ear.scanner.stop()
        plug.pull_out()


def test_a_line_that_somebody_reads_already_is_busy(plug: Plug, ear: Ear) -> None:
    plug.put_in()
    while ear.next() != "connected":
        continue
    other = Ear(str(plug.path))
    assert other.next() == "busy"
    other.scanner.stop()


def test_stopping_waits_for_nothing_and_may_be_done_twice(tmp_path: Path) -> None:
    ear = Ear(str(tmp_path / "nothing"))
    ear.scanner.stop()
    ear.scanner.stop()
    SerialScanner("COM9", 9600, heard=str, failed=BadInput.__str__, told=str).stop()


def info(device: str, vid: int | None = None, pid: int | None = None, number: str | None = None) -> ListPortInfo:
    made = ListPortInfo(device)
    made.vid, made.pid, made.serial_number = vid, pid, number
    return made


def test_a_scanner_is_known_by_its_number_wherever_it_is_plugged_in() -> None:
    here = [info("/dev/ttyACM0", 0x0C2E, 0x0B61, "A1"), info("/dev/ttyACM1", 0x0C2E, 0x0B61, "B2"), info("/dev/ttyS0")]
    there = [info("/dev/ttyACM0", 0x0C2E, 0x0B61, "B2"), info("/dev/ttyACM3", 0x0C2E, 0x0B61, "A1")]
    assert [id_of(each) for each in here] == ["0C2E:0B61:A1", "0C2E:0B61:B2", "/dev/ttyS0"]
    assert matching("0C2E:0B61:A1", here) == ["/dev/ttyACM0"]
    assert matching("0C2E:0B61:A1", there) == ["/dev/ttyACM3"]
