"""Forgetting a member: terminal, for every id that leads to them."""

from sync.hub.deeds import Deed
from sync.hub.documents import Document, Documents
from sync.hub.payloads import ErasureCarriedOut, ErasureRequested
from sync.protocol import ErasureRow


def request_erasure(documents: Documents, deed: Deed, data: ErasureRequested) -> None:
    """Once; it is never taken back."""
    if documents.get(ErasureRow, data.member_id) is None:
        documents.put(Document(data.member_id, ErasureRow(at=deed.at)))


def confirm_erasure(_documents: Documents, _deed: Deed, _data: ErasureCarriedOut) -> None:
    """The event itself is the receipt."""
