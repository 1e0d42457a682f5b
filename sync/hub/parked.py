"""Events the hub could not judge yet: they wait here, and their verdict is told later on the feed of their till."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select, update

from sync.hub.archive import Archive
from sync.hub.cases import Case, judge, preload
from sync.hub.documents import Document, Documents, Meta, name_of_code
from sync.hub.feed import Landed, place, publish
from sync.hub.scopes import scopes_for
from sync.hub.statements import Prepared, among
from sync.hub.stored import parked, parked_cases
from sync.hub.stubs import Remember, strip
from sync.hub.tables import document, event, identity
from sync.protocol import Answer

PATIENCE_MS = 24 * 3600 * 1000
_SETTLE = Prepared(
    update(event)
    .where(event.c.id == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in ("verdict", "code", "fix", "waits", "at", "body")})
)


_NEWER, _NEXT = event.alias(), event.alias()


def _coming() -> Select[Any]:
    """The rows of which an event is here that this hub is too old to read, and those of what waits for them in turn:
    after an upgrade they are born.
    """
    newer = select(_NEWER.c.row_id).where(_NEWER.c.verdict == "parked", _NEWER.c.waits.is_(None))
    coming = newer.cte("coming", recursive=True)
    coming = coming.union(select(_NEXT.c.row_id).where(_NEXT.c.verdict == "parked", _NEXT.c.waits == coming.c.row_id))
    return select(coming.c.row_id)


def _due(_postgres: bool) -> ColumnElement[bool]:
    """What need not wait any longer."""
    known: ColumnElement[bool] = select(document.c.id).where(document.c.id == event.c.waits).exists()
    code = func.substr(event.c.waits, len(name_of_code("")) + 1)
    held = select(identity.c.value).where(identity.c.kind == "code", identity.c.value == code).exists()
    known |= event.c.waits.startswith(name_of_code("")) & held
    in_vain = event.c.waits.is_not(None) & event.c.waits.not_in(_coming())
    return known | (event.c.received_at < bindparam("given_up")) & in_vain


_COMING = Prepared(_coming())
_WAITING = parked(lambda postgres: among(event.c.waits, "news", postgres=postgres))
_DUE = parked(_due)
_DUE_UPGRADED = parked(lambda postgres: _due(postgres) | event.c.waits.is_(None))


def reconsider(connection: Connection, documents: Documents, batch: Iterable[Case]) -> list[Case]:
    """Judge again what waited for a document that was born, or a code that was told, just now; the cases fetched."""
    fetched: list[Case] = []
    in_hand = {case.id: case for case in batch}
    seen: set[str] = set()
    while news := (documents.born | documents.told) - seen:
        seen |= news
        waiting = parked_cases(connection, _WAITING, news=sorted(news))
        more = [case for case in waiting if case.id not in in_hand]
        fetched += more
        in_hand.update((case.id, case) for case in more)
        _judge(documents, [case for case in in_hand.values() if case.verdict == "parked" and case.waits in news])
    return fetched


def settle(connection: Connection, now: int, remember: Remember, *, upgraded: bool) -> int:
    """Judge again what need not wait any longer: a birth we missed, a day in vain, and after an upgrade what was new.

    A hub that came back from a backup is patient until it has heard of every till, or lends again: what is missing may
    lie at one that is away for longer. Returns how many events got their final verdict.
    """
    documents = Documents(Archive(connection))
    given_up = 0
    if now >= documents.lending_from:
        given_up = now - PATIENCE_MS
        documents.lend()
    stored = parked_cases(connection, _DUE_UPGRADED if upgraded else _DUE, given_up=given_up)
    stored = [case for case in stored if case.handler or case.verdict != "parked"]
    _judge(documents, stored)
    late = stored + reconsider(connection, documents, stored)
    coming = set(_COMING.scalars(connection)) if stored else set()
    for case in stored:
        if case.waits and case.waits not in coming and case.times.received < given_up:
            case.reject("no_member")
    late += strip(connection, documents, late, remember)
    announce(connection, documents, late, publish(connection, documents))
    return sum(case.verdict != "parked" for case in late)


def announce(connection: Connection, documents: Documents, late: Iterable[Case], landed: Landed) -> None:
    """Record late verdicts and tell each till its own."""
    for case in late:
        if case.deed is None:
            continue
        case.at = place(case.touched, landed, scopes_for(case.deed.device, case.deed.store_id))
        _SETTLE.run(connection, **_settled(case))
        if case.verdict != "parked":
            answer = Answer(id=case.id, v=case.verdict, code=case.code, fix=case.fix, at=case.at)
            documents.put(Document(case.id, answer, meta=Meta(device=case.deed.device, row=case.key)))
    if documents.keep():
        publish(connection, documents)


def _judge(documents: Documents, cases: list[Case]) -> None:
    """In the order in which each till did them."""
    preload(cases, documents)
    for case in sorted(cases, key=_order):
        judge(case, documents)


def _order(case: Case) -> tuple[str, int, int]:
    return (case.sealed.dev, case.sealed.ep, case.sealed.n) if case.sealed else ("", 0, 0)


def _settled(case: Case) -> dict[str, str | None]:
    return {
        "of": case.id,
        "new_verdict": case.verdict,
        "new_code": case.code,
        "new_fix": case.fix,
        "new_waits": case.waits,
        "new_at": msgspec.json.encode(case.at).decode(),
        "new_body": case.words,
    }
