"""Everything that the hub holds, read once and without its own code."""

from collections import defaultdict
from collections.abc import Mapping
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
    """An event as the hub keeps it. body: in its bytes, or what is left of them."""

    id: str
    kind: str
    verdict: str
    code: str | None
    body: str

    @property
    def data(self) -> dict[str, Any]:
        """What it says."""
        return msgspec.json.decode(self.body, type=Envelope).data


class Kept(NamedTuple):
    """A document as the hub keeps it."""

    id: str
    kind: str
    ver: int
    scopes: tuple[str, ...]
    body: dict[str, Any]
    meta: Mapping[str, Any]


class Truth:
    """Everything that the hub holds."""

    def __init__(self, connection: Connection) -> None:
        rows = connection.exec_driver_sql("SELECT id, kind, verdict, code, body FROM event").all()
        self.events = {row.id: Judged(*row) for row in rows}
        rows = connection.exec_driver_sql("SELECT id, kind, ver, scopes, body, meta FROM document").all()
        self.documents = [
            Kept(row.id, row.kind, row.ver, tuple(row.scopes.split()), msgspec.json.decode(row.body),
                 msgspec.json.decode(row.meta))
            for row in rows
        ]  # fmt: skip
        self.feeds: dict[str, list[int]] = defaultdict(list)
        for scope, seq in connection.exec_driver_sql("SELECT scope, seq FROM feed ORDER BY scope, seq").tuples():
            self.feeds[scope].append(seq)
        heads = connection.exec_driver_sql("SELECT scope, n, sum64 FROM feed_head").all()
        self.heads = {row.scope: (row.n, row.sum64) for row in heads}
        self.redirects = {each.id: each.body["keep"] for each in self.of("redirect") if each.scopes}
        self.erased = {each.id for each in self.of("erasure")}

    def of(self, kind: str) -> list[Kept]:
        """Every document of a kind."""
        return [each for each in self.documents if each.kind == kind]

    def accepted(self, *kinds: str) -> list[Judged]:
        """Every event of these kinds that took effect."""
        return [each for each in self.events.values() if each.verdict == "accepted" and each.kind in kinds]

    def who(self, member_id: str | None) -> str | None:
        """The member that an id stands for now."""
        seen = set()
        while member_id in self.redirects:
            expect("redirects lead somewhere", member_id not in seen, member_id)
            seen.add(member_id)
            member_id = self.redirects[member_id]
        return member_id
