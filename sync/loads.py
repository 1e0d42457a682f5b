"""Messages of the first load and of looking somebody up: as ``sync.protocol``, of which they are a part."""

from sync.protocol import Message, Row

SNAPSHOT_FORMAT = "rows-1"  # a Row on each line, packed with zstd


class SnapshotsRequest(Message, frozen=True, kw_only=True):
    """What is there to load at once; a GET without a query."""


class Manifest(Message, frozen=True, kw_only=True):
    """A file with every live row of one scope, as of number ``as_of`` of its feed.

    rows: how many. sum64: their checksum, as in a page. sha256, bytes: of the file. format: how it is written.
    """

    scope: str
    as_of: int
    rows: int
    sum64: str
    sha256: str
    bytes: int
    format: str = SNAPSHOT_FORMAT


class Snapshots(Message, frozen=True, kw_only=True):
    """Every snapshot that this till may load. building: the scopes that will have one shortly."""

    epoch: int
    snapshots: list[Manifest]
    building: tuple[str, ...] = ()


class SnapshotRequest(Message, frozen=True, kw_only=True):
    """``length`` bytes of the snapshot with this hash, from ``start`` on; it travels as a GET with a Range."""

    scope: str
    sha256: str
    start: int
    length: int


class SnapshotPart(Message, frozen=True, kw_only=True):
    """Those bytes; on the wire, the body of the answer as it is."""

    body: bytes


class MemberRequest(Message, frozen=True, kw_only=True):
    """Who is this? An id or a code; it travels in the path of a GET."""

    key: str


class MemberReply(Message, frozen=True, kw_only=True):
    """The member and what belongs to them, as a store that serves them would see it; no rows if there is nobody.

    A redirect comes first if ``key`` is the id of a member who was merged.
    """

    epoch: int
    hub_now: int
    rows: list[Row]
