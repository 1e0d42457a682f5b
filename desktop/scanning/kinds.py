"""The kinds of code a counter meets, each a frozen dataclass; ``desktop.scanning.codes`` makes them out of text."""

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class MemberCode:
    """A member's own code in canonical form: ``SGM1``, 16 characters of id, 2 of check."""

    text: str


@dataclass(frozen=True, slots=True)
class RecruitCode:
    """The code on a poster: ``SGR1``, shaped like a member's. Its channel, store and guide are a row of the hub."""

    text: str


@dataclass(frozen=True, slots=True)
class BadgeCode:
    """A guide's badge: ``SGB1``, shaped like a member's."""

    text: str


@dataclass(frozen=True, slots=True)
class MemberToken:
    """A member's code of these two minutes, ``SGT1``; not to be believed before ``verify_token`` has seen it.

    member: the first 8 bytes of the public id. not_after: seconds since 1970.
    """

    text: str
    kid: int
    member: bytes
    not_after: int
    flags: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher on paper or in a message, ``SGV1``; not to be believed before ``verify_voucher`` has seen it.

    serial: 8 bytes. campaign, scope: numbers of the hub's, scope 0 is everywhere. value: minor units.
    """

    text: str
    kid: int
    serial: bytes
    campaign: int
    value: int
    expires_on: date
    scope: int
    flags: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class ProductCode:
    """A product: ``gtin`` always has 14 digits, ``text`` is what was scanned, folded."""

    gtin: str
    text: str


@dataclass(frozen=True, slots=True)
class ItemCode:
    """A product whose code says more than its GTIN-14: a GS1 element string or Digital Link.

    text: every element in one spelling, ``(01)06901234567892(17)271231(10)L7(21)A1``, whatever was scanned.
    serial and gtin together are one unit in the world (一品一码).
    """

    gtin: str
    text: str
    serial: str | None = None
    batch: str | None = None
    expires_on: date | None = None
    best_before: date | None = None
    made_on: date | None = None


@dataclass(frozen=True, slots=True)
class MeasuredCode:
    """A label printed by a scale or for one piece, prefixes 02 and 20 to 29.

    gtin: the label with its figure set to 0, the same for every label of the item. text: the whole label.
    item: the item's digits. amount: minor units of money (price) or grams (weight).
    """

    gtin: str
    text: str
    item: str
    kind: Literal["price", "weight"]
    amount: int


@dataclass(frozen=True, slots=True)
class LegacyCard:
    """A card of an older system, known by one of the shop's own rules. rule: its name."""

    rule: str
    number: str

    @property
    def text(self) -> str:
        """What stands for the code: the number."""
        return self.number


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """Somebody's payment code. ``kind`` is wechat, alipay or unionpay; the digits were let go on purpose."""

    kind: str


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """Any other text, folded: a card number, a web address, a voucher of another house."""

    text: str


Code = (
    MemberCode
    | RecruitCode
    | BadgeCode
    | MemberToken
    | Voucher
    | ProductCode
    | ItemCode
    | MeasuredCode
    | LegacyCard
    | PaymentCode
    | UnknownCode
)

# By the names that words and JSON use.
KINDS: dict[type[Code], str] = {
    MemberCode: "member",
    RecruitCode: "recruit",
    BadgeCode: "badge",
    MemberToken: "token",
    Voucher: "voucher",
    ProductCode: "product",
    ItemCode: "item",
    MeasuredCode: "measured",
    LegacyCard: "card",
    PaymentCode: "payment",
    UnknownCode: "unknown",
}
