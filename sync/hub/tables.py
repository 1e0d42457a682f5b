"""The hub's tables.

State is one document a row, history is one event a row, and the feed only points at documents: what a till may know of
a person stands in one place. Rows can be spread by member (document), by device (event) and by scope (feed) without
changing a query: no unique key and no counter spans two of these. ``identity`` alone is spread by its own value: that
one phone leads to one member is a promise about the whole brand.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text, text

SCHEMA = 1

metadata = MetaData()

_ERASURE = text("kind = 'erasure'")

document = Table(
    "document",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("ver", BigInteger, nullable=False),
    Column("member_id", Text, index=True),
    Column("store_id", Text),
    Column("scopes", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("meta", Text, nullable=False),
    Index("document_erasure", "id", sqlite_where=_ERASURE, postgresql_where=_ERASURE),
)

identity = Table(
    "identity",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("member_id", Text, nullable=False),
)

_PARKED = text("verdict = 'parked'")

event = Table(
    "event",
    metadata,
    Column("id", Text, primary_key=True),
    Column("device", Text, nullable=False),
    Column("store_id", Text, nullable=False),  # where its till stood when the hub heard of it
    Column("ep", BigInteger, nullable=False),
    Column("n", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("row_id", Text, nullable=False, index=True),
    Column("member_id", Text, index=True),
    Column("hlc", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("received_at", BigInteger, nullable=False),
    Column("known_by", BigInteger, nullable=False),
    Column("true_at", BigInteger, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("code", Text),
    Column("fix", Text),
    Column("waits", Text),
    Column("at", Text, nullable=False),
    Index("event_parked", "waits", sqlite_where=_PARKED, postgresql_where=_PARKED),
)

feed_head = Table(
    "feed_head",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("sum64", Text, nullable=False),
)

feed = Table(
    "feed",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("eid", Text, nullable=False),
)

device = Table(
    "device",
    metadata,
    Column("id", Text, primary_key=True),
    Column("store_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("enrolled_at", BigInteger, nullable=False),
    Column("last_contact", BigInteger, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("app", Text, nullable=False, default=""),
    Column("waiting", BigInteger, nullable=False, default=0),
    Column("oldest_at", BigInteger),
    Column("skew_ms", BigInteger, nullable=False, default=0),
    Column("broken", BigInteger, nullable=False, default=0),
    Column("epoch", BigInteger, nullable=False, default=0),  # of which it has sent all
    Column("ep", BigInteger, nullable=False, default=0),  # number of the newest event that it has sent
    Column("n", BigInteger, nullable=False, default=0),
    Column("outdated", Text),  # why it may not pull: client_too_old or hub_too_old
)

# Every token of a till is good until one of them is used; that one voids the others.
token = Table(
    "token",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("device", Text, nullable=False, index=True),
    Column("used", Boolean, nullable=False),
)

# Programs that are no tills: see sync.hub.partners.
partner = Table(
    "partner",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("name", Text, nullable=False),
    Column("revoked", Boolean, nullable=False),
)

lookup = Table(
    "lookup",
    metadata,
    Column("id", Text, primary_key=True),
    Column("device", Text, nullable=False),
    Column("store_id", Text, nullable=False),
    Column("member_id", Text, nullable=False, index=True),
    Column("at", BigInteger, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("store_id", Text, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("used_by", Text),
)

meta = Table(
    "meta",
    metadata,
    Column("hub_id", Text, primary_key=True),
    Column("epoch", Integer, nullable=False),
    Column("schema", Integer, nullable=False),
    Column("secret", LargeBinary, nullable=False),  # what leases are signed with
    Column("lending_from", BigInteger, nullable=False, default=0),  # set by a restore, see sync.hub.leases
    Column("min_app", Text, nullable=False, default=""),
    Column("root", Text, nullable=False, default=""),  # the public key that trust bundles are sealed with
    Column("erasures", BigInteger, nullable=False, default=0),  # see sync.hub.snapshots
    Column("copied", Boolean, nullable=False, default=False),  # this is a backup: see sync.hub.restore
)
