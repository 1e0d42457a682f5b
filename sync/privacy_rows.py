"""Part of the contract of the wire: what members ask for by law, and how far an erasure has come."""

from datetime import datetime
from typing import Literal

from sync.protocol import Message


class RequestRow(Message, frozen=True, kw_only=True):
    """kind request, scope st:; a copy, a correction or an erasure that a member asked for, and the answer

    It stays when the member is erased: by then ``member_id`` leads to nobody.
    """

    member_id: str
    wants: Literal["access", "correction", "erasure"]
    made_at: datetime
    guide_id: str | None = None
    state: Literal["open", "met"] = "open"
    how: str | None = None
    met_at: datetime | None = None
    met_by: str | None = None


class ErasureQuestion(Message, frozen=True, kw_only=True):
    """Which tills have forgotten ``key``? Travels as a GET."""

    key: str


class ErasureReply(Message, frozen=True, kw_only=True):
    """Tills by name: those that have carried it out, that have not, and that were locked out before they did."""

    confirmed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
