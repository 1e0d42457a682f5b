"""Documents and identities in the database."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import JSON, Connection, Row, Select, bindparam, delete, select, text

from sync.hub.documents import BODIES, AnyDocument, Document, Documents, Identity, Meta
from sync.hub.statements import Prepared, among, insert_rows, is_postgres
from sync.hub.tables import device, document, event, identity, meta

_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(body) for kind, body in BODIES.items()}
_META = msgspec.json.Decoder(Meta)
_ENCODER = msgspec.json.Encoder()
_NO_META = Meta()


def _with_ids(*wanted: Any, postgres: bool) -> Select[Any]:
    """Documents by many ids, in one order everywhere."""
    found = select(*wanted).where(among(document.c.id, "told", postgres=postgres))
    return found.order_by(document.c.id, document.c.kind)


_DOCUMENTS = Prepared(lambda postgres: _with_ids(document, postgres=postgres))
_HOLD = Prepared(lambda postgres: _with_ids(document.c.id, postgres=postgres).with_for_update())
_DOCUMENT = Prepared(select(document).where(document.c.id == bindparam("of")))
_FOLLOWERS = Prepared(
    lambda postgres: select(document.c.id).where(among(document.c.member_id, "told", postgres=postgres))
)
_OF_KIND = Prepared(
    lambda postgres: (
        select(document.c.id)
        .where(among(document.c.member_id, "told", postgres=postgres))
        .where(document.c.kind == bindparam("of"))
    )
)
_SECRET = Prepared(select(meta.c.secret))
_LENDING = Prepared(select(meta.c.epoch, meta.c.lending_from))
_BEHIND = Prepared(
    select(device.c.id).where(device.c.revoked.is_(False), device.c.epoch != bindparam("epoch")).limit(1)
)
_TILLS = Prepared(
    select(device.c.id, device.c.name).where(device.c.store_id == bindparam("store"), device.c.revoked.is_(False))
)
_WAITS = Prepared(select(event.c.id).where(event.c.row_id == bindparam("of"), event.c.verdict == "parked").limit(1))
_OWNERS = Prepared(lambda postgres: select(identity).where(among(identity.c.value, "told", postgres=postgres)))
_HOLD_OWNERS = Prepared(
    lambda postgres: (
        select(identity.c.value)
        .where(among(identity.c.value, "told", postgres=postgres))
        .order_by(identity.c.value, identity.c.kind)
        .with_for_update()
    )
)
# By so few numbers that PostgreSQL has room for all of them, however many a push asks of.
_TAKE_TURNS = Prepared(
    text("""
        SELECT pg_advisory_xact_lock(18756, turn)
        FROM (SELECT DISTINCT hashtext(value) & 1023 AS turn FROM json_array_elements_text(:told) AS value ORDER BY 1)
        AS turns
    """).bindparams(bindparam("told", type_=JSON))
)
_DISOWN = Prepared(delete(identity).where(identity.c.kind == bindparam("of"), identity.c.value == bindparam("told")))


class Archive:
    """The source of ``Documents`` within one transaction; ``lock`` holds what was read against other writers."""

    def __init__(self, connection: Connection, *, lock: bool = True) -> None:
        self._connection = connection
        self._holds = lock and is_postgres(connection)  # SQLite has one writer

    def documents(self, ids: Iterable[str]) -> list[AnyDocument]:
        """In one order everywhere, so that pushes about the same members take turns instead of blocking one another."""
        told = list(ids)
        if self._holds:  # a statement that waits does not see what was added meanwhile: another has to read
            _HOLD.rows(self._connection, told=told)
        return [read_document(row) for row in _DOCUMENTS.rows(self._connection, told=told)]

    def unheld(self, document_id: str) -> list[AnyDocument]:
        """Every document with this id, as it is now."""
        return [read_document(row) for row in _DOCUMENT.rows(self._connection, of=document_id)]

    def followers(self, member_ids: Iterable[str], kind: str | None = None) -> list[str]:
        """Ids only: what they hold is read under lock afterwards."""
        if kind is None:
            return _FOLLOWERS.scalars(self._connection, told=list(member_ids))
        return _OF_KIND.scalars(self._connection, told=list(member_ids), of=kind)

    def secret(self) -> bytes:
        """What leases are signed with."""
        return bytes(_SECRET.scalar(self._connection))

    def lending_from(self) -> int:
        """When a restored hub may lend again (ms): at once if every till has sent it all that it had lost."""
        row = _LENDING.first(self._connection)
        waits = row.lending_from and _BEHIND.first(self._connection, epoch=row.epoch) is not None
        return int(row.lending_from) if waits else 0

    def waits(self, row_id: str) -> bool:
        """Whether an event about this row waits to be judged."""
        return _WAITS.first(self._connection, of=row_id) is not None

    def tills(self, store_id: str) -> dict[str, str]:
        """The tills of a store that were not locked out, with their names."""
        return {row.id: row.name for row in _TILLS.rows(self._connection, store=store_id)}

    def take_turns(self, identities: Iterable[Identity]) -> None:
        """Whoever asks of the same comes one after the other, though it leads to nobody yet. Before anything is held:
        so nobody who holds something waits for a turn. A member's own code is no other thing's, and needs none.
        """
        if self._holds:
            _TAKE_TURNS.rows(self._connection, told=[each.value for each in identities if each.kind != "code"])

    def owners(self, identities: Iterable[Identity]) -> dict[Identity, str]:
        """Asked by value alone, which is nearly unique; held too, or they could lead elsewhere by the time we judge."""
        asked = set(identities)
        told = [each.value for each in asked]
        if self._holds:
            _HOLD_OWNERS.rows(self._connection, told=told)
        rows = _OWNERS.rows(self._connection, told=told)
        found = {Identity(row.kind, row.value): row.member_id for row in rows}
        return {key: owner for key, owner in found.items() if key in asked}


def read_document(row: Row[Any]) -> AnyDocument:
    """A row of the table as a document."""
    return Document(
        id=row.id,
        body=_DECODERS[row.kind].decode(row.body),
        meta=_META.decode(row.meta) if row.meta != "{}" else _NO_META,
        member_id=row.member_id,
        store_id=row.store_id,
        ver=row.ver,
        scopes=tuple(row.scopes.split()),
    )


def save_documents(connection: Connection, documents: Iterable[AnyDocument], *, new: bool) -> None:
    """Write whole documents. A new one that another push has just written too is an error, so that we start again."""
    rows = [
        (
            each.id,
            each.key.kind,
            each.ver,
            each.member_id,
            each.store_id,
            " ".join(each.scopes),
            _ENCODER.encode(each.body).decode(),
            _ENCODER.encode(each.meta).decode(),
        )
        for each in documents
    ]
    insert_rows(connection, document, rows, over=not new)


def save_owners(connection: Connection, documents: Documents) -> None:
    """Write which identities lead elsewhere than before."""
    owners = documents.new_owners()
    for key in documents.owned_before(owners):
        _DISOWN.run(connection, of=key.kind, told=key.value)
    rows = [(key.kind, key.value, owner) for key, owner in owners.items() if owner]
    insert_rows(connection, identity, rows)
