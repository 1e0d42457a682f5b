"""Lectures and classes, as headquarters plans them; who comes are appointments that name them."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from desktop.rules.booking import LONGEST, SHORTEST
from sync.hub.documents import Documents
from sync.hub.lines import BadLine, Office, put_changed
from sync.protocol import Id
from sync.service_rows import OccasionRow


class OccasionLine(msgspec.Struct):
    """occasions.csv: starts_at with its zone, 2026-12-05T14:00+08:00; without a store it is for all"""

    title: Annotated[str, Meta(min_length=1, max_length=80)]
    starts_at: str
    seats: Annotated[int, Meta(ge=1, le=10_000)]
    id: Id
    minutes: Annotated[int, Meta(ge=SHORTEST, le=LONGEST)] = 60
    place: Annotated[str, Meta(max_length=80)] = ""
    store: str | None = None


def put_occasion(documents: Documents, office: Office, line: OccasionLine) -> None:
    """Found again by its id."""
    try:
        starts_at = datetime.fromisoformat(line.starts_at)
    except ValueError:
        raise BadLine("starts_at is no time") from None
    if starts_at.tzinfo is None:
        raise BadLine("starts_at has no zone")
    store_id = office.store_id(line.store) if line.store else None
    body = OccasionRow(
        title=line.title, starts_at=starts_at.astimezone(UTC), minutes=line.minutes, seats=line.seats, place=line.place,
        store_id=store_id,
    )  # fmt: skip
    put_changed(documents, line.id, body)
