"""When and how a member wants to be spoken to, as they said it themselves: kept as short texts, one for each field."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from desktop.rules.tasks import CONTACTS

WEEK = frozenset(range(1, 8))
LONGEST = 366  # days of one span of quiet
_MOST = 10

Span = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Wishes:
    """by: phone, message or store, "" is any. days: 1 is Monday; none is any. hours: of the store's clock, from and
    until. gap: days between two contacts at least. quiet: first and last days on which nobody reaches out."""

    by: str = ""
    days: frozenset[int] = frozenset()
    hours: tuple[int, int] | None = None
    gap: int = 0
    quiet: tuple[Span, ...] = ()

    def quiet_on(self, day: date) -> Span | None:
        """Until when they want to be left alone, if ``day`` is such a day."""
        return next((span for span in self.quiet if span[0] <= day <= span[1]), None)

    def quiet_days(self) -> frozenset[str]:
        """Each such day, YYYY-MM-DD."""
        every = ((first, (last - first).days + 1) for first, last in self.quiet)
        return frozenset((first + timedelta(more)).isoformat() for first, count in every for more in range(count))

    def fields(self) -> dict[str, str]:
        """As they are kept."""
        told = (
            self.by, "".join(map(str, sorted(self.days))), "-".join(map(str, self.hours or ())),
            str(self.gap or ""), " ".join(f"{first}/{last}" for first, last in self.quiet),
        )  # fmt: skip
        return dict(zip(FIELDS, told, strict=True))


def normal_by(text: str) -> str:
    """phone, message or store."""
    if text and text not in CONTACTS:
        raise ValueError("not a way to reach somebody")
    return text


def normal_days(text: str) -> str:
    """``67`` of ``6, 7``; all of them are as good as none."""
    days = set(re.sub(r"[\s,,、]", "", text))
    if not days <= set("1234567"):
        raise ValueError("1 is Monday, 7 is Sunday")
    return "" if len(days) == len(WEEK) else "".join(sorted(days))


def normal_hours(text: str) -> str:
    """``18-21`` of ``18:00–21:00``; ``18-`` is until the end of the day."""
    if not text.strip():
        return ""
    found = re.fullmatch(r"\s*(\d{1,2})(?::00)?\s*[-–—~至]\s*(?:(\d{1,2})(?::00)?)?\s*", text)
    first, last = (int(found[1]), int(found[2] or 24)) if found else (0, 0)
    if not 0 <= first < last <= 24:
        raise ValueError("whole hours, the first before the last")
    return f"{first}-{last}"


def normal_gap(text: str) -> str:
    """Days between two contacts, 1 to 366."""
    if text.strip() and not (text.strip().isdecimal() and 1 <= int(text) <= LONGEST):
        raise ValueError("a number of days")
    return str(int(text)) if text.strip() else ""


def normal_quiet(text: str) -> str:
    """``2026-12-01/2026-12-14 2026-12-24/2026-12-24``, in order; a single day may be written alone."""
    spans = sorted(_span(part) for part in re.split(r"[\s,;,;]+", text) if part)
    if len(spans) > _MOST:
        raise ValueError("too many")
    return " ".join(f"{first.isoformat()}/{last.isoformat()}" for first, last in spans)


NORMAL: dict[str, Callable[[str], str]] = {
    "contact_by": normal_by, "contact_days": normal_days, "contact_hours": normal_hours, "contact_gap": normal_gap,
    "contact_quiet": normal_quiet,
}  # fmt: skip
FIELDS = tuple(NORMAL)


def read_wishes(told: Mapping[str, str | None]) -> Wishes:
    """From the fields of a member; what cannot be read, because a newer till wrote it, is no wish."""
    by, days, hours, gap, quiet = (_readable(name, told.get(name) or "") for name in FIELDS)
    first, _, last = hours.partition("-")
    spans = tuple(_span(part) for part in quiet.split())
    return Wishes(by, frozenset(map(int, days)), (int(first), int(last)) if hours else None, int(gap or 0), spans)


def _readable(name: str, text: str) -> str:
    try:
        return NORMAL[name](text)
    except ValueError:
        return ""


def _span(part: str) -> Span:
    first, _, last = part.partition("/")
    span = (date.fromisoformat(first), date.fromisoformat(last or first))
    if not 0 <= (span[1] - span[0]).days < LONGEST:
        raise ValueError("from an earlier to a later day, and no longer than a year")
    return span
