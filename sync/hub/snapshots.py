"""Snapshots: every live row of a large scope in one file, for tills that begin; packed behind the tills' backs."""

import contextlib
import hashlib
import logging
import os
import re
import threading
import uuid
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, NamedTuple, cast

import msgspec
import zstandard
from sqlalchemy import Connection, and_, literal, select

from sync.hub.clock import HubClock
from sync.hub.database import Database
from sync.hub.feed import head
from sync.hub.problems import HubProblem
from sync.hub.pull import row_of
from sync.hub.scopes import CATALOGUE, DIRECTORY, store_scope
from sync.hub.tables import document, feed, meta
from sync.loads import Manifest
from sync.protocol import ROW_FORM, row_hash, sum_text

log = logging.getLogger(__name__)

LARGE = 5000  # numbers in a feed: below that, pages are as fast
MAX_AGE_MS = 6 * 3600 * 1000
TRY_AGAIN_MS = 10 * 60 * 1000
LEFT_MS = 3600 * 1000  # a file that nobody has written to for so long is not being packed
MAX_PART = 4 * 1024 * 1024
_LEVEL = 3
_RANGE = re.compile(r"bytes=([0-9]{1,15})-([0-9]{1,15})?", re.ASCII)
_ENCODER = msgspec.json.Encoder()


class Bound(NamedTuple):
    """What a file must still agree with: how often somebody was erased when it was read, and the form of its rows."""

    epoch: int
    erasures: int
    form: int


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What lies beside a file."""

    manifest: Manifest
    bound: Bound
    built_at: int


class _Closing(Exception):
    """The hub ends, and nobody will ask for the file."""


class Snapshots:
    """The files in ``folder``; nobody but the hub's user may read them. One is packed at a time.

    ``LARGE`` scopes have one, made when it is asked for, and again when it is older than ``MAX_AGE_MS``. A file is good
    only as long as nobody was erased since it was read, and epoch and form of rows are the same.
    """

    def __init__(self, database: Database, folder: Path, clock: HubClock) -> None:
        self._database = database
        self._folder = folder
        self._clock = clock
        self._packer = ThreadPoolExecutor(1, thread_name_prefix="snapshots")
        self._turn = threading.Lock()
        self._packing: set[str] = set()
        self._failed: dict[str, int] = {}
        self._closing = False

    def manifests(self, device_store: str) -> tuple[list[Manifest], tuple[str, ...]]:
        """What a till of this store may load, and what it may load shortly."""
        with self._database.read() as connection:
            bound = _bound(connection)
            large = [each for each in _scopes(device_store) if head(connection, each)[0] >= LARGE]
        found = {scope: self._newest(scope, bound) for scope in large}
        for scope, kept in found.items():
            if kept is None or kept.built_at < self._clock.now_ms() - MAX_AGE_MS:
                self._order(scope)
        ready = [kept.manifest for kept in found.values() if kept]
        with self._turn:
            return ready, tuple(scope for scope, kept in found.items() if kept is None and scope in self._packing)

    def find(self, scope: str, sha256: str | None) -> tuple[Path, Manifest] | None:
        """The file, if it is still good; the newest unless a hash is named."""
        with self._database.read() as connection:
            bound = _bound(connection)
        good = [kept for kept in self._kept(scope) if kept.bound == bound]
        named = [kept for kept in good if sha256 in (None, kept.manifest.sha256)]
        newest = max(named, key=lambda kept: kept.built_at, default=None)
        return (self._file(newest.manifest), newest.manifest) if newest else None

    def forget(self) -> None:
        """Delete what holds somebody who was erased, speaks of another epoch, or would never grow old, as the clock was
        ahead.
        """
        with self._database.read() as connection:
            bound = _bound(connection)
        for kept in self._kept():
            if kept.bound != bound or kept.built_at > self._clock.now_ms():
                self._delete(kept.manifest)
        self._clear_away()

    def wait(self) -> None:
        """Until nothing is being packed."""
        self._packer.submit(lambda: None).result()

    def close(self) -> None:
        """Stop packing. May be called twice."""
        self._closing = True
        self._packer.shutdown(cancel_futures=True)

    def _order(self, scope: str) -> None:
        with self._turn:
            tried = self._failed.get(scope)
            if scope in self._packing or (tried and tried > self._clock.now_ms() - TRY_AGAIN_MS):
                return
            self._packing.add(scope)
        with contextlib.suppress(RuntimeError):  # the hub is closing
            self._packer.submit(self._pack, scope)

    def _pack(self, scope: str) -> None:
        try:
            self._failed.pop(scope, None)
            self._write(scope)
        except _Closing:
            log.info("a snapshot of %s was left off: the hub is closing", scope)
        except Exception as error:  # noqa: BLE001 - tills go on with pages
            self._failed[scope] = self._clock.now_ms()
            log.error("a snapshot of %s could not be packed: %s", scope, type(error).__name__)
        finally:
            with self._turn:
                self._packing.discard(scope)

    def _write(self, scope: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self._folder / f"{uuid.uuid4().hex}.new"
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                kept = self._fill(file, scope)
            older = list(self._kept(scope))
            os.replace(fresh, self._file(kept.manifest))
            beside = self._beside(kept.manifest)
            beside.with_suffix(".part").write_bytes(_ENCODER.encode(kept))
            os.replace(beside.with_suffix(".part"), beside)
        finally:
            fresh.unlink(missing_ok=True)
        for each in sorted(older, key=lambda kept: kept.built_at)[:-1]:  # some till may be loading the last one
            self._delete(each.manifest)
        self.forget()

    def _fill(self, file: IO[bytes], scope: str) -> Kept:
        """Everything of one moment."""
        count, total = 0, 0
        digest = _Digest(file)
        with (
            self._database.read() as connection,
            contextlib.closing(_live_rows(connection, scope)) as rows,
            _packing(digest) as packed,
        ):
            bound, (last, sum64) = _bound(connection), head(connection, scope)
            for line, weight in rows:
                packed.write(line)
                count, total = count + 1, total + weight
                if self._closing:
                    raise _Closing
        if sum_text(total) != sum64:
            raise ValueError("its rows are not those that the feed counts")
        manifest = Manifest(
            scope=scope, as_of=last, rows=count, sum64=sum64, sha256=digest.hexdigest(), bytes=digest.size
        )
        return Kept(manifest=manifest, bound=bound, built_at=self._clock.now_ms())

    def _newest(self, scope: str, bound: Bound) -> Kept | None:
        good = (kept for kept in self._kept(scope) if kept.bound == bound)
        return max(good, key=lambda kept: kept.built_at, default=None)

    def _kept(self, scope: str | None = None) -> Iterator[Kept]:
        """Of one scope, or of all. The name of a store may begin as another's does: what the file says counts."""
        for path in self._folder.glob(f"{_name(scope) if scope else '*'}-*.json"):
            with contextlib.suppress(FileNotFoundError, msgspec.MsgspecError):  # deleted meanwhile, or torn
                kept = msgspec.json.decode(path.read_bytes(), type=Kept)
                if scope in (None, kept.manifest.scope) and self._file(kept.manifest).exists():
                    yield kept

    def _clear_away(self) -> None:
        """What a process left behind that died while it packed: nobody serves it, and nobody else would delete it."""
        served = {path for kept in self._kept() for path in (self._file(kept.manifest), self._beside(kept.manifest))}
        long_ago = self._clock.now_ms() - LEFT_MS
        for path in self._folder.glob("*"):
            with contextlib.suppress(FileNotFoundError):  # somebody else was faster
                if path not in served and path.stat().st_mtime * 1000 < long_ago:
                    path.unlink()

    def _file(self, manifest: Manifest) -> Path:
        return self._folder / f"{_name(manifest.scope)}-{manifest.sha256}.zst"

    def _beside(self, manifest: Manifest) -> Path:
        return self._file(manifest).with_suffix(".json")

    def _delete(self, manifest: Manifest) -> None:
        self._file(manifest).unlink(missing_ok=True)
        self._beside(manifest).unlink(missing_ok=True)


def _packing(digest: "_Digest") -> zstandard.ZstdCompressionWriter:
    return zstandard.ZstdCompressor(_LEVEL).stream_writer(cast("IO[bytes]", digest))


def read_range(path: Path, asked: str) -> tuple[int, bytes]:
    """Where the bytes of a Range header begin, and at most ``MAX_PART`` of them; raises ``HubProblem`` bad_range."""
    told = _RANGE.fullmatch(asked.strip())
    if told is None:
        raise HubProblem("bad_range", "bytes=FIRST-LAST")
    first = int(told[1])
    length = min(int(told[2]) - first + 1 if told[2] else MAX_PART, MAX_PART)
    try:
        with path.open("rb") as file:
            file.seek(first)
            body = file.read(max(length, 0))
    except FileNotFoundError:  # somebody was erased just now
        raise HubProblem("snapshot_gone") from None
    if not body:
        raise HubProblem("bad_range")
    return first, body


class _Digest:
    """Counts and hashes what is written through it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, body: bytes) -> int:
        """Pass it on."""
        self._hash.update(body)
        self.size += len(body)
        return self._file.write(body)

    def hexdigest(self) -> str:
        """Of all that was written."""
        return self._hash.hexdigest()


def _bound(connection: Connection) -> Bound:
    row = connection.execute(select(meta.c.epoch, meta.c.erasures)).one()
    return Bound(row.epoch, row.erasures, ROW_FORM)


def _live_rows(connection: Connection, scope: str) -> Generator[tuple[bytes, int], None, None]:
    """A line and a weight for every live row of a scope."""
    pointed = select(feed.c.kind, feed.c.eid).where(feed.c.scope == scope).distinct().subquery()
    wanted = select(
        pointed.c.kind, pointed.c.eid, document.c.ver, document.c.scopes, document.c.body, document.c.meta,
        literal(0).label("seq"),
    ).join(document, and_(document.c.id == pointed.c.eid, document.c.kind == pointed.c.kind))  # fmt: skip
    with connection.execute(wanted.execution_options(yield_per=2000)) as rows:
        for found in rows:
            row = row_of(connection, found, scope, (scope,))
            if row.op == "put":
                yield _ENCODER.encode(row) + b"\n", row_hash(row.kind, row.eid, row.ver)


def _scopes(store_id: str) -> tuple[str, ...]:
    return (CATALOGUE, DIRECTORY, store_scope(store_id))


def _name(scope: str) -> str:
    """A scope as part of a file's name."""
    return scope.replace(":", "_")
