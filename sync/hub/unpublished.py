"""Documents in no scope: what the hub counts with and no till sees."""

from typing import NamedTuple

from sync.protocol import Message


class Taken(NamedTuple):
    """One appointment's time, in ms since 1970, and the clock of the word that put it there."""

    starts: int
    ends: int
    clock: str


class Diary(Message, frozen=True, kw_only=True):
    """kind diary: the times of one guide in one store that are taken, by the id of the appointment."""

    taken: dict[str, Taken] = {}


class Shelf(Message, frozen=True, kw_only=True):
    """kind shelf: where to look for what is not asked for by its id, such as the campaigns that issue coupons."""

    names: tuple[str, ...] = ()


class Stock(Message, frozen=True, kw_only=True):
    """kind stock: how much of a quota was handed out to tills, by the id of the quota."""

    out: int = 0
