"""Tables of the exchange with the hub: who this till is, what waits, how far it has read."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from desktop.data.base import Base, UtcTime


class Till(Base):
    """This installation; exactly one row.

    ep: incarnation of the device. next_n: number of the next event. hlc: the hybrid logical clock.
    guide_id: who serves now. token: bearer secret for the hub (the file is encrypted).
    scopes: what this till holds, space separated. clock_skew_ms: till minus hub at the last contact. told_at: the hub's
    time (ms) at the last hello, which was ``told_mono`` by the monotonic clock of ``told_boot``.
    row_form: that of the program which read the rows that are here.
    root: the public key, in hexadecimal, that the trust bundle is signed with. ceilings: JSON, see ``sync.ceilings``.
    broken: how often what was read of a scope did not add up.
    """

    __tablename__ = "till"

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[str]
    ep: Mapped[int] = mapped_column(default=1)
    next_n: Mapped[int] = mapped_column(default=1)
    hlc: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    guide_id: Mapped[str | None]
    store_id: Mapped[str | None]
    hub_url: Mapped[str | None]
    hub_id: Mapped[str | None]
    epoch: Mapped[int | None]
    token: Mapped[str | None]
    scopes: Mapped[str] = mapped_column(default="")
    contacted_at: Mapped[datetime | None] = mapped_column(UtcTime)
    clock_skew_ms: Mapped[int] = mapped_column(default=0)
    told_at: Mapped[int] = mapped_column(default=0)
    told_boot: Mapped[str] = mapped_column(default="")
    told_mono: Mapped[int] = mapped_column(default=0)
    row_form: Mapped[int] = mapped_column(default=0)
    root: Mapped[str] = mapped_column(default="")
    ceilings: Mapped[str] = mapped_column(default="[]")
    broken: Mapped[int] = mapped_column(default=0)


class Outbox(Base):
    """One event in the bytes it was saved in, kept after its verdict. state: pending, parked, accepted, rejected.

    ``seen_at`` is JSON, scope to feed number: until the till has read that far, the deed is laid over what it reads.
    ``settled_at``: the hub's time (ms) of its final verdict. ``acknowledged``: a clerk has seen the refusal and dealt
    with it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state", "state", "ep", "n"),
        Index("ix_outbox_row", "row", "row_id"),
        Index("ix_outbox_event_id", "event_id", unique=True),
    )

    ep: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str]
    kind: Mapped[str]
    row: Mapped[str]
    row_id: Mapped[str]
    body: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str] = mapped_column(default="pending")
    code: Mapped[str | None]
    fix: Mapped[str | None]
    seen_at: Mapped[str | None]
    settled_at: Mapped[int | None]
    acknowledged: Mapped[bool] = mapped_column(default=False)


class Cursor(Base):
    """How far one scope of the feed was read, and the checksum of the rows held (16 hexadecimal digits).

    head: the hub's last number, when it was last heard. whole: was read to the end at least once.
    reading: raised whenever the scope is read anew. sweeping: rows of an earlier reading may still be here.
    lost: rows taken away since the scope was last read to its end. asked: so many rows would go, which nobody has
    agreed to yet: the scope is not read on. agreed: a clerk has.
    """

    __tablename__ = "cursor"

    scope: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    sum64: Mapped[str] = mapped_column(default="0" * 16)
    head: Mapped[int] = mapped_column(default=0)
    whole: Mapped[bool] = mapped_column(default=False)
    reading: Mapped[int] = mapped_column(default=0)
    sweeping: Mapped[bool] = mapped_column(default=False)
    lost: Mapped[int] = mapped_column(default=0)
    asked: Mapped[int] = mapped_column(default=0)
    agreed: Mapped[bool] = mapped_column(default=False)


class FeedRow(Base):
    """The version of each row held from a scope: what the checksum is made of. reading: the one it last came in; -1 of
    a row that no page has brought yet.
    """

    __tablename__ = "feed_row"
    __table_args__ = ({"sqlite_with_rowid": False},)

    scope: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[str] = mapped_column(primary_key=True)
    ver: Mapped[int]
    reading: Mapped[int] = mapped_column(default=0)


class Load(Base):
    """A snapshot of one scope on its way in. got: bytes that are here. done: rows that are laid."""

    __tablename__ = "load"

    scope: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    bytes: Mapped[int]
    rows: Mapped[int]
    as_of: Mapped[int]
    sum64: Mapped[str]
    got: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)


class LoadPart(Base):
    """Bytes of a snapshot from ``start`` on: kept in here, because a file beside would not be encrypted."""

    __tablename__ = "load_part"

    scope: Mapped[str] = mapped_column(primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes]


class Wanted(Base):
    """A member of another store whose whole profile somebody here asked for: an id, or a code nobody here knows."""

    __tablename__ = "wanted"

    key: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)


class ParkedIn(Base):
    """A row of a kind this till does not know yet, kept raw so that the cursor may pass it."""

    __tablename__ = "parked_in"

    scope: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[str] = mapped_column(primary_key=True)
    op: Mapped[str]
    ver: Mapped[int]
    body: Mapped[bytes | None]


class Erasure(Base):
    """A member who is forgotten for ever, under one of the ids that led to them. names: JSON list of that id and of
    those of all that was theirs. done: no file of this till holds anything of them any more.
    """

    __tablename__ = "erasure"

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    names: Mapped[str]
    done: Mapped[bool] = mapped_column(default=False)


class LeftRow(Base):
    """A row of a store that this till has left, of which it has told the hub: whose it was then. No row says that any
    more, and what was told stays here for a while.
    """

    __tablename__ = "left_row"

    id: Mapped[str] = mapped_column(primary_key=True)
    whose: Mapped[str]
