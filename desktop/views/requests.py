"""What members asked for by law, by when it must be answered, and how far an erasure has come."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import msgspec
from sqlalchemy import Connection, Select, select

from desktop.data.catalogue import Guide
from desktop.data.members import Member
from desktop.data.requests import Request
from desktop.views.lookup import current_id

CLOCK = timedelta(days=15)
_MOST = 50


class TillsTold(msgspec.Struct, frozen=True, kw_only=True):
    """The tills that have forgotten somebody, those that have not, and those locked out before they did: by name."""

    confirmed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestView:
    """One request. due: the last day for an answer; days_left: until then, below 0 when it is late.

    name: of the member, while there is one. tills: of an erasure, None until headquarters has told.
    """

    id: str
    member_id: str
    name: str | None
    wants: str
    made_at: datetime
    due: date
    days_left: int
    guide: str | None
    done: bool
    how: str | None
    met_at: datetime | None
    tills: TillsTold | None


_VIEW = (
    select(
        Request.id, Request.about, Member.name, Request.wants, Request.made_at, Guide.name.label("guide"),
        Request.state, Request.how, Request.met_at, Request.tills,
    )
    .outerjoin(Member, Member.id == Request.about)
    .outerjoin(Guide, Guide.id == Request.guide_id)
)  # fmt: skip
_TILLS = msgspec.json.Decoder(TillsTold)


def requests_of(connection: Connection, member_id: str, today: date, zone: tzinfo | None = None) -> list[RequestView]:
    """A member's, the latest first."""
    query = _VIEW.where(Request.about == current_id(connection, member_id)).order_by(Request.made_at.desc())
    return _read(connection, query.limit(_MOST), today, zone)


def open_requests(connection: Connection, today: date, zone: tzinfo | None = None) -> list[RequestView]:
    """Those of this store that are still to be answered, the oldest first; erasures that a till has not carried out."""
    query = _VIEW.where(Request.state == "open").order_by(Request.made_at).limit(_MOST)
    return [view for view in _read(connection, query, today, zone) if not view.done]


def _read(
    connection: Connection, query: Select[*tuple[Any, ...]], today: date, zone: tzinfo | None
) -> list[RequestView]:
    found = []
    for row in connection.execute(query):
        due = (row.made_at + CLOCK).astimezone(zone).date()
        tills = _TILLS.decode(row.tills) if row.tills else None
        done = row.state == "met" or (tills is not None and not tills.missing)
        found.append(
            RequestView(
                row.id, row.about, row.name, row.wants, row.made_at, due, (due - today).days, row.guide, done, row.how,
                row.met_at, tills,
            )
        )  # fmt: skip
    return found
