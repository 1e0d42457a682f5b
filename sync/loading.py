"""First loads: a snapshot of a large scope comes in parts, and is laid in steps; a cut or a kill loses one of them."""

import hashlib
from collections.abc import Callable, Iterator
from itertools import islice

import msgspec
import zstandard
from msgspec.structs import replace
from sqlalchemy import Connection, delete, select

from desktop.data.exchange import FeedRow, Load, LoadPart
from desktop.work import Work
from sync import laying, pages
from sync.cursors import cursor_of, forget_load, keep_cursor, read_again, read_broken_again
from sync.data import Talk, TillData
from sync.failures import HubRefused
from sync.loads import SNAPSHOT_FORMAT, Manifest, SnapshotPart, SnapshotRequest, Snapshots, SnapshotsRequest
from sync.protocol import Row, sum_text

PART_BYTES = 1024 * 1024
_WITHOUT = ("not_found", "method_not_allowed")  # what a hub says that knows of no snapshots
_BEYOND = "bad_range"  # the file ends before it should
_ROW = msgspec.json.Decoder(Row)


class Loading:
    """Fetches and lays snapshots. meanwhile: what goes up between two steps. rows_at_once: how long a step may be."""

    def __init__(self, data: TillData, meanwhile: Callable[[], Talk[None]], rows_at_once: Callable[[], int]) -> None:
        self._data = data
        self._meanwhile = meanwhile
        self._rows_at_once = rows_at_once
        self._refused: set[str] = set()  # hashes of files that were not what they should be

    def begin(self, scopes: list[str]) -> Talk[set[str]]:
        """Take note of the snapshots that the hub has of these scopes; gives those that will have one shortly."""
        try:
            told: Snapshots = yield SnapshotsRequest()
        except HubRefused as refusal:
            if refusal.code in _WITHOUT:
                return set()
            raise
        for manifest in told.snapshots:
            wanted = manifest.scope in scopes and manifest.format == SNAPSHOT_FORMAT
            if wanted and manifest.sha256 not in self._refused:
                self._drop_parts()
                self._data.write(begin_load, manifest)
        loaded = {manifest.scope for manifest in told.snapshots}
        return set(scopes) & set(told.building) - loaded

    def go_on(self) -> Talk[None]:
        """Fetch and lay what is on its way."""
        for load in self._data.read(find_loads):
            if (yield from self._fetch(load)):
                yield from self._lay(load)
        self._drop_parts()

    def _fetch(self, load: Manifest) -> Talk[bool]:
        """Whether the whole file is here, and is the one that was promised."""
        while (got := self._data.read(_got, load)) is not None and got < load.bytes:
            length = min(PART_BYTES, load.bytes - got)
            wanted = SnapshotRequest(scope=load.scope, sha256=load.sha256, start=got, length=length)
            try:
                part: SnapshotPart = yield wanted
            except HubRefused as refusal:
                if refusal.code == "snapshot_gone":
                    self._data.write(forget_load, load.scope)
                    return False
                if refusal.code != _BEYOND:
                    raise
                part = SnapshotPart(body=b"")
            if not part.body:
                self._give_up(load)
                return False
            self._data.write(keep_part, load, got, part.body)
            yield from self._meanwhile()
        return got is not None and self._is_sound(load)

    def _is_sound(self, load: Manifest) -> bool:
        digest = hashlib.sha256()
        for part in self._parts(load.scope):
            digest.update(part)
        if digest.hexdigest() == load.sha256:
            return True
        if self._data.read(_got, load) is not None:  # else another program has laid it meanwhile, and dropped its parts
            self._give_up(load)
        return False

    def _lay(self, load: Manifest) -> Talk[None]:
        done = self._data.read(_done, load)
        lines = islice(self._lines(load.scope), done, None)
        while done is not None and (some := list(islice(lines, self._rows_at_once()))):
            rows = [replace(_ROW.decode(line), seq=load.as_of) for line in some]
            done = self._data.write(lay_rows, load, done, rows)
            yield from self._meanwhile()
        if done is not None and not self._data.write(finish_load, load):
            self._give_up(load)

    def _give_up(self, load: Manifest) -> None:
        """It is not what it should be: pages will do."""
        self._refused.add(load.sha256)
        self._data.write(read_broken_again, load.scope)

    def _parts(self, scope: str) -> Iterator[bytes]:
        start = 0
        while part := self._data.read(_part, scope, start):
            yield part
            start += len(part)

    def _lines(self, scope: str) -> Iterator[bytes]:
        """The lines of the file, unpacked as they are asked for."""
        unpacker = zstandard.ZstdDecompressor().decompressobj()
        rest = b""
        for part in self._parts(scope):
            *whole, rest = (rest + unpacker.decompress(part)).split(b"\n")
            yield from whole

    def _drop_parts(self) -> None:
        """One at a time: a file is many megabytes."""
        while (part := self._data.read(_stale_part)) is not None:
            self._data.write(drop_part, *part)


def begin_load(work: Work, manifest: Manifest) -> None:
    """A snapshot is on its way; the scope is read from it, whatever file it was read from before."""
    if _load(work, manifest) is not None:
        return  # another program was faster
    forget_load(work, manifest.scope)
    if work.session.scalar(select(FeedRow.ver).where(FeedRow.scope == manifest.scope).limit(1)) is not None:
        read_again(work, manifest.scope)
    cursor = cursor_of(work.session, manifest.scope)
    cursor.head = manifest.as_of
    keep_cursor(work.session, cursor)
    told = msgspec.structs.asdict(manifest)
    del told["format"]
    work.session.merge(Load(**told, got=0, done=0))


def keep_part(work: Work, load: Manifest, start: int, body: bytes) -> None:
    """Some more of the file, unless another program was faster or it is another file by now."""
    kept = _load(work, load)
    if kept is not None and kept.got == start:
        work.session.add(LoadPart(scope=load.scope, start=start, body=body))
        kept.got += len(body)


def lay_rows(work: Work, load: Manifest, done: int, rows: list[Row]) -> int | None:
    """Lay the next rows, and remember it with them; gives how many are done, None if they are laid elsewhere by now."""
    kept = _load(work, load)
    if kept is None or kept.done != done:
        return None
    cursor = cursor_of(work.session, load.scope)
    cursor.sum64 = sum_text(int(cursor.sum64, 16) + pages.count(work.session, cursor, rows))
    keep_cursor(work.session, cursor)
    laying.lay(work, load.scope, rows, head=load.as_of)
    kept.done += len(rows)
    return kept.done


def finish_load(work: Work, load: Manifest) -> bool:
    """The scope is read up to the snapshot; false if the rows are not those that the hub counted."""
    kept = _load(work, load)
    if kept is None:
        return True
    cursor = cursor_of(work.session, load.scope)
    if cursor.sum64 != load.sum64 or kept.done != load.rows:
        return False
    cursor.seq = load.as_of
    keep_cursor(work.session, cursor)
    pages.drop_untold(work, load.scope, load.as_of)
    work.session.delete(kept)
    return True


def drop_part(work: Work, scope: str, start: int) -> None:
    """Forget some bytes that have been laid."""
    work.session.execute(delete(LoadPart).where(LoadPart.scope == scope, LoadPart.start == start))


def find_loads(connection: Connection) -> list[Manifest]:
    """What is on its way."""
    rows = connection.execute(select(Load.__table__).order_by(Load.scope))
    return [
        Manifest(scope=row.scope, as_of=row.as_of, rows=row.rows, sum64=row.sum64, sha256=row.sha256, bytes=row.bytes)
        for row in rows
    ]


def _load(work: Work, load: Manifest) -> Load | None:
    kept = work.session.get(Load, load.scope)
    return kept if kept and kept.sha256 == load.sha256 else None


def _got(connection: Connection, load: Manifest) -> int | None:
    return connection.scalar(select(Load.got).where(Load.scope == load.scope, Load.sha256 == load.sha256))


def _done(connection: Connection, load: Manifest) -> int | None:
    return connection.scalar(select(Load.done).where(Load.scope == load.scope, Load.sha256 == load.sha256))


def _part(connection: Connection, scope: str, start: int) -> bytes | None:
    return connection.scalar(select(LoadPart.body).where(LoadPart.scope == scope, LoadPart.start == start))


def _stale_part(connection: Connection) -> tuple[str, int] | None:
    query = select(LoadPart.scope, LoadPart.start).where(LoadPart.scope.not_in(select(Load.scope))).limit(1)
    row = connection.execute(query).first()
    return (row.scope, row.start) if row else None
