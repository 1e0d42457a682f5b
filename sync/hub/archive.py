"""Documents and identities in the database."""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, select

from sync.hub.database import among, insert_rows
from sync.hub.documents import BODIES, AnyDocument, Document, Documents, Identity, Meta
from sync.hub.tables import device, document, identity, meta

_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(body) for kind, body in BODIES.items()}
_META = msgspec.json.Decoder(Meta)
_ENCODER = msgspec.json.Encoder()
_NO_META = Meta()


class Archive:
    """The source of ``Documents`` within one transaction; ``lock`` holds what was read against other writers."""

    def __init__(self, connection: Connection, *, lock: bool = True) -> None:
        self._connection = connection
        self._lock = lock

    def documents(self, ids: Iterable[str]) -> list[AnyDocument]:
        """In one order everywhere, so that pushes about the same members take turns instead of blocking one another."""
        wanted = select(document).where(among(self._connection, document.c.id, ids))
        wanted = wanted.order_by(document.c.id, document.c.kind)
        rows = self._connection.execute(wanted.with_for_update() if self._lock else wanted)
        return [read_document(row) for row in rows]

    def unheld(self, document_id: str) -> list[AnyDocument]:
        """Every document with this id, as it is now."""
        return [
            read_document(row) for row in self._connection.execute(select(document).where(document.c.id == document_id))
        ]

    def followers(self, member_ids: Iterable[str], kind: str | None = None) -> list[str]:
        """Ids only: what they hold is read under lock afterwards."""
        wanted = select(document.c.id).where(among(self._connection, document.c.member_id, member_ids))
        return list(self._connection.scalars(wanted.where(document.c.kind == kind) if kind else wanted))

    def secret(self) -> bytes:
        """What leases are signed with."""
        return bytes(self._connection.scalars(select(meta.c.secret)).one())

    def lending_from(self) -> int:
        """When a restored hub may lend again (ms): at once if every till has sent it all that it had lost."""
        row = self._connection.execute(select(meta.c.epoch, meta.c.lending_from)).one()
        behind = select(device.c.id).where(device.c.revoked.is_(False), device.c.epoch != row.epoch).limit(1)
        waits = row.lending_from and self._connection.scalar(behind) is not None
        return int(row.lending_from) if waits else 0

    def tills(self, store_id: str) -> dict[str, str]:
        """The tills of a store that were not locked out, with their names."""
        wanted = select(device.c.id, device.c.name).where(device.c.store_id == store_id, device.c.revoked.is_(False))
        return {row.id: row.name for row in self._connection.execute(wanted)}

    def owners(self, identities: Iterable[Identity]) -> dict[Identity, str]:
        """Asked by value alone, which is nearly unique; held too, or they could lead elsewhere by the time we judge."""
        asked = set(identities)
        wanted = select(identity).where(among(self._connection, identity.c.value, [each.value for each in asked]))
        wanted = wanted.order_by(identity.c.kind, identity.c.value)
        rows = self._connection.execute(wanted.with_for_update() if self._lock else wanted)
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
        connection.execute(delete(identity).where(identity.c.kind == key.kind, identity.c.value == key.value))
    rows = [(key.kind, key.value, owner) for key, owner in owners.items() if owner]
    insert_rows(connection, identity, rows)
