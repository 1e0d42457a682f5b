"""Birthdays: when the next one is, and how old somebody is. Written MM-DD or YYYY-MM-DD; both are kept as told."""

from calendar import isleap
from datetime import date

GUARDED_BELOW = 14  # years: the law asks for a guardian, so nobody calls


def next_birthday(birthday: str, today: date) -> date | None:
    """The next one, today's included; None if it is unknown. The 29th of February is the 28th in other years."""
    if not birthday:
        return None
    month, day = (int(part) for part in birthday[-5:].split("-"))
    this_year = _on(today.year, month, day)
    return this_year if this_year >= today else _on(today.year + 1, month, day)


def age(birthday: str, today: date) -> int | None:
    """Full years; None when the year is unknown."""
    if len(birthday) < len("YYYY-MM-DD"):
        return None
    born = date.fromisoformat(birthday)
    return today.year - born.year - (today < _on(today.year, born.month, born.day))


def is_child(birthday: str, today: date) -> bool:
    """Whether somebody is under GUARDED_BELOW for certain: who did not tell the year is taken for grown-up."""
    years = age(birthday, today)
    return years is not None and years < GUARDED_BELOW


def _on(year: int, month: int, day: int) -> date:
    return date(year, month, 28 if (month, day) == (2, 29) and not isleap(year) else day)
