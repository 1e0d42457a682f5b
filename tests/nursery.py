"""Programs that start at once: forks of a process that has imported what they need, one beside every pytest worker.

A fork is a process like any other, with its own sockets, files and signals; it only spares the second of imports. What
is promised of the start itself, of signals and of closed pipes is tested on the true command line.
"""

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO

ROOT = Path(__file__).parents[1]
HUB, TILL = "sync.hub.__main__", "main"
_OF_TILL = ("desktop.cli." + name for name in ("arguments", "card", "doctor", "export", "imports", "scan", "status"))
_WARM = (HUB, TILL, *_OF_TILL, "desktop.drive", "desktop.logs", "desktop.troubles", "sync.caretaker", "sync.loop")
_NURSERY = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload([*_WARM, "sync.till"])


class Fork:
    """A program that runs: as much of ``subprocess.Popen`` as tests need. streams: file descriptors, by its own."""

    def __init__(self, module: str, arguments: tuple[str, ...], streams: Mapping[int, int]) -> None:
        with contextlib.chdir(ROOT):  # it finds our modules where it was started
            forkserver.ensure_running()
        ends = {number: Connection(os.dup(end)) for number, end in streams.items()}
        self._process = _NURSERY.Process(target=_live, args=(module, arguments, ends))
        self._process.start()
        for end in ends.values():
            end.close()

    def wait(self, seconds: float) -> int:
        """The exit code; raises TimeoutError."""
        self._process.join(seconds)
        code = self._process.exitcode
        if code is None:
            raise TimeoutError
        return code

    def send_signal(self, number: int) -> None:
        """Send it."""
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class Piped(Fork):
    """A program that tells something; a context manager that waits for its end. stdout: what it tells, text."""

    def __init__(self, module: str, *arguments: str) -> None:
        told, telling = os.pipe()
        super().__init__(module, arguments, {1: telling})
        os.close(telling)
        self.stdout = open(told, encoding="utf-8")  # noqa: SIM115 - closed at our exit

    def __enter__(self) -> "Piped":
        return self

    def __exit__(self, *_: object) -> None:
        self.stdout.close()
        self.wait(60)


def run(module: str, *arguments: str, lines: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """What a program did with its input, from its first line to its last."""
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(tempfile.TemporaryFile()) for _ in range(3)]
        files[0].write(lines)
        files[0].seek(0)
        code = Fork(module, arguments, {number: file.fileno() for number, file in enumerate(files)}).wait(120)
        return subprocess.CompletedProcess(arguments, code, _content(files[1]), _content(files[2]))


def _content(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read()


def _live(module: str, arguments: tuple[str, ...], streams: Mapping[int, Connection]) -> None:
    """In the fork: be the program."""
    os.chdir(ROOT)
    for number, end in streams.items():
        os.dup2(end.fileno(), number)
        end.close()
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
    sys.argv = [module, *arguments]
    sys.exit(import_module(module).main())
