"""Orders of other channels, as headquarters' files tell them: one document for each product of an order."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from desktop.rules.code_ids import code_id
from desktop.rules.gtin import normalise_gtin
from desktop.rules.products import product_id
from sync.code_rows import CodeRow, RecruitRow
from sync.hub.deeds import HOME_ZONE
from sync.hub.documents import Document, Documents, Identity
from sync.hub.lines import (
    CURRENCY,
    BadLine,
    Filled,
    Office,
    check_stays_forgotten,
    fixed_id,
    member_of,
    minor_units,
    whom,
)
from sync.hub.members import Member, known_by
from sync.hub.payloads import Label
from sync.protocol import GuideRow
from sync.service_rows import OrderRow

_MOST = 10_000  # pieces


class OrderLine(msgspec.Struct):
    """orders.csv: at is a day and time, headquarters' own where it names no zone; member is a code, phone or WeChat id;
    product is a GTIN or a platform's code; paid is for all pieces, in whole units of money; quantity is less than 0 for
    what was sent back; by is the guide's id or recruit code that brought it; line tells two of one product apart
    """

    number: Filled
    channel: Label
    at: str
    member: Filled
    paid: str
    product: Filled | None = None
    title: Annotated[str, Meta(max_length=200)] | None = None
    quantity: Annotated[int, Meta(ge=-_MOST, le=_MOST)] = 1
    by: Filled | None = None
    line: Filled | None = None


def asks_of_order(line: OrderLine) -> tuple[Identity, ...]:
    """Whose it may be."""
    return whom(line.member)


def line_of_order(cells: Mapping[str, str]) -> tuple[str, ...]:
    """What tells a line from every other, of its cells."""
    back = "back" if cells.get("quantity", "").startswith("-") else ""
    named = (cells.get("product", cells.get("title", "")), cells.get("at", ""), back)
    what = (cells["line"],) if "line" in cells else named
    return (cells.get("channel", ""), cells.get("number", ""), *what)


def put_order(documents: Documents, _office: Office, line: OrderLine) -> None:
    """Found again by channel, number and line, or product and moment without one."""
    member, told_id = member_of(documents, line.member)
    body = _row(documents, member, line)
    named = line.line or f"{line.product or line.title}:{body.at.isoformat()}:{'back' if line.quantity < 0 else ''}"
    order_id = fixed_id("order", line.channel, line.number, named)
    check_stays_forgotten(documents, order_id)
    found = documents.get(OrderRow, order_id)
    order = replace(found or Document(order_id, body), body=body, member_id=member.id)
    if (order := known_by(order, told_id)) != found:
        documents.put(order)


def _row(documents: Documents, member: Member, line: OrderLine) -> OrderRow:
    if not line.quantity:
        raise BadLine("quantity is 0")
    paid = minor_units(line.paid)
    product = _product(documents, line)
    return OrderRow(
        member_id=member.id, number=line.number, channel=line.channel, at=_moment(line.at), product_id=product,
        title=line.title or line.product or "", quantity=line.quantity, amount=paid if line.quantity > 0 else -paid,
        currency=CURRENCY, guide_id=_guide(documents, line.by),
    )  # fmt: skip


def _product(documents: Documents, line: OrderLine) -> str | None:
    """Its id; None for one that only has a title."""
    if line.product is None:
        if not line.title:
            raise BadLine("there is neither product nor title")
        return None
    if taught := documents.consult(CodeRow, code_id(line.product)):
        return taught.body.product_id
    try:
        return product_id(normalise_gtin(line.product))
    except ValueError as error:
        if line.title:
            return None
        raise BadLine(f"product: {error}, and no platform calls one so") from None


def _guide(documents: Documents, told: str | None) -> str | None:
    if told is None:
        return None
    if documents.consult(GuideRow, told):
        return told
    if recruit := documents.consult(RecruitRow, told):
        return recruit.body.guide_id
    raise BadLine(f"there is neither guide nor recruit code {told!r}")


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadLine("at is no time") from None
    if not 2000 <= at.year < 2100:
        raise BadLine("at is not in this century")
    return (at if at.tzinfo else at.replace(tzinfo=HOME_ZONE)).astimezone(UTC)
