"""Values that two people wrote without knowing of each other: one stands, and the store is asked which is right."""

from collections.abc import Mapping
from typing import cast
from uuid import NAMESPACE_URL, uuid5

from msgspec.structs import replace

from sync.escrow_rows import ReviewRow
from sync.hub.deeds import Deed
from sync.hub.documents import Document, Documents
from sync.protocol import MemberRow

FIELDS = ("name", "birthday", "phone")
Member = Document[MemberRow]
Told = Mapping[str, str | None]


def review(documents: Documents, before: Member, after: Member, *, told: Told, base: Told, deed: Deed) -> None:
    """Open a review of each field whose value the clerk had not seen; settle it when somebody had."""
    for field in FIELDS:
        if field not in told or field not in base:
            continue
        if (row := _doubt(before, after, field, told[field], deed)) and unseen(before, field, base):
            _open(documents, row)
        else:
            _settle(documents, before, field)


def unseen(member: Member, field: str, base: Told) -> bool:
    """Whether the clerk had seen another value than the one that stands; who says nothing of it has seen that."""
    return field in base and base[field] != getattr(member.body, field)


def ruled_out(documents: Documents, member: Member, field: str, told: Told) -> tuple[str, ...]:
    """The values that a clerk decided against by writing the one that stands."""
    if field not in told or told[field] != getattr(member.body, field):
        return ()
    return tuple(each.body.lost for each in _asked_of(documents, member, field) if not each.body.settled)


def review_stranger(documents: Documents, before: Member, after: Member, *, told: Told, deed: Deed) -> None:
    """Open a review of each field in which an enrolment told otherwise than who was known already. Whoever enrolled had
    seen nothing of them, which settles nothing."""
    for field in FIELDS:
        if field in told and (row := _doubt(before, after, field, told[field], deed)):
            _open(documents, row)


def settle_apart(documents: Documents, one: Member, other: Member) -> None:
    """Of two members who are two after all neither value was wrong. What is answered, or is asked of a value that does
    not stand any more, may tell of the other: nobody would find it there who is to forget them.
    """
    for member, another in ((one, other), (other, one)):
        for each in _reviews_of(documents, member.id):
            stands, theirs = (getattr(whose.body, each.body.field) or "" for whose in (member, another))
            if each.body.settled or each.body.kept != stands or each.body.lost in (theirs, *another.body.phones):
                documents.put(replace(each, body=replace(each.body, kept="", lost="", settled=True)))


def _doubt(before: Member, after: Member, field: str, told: str | None, deed: Deed) -> ReviewRow | None:
    """What stands and what does not; none if there was no other value."""
    held, new, stands = (getattr(before.body, field) or "", told or "", getattr(after.body, field) or "")
    if held in ("", new):
        return None
    return ReviewRow(member_id=before.id, field=field, kept=stands, lost=held if stands == new else new, at=deed.at)


def _open(documents: Documents, row: ReviewRow) -> None:
    review_id = _id_of(row.member_id, row.field)
    known = documents.get(ReviewRow, review_id)
    documents.put(replace(known, body=row) if known else Document(review_id, row, member_id=row.member_id))


def _settle(documents: Documents, member: Member, field: str) -> None:
    for each in _asked_of(documents, member, field):
        if not each.body.settled:
            documents.put(replace(each, body=replace(each.body, settled=True)))


def _asked_of(documents: Documents, member: Member, field: str) -> list[Document[ReviewRow]]:
    """Of the member, and of those who were merged into them: that keeps the id with which it was asked."""
    if member.meta.alone is not None:
        return [each for each in _reviews_of(documents, member.id) if each.body.field == field]
    own = documents.get(ReviewRow, _id_of(member.id, field))
    return [own] if own else []


def _reviews_of(documents: Documents, member_id: str) -> list[Document[ReviewRow]]:
    return cast("list[Document[ReviewRow]]", documents.everything_of([member_id], ReviewRow))


def _id_of(member_id: str, field: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"urn:storeguide:review:{member_id}:{field}"))
