"""The contract of the wire: every message and every row that till and hub exchange (see PROTOCOL.md).

Both ends import this file and its parts (``…_rows``, ``loads``), and nothing else of each other. Decoding checks types;
unknown fields are ignored, so that ends of different age understand one another.
"""

import hashlib
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

VERSION = 1
ROW_FORM = 1  # raised whenever a kind of row gains a field: who has read without it reads again
SPOKEN = (1, VERSION)  # the oldest and the newest protocol that this end speaks
MAX_EVENTS = 2000
FIRST_BATCH = 500
MAX_BODY = 4 * 1024 * 1024
MAX_REPLY = 8 * 1024 * 1024  # unpacked: a page of about 1 MiB for each scope, and room
MAX_EVENT = 16 * 1024
MAX_ROWS = 2000

Id = Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z_-]{1,64}\Z")]
Whole = Annotated[int, msgspec.Meta(ge=-(2**53), le=2**53)]  # every database holds it, every language reads it
Verdict = Literal["accepted", "duplicate", "rejected", "parked"]


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the wire. Fields without a default must be sent."""


class Envelope(Message, frozen=True, kw_only=True):
    """One event as it travels. Field names are those of the specification.

    v: envelope version. id: UUIDv7, unique for ever. dev, ep, n: device, its incarnation, its dense counter from 1.
    hlc: hybrid logical clock. wall, boot, mono: the till's clocks in ms. clk: guide. typ, tv: kind of event and its
    version. ent, eid: the row it touches. mid: the member it is about.
    """

    id: str
    dev: str
    ep: int
    n: int
    hlc: str
    wall: int
    typ: str
    ent: str
    eid: str
    data: dict[str, Any]
    v: int = VERSION
    tv: int = 1
    boot: str = ""
    mono: int = 0
    clk: str | None = None
    mid: str | None = None


class EnrolRequest(Message, frozen=True, kw_only=True):
    """A till's first contact: a ticket for a device id that the till made itself."""

    ticket: str
    device: Id
    name: str = ""


class EnrolReply(Message, frozen=True, kw_only=True):
    """What a till needs to know of its hub. ``token`` is told once; the hub keeps only its hash.

    root: the public key that trust bundles are sealed with, in hexadecimal; empty if there is none yet.
    """

    hub: str
    epoch: int
    device: str
    store: str
    token: str
    scopes: tuple[str, ...]
    root: str = ""


class HelloRequest(Message, frozen=True, kw_only=True):
    """How a till opens a connection, and every ten minutes after.

    app: release of the till's program. proto: the oldest and the newest protocol it speaks. waiting: events it has not
    sent yet. oldest: ``wall`` of the first of them. epoch: the hub's, as the till has taken note of it. broken: how
    often what it read did not add up. nonce: another for every hello.
    """

    nonce: Id
    device: str
    app: str
    proto: tuple[int, int]
    wall_now: Whole
    ep: Whole
    waiting: Whole = 0
    oldest: Whole | None = None
    epoch: Whole | None = None
    broken: Whole = 0


class Limits(Message, frozen=True, kw_only=True):
    """What one request may hold: events of a push, bytes of an event, bytes of a body, rows of a page."""

    events: int = MAX_EVENTS
    event: int = MAX_EVENT
    body: int = MAX_BODY
    rows: int = MAX_ROWS


class HelloReply(Message, frozen=True, kw_only=True):
    """What holds for this connection. proto: the newest both speak. min_app: the oldest program that is served.

    newest: ``ep`` and ``n`` of the newest event that the hub has of this device. root: as in an EnrolReply, for a till
    that enrolled before there was one. nonce: that of the request: an answer that strays tells an old time.
    """

    nonce: Id
    hub: str
    epoch: int
    proto: int
    hub_now: int
    scopes: tuple[str, ...]
    min_app: str = ""
    newest: tuple[int, int] = (0, 0)
    limits: Limits = Limits()
    poll_after: float = 30.0
    root: str = ""


class PushRequest(Message, frozen=True, kw_only=True):
    """Events in the order of their ``n``, each still in the bytes it was saved in.

    ``waiting`` and ``oldest`` are those of a hello, and count the events of this push. epoch: the hub's, as the till
    knows it; of another nothing is judged. ceilings: for the events in their order the hub's time by which each had
    happened, null if nothing is known; nothing is known of those past its end.
    """

    device: str
    ep: Whole
    wall_now: Whole
    boot: str
    mono_now: Whole
    events: list[msgspec.Raw]
    waiting: Whole | None = None
    oldest: Whole | None = None
    epoch: Whole | None = None
    ceilings: list[Whole | None] = []


class PullRequest(Message, frozen=True, kw_only=True):
    """How far each scope was read; ``limit`` is rows a page. It travels as the query of a GET."""

    cursors: dict[str, int]
    limit: int


class Row(Message, frozen=True, kw_only=True):
    """One merged row. ``op`` is put or del; a put carries the whole body. ``seq`` is dense within the scope.

    Where no page says in which ``scope`` it stands, it says so itself.
    """

    op: str
    kind: str
    eid: str
    ver: int
    seq: int = 0
    body: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    scope: str | msgspec.UnsetType = msgspec.UNSET


class Answer(Message, frozen=True, kw_only=True):
    """The hub's verdict on one event.

    ``code`` and ``fix`` say why it was refused and what to do; ``was`` is what a duplicate got the first time.
    ``at`` tells where in each scope's feed its effect stands. A refusal brings the ``row`` as the hub has it
    (``op`` del if it has none), so that the till can undo what it showed.
    """

    id: str
    v: Verdict
    code: str | None = None
    fix: str | None = None
    was: Verdict | None = None
    at: dict[str, int] = {}
    row: Row | None = None


class PushReply(Message, frozen=True, kw_only=True):
    """Exactly one answer for every event of the request."""

    epoch: int
    hub_now: int
    verdicts: list[Answer]
    poll_after: float = 30.0


class Page(Message, frozen=True, kw_only=True):
    """Rows ``from + 1 .. to`` of one scope.

    ``sum64`` is the checksum over the scope's live rows at ``head``; it is compared when ``more`` is false.
    """

    scope: str
    from_: int = msgspec.field(name="from")
    to: int
    head: int
    sum64: str
    more: bool
    rows: list[Row]
    compacted: int = 0


class PullReply(Message, frozen=True, kw_only=True):
    """One page for every scope that was asked for."""

    epoch: int
    hub_now: int
    pages: list[Page]
    poll_after: float = 30.0


class Problem(Message, frozen=True, kw_only=True):
    """An error answer, RFC 9457. ``code`` is stable; ``detail`` is for people."""

    title: str
    status: int
    code: str
    detail: str = ""


# Row bodies, by kind. Times are RFC 3339 in UTC; money is whole minor units.


class StoreRow(Message, frozen=True, kw_only=True):
    """kind store, scope cfg"""

    name: str


class GuideRow(Message, frozen=True, kw_only=True):
    """kind guide, scope cfg"""

    name: str
    store_id: str
    badge: str | None = None
    active: bool = True


class ProductRow(Message, frozen=True, kw_only=True):
    """kind product, scope cat; lasts: days that one piece is enough for"""

    name: str
    gtins: tuple[str, ...]
    brand: str | None = None
    price: int | None = None
    currency: str | None = None
    category: str | None = None
    lasts: int | None = None


class DirectoryRow(Message, frozen=True, kw_only=True):
    """kind directory, scope dir: enough to greet and identify a member of another store

    ``codes``: those besides ``code`` that lead to them, if there are any.
    """

    code: str
    name: str
    phone_tail: str | None = None
    store_id: str | None = None
    codes: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET


class MemberRow(Message, frozen=True, kw_only=True):
    """kind member, scope st:; ``phones`` and ``wechats`` are those besides ``phone`` and ``wechat`` that lead to them
    too; ``contact_…`` as in ``MemberAmended``"""

    code: str
    name: str
    phone: str | None = None
    birthday: str | None = None
    gender: str | None = None
    channel: str | None = None
    codes: tuple[str, ...] = ()
    cards: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    wechat: str | None = None
    wechats: tuple[str, ...] = ()
    store_id: str | None = None
    guide_id: str | None = None
    enrolled_at: datetime | None = None
    recruit: str | None = None
    enrolled_by: str | None = None
    tier: str | None = None
    contact_by: str | None = None
    contact_days: str | None = None
    contact_hours: str | None = None
    contact_gap: str | None = None
    contact_quiet: str | None = None


class PreferenceRow(Message, frozen=True, kw_only=True):
    """kind preference, scope st:"""

    facet: str
    value: str
    sentiment: str
    noted_at: datetime
    member_id: str | None = None
    visit_id: str | None = None
    guide_id: str | None = None
    withdrawn: bool = False


class ConsentRow(Message, frozen=True, kw_only=True):
    """kind consent, scope st: one line of the consent ledger"""

    member_id: str
    purpose: str
    granted: bool
    at: datetime
    text_version: str | None = None
    text_hash: str | None = None
    channel: str | None = None
    guide_id: str | None = None
    seen: tuple[str, ...] = ()


class LineRow(Message, frozen=True, kw_only=True):
    """A product in a visit."""

    id: str
    product_id: str
    gtin: str
    action: str
    at: datetime
    reason: str | None = None
    price: int | None = None
    currency: str | None = None
    serial: str | None = None
    batch: str | None = None
    expires_on: str | None = None
    weight: int | None = None
    guide_id: str | None = None


class NoteRow(Message, frozen=True, kw_only=True):
    """A line of note in a visit."""

    id: str
    text: str
    at: datetime


class VisitRow(Message, frozen=True, kw_only=True):
    """kind visit, scope st:; ``mood``: how content they left, 1 to 5, 0 if nobody asked"""

    state: Literal["open", "held", "finished", "void"]
    started_at: datetime
    member_id: str | None = None
    guide_id: str | None = None
    store_id: str | None = None
    finished_at: datetime | None = None
    lines: tuple[LineRow, ...] = ()
    notes: tuple[NoteRow, ...] = ()
    mood: int = 0


class RedirectRow(Message, frozen=True, kw_only=True):
    """kind redirect, scopes dir and st: the member named by the row's id is now ``keep``, since ``at``"""

    keep: str
    at: datetime | None = None


class ErasureRow(Message, frozen=True, kw_only=True):
    """kind erasure, scope dir: the member named by the row's id is forgotten, everywhere and for ever"""

    at: datetime


def canonical(value: object) -> bytes:
    """The bytes of a message: JSON with sorted keys and no white space."""
    return msgspec.json.encode(value, order="deterministic")


def row_hash(kind: str, eid: str, ver: int) -> int:
    """64 bits that stand for one version of one row; a scope's checksum is their sum modulo 2**64."""
    digest = hashlib.blake2b(f"{kind}\0{eid}\0{ver}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def sum_text(total: int) -> str:
    """A checksum as it travels: 16 hexadecimal digits."""
    return f"{total % 2**64:016x}"
