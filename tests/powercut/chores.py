"""Chores: what a till does besides serving: a first load, an erasure, and letting go of what is over."""

import hashlib
from collections.abc import Iterator

import msgspec
import zstandard
from sqlalchemy import Connection, select

from desktop.data.exchange import Cursor, Outbox
from sync import protocol as wire
from sync.apply import apply_verdicts, note_contact
from sync.data import Talk, TillData
from sync.exchange import converse
from sync.forgetting import confirm_forgotten, find_forgotten
from sync.loading import Loading
from sync.loads import Manifest, SnapshotPart, SnapshotRequest, Snapshots
from sync.pages import apply_page

LOADED = 30  # products, in the snapshot
_PART, _STEP = 400, 9  # bytes of it that the hub gives at once, and rows that are laid at once
_MONTH_MS = 31 * 86_400_000


def load(data: TillData) -> None:
    """The catalogue comes as a snapshot; what of it is here already is not asked for again."""
    loading = Loading(data, _nothing, lambda: _STEP)

    def both() -> Talk[float]:
        yield from loading.begin(["cat"])
        yield from loading.go_on()
        return 0.0

    converse(both(), _answer)


def erase(data: TillData, *member_ids: str) -> None:
    """The hub's rows take them out of the tables, by all the names that they had; the files are cleaned after it."""
    here = data.read(lambda connection: connection.scalar(select(Cursor.seq).where(Cursor.scope == "dir"))) or 0
    body = msgspec.Raw(wire.canonical(wire.ErasureRow(at=data.clock.now())))
    rows = [
        wire.Row(op="put", kind="erasure", eid=member_id, ver=1, seq=seq, body=body)
        for seq, member_id in enumerate(member_ids, here + 1)
    ]
    end = rows[-1].seq
    page = wire.Page(scope="dir", from_=here, to=end, head=end, sum64="", more=True, rows=rows)
    data.write(apply_page, page)
    end_erasures(data)


def end_erasures(data: TillData) -> None:
    """As every round does: once no file holds anybody who was erased, it is told."""
    forgotten = data.read(find_forgotten)
    if forgotten is not None and data.cleanse(forgotten.is_about):
        data.write(confirm_forgotten, forgotten.ids)


def take_all(data: TillData, epoch: int, hub_now: int) -> None:
    """The hub takes all that waits; and a month later it is heard again."""
    answers = [wire.Answer(id=event_id, v="accepted") for event_id in data.read(waiting)]
    data.write(apply_verdicts, wire.PushReply(epoch=epoch, hub_now=hub_now, verdicts=answers))
    data.write(note_contact, epoch, hub_now + _MONTH_MS)


def waiting(connection: Connection) -> list[str]:
    """What the hub has not answered."""
    return list(connection.scalars(select(Outbox.event_id).where(Outbox.state == "pending").order_by(Outbox.n)))


def _products() -> Iterator[wire.Row]:
    for number in range(LOADED):
        product = wire.ProductRow(name=f"面霜{number}", gtins=(f"0690123008{number:04d}",), price=8800)
        yield wire.Row(op="put", kind="product", eid=f"s{number}", ver=1, body=msgspec.Raw(wire.canonical(product)))


def _nothing() -> Talk[None]:
    yield from ()


def _answer(message: wire.Message) -> wire.Message:
    """The hub's, as far as snapshots go."""
    if isinstance(message, SnapshotRequest):
        return SnapshotPart(body=_FILE[message.start : message.start + _PART])
    return Snapshots(epoch=1, snapshots=[_MANIFEST])


_FILE = zstandard.compress(b"".join(wire.canonical(row) + b"\n" for row in _products()), level=1)
_MANIFEST = Manifest(
    scope="cat", as_of=99, rows=LOADED, sha256=hashlib.sha256(_FILE).hexdigest(), bytes=len(_FILE),
    sum64=wire.sum_text(sum(wire.row_hash(row.kind, row.eid, row.ver) for row in _products())),
)  # fmt: skip
