"""Codes that the hub signs, byte for byte: a member's of these two minutes (SGT1), and a voucher (SGV1). Pure.

    SGT1, 129 characters: kid 1 | member 8 | not_after 4 | flags 1 | signature 64
    SGV1, 148 characters: kid 1 | serial 8 | campaign 4 | value 4 | expires 4 | scope 4 | flags 1 | signature 64

The prefix is followed by these bytes in base 32.
Numbers are unsigned, most significant byte first. The signature is made over a string of the kind's own, which keeps
one kind from being passed off as another, and the bytes before it. Whoever signs brings a callable: no key comes here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from struct import Struct, error

from desktop.rules.crockford import decode, encode

TOKEN_PREFIX = "SGT1"  # noqa: S105 - not a secret
VOUCHER_PREFIX = "SGV1"
MEMBER_BYTES = 8
SIGNATURE_BYTES = 64

Sign = Callable[[bytes], bytes]

_TOKEN_DOMAIN = b"storeguide-token-1"
_VOUCHER_DOMAIN = b"storeguide-voucher-1"
_TOKEN = Struct(">B8sIB")
_VOUCHER = Struct(">B8sIIIIB")
_DAY_0 = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class TokenBody:
    """What a token says. kid: the issuer's key. member: 8 bytes, how the public id begins. not_after: unix seconds."""

    kid: int
    member: bytes
    not_after: int
    flags: int = 0

    def signed_bytes(self) -> bytes:
        """What the signature is made over."""
        return _TOKEN_DOMAIN + self.packed()

    def packed(self) -> bytes:
        """The bytes before the signature; ``ValueError`` if something does not fit its place."""
        return _pack(_TOKEN, self.kid, _eight(self.member), self.not_after, self.flags)


@dataclass(frozen=True, slots=True)
class VoucherBody:
    """What a voucher says. serial: 8 bytes. value: minor units. expires_on: its last day. scope: 0 is everywhere."""

    kid: int
    serial: bytes
    campaign: int
    value: int
    expires_on: date
    scope: int = 0
    flags: int = 0

    def signed_bytes(self) -> bytes:
        """What the signature is made over."""
        return _VOUCHER_DOMAIN + self.packed()

    def packed(self) -> bytes:
        """The bytes before the signature; ``ValueError`` if something does not fit its place."""
        days = (self.expires_on - _DAY_0).days
        serial = _eight(self.serial)
        return _pack(_VOUCHER, self.kid, serial, self.campaign, self.value, days, self.scope, self.flags)


def issue_token(body: TokenBody, sign: Sign) -> str:
    """The text of a token. ``sign`` gives the 64 bytes of Ed25519 over what it is given."""
    return TOKEN_PREFIX + encode(body.packed() + sign(body.signed_bytes()))


def issue_voucher(body: VoucherBody, sign: Sign) -> str:
    """The text of a voucher. ``sign`` gives the 64 bytes of Ed25519 over what it is given."""
    return VOUCHER_PREFIX + encode(body.packed() + sign(body.signed_bytes()))


def read_token(text: str) -> tuple[TokenBody, bytes]:
    """What a token says, and its signature, not verified. ``ValueError`` if it is cut off or damaged."""
    body, signature = _unpacked(_TOKEN, text.removeprefix(TOKEN_PREFIX))
    return TokenBody(*_TOKEN.unpack(body)), signature


def read_voucher(text: str) -> tuple[VoucherBody, bytes]:
    """What a voucher says, and its signature, not verified. ``ValueError`` if it is cut off or damaged."""
    body, signature = _unpacked(_VOUCHER, text.removeprefix(VOUCHER_PREFIX))
    kid, serial, campaign, value, days, scope, flags = _VOUCHER.unpack(body)
    return VoucherBody(kid, serial, campaign, value, _date(days), scope, flags), signature


def _unpacked(layout: Struct, text: str) -> tuple[bytes, bytes]:
    length = layout.size + SIGNATURE_BYTES
    if len(text) != -(-length * 8 // 5):
        raise ValueError(f"{length} bytes are another number of characters than {len(text)}")
    try:
        data = decode(text)
    except OverflowError as overflow:  # the characters have a bit more than the bytes, and it is set
        raise ValueError("more than the bytes hold") from overflow
    return data[: layout.size], data[layout.size :]


def _pack(layout: Struct, *values: object) -> bytes:
    try:
        return layout.pack(*values)
    except error as misfit:
        raise ValueError(str(misfit)) from misfit


def _eight(data: bytes) -> bytes:
    if len(data) != MEMBER_BYTES:  # struct would cut or fill it without a word
        raise ValueError(f"{MEMBER_BYTES} bytes are wanted, not {len(data)}")
    return data


def _date(days: int) -> date:
    try:
        return _DAY_0 + timedelta(days)
    except OverflowError as overflow:
        raise ValueError("a day after the year 9999") from overflow
