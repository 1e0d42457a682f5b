"""What an operator orders by hand: to forget a member, to list the tills, to back up and to come back from a backup."""

import argparse
import sys

import msgspec

from sync.hub.hub import Hub
from sync.hub.problems import HubError
from sync.hub.restore import back_up
from sync.hub.tills import Erased, TillLine, erasure_of, find_person, list_tills

_HEADINGS = (
    "store",
    "name",
    "app",
    "last contact",
    "waiting",
    "since",
    "clock",
    "broken",
    "state",
    "not forgotten",
    "id",
)


def run_erase(hub: Hub, options: argparse.Namespace) -> int:
    """Forget a member for ever; say which tills have done so. May be asked again to see how far it has come."""
    with hub.database.read() as connection:
        member_id = find_person(connection, options.member)
    if member_id is None:
        raise HubError(f"there is no member {options.member!r}")
    hub.erase(member_id)
    with hub.database.read() as connection:
        sys.stdout.write(_told(erasure_of(connection, member_id)))
    return 0


def run_devices(hub: Hub, options: argparse.Namespace) -> int:
    """List the tills and how they are."""
    with hub.database.read() as connection:
        lines = list_tills(connection)
    if options.json:
        sys.stdout.write(f"{msgspec.json.format(msgspec.json.encode(lines)).decode()}\n")
    else:
        sys.stdout.write(_table([_HEADINGS, *map(_cells, lines)]))
    return 0


def run_backup(_hub: Hub, options: argparse.Namespace) -> int:
    """Write a copy of a SQLite database that is in use."""
    back_up(options.database, options.file)
    return 0


def run_restored(hub: Hub, _options: argparse.Namespace) -> int:
    """Say that the database comes from a backup: every till then sends again what it still holds."""
    sys.stdout.write(f"epoch {hub.epoch}\n")
    return 0


def _told(erased: Erased) -> str:
    asked = len(erased.confirmed) + len(erased.missing) + len(erased.unreachable)
    lines = [f"{erased.member} is erased; {len(erased.confirmed)} of {asked} tills confirmed"]
    lines += [f"not yet: {till}" for till in erased.missing]
    lines += [f"locked out before: {till}" for till in erased.unreachable]
    return "".join(f"{line}\n" for line in lines)


def _cells(line: TillLine) -> tuple[str, ...]:
    return (
        line.store,
        line.name or "-",
        line.app or "-",
        f"{line.contact:%Y-%m-%d %H:%M}",
        str(line.waiting),
        f"{line.oldest:%Y-%m-%d %H:%M}" if line.oldest else "-",
        f"{line.skew_ms / 1000:+.0f} s",
        str(line.broken),
        "locked out" if line.revoked else line.outdated or "good",
        str(len(line.unconfirmed)),
        line.id,
    )


def _table(rows: list[tuple[str, ...]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    told = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{line.rstrip()}\n" for line in told)
