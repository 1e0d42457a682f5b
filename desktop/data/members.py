"""Tables of people: members, what leads to them, what they like and what they agreed to."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from desktop.data.base import Base, UtcTime


class Member(Base):
    """A person who enrolled. ``full`` is false for a directory row of another store: name and phone tail only.

    phone: E.164; phone and wechat are absent in a directory row. phone_reversed: the known digits, last first, for
    search by suffix. tail: those that the directory tells, which are left when the profile goes.
    pinyin, initials: of the name, lower case. seen_at: the last visit, or the enrolment.
    recruit: the recruit code that won them. enrolled_by: the guide who won them, whoever's member they are now.
    tier: headquarters' word on it. contact_…: what they wish, see ``rules.wishes``.
    fetched_at: when the profile of another store's member was asked for; it is forgotten a month later.
    """

    __tablename__ = "member"
    __table_args__ = (
        Index("ix_member_phone_reversed", "phone_reversed"),
        Index("ix_member_initials", "initials", "seen_at"),
        Index("ix_member_pinyin", "pinyin", "seen_at"),
        Index("ix_member_name", "name"),
        Index("ix_member_seen_at", "seen_at"),
        Index("ix_member_enrolled_at", "enrolled_at", "full", "channel"),
        Index("ix_member_guide_id", "guide_id", "seen_at", sqlite_where=text('"full" = 1')),
        Index("ix_member_recruit", "recruit", sqlite_where=text("recruit IS NOT NULL")),
        Index("ix_member_fetched_at", "fetched_at", sqlite_where=text("fetched_at IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    phone: Mapped[str | None]
    phone_reversed: Mapped[str | None]
    tail: Mapped[str | None]
    wechat: Mapped[str | None]
    pinyin: Mapped[str]
    initials: Mapped[str]
    birthday: Mapped[str | None]
    gender: Mapped[str | None]
    channel: Mapped[str | None]
    store_id: Mapped[str | None]
    guide_id: Mapped[str | None]
    enrolled_at: Mapped[datetime | None] = mapped_column(UtcTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcTime)
    full: Mapped[bool] = mapped_column(default=True)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcTime)
    recruit: Mapped[str | None]
    tier: Mapped[str | None]
    enrolled_by: Mapped[str | None]
    contact_by: Mapped[str | None]
    contact_days: Mapped[str | None]
    contact_hours: Mapped[str | None]
    contact_gap: Mapped[str | None]
    contact_quiet: Mapped[str | None]


class Identity(Base):
    """Something that leads to one member: kind code, phone, card, wechat.

    The member is part of the key: until the hub has merged two enrolments of one phone, both exist here.
    """

    __tablename__ = "identity"
    __table_args__ = (
        Index("ix_identity_member_id", "member_id"),
        Index("ix_identity_kind_value_reversed", "kind", "value_reversed"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str] = mapped_column(primary_key=True)
    value_reversed: Mapped[str | None]


class Redirect(Base):
    """A merged member's id, kept for ever: whoever asks for ``id`` means ``keep``. at: when they were merged."""

    __tablename__ = "redirect"
    __table_args__ = (Index("ix_redirect_keep", "keep"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    keep: Mapped[str]
    at: Mapped[datetime | None] = mapped_column(UtcTime)


class Preference(Base):
    """A dated fact about what a person likes or needs; ``withdrawn`` wins."""

    __tablename__ = "preference"
    __table_args__ = (
        Index("ix_preference_member_id", "member_id", "noted_at"),
        Index("ix_preference_visit_id", "visit_id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str | None]
    visit_id: Mapped[str | None]
    facet: Mapped[str]
    value: Mapped[str]
    sentiment: Mapped[str]
    noted_at: Mapped[datetime] = mapped_column(UtcTime)
    guide_id: Mapped[str | None]
    withdrawn: Mapped[bool] = mapped_column(default=False)


class Consent(Base):
    """One line of the consent ledger. ``seen``: ids of the withdrawals this grant knew of, space separated."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_member_id", "member_id", "purpose"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[str]
    purpose: Mapped[str]
    granted: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcTime)
    text_version: Mapped[str | None]
    text_hash: Mapped[str | None]
    channel: Mapped[str | None]
    guide_id: Mapped[str | None]
    seen: Mapped[str] = mapped_column(default="")
