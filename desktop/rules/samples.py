"""Samples: what is in stock is the sum of what came and went; who may have one, and who asks how it was."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from desktop.rules.facts import Fact
from desktop.rules.why import Why, because

Kind = Literal["received", "handed_out", "returned", "lost", "counted"]
_SIGNS = {"received": 1, "handed_out": -1, "returned": 1, "lost": -1, "counted": 1}


@dataclass(frozen=True, slots=True)
class SampleEntry(Fact):
    """Pieces of a sample that came or went. pieces: more than 0; for ``counted`` the difference that counting found.

    member: who got them, of what was handed out.
    """

    sample: str = ""
    kind: Kind = "received"
    pieces: int = 1
    member: str = ""

    def __post_init__(self) -> None:
        if self.pieces <= 0 and self.kind != "counted":
            raise ValueError("so many pieces came or went, more than none")


@dataclass(frozen=True, slots=True)
class SampleRules:
    """each_days: a member gets the same sample once in so many days; a_day: samples of all kinds on one day.
    follow_up: days until somebody asks how it was."""

    each_days: int = 180
    a_day: int = 3
    follow_up: int = 3


def stock(entries: Iterable[SampleEntry]) -> dict[str, int]:
    """Pieces by sample; each entry counts once, however often and in whatever order it is heard.

    Less than 0 says that two tills handed out the same piece, or that somebody should count.
    """
    pieces: dict[str, int] = {}
    for entry in {entry.id: entry for entry in entries}.values():
        pieces[entry.sample] = pieces.get(entry.sample, 0) + _SIGNS[entry.kind] * entry.pieces
    return pieces


def against(
    sample: str, member: str, entries: Iterable[SampleEntry], *, today: date, rules: SampleRules = SampleRules()
) -> tuple[Why, ...]:
    """All that speaks against handing out one; nothing when the member may have it."""
    known = list(entries)
    theirs = [entry for entry in known if entry.kind == "handed_out" and entry.member == member and member]
    had = [each for each in theirs if each.sample == sample and each.day > today - timedelta(rules.each_days)]
    todays = [entry for entry in theirs if entry.day == today]
    reasons = []
    if stock(known).get(sample, 0) <= 0:
        reasons.append(because("sample_none_left"))
    if had:
        reasons.append(because("sample_had", (each.id for each in had), day=had[-1].day, days=rules.each_days))
    if len(todays) >= rules.a_day:
        reasons.append(because("sample_enough", (each.id for each in todays), limit=rules.a_day))
    return tuple(reasons)


def follow_up(entry: SampleEntry, rules: SampleRules = SampleRules()) -> date:
    """The day on which to ask how it was."""
    return entry.day + timedelta(rules.follow_up)
