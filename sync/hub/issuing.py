"""Codes that the hub signs: a member's for the minutes of a day ahead, and vouchers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from desktop.rules.code_ids import store_number
from desktop.rules.crockford import decode
from desktop.rules.member_codes import MEMBER_PREFIX, PUB_ID_BYTES
from desktop.rules.signed_codes import MEMBER_BYTES, Sign, TokenBody, VoucherBody, issue_token, issue_voucher
from sync.code_rows import TokenSlot
from sync.hub.archive import Archive
from sync.hub.documents import Documents, Identity
from sync.hub.feed import publish
from sync.hub.keys import Keyring
from sync.hub.members import find_member
from sync.hub.problems import HubError, HubProblem
from sync.hub.trust import find_bundle, issuer_for
from sync.hub.vouchers import new_voucher
from sync.protocol import MemberRow

EVERY = 120  # seconds: each is good for two minutes before and after its moment
A_DAY = 86_400
_SERIAL_BYTES = 8
_LENGTH = len(MEMBER_PREFIX) + 18


@dataclass(frozen=True, slots=True)
class VoucherOrder:
    """What each of ``count`` vouchers is. value: minor units. store_id: the only one where it is good."""

    campaign: int
    value: int
    expires_on: date
    count: int = 1
    store_id: str | None = None


def tokens_for(connection: Connection, ring: Keyring, told: str, *, now: int, seconds: int = A_DAY) -> list[TokenSlot]:
    """The codes of a member, by id or code, from now on.

    Raises ``HubProblem`` not_found, ``HubError`` without a key.
    """
    documents = Documents(Archive(connection, lock=False))
    member = find_member(documents, documents.owner(Identity("code", told)) or told)
    if member is None:
        raise HubProblem("not_found", "no such member")
    _, kid, sign = _signer(documents, ring, "token", now)
    begins = _public_id(member.body)[:MEMBER_BYTES]
    first = -(-now // EVERY) * EVERY
    moments = range(first, first + seconds, EVERY)
    return [TokenSlot(not_after=at, code=issue_token(TokenBody(kid, begins, at), sign)) for at in moments]


def issue_vouchers(
    connection: Connection, ring: Keyring, order: VoucherOrder, *, now: int, random: Callable[[int], bytes]
) -> list[str]:
    """So many new vouchers, which the hub knows from now on. Raises ``HubError`` without a key, or for a bad order."""
    documents = Documents(Archive(connection))
    until, kid, sign = _signer(documents, ring, "voucher", now)
    if order.expires_on >= datetime.fromtimestamp(until, UTC).date():
        raise HubError("no key lives that long: vouchers end by then")
    scope = store_number(order.store_id) if order.store_id else 0
    codes = []
    for _ in range(order.count):
        body = VoucherBody(kid, random(_SERIAL_BYTES), order.campaign, order.value, order.expires_on, scope)
        try:
            codes.append(issue_voucher(body, sign))
        except ValueError as error:
            raise HubError(f"no voucher can say that: {error}") from None
        documents.put(new_voucher(body))
    documents.keep()
    publish(connection, documents)
    return codes


def _signer(documents: Documents, ring: Keyring, purpose: str, now: int) -> tuple[int, int, Sign]:
    """Until when, with which key, and how."""
    keys = ring.load()
    issuer = issuer_for(find_bundle(documents), purpose, now, keys)
    return issuer.until, issuer.kid, lambda message: keys[issuer.kid].sign(message).signature


def _public_id(member: MemberRow) -> bytes:
    """Of the first of their codes that is ours; cards of older systems have none."""
    ours = (each for each in (member.code, *member.codes) if each.startswith(MEMBER_PREFIX) and len(each) == _LENGTH)
    code = next(ours, None)
    if code is None:
        raise HubProblem("not_found", "no code of ours")
    return decode(code[len(MEMBER_PREFIX) : -2])[:PUB_ID_BYTES]
