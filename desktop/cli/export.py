"""``main.py export visits``: what happened at the counter, as a CSV file for a spreadsheet."""

import csv
from datetime import date, datetime, time
from pathlib import Path

from sqlalchemy import Connection

from desktop.cli.said import check_target, progress, say
from desktop.data.durable import put_in_place
from desktop.desk import Desk
from desktop.errors import BadInput
from desktop.views.export import COLUMNS, count_visits, export_rows
from resources import Words

_FORMULA = tuple("=+-@\t\r=+-@")  # a spreadsheet would compute what begins so


def run_export(desk: Desk, out: Path, since: str | None, words: Words) -> int:
    """Write the visits begun on or after the day ``since``; the file appears, or is replaced, when it is whole."""
    start = _midnight(since) if since else None
    count = write_visits(desk, out, start)
    say(words("cli.exported", count=count, path=out))
    return 0


def write_visits(desk: Desk, out: Path, since: datetime | None = None) -> int:
    """Write the file; gives the number of visits."""
    check_target(out)
    part = out.with_name(out.name + ".part")
    try:
        count = desk.read(_write, part, since)
        put_in_place(part, out)
    finally:
        part.unlink(missing_ok=True)
    return count


def guarded(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _write(connection: Connection, path: Path, since: datetime | None) -> int:
    """All of it is one read: the table is of one moment however long it takes."""
    done, last = 0, ""
    with (
        path.open("w", encoding="utf-8-sig", newline="") as file,
        progress(total=count_visits(connection, since), unit="visit") as bar,
    ):
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for row in export_rows(connection, since):
            table.writerow([guarded(cell) for cell in row])
            if row[0] != last:
                done, last = done + 1, row[0]
                bar.update()
    return done


def _midnight(text: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(text), time.min).astimezone()
    except (ValueError, OverflowError) as error:
        raise BadInput("date_invalid", text=text[:40]) from error
