"""What a recruit code means, and whom it has won as far as this till knows."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from desktop.data.catalogue import Guide, Store
from desktop.data.codes import Recruit
from desktop.data.members import Member


@dataclass(frozen=True, slots=True)
class RecruitView:
    """One recruit code. won: members it won whose whole profile is here."""

    code: str
    channel: str
    label: str
    store: str | None
    guide_id: str | None
    guide: str | None
    partner: str | None
    active: bool
    won: int


_WON = select(func.count(Member.id)).where(Member.recruit == Recruit.id).scalar_subquery()
_ALL: Select[*tuple[Any, ...]] = (
    select(
        Recruit.id, Recruit.channel, Recruit.label, Store.name, Recruit.guide_id, Guide.name, Recruit.partner,
        Recruit.active, _WON,
    )
    .outerjoin(Store, Store.id == Recruit.store_id)
    .outerjoin(Guide, Guide.id == Recruit.guide_id)
)  # fmt: skip
_ONE = _ALL.where(Recruit.id == bindparam("code"))


def find_recruit(connection: Connection, code: str) -> RecruitView | None:
    """What a code means."""
    row = connection.execute(_ONE, {"code": code}).first()
    return RecruitView(*row) if row else None


def find_recruits(connection: Connection) -> tuple[RecruitView, ...]:
    """Every code, those that have won most first."""
    return tuple(RecruitView(*row) for row in connection.execute(_ALL.order_by(_WON.desc(), Recruit.label)))
