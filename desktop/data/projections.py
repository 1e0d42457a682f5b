"""What each event does to the tables: one function an event.

Used when the deed is done, and again when a row from the hub is laid under deeds that still wait.
So each function may meet its own effect already there, and leaves the same rows the second time.
"""

from collections.abc import Sequence
from functools import singledispatch
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from desktop import events as e
from desktop.data.base import Base
from desktop.data.direct import Direct
from desktop.data.members import Consent, Identity, Member, Preference, Redirect
from desktop.data.search_keys import digits_reversed, pinyin_of
from desktop.data.visits import Line, Note, Visit

_BEHIND_CODE = (
    select(Identity.member_id)
    .where(Identity.kind == "code", Identity.value == Visit.code)
    .order_by(Identity.member_id)
    .limit(1)
    .scalar_subquery()
)
_ADOPT = Direct(
    update(Visit)
    .where(Visit.member_id.is_(None), Visit.code.is_not(None), _BEHIND_CODE.is_not(None))
    .values(member_id=_BEHIND_CODE)
    .returning(Visit.id, Visit.member_id)
)
_KEEP = Direct(select(Redirect.keep).where(Redirect.id == bindparam("id")))
Touched = set[tuple[str, str]]


@singledispatch
def project(event: e.Event, session: Session, stamp: e.Stamp) -> Touched:
    """Let ``event`` change the tables; gives the rows it touched as pairs of kind and id."""
    raise NotImplementedError(type(event).__name__)


def resolve(session: Session, member_id: str | None, kept: Direct = _KEEP) -> str | None:
    """The member that ``member_id`` stands for now: merges leave redirects for ever. ``kept`` asks where one leads.

    The hub makes no circle of them; rows of two scopes, read at different moments, may.
    """
    seen: set[str] = set()
    while member_id is not None and member_id not in seen:
        seen.add(member_id)
        keep = kept.scalar(session.connection(), id=member_id)
        if keep is None:
            return member_id
        member_id = keep
    return member_id


def adopt_visits(session: Session) -> Touched:
    """Visits that were opened under a code are the member's as soon as somebody here answers to it."""
    session.flush()
    adopted = _ADOPT.rows(session.connection())
    for visit in [each for each in session if isinstance(each, Visit)] if adopted else ():
        session.expire(visit)
    return {pair for row in adopted for pair in (("visit", row.id), ("member", row.member_id))}


def project_many(deeds: Sequence[tuple[e.Stamp, e.Event]], session: Session) -> Touched:
    """The same for many events at once; new members and what they agreed to are written by the thousand.

    Those must be new indeed, and known by their present ids; any other event comes after them, one by one.
    """
    enrolled = [(event, stamp) for stamp, event in deeds if isinstance(event, e.MemberEnrolled)]
    given = [(event, stamp) for stamp, event in deeds if isinstance(event, e.ConsentGiven)]
    _insert(session, Member, [_member_row(event, stamp) for event, stamp in enrolled])
    _insert(session, Identity, [row for event, _ in enrolled for row in _identity_rows(event)])
    _insert(session, Consent, [_consent_row(event, stamp, event.member_id) for event, stamp in given])
    touched = {("member", event.member_id) for event, _ in enrolled}
    touched |= {("member", event.member_id) for event, _ in given} | {("consent", event.row_id) for event, _ in given}
    for stamp, event in deeds:
        if not isinstance(event, e.MemberEnrolled | e.ConsentGiven):
            touched |= project(event, session, stamp)
    return touched


def name_member(member: Member, name: str) -> None:
    """Set the name together with what it is found by."""
    member.name = name
    member.pinyin, member.initials = pinyin_of(name)


def identify(session: Session, member_id: str, kind: str, value: str | None) -> None:
    """Let ``value`` lead to the member."""
    if value:
        session.merge(Identity(**_identity_row(member_id, kind, value)))


@project.register
def _(event: e.MemberEnrolled, session: Session, stamp: e.Stamp) -> Touched:
    session.merge(Member(**_member_row(event, stamp)))
    for row in _identity_rows(event):
        session.merge(Identity(**row))
    return {("member", event.member_id)} | adopt_visits(session)


@project.register
def _(event: e.MemberAmended, session: Session, stamp: e.Stamp) -> Touched:  # noqa: ARG001
    member_id = resolve(session, event.member_id)
    if member := session.get(Member, member_id):
        for field, value in event.fields.items():
            _amend(session, member, field, value)
    return {("member", event.member_id)}


@project.register
def _(event: e.ConsentGiven, session: Session, stamp: e.Stamp) -> Touched:
    session.merge(Consent(**_consent_row(event, stamp, resolve(session, event.member_id))))
    return {("consent", event.consent_id), ("member", event.member_id)}


@project.register
def _(event: e.ConsentWithdrawn, session: Session, stamp: e.Stamp) -> Touched:
    session.merge(
        Consent(
            id=event.consent_id, member_id=resolve(session, event.member_id), purpose=event.purpose, granted=False,
            at=stamp.at, guide_id=stamp.guide_id, seen="",
        )
    )  # fmt: skip
    return {("consent", event.consent_id), ("member", event.member_id)}


@project.register
def _(event: e.PreferenceNoted, session: Session, stamp: e.Stamp) -> Touched:
    member_id = resolve(session, event.member_id)
    session.merge(
        Preference(
            id=event.preference_id, member_id=member_id, visit_id=event.visit_id, facet=event.facet, value=event.value,
            sentiment=event.sentiment, noted_at=stamp.at, guide_id=stamp.guide_id, withdrawn=False,
        )
    )  # fmt: skip
    return _about(("preference", event.preference_id), member_id, event.visit_id)


@project.register
def _(event: e.PreferenceWithdrawn, session: Session, stamp: e.Stamp) -> Touched:  # noqa: ARG001
    preference = session.get(Preference, event.preference_id)
    if preference is None:
        return {("preference", event.preference_id)}
    preference.withdrawn = True
    return _about(("preference", preference.id), preference.member_id, preference.visit_id)


@project.register
def _(event: e.VisitOpened, session: Session, stamp: e.Stamp) -> Touched:
    member_id = _served(session, event)
    session.merge(
        Visit(
            id=event.visit_id, member_id=member_id, guide_id=stamp.guide_id, store_id=stamp.store_id,
            state="open", started_at=stamp.at, here=True, code=event.code,
        )
    )  # fmt: skip
    if member := session.get(Member, member_id) if member_id else None:
        member.seen_at = stamp.at
    return _about(("visit", event.visit_id), member_id)


@project.register
def _(event: e.VisitJoined, session: Session, stamp: e.Stamp) -> Touched:  # noqa: ARG001
    member_id = _served(session, event)
    _change_visit(session, event.visit_id, member_id=member_id, code=event.code)
    return _about(("visit", event.visit_id), member_id)


@project.register
def _(event: e.LineAdded, session: Session, stamp: e.Stamp) -> Touched:
    if _is_held(session, event.visit_id):
        session.merge(
            Line(
                id=event.line_id, visit_id=event.visit_id, product_id=event.product_id, gtin=event.gtin,
                action=event.action, price=event.price, currency=event.currency, at=stamp.at, serial=event.serial,
                batch=event.batch, expires_on=event.expires_on, weight=event.weight, reason=event.reason,
                guide_id=stamp.guide_id,
            )
        )  # fmt: skip
    return {("visit", event.visit_id)}


@project.register
def _(event: e.LineChanged, session: Session, stamp: e.Stamp) -> Touched:  # noqa: ARG001
    session.execute(update(Line).where(Line.id == event.line_id).values(action=event.action, reason=event.reason))
    return {("visit", event.visit_id)}


@project.register
def _(event: e.LineRemoved, session: Session, stamp: e.Stamp) -> Touched:  # noqa: ARG001
    session.execute(delete(Line).where(Line.id == event.line_id))
    return {("visit", event.visit_id)}


@project.register
def _(event: e.NoteWritten, session: Session, stamp: e.Stamp) -> Touched:
    if _is_held(session, event.visit_id):
        session.merge(Note(id=event.note_id, visit_id=event.visit_id, text=event.text, at=stamp.at))
    return {("visit", event.visit_id)}


@project.register
def _(event: e.NoteRemoved, session: Session, stamp: e.Stamp) -> Touched:  # noqa: ARG001
    session.execute(delete(Note).where(Note.id == event.note_id))
    return {("visit", event.visit_id)}


@project.register(e.VisitHeld)
@project.register(e.VisitRecalled)
@project.register(e.VisitFinished)
@project.register(e.VisitReopened)
@project.register(e.VisitVoided)
def _(event: e.VisitEvent, session: Session, stamp: e.Stamp) -> Touched:
    state = _STATE_AFTER[type(event)]
    _change_visit(session, event.visit_id, state=state, finished_at=stamp.at if state == "finished" else None)
    member_id = session.scalar(select(Visit.member_id).where(Visit.id == event.visit_id))
    return _about(("visit", event.visit_id), member_id)


@project.register
def _(event: e.MembersMerged, session: Session, stamp: e.Stamp) -> Touched:  # noqa: ARG001
    """Only the hub merges: until it has, both are shown as they are."""
    return {("member", event.old_id), ("member", event.keep_id)}


@project.register
def _(event: e.MembersSeparated, session: Session, stamp: e.Stamp) -> Touched:  # noqa: ARG001
    """And only the hub separates: it knows what belongs to whom."""
    return {("member", resolve(session, event.member_id) or event.member_id)}


@project.register(e.ErasureRequested)
@project.register(e.ErasureCarriedOut)
def _(event: e.ErasureRequested | e.ErasureCarriedOut, session: Session, stamp: e.Stamp) -> Touched:  # noqa: ARG001
    """Only the hub erases: its row takes the member from every till, this one too."""
    return {("member", event.member_id)}


_STATE_AFTER: dict[type[e.Event], str] = {
    e.VisitHeld: "held",
    e.VisitRecalled: "open",
    e.VisitFinished: "finished",
    e.VisitReopened: "open",
    e.VisitVoided: "void",
}


def _member_row(event: e.MemberEnrolled, stamp: e.Stamp) -> dict[str, Any]:
    pinyin, initials = pinyin_of(event.name)
    return {
        "id": event.member_id, "name": event.name, "pinyin": pinyin, "initials": initials,
        "phone": event.phone, "phone_reversed": digits_reversed(event.phone), "wechat": event.wechat,
        "birthday": event.birthday, "channel": event.channel, "store_id": stamp.store_id,
        "guide_id": event.recruiter or stamp.guide_id, "enrolled_at": stamp.at, "seen_at": stamp.at, "full": True,
        "recruit": event.recruit, "enrolled_by": event.recruiter or stamp.guide_id,
    }  # fmt: skip


def _identity_rows(event: e.MemberEnrolled) -> list[dict[str, Any]]:
    told = (("code", event.code), ("phone", event.phone), ("card", event.card), ("wechat", event.wechat))
    return [_identity_row(event.member_id, kind, value) for kind, value in told if value]


def _identity_row(member_id: str, kind: str, value: str) -> dict[str, Any]:
    reversed_value = digits_reversed(value) if kind == "card" else None
    return {"kind": kind, "value": value, "member_id": member_id, "value_reversed": reversed_value}


def _consent_row(event: e.ConsentGiven, stamp: e.Stamp, member_id: str | None) -> dict[str, Any]:
    return {
        "id": event.consent_id, "member_id": member_id, "purpose": event.purpose, "granted": True, "at": stamp.at,
        "text_version": event.text_version, "text_hash": event.text_hash, "channel": event.channel,
        "guide_id": stamp.guide_id, "seen": " ".join(event.seen),
    }  # fmt: skip


def _insert(session: Session, table: type[Base], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(Base.metadata.tables[table.__tablename__]), rows)


def _amend(session: Session, member: Member, field: str, value: str | None) -> None:
    if field == "name":
        name_member(member, value or "")
    elif field == "phone":
        session.execute(delete(Identity).where(Identity.kind == "phone", Identity.member_id == member.id))
        member.phone, member.phone_reversed = value, digits_reversed(value)
        identify(session, member.id, "phone", value)
    elif field == "wechat":
        before = (Identity.kind == "wechat", Identity.value == member.wechat, Identity.member_id == member.id)
        session.execute(delete(Identity).where(*before))
        member.wechat = value
        identify(session, member.id, "wechat", value)
    elif field == "card":
        identify(session, member.id, "card", value)
    else:
        setattr(member, field, value)


def _served(session: Session, event: e.VisitOpened | e.VisitJoined) -> str | None:
    """Who is meant: by id, or by a code that has come to be known since."""
    if event.code is None:
        return resolve(session, event.member_id)
    behind = select(Identity.member_id).where(Identity.kind == "code", Identity.value == event.code)
    return session.scalar(behind.order_by(Identity.member_id).limit(1))


def _is_held(session: Session, visit_id: str) -> bool:
    """Whether the visit is here: one that the hub refused is gone, and what was done in it may still wait."""
    return session.get(Visit, visit_id) is not None


def _change_visit(session: Session, visit_id: str, **values: object) -> None:
    # Void wins: whatever comes after it, in whatever order, leaves it void.
    session.execute(update(Visit).where(Visit.id == visit_id, Visit.state != "void").values(**values))


def _about(touched: tuple[str, str], member_id: str | None, visit_id: str | None = None) -> Touched:
    """The row itself, and the member and visit whose picture it belongs to."""
    pictures = {("member", member_id), ("visit", visit_id)}
    return {touched} | {(row, row_id) for row, row_id in pictures if row_id is not None}
