"""Lines of the files that headquarters imports: what each may hold, and the document it becomes."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, DecimalException
from typing import Annotated, NamedTuple
from uuid import NAMESPACE_URL, uuid5

import msgspec
import phonenumbers
from msgspec import Meta
from msgspec.structs import replace

from desktop.rules.gtin import normalise_gtin
from desktop.rules.member_codes import PUB_ID_BYTES, member_code
from desktop.rules.products import product_id
from sync.hub.deeds import Deed
from sync.hub.documents import Body, Document, Documents
from sync.hub.members import blank_member, identified, identities, owner_of, serve, write_fields
from sync.hub.payloads import Birthday, Code, Label
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
    """products.csv: price in whole units of money with decimals"""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    gtin: str | None = None
    code: str | None = None
    brand: Label | None = None
    price: str | None = None


class MemberLine(msgspec.Struct):
    """members.csv: store is an id or a name"""

    phone: str
    name: Filled
    code: Code | None = None
    card: Code | None = None
    birthday: Birthday | None = None
    channel: Label | None = None
    store: Filled | None = None


def put_store(documents: Documents, office: Office, line: StoreLine) -> None:
    """Found again by id, else by name."""
    store_id = line.id or office.stores.get(line.name) or _fixed_id("store", line.name)
    put_changed(documents, store_id, StoreRow(name=line.name))


def put_guide(documents: Documents, office: Office, line: GuideLine) -> None:
    """Found again by id, else by store and badge or name."""
    store_id = office.store_id(line.store)
    guide_id = line.id or _fixed_id("guide", store_id, line.badge or line.name)
    put_changed(documents, guide_id, GuideRow(name=line.name, store_id=store_id, badge=line.badge))


def put_product(documents: Documents, _office: Office, line: ProductLine) -> None:
    """Found again by its GTIN."""
    try:
        gtin = normalise_gtin(line.gtin or line.code or "")
    except ValueError as error:
        raise BadLine(str(error)) from None
    price = _minor_units(line.price) if line.price else None
    currency = CURRENCY if price is not None else None
    body = ProductRow(name=line.name, gtins=(gtin,), brand=line.brand, price=price, currency=currency)
    put_changed(documents, product_id(gtin), body)


def put_member(documents: Documents, office: Office, line: MemberLine) -> None:
    """Found again by code, phone or card. What is known already was told by the member and is not overwritten."""
    phone = _e164(line.phone)
    store_id = office.store_id(line.store) if line.store else None
    found = owner_of(documents, identities(code=line.code, phone=phone, card=line.card))
    code = line.code or (found.body.code if found else member_code(office.random(PUB_ID_BYTES)))
    member = found or blank_member(office.new_id(), office.deed, code)
    told = {"name": line.name, "birthday": line.birthday, "channel": line.channel}
    empty = {field: value for field, value in told.items() if value and not getattr(member.body, field)}
    member = write_fields(member, office.deed.clock, empty)
    member = identified(documents, member, office.deed.clock, identities(code=code, phone=phone, card=line.card))
    if store_id:
        member = serve(replace(member, body=replace(member.body, store_id=member.body.store_id or store_id)), store_id)
    if member != found:
        documents.put(member)


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


def _fixed_id(*names: str) -> str:
    return str(uuid5(NAMESPACE_URL, "urn:storeguide:" + ":".join(names)))


def _minor_units(text: str) -> int:
    try:
        cents = Decimal(text) * 100
    except DecimalException:
        raise BadLine(f"{text!r} is not a price") from None
    if not (cents.is_finite() and cents == cents.to_integral_value() and 0 <= cents < 10**12):
        raise BadLine(f"{text!r} is not a price")
    return int(cents)


def _e164(text: str) -> str:
    try:
        number = phonenumbers.parse(text, HOME_COUNTRY)
    except phonenumbers.NumberParseException:
        raise BadLine("phone is not a phone number") from None
    if not phonenumbers.is_possible_number(number):
        raise BadLine("phone is not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
