"""What GS1's application identifiers look like, and its price check digit, from the tables that biip carries."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

_DATES = {"11", "12", "13", "15", "16", "17"}


@dataclass(frozen=True, slots=True)
class Identifier:
    """One application identifier. length: of its value where no separator need follow it, else None."""

    ai: str
    length: int | None
    whole: re.Pattern[str]

    def fits(self, value: str) -> bool:
        """Whether ``value`` has the length and characters that GS1 allows."""
        return value != "" and self.whole.fullmatch(self.ai + value) is not None

    def could_be(self, value: str) -> bool:
        """Whether it fits, and where it is a date, is one that exists."""
        return self.fits(value) and (self.ai not in _DATES or day_of(value) is not None)


@lru_cache(maxsize=4096)
def identifier_at(head: str) -> Identifier | None:
    """The identifier that ``head`` (4 characters, fewer at the end of a text) begins with."""
    # biip reads its tables for a sixth of a second: not at the start, before the first paint.
    from biip import ParseError
    from biip.gs1_application_identifiers import GS1ApplicationIdentifier

    try:
        found = GS1ApplicationIdentifier.extract(head)
    except ParseError:
        return None
    length = None if found.separator_required else int(found.format.rpartition("N")[2])
    return Identifier(found.ai, length, re.compile(found.pattern, re.ASCII))


def read_tables() -> None:
    """Now, so that the first GS1 code of the day need not wait for them; on a thread of its own."""
    identifier_at("01")


def day_of(value: str) -> date | None:
    """The date of six digits YYMMDD; day 00 is the last of the month. None if there is no such day.

    Always in this century: nothing on a counter was made or will expire in another, and a text's meaning must
    not depend on the day it is read.
    """
    year, month, day = 2000 + int(value[:2]), int(value[2:4]), int(value[4:6])
    try:
        return date(year, month, day) if day else _last_of_month(date(year, month, 1))
    except ValueError:
        return None


def price_check_digit(figure: str) -> str:
    """The digit that checks the 4 or 5 digits of a price, GS1 General Specifications 7.9."""
    from biip.checksums import gs1_price_weight_check_digit

    return str(gs1_price_weight_check_digit(figure))


def _last_of_month(first: date) -> date:
    return first.replace(day=monthrange(first.year, first.month)[1])
