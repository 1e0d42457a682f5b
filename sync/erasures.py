"""How far the erasures have come that were asked for in this store: headquarters is asked now and then."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, bindparam, or_, select

from desktop.data.direct import Direct
from desktop.data.exchange import Erasure
from desktop.data.requests import Request
from desktop.work import Work
from sync.data import Talk, TillData
from sync.failures import HubRefused
from sync.privacy_rows import ErasureQuestion, ErasureReply

_EVERY = timedelta(minutes=10)
_AT_ONCE = 5
_OPEN = Direct(
    select(Request.id, Request.about)
    .join(Erasure, Erasure.id == Request.about)
    .where(
        Request.wants == "erasure", Request.state == "open",
        or_(Request.told_at.is_(None), Request.told_at < bindparam("before")),
    )
    .order_by(Request.made_at)
    .limit(_AT_ONCE)
)  # fmt: skip
_NO_USE = ("not_found", "method_not_allowed", "bad_request", "rate_limited")


def fetch_erasures(data: TillData) -> Talk[None]:
    """Ask about each; a hub that knows nothing of it is asked again later."""
    for request_id, member_id in data.read(find_unfinished, data.clock.now()):
        try:
            reply: ErasureReply = yield ErasureQuestion(key=member_id)
        except HubRefused as refusal:
            if refusal.code not in _NO_USE:
                raise
            data.write(lay_progress, request_id, None)
        else:
            data.write(lay_progress, request_id, reply)


def find_unfinished(connection: Connection, now: datetime) -> list[tuple[str, str]]:
    """Requests of erasure, with the ids they were about, of which nobody said lately how far they are."""
    return [(row.id, row.about) for row in _OPEN.rows(connection, before=now - _EVERY)]


def lay_progress(work: Work, request_id: str, reply: ErasureReply | None) -> None:
    """What headquarters said; once no till is missing, nobody is asked any more. Another program of this till may have
    let the request go with its store.
    """
    request = work.session.get(Request, request_id)
    if request is None:
        return
    request.told_at = work.clock.now()
    if reply is not None:
        request.tills = msgspec.json.encode(reply).decode()
        if not reply.missing:
            request.state, request.met_at = "met", request.told_at
    work.touched.add(("request", request_id))
