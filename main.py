"""Storeguide (导购台): the command line, and the one place where the parts are put together.

Each command imports what it needs itself: the data layer alone takes longer to load than `--help` may take.
"""

import argparse
import contextlib
import io
import logging
import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from desktop.cli.arguments import make_parser, wants_english
from desktop.errors import NotNow
from resources import Words

if TYPE_CHECKING:
    from desktop.desk import Desk
    from sync.loop import SyncLoop

_WRONG_ARGUMENTS, _INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. What goes wrong is one sentence on stderr, never a traceback."""
    arguments = sys.argv[1:] if arguments is None else arguments
    logging.basicConfig(handlers=[logging.NullHandler()])
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        options = make_parser(_COMMANDS).parse_args(arguments)
        code = int(options.run(options))
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the answers has gone; there is nobody to tell
        code = 1
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last place where it can be told in words
        code = _tell(error, arguments)
    _let_go_of_stdout()
    return code


def run_window(options: argparse.Namespace) -> int:
    """Open the window of the till."""
    del options
    raise NotNow("window_missing")


def run_drive(options: argparse.Namespace) -> int:
    """Serve without a window: one JSON command a line on stdin, one JSON answer a line on stdout."""
    from desktop.drive import drive
    from desktop.drive_counter import Counter, Hub

    with ExitStack() as stack:
        desk = open_desk(options, stack)
        loop = open_loop(desk, options, stack)
        hub = Hub(loop.status, lambda: loop.sync_now().result())
        drive(Counter(desk, hub, _words(options)), sys.stdin.buffer, sys.stdout.buffer)
    return 0


def run_status(options: argparse.Namespace) -> int:
    """Print the till's state as one line of JSON, without asking the hub."""
    from desktop.cli.status import run_status as run

    with ExitStack() as stack:
        return run(open_desk(options, stack), _words(options))


def run_scan(options: argparse.Namespace) -> int:
    """Print which codes are in picture files: symbology, kind, text and milliseconds."""
    from desktop.cli.scan import scan_files

    return scan_files(options.files, _words(options), as_json=options.json)


def run_import(options: argparse.Namespace) -> int:
    """Bring members or products in from a CSV file; a second time changes nothing."""
    from desktop.cli.imports import run_import as run

    with ExitStack() as stack:
        return run(open_desk(options, stack), options.kind, options.file, _words(options))


def run_export(options: argparse.Namespace) -> int:
    """Write what happened at the counter into a CSV file for a spreadsheet."""
    from desktop.cli.export import run_export as run

    with ExitStack() as stack:
        return run(open_desk(options, stack), options.out, options.since, _words(options))


def run_card(options: argparse.Namespace) -> int:
    """Draw the card of one member."""
    from desktop.cli.card import run_card as run

    with ExitStack() as stack:
        return run(open_desk(options, stack), options.member, options.out, _words(options))


def run_doctor(options: argparse.Namespace) -> int:
    """Say what this machine lacks, and how to get it."""
    from desktop.cli.doctor import run_doctor as run

    return run(options.home, _words(options))


def open_desk(options: argparse.Namespace, stack: ExitStack) -> "Desk":
    """The till's data; ``stack`` closes it."""
    from desktop.desk import Desk
    from desktop.logs import keep_log
    from sync import outbox

    desk = Desk(options.home, outbox.record)
    stack.callback(desk.close)
    keep_log(options.home)
    return desk


def open_loop(desk: "Desk", options: argparse.Namespace, stack: ExitStack) -> "SyncLoop":
    """The exchange with the hub, running; ``stack`` stops it, and does not wait for the network."""
    from sync.loop import SyncLoop

    loop = SyncLoop(desk, url=options.hub, ticket=options.ticket)
    loop.start()
    stack.callback(loop.stop, 0.0)
    return loop


def _words(options: argparse.Namespace) -> Words:
    from desktop.settings import load_settings

    return Words(options.language or load_settings(options.home).language)


def _tell(error: BaseException, arguments: Sequence[str]) -> int:
    from desktop.troubles import as_trouble

    trouble = as_trouble(error)
    words = Words("en" if wants_english(arguments) else "zh")
    with contextlib.suppress(OSError):  # stderr may be closed as well
        sys.stderr.write(words(f"error.{trouble.code}", **trouble.facts) + "\n")
    wrong = trouble.code == "bad_arguments"
    return _INTERRUPTED if isinstance(error, KeyboardInterrupt) else _WRONG_ARGUMENTS if wrong else 1


def _let_go_of_stdout() -> None:
    """What a closed pipe or a full disk did not take is dropped, or Python would complain at its exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


_COMMANDS = {
    "run": run_window,
    "drive": run_drive,
    "status": run_status,
    "scan": run_scan,
    "import": run_import,
    "export": run_export,
    "card": run_card,
    "doctor": run_doctor,
}

if __name__ == "__main__":
    sys.exit(main())
