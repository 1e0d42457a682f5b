"""Importing headquarters' files: good lines go the way a push goes, bad ones are named with their reason."""

import csv
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, select
from tqdm import tqdm

from desktop.rules import hlc
from sync.hub.archive import Archive
from sync.hub.campaign_lines import CampaignLine, RewardLine, put_campaign, put_reward
from sync.hub.contents import ContentLine, put_content
from sync.hub.deeds import clock_text
from sync.hub.documents import KINDS, Documents, Identity
from sync.hub.feed import publish
from sync.hub.hub import Hub
from sync.hub.lead_lines import LeadLine, asks_of_lead, import_lead
from sync.hub.lines import (
    BadLine,
    CodeLine,
    CouponLine,
    FloorLine,
    GuideLine,
    MemberLine,
    Office,
    ProductLine,
    QuotaLine,
    RecruitLine,
    StoreLine,
    asks_of_member,
    import_deed,
    put_code,
    put_coupon,
    put_floor,
    put_guide,
    put_member,
    put_product,
    put_quota,
    put_recruit,
    put_store,
)
from sync.hub.occasions import OccasionLine, put_occasion
from sync.hub.problems import HubError
from sync.hub.purchases import OrderLine, asks_of_order, line_of_order, put_order
from sync.hub.tables import document
from sync.protocol import GuideRow, StoreRow

BATCH = 500
_STORE = msgspec.json.Decoder(StoreRow)
_GUIDE = msgspec.json.Decoder(GuideRow)


class Kind(NamedTuple):
    """A kind of file: the shape of its lines, what becomes of one, and the identities that it asks for.

    once: what may stand in one line of a file only, of its cells; None: any number of times.
    """

    line: type[msgspec.Struct]
    put: Callable[[Documents, Office, Any], None]
    asks: Callable[[Any], Iterable[Identity]] = lambda _: ()
    once: Callable[[Mapping[str, str]], Hashable] = lambda _: None


FILES: dict[str, Kind] = {
    "stores": Kind(StoreLine, put_store),
    "guides": Kind(GuideLine, put_guide),
    "products": Kind(ProductLine, put_product),
    "members": Kind(MemberLine, put_member, asks_of_member),
    "coupons": Kind(CouponLine, put_coupon),
    "campaigns": Kind(CampaignLine, put_campaign),
    "rewards": Kind(RewardLine, put_reward),
    "quotas": Kind(QuotaLine, put_quota),
    "floor": Kind(FloorLine, put_floor),
    "codes": Kind(CodeLine, put_code),
    "recruits": Kind(RecruitLine, put_recruit),
    "contents": Kind(ContentLine, put_content),
    "leads": Kind(LeadLine, import_lead, asks_of_lead),
    "occasions": Kind(OccasionLine, put_occasion),
    "orders": Kind(OrderLine, put_order, asks_of_order, line_of_order),
}


@dataclass(slots=True)
class Outcome:
    """How many lines were new, changed something or were known; and the bad ones, with line number and reason."""

    new: int = 0
    changed: int = 0
    known: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Count a further batch."""
        self.new += other.new
        self.changed += other.changed
        self.known += other.known
        self.bad += other.bad


class Line(NamedTuple):
    """A line of the file by its number."""

    number: int
    cells: dict[str, str]


def import_file(hub: Hub, kind: str, path: Path) -> Outcome:
    """Bring a CSV file in; a second time changes nothing. Raises ``HubError`` if it cannot be read at all."""
    outcome = Outcome()
    lines = tqdm(read_lines(path, FILES[kind]), desc=path.name, unit=" lines", disable=None)
    for some in _batches(_told_once(FILES[kind], lines, outcome)):
        outcome.add(hub.database.retry(partial(_import, hub=hub, kind=FILES[kind], lines=some)))
    outcome.bad.sort()
    return outcome


def stores(connection: Connection) -> dict[str, str]:
    """Every store's id, by id and by name."""
    rows = connection.execute(select(document.c.id, document.c.body).where(document.c.kind == KINDS[StoreRow])).all()
    return {_STORE.decode(row.body).name: row.id for row in rows} | {row.id: row.id for row in rows}


def guides(connection: Connection, told: str) -> list[str]:
    """The ids of the guides with this id, badge or exact name."""
    rows = connection.execute(select(document.c.id, document.c.body).where(document.c.kind == KINDS[GuideRow])).all()
    read = [(row.id, _GUIDE.decode(row.body)) for row in rows]
    return [guide_id for guide_id, guide in read if told in (guide_id, guide.badge, guide.name)]


def read_lines(path: Path, kind: Kind) -> Iterator[Line]:
    """The lines of a CSV file with a heading, empty cells left out."""
    needed = {each.name for each in msgspec.structs.fields(kind.line) if each.required}
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file, restkey="")
            if absent := needed - set(reader.fieldnames or ()):
                raise HubError(f"{path} has no column {', '.join(sorted(absent))}")
            for row in reader:
                cells = {name: text.strip() for name, text in row.items() if name and text and text.strip()}
                yield Line(reader.line_num, cells)
    except OSError as error:
        raise HubError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, csv.Error):
        raise HubError(f"{path} is not a CSV file in UTF-8") from None


def _told_once(kind: Kind, lines: Iterable[Line], outcome: Outcome) -> Iterator[Line]:
    """The lines without those that say again what an earlier one said: of two the first counts, every time."""
    seen: set[Hashable] = set()
    for line in lines:
        about = kind.once(line.cells)
        if about is not None and about in seen:
            outcome.bad.append((line.number, "it stands twice in this file: name each line"))
        else:
            seen.add(about)
            yield line


def _import(connection: Connection, hub: Hub, kind: Kind, lines: Iterable[Line]) -> Outcome:
    """One batch in one transaction."""
    documents = Documents(Archive(connection))
    outcome = Outcome()
    office = _office(connection, hub)
    good = list(_convert(kind, lines, outcome))
    asked = [identity for _, told in good for identity in kind.asks(told)]
    documents.take_turns(asked)
    documents.load_owners(asked)
    documents.load_related()
    for number, told in good:
        try:
            kind.put(documents, office, told)
        except BadLine as error:
            documents.drop()
            outcome.bad.append((number, str(error)))
        else:
            _count(outcome, documents)
    outcome.bad.sort()
    publish(connection, documents)
    return outcome


def _convert(kind: Kind, lines: Iterable[Line], outcome: Outcome) -> Iterator[tuple[int, msgspec.Struct]]:
    """The lines that have the shape of their kind; the others are bad."""
    for line in lines:
        try:
            yield line.number, msgspec.convert(line.cells, kind.line, strict=False)
        except msgspec.ValidationError as error:
            outcome.bad.append((line.number, str(error)))


def _count(outcome: Outcome, documents: Documents) -> None:
    already = len(documents.born)
    touched = documents.keep()
    if len(documents.born) > already:
        outcome.new += 1
    elif touched:
        outcome.changed += 1
    else:
        outcome.known += 1


def _office(connection: Connection, hub: Hub) -> Office:
    now = hub.clock.now_ms()
    deed = import_deed(datetime.fromtimestamp(now / 1000, UTC), clock_text(hlc.stamp(now, 0), "hub"))
    return Office(stores(connection), deed, hub.clock.new_id, hub.clock.random)


def _batches(lines: Iterable[Line]) -> Iterator[tuple[Line, ...]]:
    rest = iter(lines)
    while some := tuple(islice(rest, BATCH)):
        yield some
