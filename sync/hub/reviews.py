"""Values that two people wrote without knowing of each other: one stands, and the store is asked which is right."""

from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

from msgspec.structs import replace

from sync.escrow_rows import ReviewRow
from sync.hub.deeds import Deed
from sync.hub.documents import Document, Documents
from sync.protocol import MemberRow

FIELDS = ("name", "birthday")
Member = Document[MemberRow]


def review(
    documents: Documents, before: Member, after: Member, *, told: Mapping[str, str | None],
    base: Mapping[str, str | None], deed: Deed,
) -> None:  # fmt: skip
    """Open a review of each field whose value the clerk had not seen; settle it when somebody had."""
    for field in FIELDS:
        if field not in told or field not in base:
            continue
        held, new, stands = (getattr(before.body, field) or "", told[field] or "", getattr(after.body, field) or "")
        review_id = str(uuid5(NAMESPACE_URL, f"urn:storeguide:review:{before.id}:{field}"))
        known = documents.get(ReviewRow, review_id)
        if held and held not in (base[field] or "", new):
            lost = held if stands == new else new
            body = ReviewRow(member_id=before.id, field=field, kept=stands, lost=lost, at=deed.at)
            documents.put(replace(known, body=body) if known else Document(review_id, body, member_id=before.id))
        elif known and not known.body.settled:
            documents.put(replace(known, body=replace(known.body, settled=True)))
