"""What hub tests are made of: tills that send events, and a reader that trusts no page."""

from typing import Any

import msgspec
from sqlalchemy import select

from desktop.events import EVENTS
from desktop.rules import hlc
from sync.hub.archive import read_document
from sync.hub.clock import HubClock
from sync.hub.hub import Hub
from sync.hub.pull import Cursor
from sync.hub.tables import document
from sync.protocol import (
    Answer,
    EnrolRequest,
    Envelope,
    PushReply,
    PushRequest,
    Row,
    canonical,
    row_hash,
    sum_text,
)

START = 1_790_000_000_000
Rows = dict[tuple[str, str], Row]


class SteadyClock(HubClock):
    """Stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = START

    def now_ms(self) -> int:
        return self.now

    def forward(self, **step: float) -> None:
        """``forward(minutes=5)``"""
        seconds = {"milliseconds": 0.001, "seconds": 1, "minutes": 60, "hours": 3600}
        self.now += round(sum(amount * seconds[unit] * 1000 for unit, amount in step.items()))


class Sender:
    """An enrolled till, seen from the hub: it numbers its events and sends them."""

    def __init__(self, hub: Hub, store: str) -> None:
        self.hub = hub
        self.store = store
        self.id = hub.clock.new_id()
        self.enrolment = hub.enrol(EnrolRequest(ticket=hub.issue_ticket(store), device=self.id, name="till"))
        self.till = hub.authenticate(self.enrolment.token)
        self._n = 0

    def move(self, store: str) -> None:
        """Stand in another store from now on."""
        self.hub.revoke(self.id)
        self.enrolment = self.hub.enrol(EnrolRequest(ticket=self.hub.issue_ticket(store), device=self.id))
        self.store, self.till = store, self.hub.authenticate(self.enrolment.token)

    def did(self, kind: str, envelope: dict[str, Any] | None = None, /, **data: Any) -> msgspec.Raw:
        """An event of this till, done now by the hub's clock unless the ``envelope`` says otherwise."""
        self._n += 1
        now = self.hub.clock.now_ms()
        known = EVENTS.get(kind)
        told: dict[str, Any] = {
            "id": self.hub.clock.new_id(),
            "dev": self.id,
            "ep": 1,
            "n": self._n,
            "hlc": hlc.stamp(now, self._n),
            "wall": now,
            "typ": kind,
            "ent": known.row if known else "thing",
            "eid": data[known.key] if known else self.hub.clock.new_id(),
            "mid": data.get("member_id"),
        }
        return msgspec.Raw(canonical(Envelope(**{**told, **(envelope or {})}, data=data)))

    def enrolled(self, member_id: str, **data: Any) -> msgspec.Raw:
        """MemberEnrolled with what is not told made up."""
        made_up = {"code": f"code-{member_id}", "phone": None, "name": "陈思雨"}
        return self.did("MemberEnrolled", **{**made_up, **data, "member_id": member_id})

    def line(self, visit_id: str, line_id: str, **data: Any) -> msgspec.Raw:
        """LineAdded with a product made up."""
        made_up = {"product_id": "p1", "gtin": "06901234567892", "action": "seen"}
        return self.did("LineAdded", visit_id=visit_id, line_id=line_id, **{**made_up, **data})

    def request(self, *events: msgspec.Raw, **header: Any) -> PushRequest:
        """The push of these events."""
        told = {"device": self.id, "ep": 1, "wall_now": self.hub.clock.now_ms(), "boot": "b", "mono_now": 0}
        return PushRequest(**{**told, **header}, events=list(events))

    def send(self, *events: msgspec.Raw, **header: Any) -> PushReply:
        """Push them."""
        return self.hub.push(self.till, self.request(*events, **header), self.hub.clock.now_ms())

    def verdicts(self, *events: msgspec.Raw) -> list[str]:
        """Push them; the verdicts, with the code behind a colon if there is one."""
        return [f"{each.v}:{each.code}" if each.code else each.v for each in self.send(*events).verdicts]

    def read(self, scope: str, *, limit: int = 1000) -> Rows:
        """Every live row of a scope, read page by page, with the feed's density and checksum checked."""
        cursor, rows = 0, {}
        while True:
            page = self.hub.pull(self.till, [Cursor(scope, cursor)], limit).pages[0]
            assert [row.seq for row in page.rows] == list(range(cursor + 1, page.to + 1))
            for row in page.rows:
                rows[row.kind, row.eid] = row
            cursor = page.to
            if not page.more:
                break
        live = {key: row for key, row in rows.items() if row.op == "put"}
        assert sum_text(sum(row_hash(*key, row.ver) for key, row in live.items())) == page.sum64
        return live

    def own(self) -> Rows:
        """Every live row of this till's store."""
        return self.read(f"st:{self.store}")

    def body(self, kind: str, row_id: str) -> Any:
        """The body of one row of this till's store, as plain values."""
        return msgspec.json.decode(self.own()[kind, row_id].body)

    def rows(self, kind: str) -> dict[str, Any]:
        """The bodies of all rows of one kind of this till's store, by id."""
        return {eid: msgspec.json.decode(row.body) for (each, eid), row in self.own().items() if each == kind}


def decoded(raw: msgspec.Raw) -> dict[str, Any]:
    """An event as plain values."""
    return msgspec.json.decode(raw)


def late_verdicts(sender: Sender) -> dict[str, Answer]:
    """The verdicts that came by the feed."""
    rows = sender.read(f"dv:{sender.id}")
    return {eid: msgspec.json.decode(row.body, type=Answer) for (_, eid), row in rows.items()}


def lost(till: Sender, kind: str, row_id: str) -> list[tuple[str, str]]:
    """Fields and values of a document that another word won over, in the order of the clocks they were written at."""
    with till.hub.database.read() as connection:
        row = connection.execute(select(document).where(document.c.kind == kind, document.c.id == row_id)).one()
    past = sorted(read_document(row).meta.history, key=lambda each: each.clock)
    return [(each.field, each.value) for each in past]
