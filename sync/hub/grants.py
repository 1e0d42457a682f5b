"""A lease in words that only this hub can write: it knows them again even when it has forgotten that it wrote them.

The secret was made with the database and lies in every backup of it, so that no restored hub is without it. Whoever
reads a backup could write grants, but to spend one takes the holder's own token, of which the hub keeps only a hash.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from typing import Literal

import msgspec

from sync.escrow_rows import CouponRow

SECRET_BYTES = 32
MAC_BYTES = 16


class Grant(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One state of a lease. turn: grows with every state, but for those of a restored hub that does not lend yet.
    coupon: as it was issued."""

    id: str
    of: Literal["coupon", "quota", "points", "voucher"]
    object_id: str
    holder: str
    amount: int
    not_after: datetime
    turn: int
    coupon: CouponRow | None = None


def sign(secret: bytes, grant: Grant) -> str:
    """The grant as text."""
    body = msgspec.json.encode(grant)
    return base64.urlsafe_b64encode(_mac(secret, body) + body).decode()


def read_grant(secret: bytes, text: str) -> Grant | None:
    """The grant that this hub has signed; None for anything else."""
    try:
        told = base64.urlsafe_b64decode(text.encode())
        mac, body = told[:MAC_BYTES], told[MAC_BYTES:]
        return msgspec.json.decode(body, type=Grant) if hmac.compare_digest(mac, _mac(secret, body)) else None
    except (ValueError, binascii.Error, msgspec.MsgspecError):
        return None


def _mac(secret: bytes, body: bytes) -> bytes:
    return hmac.new(secret, body, hashlib.sha256).digest()[:MAC_BYTES]
