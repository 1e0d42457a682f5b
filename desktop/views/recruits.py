"""What a recruit code means, and whom it has won as far as this till knows."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select

from desktop.data.catalogue import Guide, Store
from desktop.data.codes import Recruit
from desktop.data.exchange import Till
from desktop.data.members import Member


@dataclass(frozen=True, slots=True)
class RecruitView:
    """One recruit code. won: members it won whose whole profile is here. cost: minor units, None where nobody said.

    each: the cost of one member won; None while there is none, and where other stores win members with it too.
    """

    code: str
    channel: str
    label: str
    store: str | None
    guide_id: str | None
    guide: str | None
    partner: str | None
    active: bool
    won: int
    cost: int | None = None
    each: int | None = None


_WON = select(func.count(Member.id)).where(Member.recruit == Recruit.id).scalar_subquery()
_HERE = select(Till.store_id).scalar_subquery()
_ALL: Select[*tuple[Any, ...]] = (
    select(
        Recruit.id, Recruit.channel, Recruit.label, Store.name, Recruit.guide_id, Guide.name, Recruit.partner,
        Recruit.active, _WON, Recruit.cost, Recruit.store_id == _HERE,
    )
    .outerjoin(Store, Store.id == Recruit.store_id)
    .outerjoin(Guide, Guide.id == Recruit.guide_id)
)  # fmt: skip
_ONE = _ALL.where(Recruit.id == bindparam("code"))


def find_recruit(connection: Connection, code: str) -> RecruitView | None:
    """What a code means."""
    row = connection.execute(_ONE, {"code": code}).first()
    return _view(row) if row else None


def find_recruits(connection: Connection) -> tuple[RecruitView, ...]:
    """Every code, those that have won most first."""
    return tuple(map(_view, connection.execute(_ALL.order_by(_WON.desc(), Recruit.label))))


def _view(row: Any) -> RecruitView:
    view, here = RecruitView(*row[:-1]), row[-1]
    if view.cost is None or not view.won or not here:
        return view
    return replace(view, each=round(view.cost / view.won))
