"""What a member has agreed to, by the whole ledger that the hub has of them."""

from typing import cast

from desktop.rules.consent import ConsentLine, agreed
from sync.hub.deeds import Deed
from sync.hub.documents import Documents
from sync.protocol import ConsentRow


def has_agreed(documents: Documents, deed: Deed, member_id: str, purpose: str) -> bool:
    """Whether the member agrees to ``purpose`` at this point of the batch.

    What a till did with a consent that another till heard may come first to a hub that came back from a backup: as
    long as it lends nothing, it takes a till's word for what nobody has withdrawn.
    """
    rows = [(each.id, cast("ConsentRow", each.body)) for each in documents.everything_of([member_id], ConsentRow)]
    lines = [ConsentLine(id, row.purpose, row.granted, frozenset(row.seen)) for id, row in rows]
    may_come = not documents.lends(deed.now)
    return agreed(lines, purpose) or (may_come and all(line.granted for line in lines if line.purpose == purpose))
