"""The rules of serialised units: where each was seen follows from the lines of visits that name its serial number."""

from collections.abc import Iterable

from msgspec.structs import replace

from desktop.rules.code_ids import item_id
from sync.code_rows import ItemRow, SightingRow
from sync.hub.documents import Document, Documents, Meta
from sync.protocol import LineRow, VisitRow

NEWEST = 20  # besides the first
Unit = tuple[str, str]


def follow(documents: Documents, before: Document[VisitRow] | None, after: Document[VisitRow]) -> None:
    """Let the items know what the lines of a visit say of them now; those of a void visit say nothing."""
    old, new = _units(before), _units(after)
    for unit in old.keys() | new.keys():
        if old.get(unit) != new.get(unit):
            _see(documents, unit, gone={line.id for line in old.get(unit, ())}, visit=after, lines=new.get(unit, ()))


def _units(visit: Document[VisitRow] | None) -> dict[Unit, tuple[LineRow, ...]]:
    found: dict[Unit, tuple[LineRow, ...]] = {}
    if visit is not None and visit.body.state != "void":
        for line in visit.body.lines:
            if line.serial:
                found[line.gtin, line.serial] = (*found.get((line.gtin, line.serial), ()), line)
    return found


def _see(
    documents: Documents, unit: Unit, *, gone: set[str], visit: Document[VisitRow], lines: Iterable[LineRow]
) -> None:
    gtin, serial = unit
    known = documents.get(ItemRow, item_id(gtin, serial))
    kept = [each for each in known.body.sightings if each.id not in gone] if known else []
    seen = [
        SightingRow(id=line.id, action=line.action, at=line.at, store_id=visit.store_id, guide_id=visit.body.guide_id)
        for line in lines
    ]
    told = _newest([*kept, *seen])
    stores = {*(known.meta.stores if known else ()), *([visit.store_id] if visit.store_id else [])}
    body = ItemRow(gtin=gtin, serial=serial, sightings=told)
    meta = replace(known.meta if known else Meta(), stores=tuple(sorted(stores)))
    documents.put(replace(known, body=body, meta=meta) if known else Document(item_id(gtin, serial), body, meta=meta))


def _newest(sightings: list[SightingRow]) -> tuple[SightingRow, ...]:
    """The first one, and the last ones; a purchase is never dropped."""
    told = sorted(sightings, key=lambda each: (each.at, each.id))
    late = len(told) - NEWEST
    return tuple(each for place, each in enumerate(told) if place in (0,) or place >= late or each.action == "bought")
