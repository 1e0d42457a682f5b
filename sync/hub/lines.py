"""Lines of the files that headquarters imports: what each may hold, and the document it becomes."""

import contextlib
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, DecimalException
from functools import lru_cache
from typing import Annotated, Literal, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import msgspec
import phonenumbers
from msgspec import Meta
from msgspec.structs import replace

from desktop.rules.code_ids import code_id
from desktop.rules.gtin import normalise_gtin
from desktop.rules.member_codes import PUB_ID_BYTES, member_code, recruit_code
from desktop.rules.products import product_id
from desktop.rules.wechat import normal_wechat
from sync.code_rows import CodeRow, RecruitRow
from sync.escrow_rows import CouponRow, FloorRow, QuotaRow
from sync.hub.code_payloads import RecruitCode
from sync.hub.coupons import issue_coupon
from sync.hub.deeds import Deed
from sync.hub.documents import Body, Document, Documents, Identity
from sync.hub.leads import join_by, with_ways
from sync.hub.leases import FLOOR_ID, end_of_day
from sync.hub.members import (
    Member,
    blank_member,
    find_member,
    holder_among,
    identified,
    identities,
    known_by,
    owner_of,
    remember,
    serve,
    with_identities,
    write_fields,
)
from sync.hub.payloads import Birthday, Code, Label
from sync.hub.unpublished import Stock
from sync.protocol import GuideRow, Id, ProductRow, StoreRow

Filled = Annotated[str, Meta(min_length=1, max_length=80)]
CURRENCY = "CNY"
HOME_COUNTRY = "CN"


class BadLine(Exception):
    """A line that cannot come in; the text says why."""


class Office(NamedTuple):
    """What lines need besides documents. stores: id and name → id."""

    stores: dict[str, str]
    deed: Deed
    new_id: Callable[[], str]
    random: Callable[[int], bytes]

    def store_id(self, told: str) -> str:
        """The store of this id or exact name."""
        if told not in self.stores:
            raise BadLine(f"there is no store {told!r}")
        return self.stores[told]


class StoreLine(msgspec.Struct):
    """stores.csv"""

    name: Filled
    id: Id | None = None


class GuideLine(msgspec.Struct):
    """guides.csv: store is an id or a name"""

    name: Filled
    store: Filled
    id: Id | None = None
    badge: Code | None = None


class ProductLine(msgspec.Struct):
    """products.csv: price in whole units of money with decimals; lasts: days that one piece is enough for"""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    gtin: str | None = None
    code: str | None = None
    brand: Label | None = None
    price: str | None = None
    category: Label | None = None
    lasts: Annotated[int, Meta(gt=0, lt=10_000)] | None = None


class MemberLine(msgspec.Struct):
    """members.csv: store is an id or a name"""

    phone: str
    name: Filled
    code: Code | None = None
    card: Code | None = None
    birthday: Birthday | None = None
    channel: Label | None = None
    store: Filled | None = None
    tier: Label | None = None
    wechat: Filled | None = None


class CouponLine(msgspec.Struct):
    """coupons.csv: member is a code or a phone; amount in whole units of money; valid_until is the last day"""

    member: Filled
    campaign: Filled
    title: Filled
    amount: str
    valid_until: date
    id: Id | None = None
    state: Literal["issued", "void"] = "issued"


class QuotaLine(msgspec.Struct):
    """quotas.csv: total in pieces; a sample has the GTIN of its code"""

    title: Filled
    total: Annotated[int, Meta(ge=0, lt=2**31)]
    gtin: str | None = None
    id: Id | None = None


class CodeLine(msgspec.Struct):
    """codes.csv: another code of the product with this GTIN, such as a platform's SKU"""

    code: Annotated[str, Meta(min_length=1, max_length=512)]
    gtin: str
    platform: Label | None = None


class RecruitLine(msgspec.Struct):
    """recruits.csv: store is an id or a name, guide an id; without a code one is made; cost in whole units of money"""

    channel: Filled
    label: Filled
    code: RecruitCode | None = None
    store: Filled | None = None
    guide: Id | None = None
    partner: Label | None = None
    cost: str | None = None


class FloorLine(msgspec.Struct):
    """floor.csv: largest in whole units of money"""

    largest: str
    a_day: Annotated[int, Meta(ge=0, lt=2**31)]
    in_a_row: Annotated[int, Meta(ge=0, lt=2**31)]


def put_store(documents: Documents, office: Office, line: StoreLine) -> None:
    """Found again by id, else by name."""
    store_id = line.id or office.stores.get(line.name) or fixed_id("store", line.name)
    put_changed(documents, store_id, StoreRow(name=line.name))


def put_guide(documents: Documents, office: Office, line: GuideLine) -> None:
    """Found again by id, else by store and badge or name."""
    store_id = office.store_id(line.store)
    guide_id = line.id or fixed_id("guide", store_id, line.badge or line.name)
    put_changed(documents, guide_id, GuideRow(name=line.name, store_id=store_id, badge=line.badge))


def put_product(documents: Documents, _office: Office, line: ProductLine) -> None:
    """Found again by its GTIN."""
    try:
        gtin = normalise_gtin(line.gtin or line.code or "")
    except ValueError as error:
        raise BadLine(str(error)) from None
    price = minor_units(line.price) if line.price else None
    currency = CURRENCY if price is not None else None
    body = ProductRow(
        name=line.name,
        gtins=(gtin,),
        brand=line.brand,
        price=price,
        currency=currency,
        category=line.category,
        lasts=line.lasts,
    )
    put_changed(documents, product_id(gtin), body)


def asks_of_member(line: MemberLine) -> tuple[Identity, ...]:
    """What leads to the member of a line, if they are known, or to the lead that they were."""
    wechat = None
    with contextlib.suppress(BadLine):  # the line will be a bad one
        wechat = _wechat(line)
    ways = with_ways(identities(phone=_e164_or_none(line.phone), wechat=wechat))
    return (*identities(code=line.code, card=line.card), *ways)


def _wechat(line: MemberLine) -> str | None:
    try:
        return normal_wechat(line.wechat) if line.wechat else None
    except ValueError:
        raise BadLine("wechat is not a WeChat id") from None


def put_member(documents: Documents, office: Office, line: MemberLine) -> None:
    """Found again by code, phone, card or WeChat id. What is known already was told by the member and is not
    overwritten; the tier is headquarters' own word. Whom the line means holds it too, though they were merged.
    """
    phone = e164(line.phone)
    store_id = office.store_id(line.store) if line.store else None
    given = identities(code=line.code, phone=phone, card=line.card, wechat=_wechat(line))
    found, held_by = owner_of(documents, given), holder_among(documents, given)
    code = line.code or (found.body.code if found else member_code(office.random(PUB_ID_BYTES)))
    new = [each for each in (*identities(code=code), *given) if documents.owner(each) is None]

    def told(one: Member) -> Member:
        return _with_line(with_identities(one, office.deed.clock, new), office.deed, line, store_id)

    member = found or blank_member(office.new_id(), office.deed, code)
    after = told(identified(documents, member, office.deed.clock, new))
    if after != found:
        documents.put(after)
    if held_by:
        remember(documents, held_by, told)
    join_by(documents, identities(phone=phone, wechat=_wechat(line)))


def _with_line(member: Member, deed: Deed, line: MemberLine, store_id: str | None) -> Member:
    told = {"name": line.name, "birthday": line.birthday, "channel": line.channel}
    empty = {field: value for field, value in told.items() if value and not getattr(member.body, field)}
    member = write_fields(member, deed.clock, empty)
    if store_id:
        member = serve(replace(member, body=replace(member.body, store_id=member.body.store_id or store_id)), store_id)
    return replace(member, body=replace(member.body, tier=line.tier)) if line.tier else member


def put_coupon(documents: Documents, office: Office, line: CouponLine) -> None:
    """Found again by id, else by campaign, title and whom it means. Headquarters may call it void, and change its
    terms.
    """
    member, told_id = member_of(documents, line.member)
    coupon_id = line.id or fixed_id("coupon", line.campaign, line.title, told_id)
    check_stays_forgotten(documents, coupon_id)
    found = documents.get(CouponRow, coupon_id)
    if not 2000 <= line.valid_until.year < 2100:
        raise BadLine("valid_until is not in this century")
    ends = end_of_day(line.valid_until.isoformat())
    told = CouponRow(member_id=member.id, campaign=line.campaign, title=line.title, amount=minor_units(line.amount),
                     currency=CURRENCY, valid_until=ends)  # fmt: skip
    if found is None:
        coupon = Document(coupon_id, told, member_id=member.id)
        issue_coupon(documents, office.deed, known_by(coupon, told_id))
        return
    state = "void" if line.state == "void" and found.body.state == "issued" else found.body.state
    body = replace(found.body, title=told.title, amount=told.amount, valid_until=ends, state=state)
    put_changed(documents, coupon_id, body)


def put_quota(documents: Documents, _office: Office, line: QuotaLine) -> None:
    """Found again by id, else by its title; it never shrinks below what was handed out."""
    quota_id = line.id or fixed_id("quota", line.title)
    stock = documents.get(Stock, quota_id)
    if stock and line.total < stock.body.out:
        raise BadLine(f"{stock.body.out} pieces were handed out already")
    try:
        gtin = normalise_gtin(line.gtin) if line.gtin else None
    except ValueError as error:
        raise BadLine(str(error)) from None
    put_changed(documents, quota_id, QuotaRow(title=line.title, total=line.total, gtin=gtin))


def put_code(documents: Documents, _office: Office, line: CodeLine) -> None:
    """Found again by the code; headquarters' word counts over a clerk's, and bears no clock of theirs."""
    try:
        gtin = normalise_gtin(line.gtin)
    except ValueError as error:
        raise BadLine(str(error)) from None
    body = CodeRow(code=line.code, product_id=product_id(gtin), platform=line.platform)
    found = documents.get(CodeRow, code_id(line.code))
    if found is None or found.body != body or found.meta.clocks:
        documents.put(Document(code_id(line.code), body))


def put_recruit(documents: Documents, office: Office, line: RecruitLine) -> None:
    """Found again by its code, else by channel and label. A cost that was told stays until another is."""
    store_id = office.store_id(line.store) if line.store else None
    found = documents.get(RecruitRow, recruit_of(line))
    cost = minor_units(line.cost) if line.cost else found.body.cost if found else None
    body = RecruitRow(channel=line.channel, label=line.label, store_id=store_id, guide_id=line.guide,
                      partner=line.partner, cost=cost)  # fmt: skip
    put_changed(documents, recruit_of(line), body)


def recruit_of(line: RecruitLine) -> str:
    """The code of a line; without one, that of its channel and label."""
    named = uuid5(NAMESPACE_URL, f"urn:storeguide:recruit:{line.channel}:{line.label}").bytes
    return line.code or recruit_code(named[:PUB_ID_BYTES])


def put_floor(documents: Documents, _office: Office, line: FloorLine) -> None:
    """There is one."""
    largest = minor_units(line.largest)
    put_changed(documents, FLOOR_ID, FloorRow(largest=largest, a_day=line.a_day, in_a_row=line.in_a_row))


def check_stays_forgotten(documents: Documents, document_id: str) -> None:
    """Raises BadLine if it was of somebody who was forgotten: it does not come back, not even with their phone."""
    if documents.is_erased(document_id):
        raise BadLine("it was of somebody who was forgotten")


def put_changed(documents: Documents, document_id: str, body: Body) -> None:
    """Put what headquarters says, if it is new."""
    found = documents.get(type(body), document_id)
    if found is None:
        documents.put(Document(document_id, body))
    elif found.body != body:
        documents.put(replace(found, body=body))


def import_deed(moment: datetime, clock: str) -> Deed:
    """An import is headquarters' own deed, in no store."""
    return Deed(device="hub", store_id="", guide_id=None, at=moment, clock=clock, now=moment)


def fixed_id(*names: str) -> str:
    """The id that follows from what a thing is called."""
    return str(uuid5(NAMESPACE_URL, "urn:storeguide:" + ":".join(names)))


def minor_units(text: str) -> int:
    """An amount as people write it, in the currency's smallest unit. Raises BadLine."""
    try:
        cents = Decimal(text) * 100
    except DecimalException:
        raise BadLine(f"{text!r} is not a price") from None
    if not (cents.is_finite() and cents == cents.to_integral_value() and 0 <= cents < 10**12):
        raise BadLine(f"{text!r} is not a price")
    return int(cents)


def member_of(documents: Documents, told: str) -> tuple[Member, str]:
    """Whom a code, phone or WeChat id leads to, and the id of who alone carries it. Raises BadLine."""
    told_id = holder_among(documents, whom(told))
    member = find_member(documents, told_id) if told_id else None
    if member is None or told_id is None:
        raise BadLine("there is no member of this code, phone or WeChat id")
    return member, told_id


def whom(told: str) -> tuple[Identity, ...]:
    """What a code, phone or WeChat id may be."""
    with contextlib.suppress(ValueError):
        return identities(code=told, phone=_e164_or_none(told), wechat=normal_wechat(told))
    return identities(code=told, phone=_e164_or_none(told))


def _e164_or_none(text: str) -> str:
    with contextlib.suppress(BadLine):  # a member code, then
        return e164(text)
    return text


@lru_cache(1024)  # a line is asked for its phone, and put
def e164(text: str) -> str:
    """A phone number as every program writes it. Raises BadLine."""
    try:
        number = phonenumbers.parse(text, HOME_COUNTRY)
    except phonenumbers.NumberParseException:
        raise BadLine("phone is not a phone number") from None
    if not phonenumbers.is_possible_number(number):
        raise BadLine("phone is not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
