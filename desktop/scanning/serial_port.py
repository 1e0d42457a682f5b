"""A scanner on a serial line (USB-COM, Bluetooth or a real port): a thread that reads it, and finds it again."""

from __future__ import annotations

import errno
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from desktop.errors import BadInput
from desktop.scanning.serial_text import SerialText

if TYPE_CHECKING:
    from serial import Serial

State = Literal["connected", "missing", "forbidden", "busy"]

_SILENCE_S = 0.1
_USB_ID = re.compile(r"[0-9A-F]{4}:[0-9A-F]{4}:.*")
_REFUSALS: dict[int | None, State] = {
    errno.EACCES: "forbidden", errno.EPERM: "forbidden", errno.EBUSY: "busy", errno.EAGAIN: "busy",
}  # fmt: skip


class PortInfo(Protocol):
    """What pyserial tells of a port."""

    device: str
    description: str
    vid: int | None
    pid: int | None
    serial_number: str | None


@dataclass(frozen=True, slots=True)
class Choice:
    """A port to choose. port: what finds it again, wherever it is plugged in. name: as its maker calls it."""

    port: str
    name: str


class SerialScanner:
    """Reads one line until ``stop``. The three callbacks come on its own thread: ``heard`` a text, ``failed`` a
    BadInput, ``told`` a State whenever that changes.
    """

    def __init__(
        self,
        port: str,
        baud: int,
        *,
        heard: Callable[[str], object],
        failed: Callable[[BadInput], object],
        told: Callable[[State], object],
        retry_s: float = 1.0,
    ) -> None:
        self._port, self._baud = port, baud
        self._heard, self._failed, self._told = heard, failed, told
        self._retry_s = retry_s
        self._state: State | None = None
        self._stopped = threading.Event()
        self._line: Serial | None = None
        self._thread = threading.Thread(target=self._run, name=f"scanner {port}", daemon=True)

    def start(self) -> None:
        """Begin; whether the scanner is there or not."""
        self._thread.start()

    def stop(self) -> None:
        """Read no more. May be called twice; waits for the thread no longer than a blink."""
        self._stopped.set()
        line = self._line  # its thread lets go of it when it likes
        if line is not None:
            line.cancel_read()
        if self._thread.is_alive():
            self._thread.join(1)

    def _run(self) -> None:
        from serial import SerialException  # 60 ms, and most tills have no such scanner

        while not self._stopped.is_set():
            try:
                with self._open() as self._line:
                    self._tell("connected")
                    self._read(self._line)
            except (SerialException, OSError) as error:
                self._tell(_REFUSALS.get(getattr(error, "errno", None), "missing"))
            self._line = None
            self._stopped.wait(self._retry_s)

    def _open(self) -> Serial:
        """Of two scanners of the same make without numbers, one that nobody reads yet."""
        from serial import Serial, SerialException

        refused: OSError = SerialException(errno.ENOENT, self._port)
        for device in devices_of(self._port):
            try:
                return Serial(device, self._baud, timeout=_SILENCE_S, exclusive=True)
            except (SerialException, OSError) as error:
                refused = error
        raise refused

    def _read(self, line: Serial) -> None:
        text = SerialText()
        while not self._stopped.is_set():
            data = line.read(1)  # waits; more has mostly come by then
            data += line.read(line.in_waiting) if data else b""
            for code in text.feed(data) if data else text.silence():
                if isinstance(code, BadInput):
                    self._failed(code)
                else:
                    self._heard(code)

    def _tell(self, state: State) -> None:
        if state != self._state and not self._stopped.is_set():
            self._state = state
            self._told(state)


def choices() -> list[Choice]:
    """The serial ports of this machine."""
    return [Choice(id_of(info), _name_of(info)) for info in _ports()]


def devices_of(port: str) -> Iterator[str]:
    """The devices that ``port`` may mean now: where that scanner is plugged in, or itself."""
    if _USB_ID.fullmatch(port):
        yield from matching(port, _ports())
    else:
        yield port


def matching(port: str, infos: Iterable[PortInfo]) -> list[str]:
    """The devices among ``infos`` that answer to ``VID:PID:serial``."""
    return [info.device for info in infos if id_of(info) == port]


def id_of(info: PortInfo) -> str:
    """``VID:PID:serial`` of a thing on USB, else the device's name."""
    if info.vid is None or info.pid is None:
        return info.device
    return f"{info.vid:04X}:{info.pid:04X}:{info.serial_number or ''}"


def _name_of(info: PortInfo) -> str:
    named = info.description if info.description not in ("", "n/a", None) else ""
    return f"{named} ({info.device})" if named and named != info.device else info.device


def _ports() -> list[PortInfo]:
    from serial.tools.list_ports import comports  # as above

    return list(comports())
