"""Money, times and days as a clerk reads them, in the store's time."""

from datetime import date, datetime

from desktop.money import decimals
from resources import Words

_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "JP¥", "TWD": "NT$"}
MOST_COUNTED = 10_000  # of what waits: counting on would keep the window waiting too


def money(amount: int, currency: str) -> str:
    """``¥6,312`` or ``¥99.90``: minor units of a currency, cents only when there are some."""
    sign = _SIGNS.get(currency, f"{currency} ")
    if not decimals(currency):
        return f"{sign}{amount:,}"
    whole, cents = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{sign}{whole:,}" + (f".{cents:02d}" if cents else "")


def clock(at: datetime) -> str:
    """``14:02``"""
    return f"{at.astimezone():%H:%M}"


def duration(seconds: int, words: Words) -> str:
    """``6 min 20 s``, or its seconds alone when it is less than a minute."""
    minutes, rest = divmod(seconds, 60)
    return words("credit.minutes", minutes=minutes, seconds=rest) if minutes else words("credit.seconds", seconds=rest)


def day(at: datetime, now: datetime) -> str:
    """``10-26``, with the year when it is another one."""
    here = at.astimezone()
    return f"{here:%m-%d}" if here.year == now.astimezone().year else f"{here:%Y-%m-%d}"


def short_day(on: date, today: date) -> str:
    """``10-26`` of a day without a time, with the year when it is another one."""
    return f"{on:%m-%d}" if on.year == today.year else f"{on:%Y-%m-%d}"


def full_day(at: datetime) -> str:
    """``2026-03-02``"""
    return f"{at.astimezone():%Y-%m-%d}"


def counted(number: int) -> str:
    """``1,204``; ``10,000+`` where counting stopped."""
    return f"{number:,}+" if number >= MOST_COUNTED else f"{number:,}"
