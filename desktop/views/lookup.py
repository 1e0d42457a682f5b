"""What a scanned text stands for at this till."""

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, or_, select

from desktop.data.members import Identity, Redirect
from desktop.errors import BadInput
from desktop.scanning.codes import MemberCode, PaymentCode, ProductCode, fold, parse_code
from desktop.views.products import ProductView, find_product


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """The text leads to a member this till knows."""

    member_id: str


@dataclass(frozen=True, slots=True)
class NewMemberCode:
    """A sound member code that nobody here answers to: a new card, or one of another shop not read yet."""

    code: str


@dataclass(frozen=True, slots=True)
class ProductSeen:
    """The text leads to a product."""

    product: ProductView


@dataclass(frozen=True, slots=True)
class NewProductCode:
    """A sound GTIN-14 that the catalogue does not have."""

    gtin: str


@dataclass(frozen=True, slots=True)
class PaymentSeen:
    """A payment code (wechat, alipay, unionpay): recognised, and not kept."""

    kind: str


@dataclass(frozen=True, slots=True)
class UnknownText:
    """Nothing this till knows."""

    text: str


Sight = MemberSeen | NewMemberCode | ProductSeen | NewProductCode | PaymentSeen | UnknownText

_BY_VALUE = (
    select(Identity.member_id)
    .where(or_(Identity.kind == "code", Identity.kind == "card"), Identity.value == bindparam("value"))
    .order_by(Identity.member_id)
    .limit(1)
)
_CODE = (
    select(Identity.value)
    .where(Identity.kind == "code", Identity.member_id == bindparam("id"))
    .order_by(Identity.value)
    .limit(1)
)
_REDIRECT = select(Redirect.keep).where(Redirect.id == bindparam("id"))


def look_up(connection: Connection, text: str) -> Sight:
    """Read any scanned text. Raises BadInput for one that is recognisably damaged and no old card either."""
    try:
        code = parse_code(text)
    except BadInput as error:
        if error.code == "gtin_check_digit" and (member_id := find_member(connection, fold(text))):
            return MemberSeen(member_id)
        raise
    match code:
        case MemberCode(text=canonical):
            member_id = find_member(connection, canonical)
            return MemberSeen(member_id) if member_id else NewMemberCode(canonical)
        case ProductCode(gtin=gtin, text=folded):
            return _product_or_card(connection, gtin, folded)
        case PaymentCode(kind=kind):
            return PaymentSeen(kind)
        case _:
            member_id = find_member(connection, code.text)
            return MemberSeen(member_id) if member_id else UnknownText(code.text)


def find_member(connection: Connection, value: str) -> str | None:
    """The member that a code or a card number leads to."""
    return connection.execute(_BY_VALUE, {"value": value}).scalar()


def code_of(connection: Connection, member_id: str) -> str | None:
    """A code that leads to the member, for a card."""
    return connection.execute(_CODE, {"id": member_id}).scalar()


def current_id(connection: Connection, member_id: str) -> str:
    """The id that stands for the member now: a merge leaves a redirect for ever."""
    while keep := connection.execute(_REDIRECT, {"id": member_id}).scalar():
        member_id = keep
    return member_id


def _product_or_card(connection: Connection, gtin: str, text: str) -> Sight:
    if product := find_product(connection, gtin):
        return ProductSeen(product)
    member_id = find_member(connection, text)  # old member cards may carry a number that is also a sound GTIN
    return MemberSeen(member_id) if member_id else NewProductCode(gtin)
