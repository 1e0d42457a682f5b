"""What an operator is told of requests: who asked for what by law, and how many days are left to answer."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy import select

from sync.hub.documents import KINDS
from sync.hub.hub import Hub
from sync.hub.tables import document
from sync.privacy_rows import RequestRow

CLOCK = timedelta(days=15)
_ROW = msgspec.json.Decoder(RequestRow)


def run_requests(hub: Hub, options: argparse.Namespace) -> int:
    """List what members asked for: with --all also what was answered, by whom and when."""
    now = datetime.fromtimestamp(hub.clock.now_ms() / 1000, UTC)
    for request_id, row in sorted(_rows(hub), key=lambda each: each[1].made_at):
        if row.state == "open" or options.all:
            sys.stdout.write(f"{_line(request_id, row, now)}\n")
    return 0


def add_commands(add: Callable[[str, object], argparse.ArgumentParser]) -> None:
    """Let the parser know it."""
    add("requests", run_requests).add_argument("--all", action="store_true")


def _rows(hub: Hub) -> list[tuple[str, RequestRow]]:
    query = select(document.c.id, document.c.body).where(document.c.kind == KINDS[RequestRow])
    with hub.database.read() as connection:
        return [(row.id, _ROW.decode(row.body)) for row in connection.execute(query)]


def _line(request_id: str, row: RequestRow, now: datetime) -> str:
    made = f"{row.made_at:%Y-%m-%d} {row.wants} of {row.member_id} by {row.guide_id or '-'}"
    if row.state == "met" and row.met_at:
        return f"{request_id}: {made}; {row.how} on {row.met_at:%Y-%m-%d} by {row.met_by or '-'}"
    return f"{request_id}: {made}; {(row.made_at + CLOCK - now).days} days left"
