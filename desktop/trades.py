"""Reads what a trade is about from its file, and refuses what does not hold together."""

import tomllib
from functools import cache
from typing import Any, get_args

import resources
from desktop.rules.definitions import TradeKey
from desktop.rules.shape import ShapeError, build
from desktop.rules.trade import Trade

TRADES: tuple[str, ...] = get_args(TradeKey)


@cache
def load_trade(key: str) -> Trade:
    """A trade that is shipped, with what all trades have in common; ShapeError for any other."""
    if key not in TRADES:
        raise ShapeError(f"no trade is called {key}; there is {', '.join(TRADES)}")
    return read_trade(_text(key), _text("common"))


def read_trade(text: str, common: str = "") -> Trade:
    """A trade from the text of its file; lists in ``common`` go before its own. Raises ShapeError with the place."""
    told, shared = _parse(text), _parse(common)
    return build(Trade, told | {name: [*some, *told.get(name, [])] for name, some in shared.items()})


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ShapeError(str(error)) from error


def _text(name: str) -> str:
    return resources.path(f"trades/{name}.toml").read_text("utf-8")
