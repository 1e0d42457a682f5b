"""Events about codes: posters that win members, what clerks teach the till, vouchers that are taken."""

from dataclasses import dataclass
from typing import ClassVar

from desktop.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitEvent(Event):
    """Something happened to a recruit code; ``recruit_id`` is the code itself."""

    row: ClassVar[str] = "recruit"
    key: ClassVar[str] = "recruit_id"
    recruit_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitCodeMade(RecruitEvent):
    """A guide made a code to win members with: theirs and their store's."""

    channel: str
    label: str
    partner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecruitCodeClosed(RecruitEvent):
    """The code wins nobody any more; whom it has won stays won."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEvent(Event):
    """A clerk spoke of a code of a product. ``code_id`` is made out of the code."""

    row: ClassVar[str] = "code"
    key: ClassVar[str] = "code_id"
    code_id: str
    code: str
    product_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTaught(CodeEvent):
    """A code that nobody knew leads to this product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeForgotten(CodeEvent):
    """It does not lead to this product after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardEvent(Event):
    """A clerk spoke of a card of a member."""

    row: ClassVar[str] = "member"
    key: ClassVar[str] = "member_id"
    member_id: str
    card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardTaught(CardEvent):
    """A code that nobody knew is a card of this member."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardForgotten(CardEvent):
    """It is not this member's card after all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherEvent(Event):
    """Something happened to a voucher. ``redemption_id`` names one taking of it."""

    row: ClassVar[str] = "voucher"
    key: ClassVar[str] = "voucher_id"
    voucher_id: str
    redemption_id: str
    visit_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherTaken(VoucherEvent):
    """A voucher was accepted at the counter: by this till's lease, ``signed`` by the hub, or within the floor limit.

    ``code``: as it was scanned; the hub checks its own signature again.
    """

    code: str
    lease_id: str | None = None
    signed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherReturned(VoucherEvent):
    """That taking was a mistake."""
