"""What is known of one serialised unit (一品一码): where it was seen, by whom, and whether something is wrong."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, select

from desktop.data.catalogue import Gtin, Guide, Product, Store
from desktop.data.codes import Item, Sighting
from desktop.data.visits import Line, Visit
from desktop.rules.code_ids import item_id
from desktop.views.products import Label

_LONG_ENOUGH = 8  # shorter serial numbers meet by chance on another product


@dataclass(frozen=True, slots=True)
class SightingView:
    """One time the unit was in a visit. id: of the line."""

    id: str
    action: str
    at: datetime
    store: str | None
    guide: str | None


@dataclass(frozen=True, slots=True)
class ItemView:
    """One unit of a product. before: its sightings, the first one first, without the line that is asked about.

    sold: the purchase that was not taken back. expired: its last day is over. other: a product that carries this very
    serial number under another GTIN.
    """

    gtin: str
    serial: str | None
    batch: str | None
    expires_on: date | None
    before: tuple[SightingView, ...]
    sold: SightingView | None
    expired: bool
    other: str | None

    @property
    def times(self) -> int:
        """How often it has been seen, this time included."""
        return len(self.before) + 1

    @property
    def warning(self) -> str | None:
        """What a clerk must not overlook, the worst first."""
        marks = (("sold", self.sold), ("expired", self.expired), ("other", self.other), ("before", self.before))
        return next((name for name, is_so in marks if is_so), None)


_HERE = (
    select(Line.id, Line.action, Line.at, Store.name, Guide.name)
    .join(Visit, Visit.id == Line.visit_id)
    .outerjoin(Store, Store.id == Visit.store_id)
    .outerjoin(Guide, Guide.id == Visit.guide_id)
    .where(Line.serial == bindparam("serial"), Line.gtin == bindparam("gtin"), Visit.state != "void")
)
_TOLD = (
    select(Sighting.id, Sighting.action, Sighting.at, Store.name, Guide.name)
    .outerjoin(Store, Store.id == Sighting.store_id)
    .outerjoin(Guide, Guide.id == Sighting.guide_id)
    .where(Sighting.item_id == bindparam("item"))
)
_OTHERS = (
    select(Item.gtin).where(Item.serial == bindparam("serial"), Item.gtin != bindparam("gtin")),
    select(Line.gtin).where(Line.serial == bindparam("serial"), Line.gtin != bindparam("gtin")),
)
_NAME = select(Product.name).join(Gtin, Gtin.product_id == Product.id).where(Gtin.gtin == bindparam("gtin"))


def find_item(connection: Connection, gtin: str, label: Label, today: date, *, line_id: str | None = None) -> ItemView:
    """What the till knows of this piece; if it is in a line now, what was known when it came into it."""
    before = _sightings(connection, gtin, label.serial, line_id) if label.serial else ()
    return ItemView(
        gtin=gtin,
        serial=label.serial,
        batch=label.batch,
        expires_on=label.expires_on,
        before=before,
        sold=_sold(before),
        expired=label.expires_on is not None and label.expires_on < today,
        other=_other(connection, gtin, label.serial),
    )


def _sightings(connection: Connection, gtin: str, serial: str, line_id: str | None) -> tuple[SightingView, ...]:
    """What the hub told, and what was done here since."""
    told = connection.execute(_TOLD, {"item": item_id(gtin, serial)})
    here = connection.execute(_HERE, {"gtin": gtin, "serial": serial})
    seen = {row.id: SightingView(*row) for row in (*told, *here)}  # what is done here is newer
    known = sorted(seen.values(), key=_moment)
    return tuple(known if line_id not in seen else (each for each in known if _moment(each) < _moment(seen[line_id])))


def _moment(seen: SightingView) -> tuple[datetime, str]:
    return seen.at, seen.id


def _sold(before: tuple[SightingView, ...]) -> SightingView | None:
    last = next((each for each in reversed(before) if each.action in ("bought", "returned")), None)
    return last if last and last.action == "bought" else None


def _other(connection: Connection, gtin: str, serial: str | None) -> str | None:
    if serial is None or len(serial) < _LONG_ENOUGH:
        return None
    about = {"gtin": gtin, "serial": serial}
    found = next((other for query in _OTHERS if (other := connection.scalar(query.limit(1), about))), None)
    return (connection.scalar(_NAME, {"gtin": found}) or found) if found else None
