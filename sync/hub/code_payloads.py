"""What the hub lets in about codes: the data of these events."""

from typing import Annotated

from msgspec import Meta

from sync.hub.escrow_payloads import Signed
from sync.hub.payloads import Code, Label, Payload
from sync.protocol import Id

RecruitCode = Annotated[str, Meta(pattern=r"^SGR1[0-9A-HJKMNP-TV-Z]{18}\Z")]
Scanned = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]{1,512}\Z")]


class RecruitPayload(Payload, frozen=True, kw_only=True):
    """Something happened to a recruit code."""

    recruit_id: RecruitCode


class RecruitCodeMade(RecruitPayload, frozen=True, kw_only=True):
    """A guide made it."""

    channel: Label
    label: Label
    partner: Label | None = None


class RecruitCodeClosed(RecruitPayload, frozen=True, kw_only=True):
    """It wins nobody any more."""


class CodePayload(Payload, frozen=True, kw_only=True):
    """A code of a product was spoken of."""

    code_id: Id
    code: Scanned
    product_id: Id


class CodeTaught(CodePayload, frozen=True, kw_only=True):
    """It leads to this product."""


class CodeForgotten(CodePayload, frozen=True, kw_only=True):
    """It does not."""


class CardPayload(Payload, frozen=True, kw_only=True):
    """A card of a member was spoken of."""

    member_id: Id
    card: Code


class CardTaught(CardPayload, frozen=True, kw_only=True):
    """It is theirs."""


class CardForgotten(CardPayload, frozen=True, kw_only=True):
    """It is not."""


class VoucherPayload(Payload, frozen=True, kw_only=True):
    """Something happened to a voucher."""

    voucher_id: Id
    redemption_id: Id
    visit_id: Id


class VoucherTaken(VoucherPayload, frozen=True, kw_only=True):
    """It was accepted at the counter."""

    code: Scanned
    lease_id: Id | None = None
    signed: Signed | None = None


class VoucherReturned(VoucherPayload, frozen=True, kw_only=True):
    """That was a mistake."""
