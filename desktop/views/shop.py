"""What this shop is about: its trade, and the parameters by which everything is judged."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from sqlalchemy import BindParameter, Connection, bindparam, select

from desktop.data.portraits import DefinitionSet
from desktop.rules.definitions import STANDARD, Definitions, read_definitions
from desktop.rules.shape import ShapeError
from desktop.rules.trade import Trade
from desktop.trades import load_trade

_TODAY: BindParameter[str] = bindparam("today")
_NEWEST = (
    select(DefinitionSet.body)
    .where(DefinitionSet.effective <= _TODAY)
    .order_by(DefinitionSet.effective.desc(), DefinitionSet.id.desc())
    .limit(1)
)
_OF_TRADE = ("care", "cadence", "lifecycle")  # what a trade has its own values of, unless headquarters says others


@dataclass(frozen=True, slots=True)
class Shop:
    """Both agree: the definitions have the tags of the trade, the trade has the parameters of the definitions.

    told: headquarters has sent them; without any the standard judges, but nothing earns points.
    """

    trade: Trade
    definitions: Definitions
    told: bool


def find_shop(connection: Connection, today: date) -> Shop:
    """By what headquarters sent last that holds on ``today``; by the standard if it sent nothing."""
    return read_shop(connection.scalar(_NEWEST, {"today": today.isoformat()}) or "")


def find_trade(connection: Connection, today: date) -> Trade:
    """The trade of this till's shop."""
    return find_shop(connection, today).trade


def find_definitions(connection: Connection, today: date) -> Definitions:
    """The parameters of every rule."""
    return find_shop(connection, today).definitions


@lru_cache(4)  # read once, though every scan asks
def read_shop(body: str) -> Shop:
    """From definitions as JSON, "" for the standard. Raises ShapeError, whose text says where it is wrong."""
    try:
        told: Any = msgspec.json.decode(body) if body else {}
    except msgspec.DecodeError as error:
        raise ShapeError(str(error)) from error
    definitions = read_definitions(told) if body else STANDARD
    trade = load_trade(definitions.trade)
    of_trade = {name: getattr(trade, name) for name in _OF_TRADE if name not in told}
    definitions = replace(definitions, tags=(*trade.tags, *definitions.tags), **of_trade)
    trade = replace(trade, **{name: getattr(definitions, name) for name in _OF_TRADE})
    return Shop(trade, definitions, told=bool(body))
