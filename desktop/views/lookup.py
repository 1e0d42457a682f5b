"""What a scanned text stands for at this till."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, bindparam, or_, select

from desktop.data.catalogue import Guide
from desktop.data.direct import Direct
from desktop.data.members import Identity, Redirect
from desktop.errors import BadInput, NotFound, NotNow
from desktop.rules.crockford import decode
from desktop.rules.member_codes import MEMBER_PREFIX
from desktop.rules.wechat import normal_wechat
from desktop.scanning.codes import fold, parse_code
from desktop.scanning.kinds import (
    BadgeCode,
    Code,
    ItemCode,
    LegacyCard,
    MeasuredCode,
    MemberCode,
    MemberToken,
    PaymentCode,
    ProductCode,
    RecruitCode,
    UnknownCode,
    Voucher,
)
from desktop.scanning.trust import revokes
from desktop.views.code_rules import find_rules
from desktop.views.phone import wechat_owner
from desktop.views.products import PLAIN, Label, ProductView, find_product, find_product_of_code
from desktop.views.recruits import RecruitView, find_recruit
from desktop.views.samples import find_sample
from desktop.views.trust import find_bundle, find_shown
from desktop.views.vouchers import VoucherView, find_voucher


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """The text leads to a member this till knows. kind: member, card of an older system, or wechat."""

    member_id: str
    kind: str = "member"


@dataclass(frozen=True, slots=True)
class TokenSeen:
    """A member's code of these minutes, and it is good; ``text`` is for ``serve_shown``."""

    member_id: str
    text: str
    kind: str = "token"


@dataclass(frozen=True, slots=True)
class NewMemberCode:
    """A sound member code that nobody here answers to: a new card, or one of another shop not read yet."""

    code: str
    kind: str = "member"


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card of an older system that nobody here has. rule: the name of the rule that knew it."""

    rule: str
    number: str
    kind: str = "card"


@dataclass(frozen=True, slots=True)
class ProductSeen:
    """The text leads to a product. label: what it told of this very piece. kind: product, item or measured."""

    product: ProductView
    label: Label = PLAIN
    kind: str = "product"


@dataclass(frozen=True, slots=True)
class NewProductCode:
    """A sound GTIN-14 that the catalogue does not have. text: as it was scanned, in one spelling."""

    gtin: str
    text: str
    kind: str = "product"


@dataclass(frozen=True, slots=True)
class SampleSeen:
    """A sample that may be handed out."""

    quota_id: str
    title: str
    kind: str = "sample"


@dataclass(frozen=True, slots=True)
class RecruitSeen:
    """A code that wins members."""

    recruit: RecruitView
    kind: str = "recruit"


@dataclass(frozen=True, slots=True)
class GuideSeen:
    """A guide's badge."""

    guide_id: str
    name: str
    kind: str = "badge"


@dataclass(frozen=True, slots=True)
class VoucherSeen:
    """A voucher whose signature is good."""

    voucher: VoucherView
    kind: str = "voucher"


@dataclass(frozen=True, slots=True)
class PaymentSeen:
    """A payment code (wechat, alipay, unionpay): recognised, and not kept."""

    whose: str
    kind: str = "payment"


@dataclass(frozen=True, slots=True)
class UnknownText:
    """Nothing this till knows."""

    text: str
    kind: str = "unknown"


Sight = (
    MemberSeen
    | TokenSeen
    | NewMemberCode
    | NewCard
    | ProductSeen
    | NewProductCode
    | SampleSeen
    | RecruitSeen
    | GuideSeen
    | VoucherSeen
    | PaymentSeen
    | UnknownText
)

_CHECK_DIGITS = ("gtin_check_digit", "measured_check_digit")
_BY_VALUE = Direct(
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
_REDIRECT = Direct(select(Redirect.keep).where(Redirect.id == bindparam("id")))
_BADGE = select(Guide.id, Guide.name).where(Guide.badge == bindparam("badge"), Guide.active).limit(2)


def look_up(connection: Connection, text: str, now: datetime | None = None) -> Sight:
    """Read any scanned text; ``now`` is the till's clock (None: the machine's).

    Raises BadInput for what is recognisably damaged, forged or expired and no old card either, NotFound
    ``recruit_unknown``, ``badge_unknown``, ``token_member_unknown``, NotNow ``recruit_closed``.
    """
    try:
        code = parse_code(text, find_rules(connection))
    except BadInput as error:
        if error.code in _CHECK_DIGITS and (seen := _all_the_same(connection, fold(text))):
            return seen
        raise
    return _own(connection, code, now or datetime.now(UTC)) or _other(connection, code)


def find_member(connection: Connection, value: str) -> str | None:
    """The member that a code or a card number leads to."""
    member_id: str | None = _BY_VALUE.scalar(connection, value=value)
    return member_id


def code_of(connection: Connection, member_id: str) -> str | None:
    """A code that leads to the member, for a card."""
    return connection.execute(_CODE, {"id": member_id}).scalar()


def current_id(connection: Connection, member_id: str) -> str:
    """The id that stands for the member now: a merge leaves a redirect for ever."""
    while keep := _REDIRECT.scalar(connection, id=member_id):
        member_id = keep
    return member_id


def _own(connection: Connection, code: Code, now: datetime) -> Sight | None:
    """What a code of our own making leads to; None for any other."""
    match code:
        case MemberCode(text=canonical):
            if revokes(find_bundle(connection), decode(canonical[len(MEMBER_PREFIX) : -2])):
                raise BadInput("card_revoked")
            member_id = find_member(connection, canonical)
            return MemberSeen(member_id) if member_id else NewMemberCode(canonical)
        case MemberToken():
            member_id = find_shown(connection, code, now)
            if member_id is None:
                raise NotFound("token_member_unknown")
            return TokenSeen(member_id, code.text)
        case Voucher():
            return VoucherSeen(find_voucher(connection, code, now))
        case RecruitCode(text=canonical):
            return RecruitSeen(_open_recruit(connection, canonical))
        case BadgeCode(text=canonical):
            if guide := _badge(connection, canonical):
                return guide
            raise NotFound("badge_unknown")
    return None


def _other(connection: Connection, code: Code) -> Sight:
    """What a code of somebody else's leads to."""
    match code:
        case ProductCode(gtin=gtin, text=text):
            return _product(connection, gtin, text, ProductSeen)
        case ItemCode(gtin=gtin, text=text):
            label = Label(serial=code.serial, batch=code.batch, expires_on=code.expires_on)
            return _product(connection, gtin, text, lambda product: ProductSeen(product, label, "item"))
        case MeasuredCode(gtin=gtin, text=text):
            if product := find_product(connection, text.zfill(14)):  # shops give fixed codes of this range too
                return ProductSeen(product)
            label = Label(price=code.amount) if code.kind == "price" else Label(weight=code.amount)
            product = find_product(connection, gtin) or find_product_of_code(connection, code.item)
            if product:
                return ProductSeen(product, label, "measured")
            return _product(connection, gtin, text, lambda product: ProductSeen(product, label, "measured"))
        case LegacyCard(rule=rule, number=number):
            return _by_text(connection, number) or NewCard(rule, number)
        case PaymentCode(kind=kind):
            return PaymentSeen(kind)
        case UnknownCode(text=text):
            return _by_text(connection, text) or UnknownText(text)
    raise TypeError(type(code).__name__)


def _product(connection: Connection, gtin: str, text: str, seen: Callable[[ProductView], Sight]) -> Sight:
    if sample := find_sample(connection, gtin):
        return SampleSeen(*sample)
    # A short UPC may stand in the catalogue as it is printed.
    if product := find_product(connection, gtin) or find_product(connection, text.zfill(14)):
        return seen(product)
    # old member cards may carry a number that is also a sound GTIN
    known = (_by_text(connection, spelling) for spelling in _spellings(gtin, text))
    return next((each for each in known if each), None) or NewProductCode(gtin, text)


def _spellings(gtin: str, text: str) -> dict[str, None]:
    """Of one and the same symbol one scanner tells 12 digits, a camera 13 and a GS1 code 14."""
    return dict.fromkeys((text, *(gtin[-length:] for length in (12, 13, 14) if not gtin[:-length].strip("0"))))


def _all_the_same(connection: Connection, text: str) -> Sight | None:
    """What digits lead to whose check digits are wrong: an old card, or a code the shop itself gave a product."""
    if member_id := find_member(connection, text):
        return MemberSeen(member_id, "card")
    product = find_product(connection, text.zfill(14))
    return ProductSeen(product) if product else None


def _by_text(connection: Connection, text: str) -> Sight | None:
    """What a text leads to that says nothing by itself: a card, another code of a product, a badge."""
    if member_id := find_member(connection, text):
        return MemberSeen(member_id, "card")
    if product := find_product_of_code(connection, text):
        return ProductSeen(product)
    return _badge(connection, text) or _by_wechat(connection, text)


def _by_wechat(connection: Connection, text: str) -> MemberSeen | None:
    with contextlib.suppress(ValueError):
        if member_id := wechat_owner(connection, normal_wechat(text)):
            return MemberSeen(member_id, "wechat")
    return None


def _badge(connection: Connection, text: str) -> GuideSeen | None:
    """The guide with this badge; a number that two guides have is nobody's."""
    found = connection.execute(_BADGE, {"badge": text}).all()
    return GuideSeen(*found[0]) if len(found) == 1 else None


def _open_recruit(connection: Connection, code: str) -> RecruitView:
    recruit = find_recruit(connection, code)
    if recruit is None:
        raise NotFound("recruit_unknown")
    if not recruit.active:
        raise NotNow("recruit_closed", label=recruit.label)
    return recruit
