"""Every visit as rows of a table, one a product, for a spreadsheet; read as a stream, never all at once."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, Select, Text, func, select, true

from desktop.data.catalogue import Guide, Product, Store
from desktop.data.members import Identity, Member
from desktop.data.visits import Line, Note, Visit
from desktop.money import in_figures
from desktop.views.people import masked_phone
from desktop.views.products import printed_gtin

COLUMNS = (
    "visit_id", "started", "finished", "state", "store", "guide", "member_code", "phone", "gtin", "product", "action",
    "reason", "price", "currency", "notes",
)  # fmt: skip

_IN_ORDER = (
    select(Note.text).where(Note.visit_id == Visit.id).order_by(Note.at, Note.id).correlate(Visit).subquery("in_order")
)
_NOTES = select(func.group_concat(_IN_ORDER.c.text, "\n", type_=Text)).scalar_subquery()
_CODE = (
    select(func.min(Identity.value))
    .where(Identity.kind == "code", Identity.member_id == Visit.member_id)
    .correlate(Visit)
    .scalar_subquery()
)


def count_visits(connection: Connection, since: datetime | None = None) -> int:
    """How many visits there are to export."""
    return connection.scalar(select(func.count()).select_from(Visit).where(_from(since))) or 0


def export_rows(connection: Connection, since: datetime | None = None) -> Iterator[tuple[str, ...]]:
    """Rows in the order of COLUMNS, the oldest visit first; a visit without products has one row too.

    Times are in this machine's zone, prices in whole units, phones masked.
    """
    for row in connection.execute(_query(since)).yield_per(500):
        yield _cells(row)


def _query(since: datetime | None) -> "Select[*tuple[object, ...]]":
    return (
        select(
            Visit.id, Visit.started_at, Visit.finished_at, Visit.state, Store.name.label("store"),
            Guide.name.label("guide"), _CODE.label("code"), Member.phone, Member.phone_reversed, Line.gtin,
            Product.name.label("product"), Line.action, Line.reason, Line.price, Line.currency, _NOTES.label("notes"),
        )
        .outerjoin(Member, Member.id == Visit.member_id)
        .outerjoin(Guide, Guide.id == Visit.guide_id)
        .outerjoin(Store, Store.id == Visit.store_id)
        .outerjoin(Line, Line.visit_id == Visit.id)
        .outerjoin(Product, Product.id == Line.product_id)
        .where(_from(since))
        .order_by(Visit.started_at, Visit.id, Line.at, Line.id)
    )  # fmt: skip


def _from(since: datetime | None) -> ColumnElement[bool]:
    return true() if since is None else Visit.started_at >= since


def _cells(row: "Row[*tuple[object, ...]]") -> tuple[str, ...]:
    told = row._mapping
    price = None if told["price"] is None else in_figures(told["price"], told["currency"])
    phone = masked_phone(told["phone"], told["phone_reversed"])
    gtin = printed_gtin(told["gtin"]) if told["gtin"] else None
    cells = (
        told["id"], _local(told["started_at"]), _local(told["finished_at"]), told["state"], told["store"],
        told["guide"], told["code"], phone, gtin, told["product"], told["action"], told["reason"], price,
        told["currency"], told["notes"],
    )  # fmt: skip
    return tuple(cell or "" for cell in cells)


def _local(moment: datetime | None) -> str:
    return moment.astimezone().isoformat(timespec="seconds") if moment else ""
