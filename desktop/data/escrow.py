"""Tables of what is worth money: coupons, gifts and points, and the leases by which they are spent offline."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from desktop.data.base import Base, UtcTime


class Coupon(Base):
    """One coupon of one member. state: issued, redeemed, void. amount: minor units of ``currency``.

    redemption_id: the redemption that took it, value: what that took off. issued_at: if a rule issued it.
    till: id and name of the till that holds its lease.
    """

    __tablename__ = "coupon"
    __table_args__ = (Index("ix_coupon_member_id", "member_id", "state"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str]
    campaign: Mapped[str]
    title: Mapped[str]
    amount: Mapped[int]
    currency: Mapped[str]
    valid_until: Mapped[datetime] = mapped_column(UtcTime)
    state: Mapped[str]
    redemption_id: Mapped[str | None]
    visit_id: Mapped[str | None]
    till_id: Mapped[str | None]
    till_name: Mapped[str | None]
    value: Mapped[int | None]
    issued_at: Mapped[datetime | None] = mapped_column(UtcTime)


class Campaign(Base):
    """What headquarters says of the coupons with this ``name``. terms, issue: JSON, for ``rules.campaigns``."""

    __tablename__ = "campaign"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    title: Mapped[str]
    terms: Mapped[str]
    issue: Mapped[str | None]
    policy: Mapped[str]


class Settlement(Base):
    """A redemption that headquarters settles, by its id. reason: used_twice, terms. state: open, honoured, reversed,
    withdrawn."""

    __tablename__ = "settlement"
    __table_args__ = (Index("ix_settlement_member_id", "member_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    coupon_id: Mapped[str]
    member_id: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str]
    title: Mapped[str]
    value: Mapped[int]
    currency: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)


class Reward(Base):
    """Something that points are exchanged for. names: JSON, by language. tiers: apart by spaces, "" is all. quota_id:
    the pieces there are."""

    __tablename__ = "reward"

    id: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[str]
    cost: Mapped[int]
    tiers: Mapped[str]
    quota_id: Mapped[str | None]


class Redemption(Base):
    """A coupon redeemed at this till, kept whatever becomes of it. ``leased`` is false within the floor limit."""

    __tablename__ = "redemption"
    __table_args__ = (Index("ix_redemption_leased_at", "leased", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    coupon_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    leased: Mapped[bool]


class Lease(Base):
    """A right to spend ``amount`` of a coupon, of a gift's stock or of a member's points at this till.

    of: coupon, quota, points. amount: all that was ever granted and not given back; what is left is that minus what was
    spent under it. wanted: the hub asks for it back. asked_at: when this till asked for more, or gave gifts
    back: it does not ask again at once. signed: the grant in words only the hub can write.
    """

    __tablename__ = "lease"
    __table_args__ = (Index("ix_lease_of_object_id", "of", "object_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    of: Mapped[str]
    object_id: Mapped[str]
    amount: Mapped[int]
    not_after: Mapped[datetime] = mapped_column(UtcTime)
    wanted: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    signed: Mapped[str]


class Points(Base):
    """A line of a member's ledger of points; ``amount`` is negative when they were spent or taken back.

    owed: what could not be taken back yet, as the hub says.
    """

    __tablename__ = "points"
    __table_args__ = (Index("ix_points_member_id", "member_id", "at"), Index("ix_points_lease_id", "lease_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str]
    amount: Mapped[int]
    reason: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcTime)
    guide_id: Mapped[str | None]
    lease_id: Mapped[str | None]
    owed: Mapped[int] = mapped_column(default=0)


class Quota(Base):
    """A campaign's number of gifts, or of anything that is given out by the piece. gtin: of a sample, 14 digits."""

    __tablename__ = "quota"
    __table_args__ = (Index("ix_quota_gtin", "gtin", sqlite_where=text("gtin IS NOT NULL")),)

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    total: Mapped[int]
    gtin: Mapped[str | None]


class Gift(Base):
    """Pieces of a quota that were given."""

    __tablename__ = "gift"
    __table_args__ = (Index("ix_gift_member_id", "member_id"), Index("ix_gift_lease_id", "lease_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    quota_id: Mapped[str]
    amount: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcTime)
    member_id: Mapped[str | None]
    visit_id: Mapped[str | None]
    guide_id: Mapped[str | None]
    lease_id: Mapped[str | None]


class FloorLimit(Base):
    """What may be redeemed here without a lease, as headquarters says: see ``rules.leases.Floor``."""

    __tablename__ = "floor"

    id: Mapped[str] = mapped_column(primary_key=True)
    largest: Mapped[int]
    a_day: Mapped[int]
    in_a_row: Mapped[int]
