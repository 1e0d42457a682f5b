"""Forgetting a member: terminal, for every id that leads to them. What must be counted stays, and is nobody's."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from msgspec.structs import replace

from sync.escrow_rows import CouponRow, GiftRow, LeaseRow, PointsRow, ReviewRow, SettlementRow, TaskRow
from sync.hub.deeds import Deed
from sync.hub.diaries import strike
from sync.hub.documents import KINDS, AnyDocument, Document, Documents, Key, Meta
from sync.hub.leads import forget_leads
from sync.hub.members import find_member, leads_to
from sync.hub.payloads import ErasureCarriedOut, ErasureRequested
from sync.privacy_rows import RequestRow
from sync.protocol import (
    ConsentRow,
    ErasureRow,
    MemberRow,
    Message,
    PreferenceRow,
    RedirectRow,
    VisitRow,
)
from sync.service_rows import AppointmentRow, ContentUseRow, EntityRow, LeadRow, OrderRow, TagRow

# What is left of a body: nothing that was said by or about a person, in free words or not.
FORGOTTEN: dict[type[Message], Callable[[Any], Message]] = {
    MemberRow: lambda _: MemberRow(code="", name=""),
    RedirectRow: lambda _: RedirectRow(keep=""),
    VisitRow: lambda body: replace(
        body, member_id=None, notes=(), mood=0, lines=tuple(replace(line, reason=None) for line in body.lines)
    ),
    PreferenceRow: lambda body: PreferenceRow(facet="", value="", sentiment="neutral", noted_at=body.noted_at),
    ConsentRow: lambda body: ConsentRow(member_id="", purpose=body.purpose, granted=False, at=body.at),
    CouponRow: lambda body: replace(body, member_id=""),
    SettlementRow: lambda body: replace(body, member_id=""),
    GiftRow: lambda body: replace(body, member_id=None),
    PointsRow: lambda body: replace(body, member_id="", reason=""),
    TaskRow: lambda body: replace(body, member_id="", title="", figures={}, facts=(), note=None),
    ReviewRow: lambda body: replace(body, member_id="", kept="", lost=""),
    RequestRow: lambda body: body,  # it is the proof of what was done, and names nobody but by an id that stays
    LeaseRow: lambda body: replace(body, signed=""),
    AppointmentRow: lambda body: replace(body, member_id="", service=""),
    ContentUseRow: lambda body: replace(body, member_id=""),
    OrderRow: lambda body: replace(body, member_id="", number="", title=""),
    TagRow: lambda body: replace(body, member_id="", name="", removed=True),
    EntityRow: lambda body: replace(body, member_id="", fields={}),
    LeadRow: lambda body: LeadRow(name="", noted_at=body.noted_at, state="lost"),
}


def request_erasure(documents: Documents, deed: Deed, data: ErasureRequested) -> None:
    """Once; it is never taken back."""
    forget(documents, data.member_id, deed.now)


def confirm_erasure(_documents: Documents, _deed: Deed, _data: ErasureCarriedOut) -> None:
    """The event itself is the receipt."""


def forget(documents: Documents, member_id: str, at: datetime) -> None:
    """Leave of a member, and of whatever is theirs, what a stranger could know."""
    if documents.get(ErasureRow, member_id):
        return
    member = find_member(documents, member_id)
    owned = documents.everything_of([member.id if member else member_id])
    owned += cast("list[AnyDocument]", forget_leads(documents, member_id))
    theirs = [each for each in {each.key: each for each in owned}.values() if each != member]
    theirs += documents.everything_of(each.id for each in theirs if isinstance(each.body, VisitRow))
    redirects = {each.id for each in theirs if isinstance(each.body, RedirectRow)}
    about = tuple(each.id for each in theirs if each.id not in redirects)
    # What a till or a backup tells of a lead names no member.
    leads = {each.id for each in theirs if isinstance(each.body, LeadRow)}
    for each in sorted({member_id, *redirects, *([member.id] if member else []), *leads}):
        documents.put(Document(each, ErasureRow(at=at), meta=Meta(about=about)))
    if not (member or owned):  # whoever enrols them at this very moment writes one of these rows too, and starts again
        for unknown in (MemberRow(code="", name=""), RedirectRow(keep="")):
            documents.put(Document(member_id, unknown, Meta(fate="erased")))
    for identity in leads_to(member.body) if member else ():
        documents.claim(identity, None)
    for document in theirs:
        if isinstance(document.body, AppointmentRow):
            strike(documents, at, cast("Document[AppointmentRow]", document))
        _anonymise(documents, document)
    if member:
        _anonymise(documents, cast("AnyDocument", member))


# What is left of a row that never was: words that are written in it later name it alone.
_GRAVES: dict[str, Callable[[datetime], Message]] = {
    KINDS[VisitRow]: lambda at: VisitRow(state="void", started_at=at),
    KINDS[TaskRow]: lambda _: TaskRow(member_id="", title="", due=""),
}


def bury(documents: Documents, key: Key, at: datetime) -> None:
    """Remember a visit or a task that was refused because of whose it was: what was written in it comes later."""
    if key.kind in _GRAVES and documents.peek(key) is None:
        documents.put(Document(key.id, _GRAVES[key.kind](at), meta=Meta(fate="erased")))


def _anonymise(documents: Documents, document: AnyDocument) -> None:
    body = FORGOTTEN[type(document.body)](document.body)
    documents.put(replace(document, body=body, meta=Meta(fate="erased"), member_id=None))
