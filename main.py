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
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

import resources
from desktop.cli.arguments import make_parser, wants_english
from desktop.errors import NotNow
from resources import Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from desktop.desk import Desk
    from desktop.settings import Settings
    from desktop.status import HubStatus
    from sync.hub.embedded import EmbeddedHub
    from sync.loop import SyncLoop
    from ui.window import Window

_WRONG_ARGUMENTS, _INTERRUPTED = 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. What goes wrong is one sentence on stderr, never a traceback."""
    arguments = sys.argv[1:] if arguments is None else arguments
    logging.basicConfig(handlers=[logging.NullHandler()])
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the answers has gone; there is nobody to tell
        code = 1
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the last place where it can be told in words
        code = _tell(error, arguments)
    _let_go_of_stdout()
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        options = make_parser(_COMMANDS).parse_args(arguments)
    except SystemExit:  # --help was asked for and given
        return 0
    return int(options.run(options))


def run_window(options: argparse.Namespace) -> int:
    """Open the window of the till."""
    with ExitStack() as stack:
        if options.demo:
            return run_demo(options, stack)
        if not has_display():
            raise NotNow("display_missing")
        return show_window(options, stack)


def show_window(options: argparse.Namespace, stack: ExitStack) -> int:
    """The shell first, and the data once that is painted: the data layer takes longer to load than a blink."""
    from desktop.settings import load_settings
    from ui.app import make_app
    from ui.interrupts import Interrupts
    from ui.window import Window

    settings = load_settings(options.home)
    if options.language:
        settings = replace(settings, language=options.language)
    app = make_app(sys.argv[:1], settings)
    Interrupts(app)
    window = Window(Words(settings.language))
    window.painted.connect(lambda: furnish(window, settings, options, stack))
    window.show()
    return app.exec()


def furnish(window: "Window", settings: "Settings", options: argparse.Namespace, stack: ExitStack) -> None:
    """Open the data and the exchange with the hub, and put the screens into the window."""
    from desktop.care_round import CareRound
    from desktop.data.lock import only_one
    from desktop.pair_round import PairRound
    from desktop.scanning.gs1_table import read_tables
    from desktop.troubles import as_trouble
    from desktop.value_round import ValueRound
    from sync.caretaker import Caretaker
    from sync.loop import SyncLoop
    from ui.bridge import Bridge
    from ui.furnish import Front

    try:
        desk = open_desk(options, stack)
        # Scans go into the one running visit: a second window would fill the visit that the first one shows.
        stack.enter_context(only_one(options.home / "window.lock"))
    except Exception as error:  # noqa: BLE001 - above is only Qt: it is told in the window itself
        trouble = as_trouble(error)
        window.messages.halt(window.words(f"error.{trouble.code}", **trouble.facts))
        return
    loop = SyncLoop(desk, url=options.hub, ticket=options.ticket, on_status=lambda status: bridge.tell_status(status))
    bridge = Bridge(desk, sync_now=loop.sync_now, status=loop.status())
    front = Front(window, bridge, settings)
    stack.callback(front.close)
    loop.start()
    stack.callback(loop.stop, 0.0)
    caretaker = Caretaker(desk, bridge.tell_troubles, chores=(CareRound(desk), PairRound(desk), ValueRound(desk)))
    caretaker.start()
    stack.callback(caretaker.stop)
    Thread(target=read_tables, name="tables", daemon=True).start()


def run_demo(options: argparse.Namespace, stack: ExitStack) -> int:
    """The sample shop with a hub of its own, gone afterwards; without a display its day is told instead."""
    words, folder = _words(options), Path(stack.enter_context(TemporaryDirectory(prefix="storeguide-")))
    if not has_display():
        sys.stdout.write(words("story.no_display") + "\n")
    hub = open_hub(folder, stack)
    fill_demo(folder / "till", hub)
    options.home, options.hub = folder / "till", hub.url
    return show_window(options, stack) if has_display() else tell_demo(folder, hub, words, stack)


def open_hub(folder: Path, stack: ExitStack) -> "EmbeddedHub":
    """A hub process with the sample catalogue and offers; ``stack`` stops it."""
    from desktop.data.sample_plans import write_occasions
    from sync.hub.embedded import EmbeddedHub

    hub = EmbeddedHub(folder / "hub")
    hub.stock(resources.sample_catalogue() | resources.sample_offers())
    hub.stock({"occasions": write_occasions(folder, datetime.now(UTC).astimezone())})
    hub.define(resources.path("sample/definitions.toml"))
    stack.callback(hub.stop)
    return hub.start()


def fill_demo(home: Path, hub: "EmbeddedHub") -> None:
    """A till of the sample shop that has the last weeks behind it; the hub will hear of them."""
    with ExitStack() as stack:
        open_demo_till(home, hub, stack)
    # Played with the cable out: a till whose clock is set back would have the hub correct every deed to now.
    fill_shop_of(home)


def fill_shop_of(home: Path) -> None:
    """The sample shop, its last weeks and its next days; what headquarters owns may be there already."""
    from desktop.data.sample_plans import plan_days
    from desktop.data.samples import PastClock, fill_shop, play_past
    from sync.till import open_till

    clock = PastClock()
    with contextlib.closing(open_till(home, clock)) as desk:
        desk.do(fill_shop).result()
        play_past(desk, clock)
        plan_days(desk, clock)


def open_demo_till(home: Path, hub: "EmbeddedHub", stack: ExitStack) -> "tuple[Desk, Callable[[], HubStatus]]":
    """A till that has met the hub, and how to sync it; ``stack`` closes it."""
    from desktop.data.samples import sample
    from sync.loop import SyncLoop
    from sync.till import open_till

    desk = open_till(home)
    stack.callback(desk.close)
    loop = SyncLoop(desk, url=hub.url, ticket=hub.ticket(next(sample("stores"))["name"]))
    loop.start()
    stack.callback(loop.stop)
    loop.sync_now().result()
    return desk, lambda: loop.sync_now().result()


def tell_demo(folder: Path, hub: "EmbeddedHub", words: Words, stack: ExitStack) -> int:
    """The day at the counter, line by line; pictures of codes and of the real window stay in build/demo."""
    from desktop.day import tell_day
    from desktop.day_shop import Shop

    pictures = Path("build/demo").absolute()
    pictures.mkdir(parents=True, exist_ok=True)
    first, sync_first = open_demo_till(folder / "till", hub, stack)
    second, sync_second = open_demo_till(folder / "second", hub, stack)
    shop = Shop(first, second, sync_first, sync_second, hub.stop, hub.start, pictures)
    for name, facts in tell_day(shop):
        sys.stdout.write(words(f"story.{name}", **facts) + "\n")
        sys.stdout.flush()
    paint_demo(first, sync_first, pictures)
    sys.stdout.write(words("story.pictures", folder=pictures) + "\n")
    return 0


def paint_demo(desk: "Desk", sync_now: "Callable[[], HubStatus]", pictures: Path) -> None:
    """The screens of the till, painted without a display."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from desktop.data.samples import sample
    from ui.portraits import paint_screens

    products = [row["gtin"] for row in islice(sample("products"), 3)]
    paint_screens(desk, sync_now(), pictures, [next(sample("members"))["code"], *products])


def has_display() -> bool:
    """Whether there is a screen to open a window on."""
    shown = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform != "linux" or (bool(shown) and os.environ.get("QT_QPA_PLATFORM") != "offscreen")


def run_drive(options: argparse.Namespace) -> int:
    """Serve without a window: one JSON command a line on stdin, one JSON answer a line on stdout."""
    from desktop.care_round import CareRound
    from desktop.drive import drive
    from desktop.drive_counter import Counter, Hub
    from desktop.pair_round import PairRound
    from desktop.value_round import ValueRound
    from sync.caretaker import Caretaker

    with ExitStack() as stack:
        if options.demo and not (options.home / "till.db").exists():
            fill_shop_of(options.home)
        desk = open_desk(options, stack)
        loop = open_loop(desk, options, stack)
        if options.ticket and loop.status().last_contact is None:
            loop.sync_now().result()  # the first command may be about what only this first contact brings
        caretaker = Caretaker(desk, chores=(CareRound(desk), PairRound(desk), ValueRound(desk)))
        caretaker.start()
        stack.callback(caretaker.stop)
        hub = Hub(loop.status, lambda: loop.sync_now().result())
        drive(Counter(desk, hub, _words(options)), sys.stdin.buffer, sys.stdout.buffer)
    return 0


def run_status(options: argparse.Namespace) -> int:
    """Print the till's state as one line of JSON, without asking the hub."""
    from desktop.cli.status import run_status as run

    with ExitStack() as stack:
        return run(open_desk(options, stack), _words(options))


def run_scan(options: argparse.Namespace) -> int:
    """Print which codes are in pictures, and what they stand for."""
    from desktop.cli.scan import run_scan as run

    return run(options.files, sys.stdin.buffer, _words(options), as_json=options.json)  # type: ignore[arg-type]


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
    from desktop.cli.card import card_of
    from desktop.scanning.cards import CARD_MM

    with ExitStack() as stack:
        return hand_out(lambda: card_of(open_desk(options, stack), options.member), CARD_MM, options)


def run_poster(options: argparse.Namespace) -> int:
    """Draw a poster with a recruit code, to win members with."""
    from desktop.cli.poster import poster_of
    from desktop.scanning.posters import PAPERS_MM, Poster

    headline = options.headline or _words(options)("cli.poster_headline")
    wanted = Poster(options.code, headline, label=options.label or "")
    with ExitStack() as stack:
        return hand_out(
            lambda: poster_of(open_desk(options, stack), wanted, options.paper), PAPERS_MM[options.paper], options
        )


def hand_out(draw: "Callable[[], Image]", millimetres: tuple[float, float], options: argparse.Namespace) -> int:
    """Save or print a drawing of that size, and say where it is."""
    from desktop.cli.said import check_target, say
    from desktop.scanning.printed import as_png, check_printed, save

    words = _words(options)
    if options.out:
        check_printed(options.out)
        check_target(options.out)
        save(draw(), options.out)
        say(words("cli.saved", path=options.out))
    else:
        from ui.printing import find_printer, print_picture, printing_without_window

        with printing_without_window():
            printer = find_printer(options.print)
            print_picture(as_png(draw()), millimetres, printer)
            say(words("cli.printed", printer=printer.printerName()))
    return 0


def run_doctor(options: argparse.Namespace) -> int:
    """Say what this machine lacks, and how to get it."""
    from desktop.cli.doctor import run_doctor as run

    return run(options.home, _words(options))


def open_desk(options: argparse.Namespace, stack: ExitStack) -> "Desk":
    """The till's data; ``stack`` closes it."""
    from desktop.logs import keep_log
    from sync.till import open_till

    desk = open_till(options.home)
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
    "poster": run_poster,
    "doctor": run_doctor,
}

if __name__ == "__main__":
    sys.exit(main())
