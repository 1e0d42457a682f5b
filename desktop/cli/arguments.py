"""The arguments of every command of main.py."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

from platformdirs import user_data_path

from desktop.errors import BadInput
from resources import LANGUAGES

Run = Callable[[argparse.Namespace], int]

_IMPORT_HELP = (
    "Columns of products: gtin, name, brand, price in yuan, category, lasts (days). Columns of members: phone, code, "
    "card (at least one of them), name, birthday, channel, consents. Chinese headings do as well. A column or cell "
    "that is empty changes nothing. A bad row is told on stderr with its line and the others go in; the exit code is "
    "1 then."
)
_SCAN_HELP = (
    "A folder stands for the pictures in it and in its folders; - for stdin: a picture, or else lines of text, each a "
    "code. Exit code 0 if there was a code in every one of them, 1 otherwise."
)


def make_parser(commands: Mapping[str, Run]) -> argparse.ArgumentParser:
    """``commands``: the function of each command; the first line of its docstring is its help."""
    parser = _Parser(prog="main.py", description="Storeguide (导购台): the app store guides use at the counter.")
    group = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, more: str = "") -> argparse.ArgumentParser:
        return _add(group, name, commands[name], more)

    window, drive = add("run"), add("drive", "docs/drive.md tells the commands.")
    window.add_argument("--demo", action="store_true", help="with an invented shop, which is gone afterwards")
    drive.add_argument("--demo", action="store_true", help="fill an empty data directory with an invented shop first")
    for each in (window, drive):
        each.add_argument("--hub", metavar="URL", help="address of headquarters, for the first contact")
        each.add_argument("--ticket", metavar="T", help="ticket from headquarters, for the first contact")
    add("status")
    _add_scan(add("scan", _SCAN_HELP))
    _add_import(add("import", _IMPORT_HELP))
    _add_export(add("export", "A file of that name is replaced once the new one is whole."))
    _add_card(add("card"))
    _add_poster(add("poster"))
    add("doctor", "Exit code 1 if something is missing.")
    return parser


def wants_english(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for English, as far as one can tell if it is wrong."""
    return "--language=en" in arguments or ("--language", "en") in pairwise(arguments)


class _Parser(argparse.ArgumentParser):
    """One that does not print and exit, so that wrong arguments are told like any other trouble."""

    def error(self, message: str) -> NoReturn:
        raise BadInput("bad_arguments", reason=message)


def _add(group: Any, name: str, run: Run, more: str) -> argparse.ArgumentParser:
    told = run.__doc__ or ""
    parser: argparse.ArgumentParser = group.add_parser(name, help=told, description=f"{told} {more}".strip())
    home = user_data_path("storeguide", appauthor=False)
    parser.add_argument("--home", type=Path, default=home, metavar="DIR", help="data directory: %(default)s")
    parser.add_argument("--language", choices=LANGUAGES, help="of messages; else as set in the data directory")
    parser.set_defaults(run=run)
    return parser


def _add_scan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a picture, a folder, or - for stdin")
    parser.add_argument("--json", action="store_true", help="one JSON object a picture or line")


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=("members", "products"))
    parser.add_argument("file", type=Path, metavar="FILE.csv")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=("visits",))
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.csv")
    parser.add_argument("--since", metavar="DATE", help="only visits begun on or after YYYY-MM-DD")


def _add_card(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("member", metavar="MEMBER", help="a code, the last four or more digits of a phone, or a name")
    _add_paper(parser)


def _add_poster(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("code", metavar="CODE", help="a recruit code from headquarters: SGR1…")
    _add_paper(parser)
    parser.add_argument("--paper", choices=("a4", "a5"), default="a4", help="its size: %(default)s")
    parser.add_argument("--headline", metavar="TEXT", help="else an invitation to become a member")
    parser.add_argument("--label", metavar="TEXT", help="whose it is; else what headquarters calls the code")


def _add_paper(parser: argparse.ArgumentParser) -> None:
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--out", type=Path, metavar="FILE", help=".png or .pdf")
    where.add_argument(
        "--print", nargs="?", const="", metavar="PRINTER", help="at its true size; else the usual printer"
    )
