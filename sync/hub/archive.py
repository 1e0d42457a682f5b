"""Documents and identities in the database."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, Table, bindparam, delete, select

from sync.hub.documents import BODIES, AnyDocument, Document, Documents, Identity, Meta
from sync.hub.statements import Prepared, among, insert_rows
from sync.hub.tables import device, document, identity, meta

_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(body) for kind, body in BODIES.items()}
_META = msgspec.json.Decoder(Meta)
_ENCODER = msgspec.json.Encoder()
_NO_META = Meta()


def _some(table: Table, of: str, then: str, *, lock: bool) -> Prepared:
    """Rows by many values of one column, in one order everywhere; ``lock`` holds them against other writers."""

    def made(postgres: bool) -> Select[Any]:
        wanted = select(table).where(among(table.c[of], "told", postgres=postgres)).order_by(table.c[of], table.c[then])
        return wanted.with_for_update() if lock else wanted

    return Prepared(made)


_DOCUMENTS = {lock: _some(document, "id", "kind", lock=lock) for lock in (True, False)}
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
_OWNERS = {lock: _some(identity, "value", "kind", lock=lock) for lock in (True, False)}
_DISOWN = Prepared(delete(identity).where(identity.c.kind == bindparam("of"), identity.c.value == bindparam("told")))


class Archive:
    """The source of ``Documents`` within one transaction; ``lock`` holds what was read against other writers."""

    def __init__(self, connection: Connection, *, lock: bool = True) -> None:
        self._connection = connection
        self._lock = lock

    def documents(self, ids: Iterable[str]) -> list[AnyDocument]:
        """In one order everywhere, so that pushes about the same members take turns instead of blocking one another."""
        return [read_document(row) for row in _DOCUMENTS[self._lock].rows(self._connection, told=list(ids))]

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

    def tills(self, store_id: str) -> dict[str, str]:
        """The tills of a store that were not locked out, with their names."""
        return {row.id: row.name for row in _TILLS.rows(self._connection, store=store_id)}

    def owners(self, identities: Iterable[Identity]) -> dict[Identity, str]:
        """Asked by value alone, which is nearly unique; held too, or they could lead elsewhere by the time we judge."""
        asked = set(identities)
        rows = _OWNERS[self._lock].rows(self._connection, told=[each.value for each in asked])
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
