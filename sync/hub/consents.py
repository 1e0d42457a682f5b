"""What a member has agreed to, by the whole ledger that the hub has of them."""

from typing import cast

from desktop.rules.consent import ConsentLine, agreed
from sync.hub.documents import Documents
from sync.protocol import ConsentRow


def has_agreed(documents: Documents, member_id: str, purpose: str) -> bool:
    """Whether the member agrees to ``purpose`` at this point of the batch."""
    rows = [(each.id, cast("ConsentRow", each.body)) for each in documents.everything_of([member_id], ConsentRow)]
    return agreed((ConsentLine(id, row.purpose, row.granted, frozenset(row.seen)) for id, row in rows), purpose)
