"""Everything that the hub holds, read once and without its own code."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection

from sync.protocol import Envelope


class Broken(AssertionError):
    """A promise was broken; the text says which."""


def expect(promise: str, true: object, *facts: object) -> None:
    """Raise Broken unless it is true."""
    if not true:
        raise Broken(f"{promise}: {' '.join(map(str, facts))}")


class Judged(NamedTuple):
    """An event as the hub keeps it. body: in its bytes; empty if it was about somebody who was erased."""

    id: str
    kind: str
    verdict: str
    code: str | None
    body: str
    device: str
    ep: int
    n: int
    hlc: str
    known_by: int
    received: int
    row_id: str

    @property
    def clock(self) -> str:
        """Sorts deeds; no clock counts as later than the moment by which it had happened."""
        return f"{min(self.hlc, f'{self.known_by:012x}-ffff')} {self.device} {self.ep:08} {self.n:08}"

    @property
    def data(self) -> dict[str, Any]:
        """What it says; nothing once it was about somebody who was erased."""
        return {} if not self.body else msgspec.json.decode(self.body, type=Envelope).data


def names_of(envelope: Envelope) -> set[str]:
    """Every id that an event names."""
    return {envelope.eid, *(value for value in envelope.data.values() if isinstance(value, str))}


class Kept(NamedTuple):
    """A document as the hub keeps it."""

    id: str
    kind: str
    ver: int
    scopes: tuple[str, ...]
    body: dict[str, Any]
    meta: Mapping[str, Any]


_EVENTS = "SELECT id, kind, verdict, code, body, device, ep, n, hlc, known_by, received_at, row_id FROM event"


class Truth:
    """Everything that the hub holds."""

    def __init__(self, connection: Connection) -> None:
        rows = connection.exec_driver_sql(_EVENTS).all()
        self.events = {row.id: Judged(*row) for row in rows}
        rows = connection.exec_driver_sql("SELECT id, kind, ver, scopes, body, meta FROM document").all()
        self.documents = [
            Kept(row.id, row.kind, row.ver, tuple(row.scopes.split()), msgspec.json.decode(row.body),
                 msgspec.json.decode(row.meta))
            for row in rows
        ]  # fmt: skip
        self.feeds: dict[str, list[int]] = defaultdict(list)
        for scope, seq in connection.exec_driver_sql("SELECT scope, seq FROM feed ORDER BY scope, seq"):
            self.feeds[scope].append(seq)
        heads = connection.exec_driver_sql("SELECT scope, n, sum64 FROM feed_head").all()
        self.heads = {row.scope: (row.n, row.sum64) for row in heads}
        self.redirects = {each.id: each.body["keep"] for each in self.of("redirect") if each.scopes}
        self.restored = connection.exec_driver_sql("SELECT epoch FROM meta").scalar_one() > 1
        self.erased = {each.id for each in self.of("erasure")}
        self._forgotten = self.erased.union(*(each.meta.get("about", ()) for each in self.of("erasure")))

    def of(self, kind: str) -> list[Kept]:
        """Every living document of a kind."""
        return [each for each in self.documents if each.kind == kind and not each.meta.get("fate")]

    def accepted(self, *kinds: str) -> list[Judged]:
        """Every event of these kinds that took effect."""
        told = (each for each in self.events.values() if each.body)
        return [each for each in told if each.verdict == "accepted" and each.kind in kinds]

    def wordless(self, *kinds: str) -> set[str]:
        """The rows that events of these kinds told of, whose words went with somebody who was erased."""
        return {each.row_id for each in self.events.values() if each.kind in kinds and not each.body}

    def forgotten_with(self, told: Iterable[Envelope]) -> set[str]:
        """The ids of all that was erased, with what some tills alone knew to belong to it."""
        forgotten, told = set(self._forgotten), list(told)
        for _ in range(3 if forgotten else 0):  # a line in a visit of a member
            forgotten |= {envelope.eid for envelope in told if not forgotten.isdisjoint(names_of(envelope))}
        return forgotten

    def who(self, member_id: str | None) -> str | None:
        """The member that an id stands for now."""
        seen = set()
        while member_id in self.redirects:
            expect("redirects lead somewhere", member_id not in seen, member_id)
            seen.add(member_id)
            member_id = self.redirects[member_id]
        return member_id
