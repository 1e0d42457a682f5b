"""Products from a file: new ones, and what changed of known ones. Headquarters may overwrite them later."""

import re
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from desktop.csv_files import Record
from desktop.data.base import Base
from desktop.data.catalogue import Gtin, Product
from desktop.errors import BadInput
from desktop.rules.products import product_id
from desktop.scanning.codes import parse_gtin
from desktop.services.imports import Kind, Outcome
from desktop.services.people import one_line
from desktop.work import Work

LONGEST_NAME = 200
CURRENCY = "CNY"
_PRODUCT, _GTIN = Base.metadata.tables[Product.__tablename__], Base.metadata.tables[Gtin.__tablename__]
_TOLD = ("name", "brand", "price", "currency", "category", "lasts")
_KNOWN = (
    select(Gtin.gtin, Product.id, *(getattr(Product, name) for name in _TOLD))
    .join(Product, Product.id == Gtin.product_id)
    .where(Gtin.gtin.in_(bindparam("gtins", expanding=True)))
)


@dataclass(frozen=True, slots=True)
class ProductEntry:
    """A product as the file tells it. price: minor units of CURRENCY. lasts: days. None: not told, so left as it is."""

    line: int
    gtin: str
    name: str
    brand: str | None
    price: int | None
    category: str | None
    lasts: int | None

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.gtin,)


def read_product(record: Record) -> ProductEntry:
    """What a record says. Raises BadInput for a code, a name or a price that cannot be right."""
    cells = record.cells
    gtin = parse_gtin(cells.get("gtin", ""))
    name = one_line(cells.get("name", ""), longest=LONGEST_NAME)
    if not name:
        raise BadInput("product_name_missing")
    brand = one_line(cells.get("brand", ""), longest=80) or None
    category = one_line(cells.get("category", ""), longest=80) or None
    return ProductEntry(
        record.line, gtin, name, brand, _minor_units(cells.get("price")), category, _days(cells.get("lasts"))
    )


def put_products(work: Work, entries: list[ProductEntry]) -> Outcome:
    """Write what is new or differs; rows that say what is known are not touched."""
    rows = work.session.execute(_KNOWN, {"gtins": [entry.gtin for entry in entries]})
    known = {row.gtin: row for row in rows}
    new = [entry for entry in entries if entry.gtin not in known]
    changes = [change for entry in entries if entry.gtin in known and (change := _change(entry, known[entry.gtin]))]
    _add(work, new)
    if changes:
        work.session.execute(_change_statement(), changes)
    work.touched |= {("product", product_id(entry.gtin)) for entry in new}
    work.touched |= {("product", change["row_id"]) for change in changes}
    return Outcome(len(new), len(changes), len(entries) - len(new) - len(changes))


PRODUCTS = Kind(
    aliases={
        "gtin": ("gtin", "code", "barcode", "条码", "商品码"),
        "name": ("name", "product_name", "名称", "品名", "商品名称"),
        "brand": ("brand", "品牌"),
        "price": ("price", "价格", "售价"),
        "category": ("category", "品类", "类别"),
        "lasts": ("lasts", "可用天数"),
    },
    needed=(("gtin",), ("name",)),
    read=read_product,
    put=put_products,
)


def _add(work: Work, entries: list[ProductEntry]) -> None:
    """The id may be there without the GTIN, when headquarters has taken the GTIN off the product."""
    if entries:
        statement = upsert(_PRODUCT)
        fresh = {name: statement.excluded[name] for name in _TOLD}
        work.session.execute(statement.on_conflict_do_update(set_=fresh), [_row(entry) for entry in entries])
        gtins = [{"gtin": entry.gtin, "product_id": product_id(entry.gtin)} for entry in entries]
        work.session.execute(insert(_GTIN), gtins)


def _row(entry: ProductEntry) -> dict[str, Any]:
    currency = CURRENCY if entry.price is not None else None
    return {
        "id": product_id(entry.gtin), "name": entry.name, "brand": entry.brand, "price": entry.price,
        "currency": currency, "category": entry.category, "lasts": entry.lasts,
    }  # fmt: skip


def _change(entry: ProductEntry, known: Any) -> dict[str, Any] | None:
    price, currency = (known.price, known.currency) if entry.price is None else (entry.price, CURRENCY)
    told = {
        "name": entry.name, "brand": entry.brand or known.brand, "price": price, "currency": currency,
        "category": entry.category or known.category, "lasts": entry.lasts or known.lasts,
    }  # fmt: skip
    return None if told == {name: getattr(known, name) for name in _TOLD} else {"row_id": known.id, **told}


def _change_statement() -> Any:
    told: dict[str, Any] = {name: bindparam(name) for name in _TOLD}
    return update(_PRODUCT).where(_PRODUCT.c.id == bindparam("row_id")).values(told)


def _days(text: str | None) -> int | None:
    if text is None or not text.strip():
        return None
    if not (text.strip().isascii() and text.strip().isdigit() and 0 < int(text) < 10_000):
        raise BadInput("days_invalid", text=text[:20])
    return int(text)


def _minor_units(text: str | None) -> int | None:
    """Fen of a price in yuan: ``368``, ``¥1,299.00``."""
    if text is None:
        return None
    try:
        fen = Decimal(re.sub(r"[¥¥,\s元]", "", text)) * 100
    except DecimalException as error:
        raise BadInput("price_invalid", text=text[:20]) from error
    if not (fen.is_finite() and 0 <= fen < 10**12 and fen == fen.to_integral_value()):
        raise BadInput("price_invalid", text=text[:20])
    return int(fen)
