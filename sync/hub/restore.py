"""Backups of the hub's database, and coming back from one without anybody being forgotten or coming back to life."""

import contextlib
import os
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, func, select, union_all, update
from sqlalchemy.engine import make_url

from desktop.rules.leases import GRACE_MS, LIFE_MS
from sync.hub.archive import Archive
from sync.hub.deeds import in_ms
from sync.hub.devices import save_device
from sync.hub.documents import KINDS, Documents
from sync.hub.durable import sync_folder
from sync.hub.erasure import forget
from sync.hub.feed import publish
from sync.hub.ledger import Ledger, Mark
from sync.hub.lines import import_deed
from sync.hub.merges import part, redirects_with, target_of
from sync.hub.parked import announce
from sync.hub.problems import HubError
from sync.hub.statements import Prepared
from sync.hub.stubs import Remember, strip
from sync.hub.tables import device, document, feed_head, meta, partner, token
from sync.protocol import ErasureRow, RedirectRow

_ERASURE = KINDS[ErasureRow]
_STATE = Prepared(select(meta.c.hub_id, meta.c.epoch, meta.c.copied).with_for_update())
_ROWS = Prepared(select(func.sum(feed_head.c.n)))
_ERASED = Prepared(select(document.c.id).where(document.c.kind == _ERASURE))
_DEVICES = Prepared(select(device))
_VOID = union_all(
    select(token.c.hash).join(device, device.c.id == token.c.device).where(device.c.revoked),
    select(partner.c.hash).where(partner.c.revoked),
)


def ledger_of(url: str) -> Path:
    """Where the ledger of a database lies unless one says otherwise: beside the file, or in the current directory."""
    where = make_url(url)
    return Path(f"{where.database or 'hub'}.ledger")


def admit(connection: Connection, ledger: Ledger, now: datetime, *, restored: bool) -> Mark:
    """How far the database is, once it is known to be no older than its ledger and nobody erased is in it any more.

    ``restored``: it may be older, and gets a new epoch. Raises ``HubError`` if it is older, or another's.
    """
    row = _STATE.first(connection)
    mark = ledger.mark or Mark(row.hub_id, row.epoch, 0)
    epoch = row.epoch
    if mark.hub != row.hub_id:
        raise HubError(f"{ledger.path} is the ledger of another hub")
    if restored:
        epoch = max(row.epoch, mark.epoch) + 1
        lending_from = in_ms(now) + LIFE_MS + GRACE_MS
        connection.execute(update(meta).values(epoch=epoch, copied=False, lending_from=lending_from))
    elif row.copied or (row.epoch, count_rows(connection)) < (mark.epoch, mark.rows):
        raise HubError(
            f"the database is older than {ledger.path} says: if it comes from a backup, "
            "run `python -m sync.hub restored` first, so that every till sends again what is missing"
        )
    _square(connection, ledger, now, restored=restored)
    _square_tills(connection, ledger, now, restored=restored)
    _square_tokens(connection, ledger, restored=restored)
    return Mark(row.hub_id, epoch, count_rows(connection))


def count_rows(connection: Connection) -> int:
    """The rows that all feeds together ever had; it only grows."""
    return int(_ROWS.scalar(connection) or 0)


def erase(connection: Connection, ids: Iterable[str], now: datetime, remember: Remember) -> None:
    """Erase members by headquarters' own hand."""
    documents = Documents(Archive(connection))
    for member_id in ids:
        forget(documents, member_id, now)
        documents.keep()
    waiting = strip(connection, documents, [], remember)
    announce(connection, documents, waiting, publish(connection, documents))


def back_up(url: str, file: Path) -> None:
    """Write a consistent copy of a SQLite database while it is in use; a hub opens it only as ``restored``."""
    source = make_url(url)
    if source.get_backend_name() != "sqlite":
        raise HubError("PostgreSQL is backed up by its own tools, such as pg_dump")
    if file.exists():
        raise HubError(f"{file} exists already")
    part = file.with_name(f"{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        with (
            contextlib.closing(sqlite3.connect(str(source.database))) as here,
            contextlib.closing(sqlite3.connect(part)) as there,
        ):
            here.backup(there)
            there.execute("PRAGMA journal_mode=DELETE")
            with there:
                there.execute("UPDATE meta SET copied = 1")
        os.replace(part, file)
        sync_folder(file.parent)
    except (OSError, sqlite3.Error) as error:
        raise HubError(f"{file} cannot be written: {error}") from None


def _square(connection: Connection, ledger: Ledger, now: datetime, *, restored: bool) -> None:
    """Let database and ledger say the same of who is erased."""
    here = set(_ERASED.scalars(connection))
    ledger.erase(sorted(here))
    if missing := ledger.erased - here:
        if restored:  # otherwise the ledger may break off where the power did
            _set_apart(connection, missing, now)
        erase(connection, sorted(missing), now, ledger.erase)


def _set_apart(connection: Connection, erased: set[str], now: datetime) -> None:
    """Part those who were one when the backup was made and were two when one of them was erased: with an erasure the
    ledger names everybody who led to the member.
    """
    documents, deed = Documents(Archive(connection)), import_deed(now, "")
    merged = {each.id: target_of(each) for one in sorted(erased) for each in redirects_with(documents, one)}
    for old, target in merged.items():
        redirect = documents.get(RedirectRow, old)
        if redirect and (old in erased) != (target in erased):
            part(documents, redirect, deed)
            documents.keep()
    publish(connection, documents)


def _square_tills(connection: Connection, ledger: Ledger, now: datetime, *, restored: bool) -> None:
    """Let database and ledger say the same of who may come in.

    A restored hub waits for a till that it has forgotten as for any other: it may hold leases. With the tokens of old
    nobody comes in who was locked out since, or was let in again or elsewhere.
    """
    here = {row.id: None if row.revoked else row.store_id for row in _DEVICES.rows(connection)}
    if restored:
        for till_id, store_id in ledger.tills.items():
            if till_id in here and here[till_id] != store_id:
                stands = {"revoked": False, "store_id": store_id} if store_id else {"revoked": True}
                connection.execute(delete(token).where(token.c.device == till_id))
                connection.execute(update(device).where(device.c.id == till_id).values(stands))
            elif till_id not in here and store_id:
                save_device(connection, till_id, store_id, name="", now=in_ms(now))
    else:
        known = {each: here.get(each) for each in (*ledger.tills, *here)}  # an enrolment went with the power
        ledger.admit({each: store for each, store in known.items() if ledger.tills.get(each, "") != store})


def _square_tokens(connection: Connection, ledger: Ledger, *, restored: bool) -> None:
    """Let database and ledger say the same of which tokens are void. A till that is locked out keeps its own, by which
    it hears so.
    """
    void = set(connection.scalars(_VOID))
    ledger.void(sorted(each for each in void if each.hex() not in ledger.voided))
    for table in (token, partner):
        held = connection.scalars(select(table.c.hash).with_for_update()).all()  # another process may be voiding one
        doubtful = sorted(each for each in held if each not in void and each.hex() in ledger.voided)
        if not restored:
            ledger.trust(doubtful)  # whatever voided them went with the power
        for each in doubtful if restored else ():
            connection.execute(delete(table).where(table.c.hash == each))
