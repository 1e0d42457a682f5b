"""Laying a merged row of the hub onto the till's tables, kind by kind."""

from collections.abc import Callable
from typing import Any

import msgspec
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from desktop.data.catalogue import Gtin, Guide, Product, Store
from desktop.data.members import Consent, Identity, Member, Preference, Redirect
from desktop.data.projections import identify, name_member, resolve
from desktop.data.search_keys import digits_reversed
from desktop.data.visits import Line, Note, Visit
from sync import protocol as p


def known(kind: str) -> bool:
    """Whether this till has a table for rows of this kind."""
    return kind in _LAY


def lay(session: Session, row: p.Row) -> bool:
    """Make the tables say what the hub's row says; False, and nothing done, if this till is too old to read it."""
    if row.kind not in _LAY:
        return False
    if row.op == "del":
        _remove(session, row)
        return True
    if row.op != "put" or not isinstance(row.body, msgspec.Raw):
        return False
    try:
        _LAY[row.kind](session, row.eid, row.body)
    except msgspec.ValidationError:  # each of them reads the body before it writes anything
        return False
    return True


def _store(session: Session, row_id: str, body: msgspec.Raw) -> None:
    row = msgspec.json.decode(body, type=p.StoreRow)
    session.merge(Store(id=row_id, name=row.name))


def _guide(session: Session, row_id: str, body: msgspec.Raw) -> None:
    row = msgspec.json.decode(body, type=p.GuideRow)
    session.merge(Guide(id=row_id, name=row.name, store_id=row.store_id, badge=row.badge, active=row.active))


def _product(session: Session, row_id: str, body: msgspec.Raw) -> None:
    row = msgspec.json.decode(body, type=p.ProductRow)
    session.merge(Product(id=row_id, name=row.name, brand=row.brand, price=row.price, currency=row.currency))
    session.flush()
    session.execute(delete(Gtin).where(Gtin.product_id == row_id))
    for gtin in row.gtins:
        session.merge(Gtin(gtin=gtin, product_id=row_id))


def _directory(session: Session, row_id: str, body: msgspec.Raw) -> None:
    row = msgspec.json.decode(body, type=p.DirectoryRow)
    member = session.get(Member, row_id)
    if member is not None and member.full:
        return  # the whole profile is held already, from the store's own scope
    member = member or Member(id=row_id, full=False)
    name_member(member, row.name)
    member.phone_reversed = digits_reversed(row.phone_tail)
    member.store_id = row.store_id
    session.add(member)
    identify(session, row_id, "code", row.code)


def _member(session: Session, row_id: str, body: msgspec.Raw) -> None:
    row = msgspec.json.decode(body, type=p.MemberRow)
    member = session.get(Member, row_id) or Member(id=row_id)
    name_member(member, row.name)
    member.phone, member.phone_reversed, member.full = row.phone, digits_reversed(row.phone), True
    member.birthday, member.gender, member.channel = row.birthday, row.gender, row.channel
    member.store_id, member.guide_id, member.enrolled_at = row.store_id, row.guide_id, row.enrolled_at
    member.seen_at = max((at for at in (member.seen_at, row.enrolled_at) if at), default=None)
    session.add(member)
    session.execute(delete(Identity).where(Identity.member_id == row_id))
    for kind, values in (("code", (row.code, *row.codes)), ("phone", (row.phone,)), ("card", row.cards)):
        for value in values:
            identify(session, row_id, kind, value)


def _preference(session: Session, row_id: str, body: msgspec.Raw) -> None:
    row = msgspec.json.decode(body, type=p.PreferenceRow)
    session.merge(
        Preference(
            id=row_id, member_id=resolve(session, row.member_id), visit_id=row.visit_id, facet=row.facet,
            value=row.value, sentiment=row.sentiment, noted_at=row.noted_at, guide_id=row.guide_id,
            withdrawn=row.withdrawn,
        )
    )  # fmt: skip


def _consent(session: Session, row_id: str, body: msgspec.Raw) -> None:
    row = msgspec.json.decode(body, type=p.ConsentRow)
    session.merge(
        Consent(
            id=row_id, member_id=resolve(session, row.member_id), purpose=row.purpose, granted=row.granted, at=row.at,
            text_version=row.text_version, text_hash=row.text_hash, channel=row.channel, guide_id=row.guide_id,
            seen=" ".join(row.seen),
        )
    )  # fmt: skip


def _visit(session: Session, row_id: str, body: msgspec.Raw) -> None:
    row = msgspec.json.decode(body, type=p.VisitRow)
    visit = session.get(Visit, row_id) or Visit(id=row_id, here=False)
    visit.member_id, visit.guide_id, visit.store_id = resolve(session, row.member_id), row.guide_id, row.store_id
    visit.state, visit.started_at, visit.finished_at = row.state, row.started_at, row.finished_at
    session.add(visit)
    session.flush()
    session.execute(delete(Line).where(Line.visit_id == row_id))
    session.execute(delete(Note).where(Note.visit_id == row_id))
    session.add_all(Line(visit_id=row_id, **msgspec.structs.asdict(line)) for line in row.lines)
    session.add_all(Note(visit_id=row_id, **msgspec.structs.asdict(note)) for note in row.notes)
    session.flush()
    if member := session.get(Member, visit.member_id) if visit.member_id else None:
        member.seen_at = max(member.seen_at or row.started_at, row.started_at)


def _redirect(session: Session, row_id: str, body: msgspec.Raw) -> None:
    """Two members turned out to be one: everything of the old one is the kept one's from now on."""
    told = msgspec.json.decode(body, type=p.RedirectRow).keep
    session.merge(Redirect(id=row_id, keep=told))
    session.flush()
    keep = resolve(session, told) or told
    _stand_in(session, row_id, keep)
    for table in (Visit, Preference, Consent):
        session.execute(update(table).where(table.member_id == row_id).values(member_id=keep))
    for identity in session.query(Identity).where(Identity.member_id == row_id, Identity.kind != "phone"):
        identify(session, keep, identity.kind, identity.value)
    session.execute(delete(Identity).where(Identity.member_id == row_id))
    session.execute(delete(Member).where(Member.id == row_id))


def _stand_in(session: Session, old_id: str, keep: str) -> None:
    """The kept member's own row may come pages later: until then the old one's name is enough to greet."""
    old = session.get(Member, old_id)
    if old is not None and session.get(Member, keep) is None:
        kept = Member(id=keep, phone_reversed=old.phone_reversed, store_id=old.store_id, full=False)
        name_member(kept, old.name)
        session.add(kept)
        session.flush()


_LAY: dict[str, Callable[[Session, str, msgspec.Raw], None]] = {
    "store": _store,
    "guide": _guide,
    "product": _product,
    "directory": _directory,
    "member": _member,
    "preference": _preference,
    "consent": _consent,
    "visit": _visit,
    "redirect": _redirect,
}
_TABLES: dict[str, type[Any]] = {
    "store": Store, "guide": Guide, "product": Product, "member": Member, "directory": Member,
    "preference": Preference, "consent": Consent, "visit": Visit, "redirect": Redirect,
}  # fmt: skip


def _remove(session: Session, row: p.Row) -> None:
    table = _TABLES[row.kind]
    session.execute(delete(table).where(table.id == row.eid))
    if table is Member:
        session.execute(delete(Identity).where(Identity.member_id == row.eid))
