"""Tags: what a member is like, in one word; found by rules that are data, or set by hand, side by side.

Six families, as the CRM literature has them: base, purchase, scene, behaviour, preference, emotion.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from string import Formatter
from typing import Literal, get_args

from desktop.rules.conditions import VALUES, Condition, Subject
from desktop.rules.facts import Fact, ids_of
from desktop.rules.why import Why, because

Family = Literal["base", "purchase", "scene", "behaviour", "preference", "emotion"]
FAMILIES: tuple[str, ...] = get_args(Family)


@dataclass(frozen=True, slots=True)
class TagRule:
    """Who gets a tag. names: by language; braces take values, as in ``复购周期 {gap_days} 天``.

    lasts_days: after the latest fact it rests on; None is for as long as ``when`` holds.
    """

    key: str
    family: Family
    names: dict[str, str]
    when: Condition
    lasts_days: int | None = None

    def __post_init__(self) -> None:
        if strange := [name for name in self.figures() if name not in VALUES]:
            raise ValueError(f"no rule finds {', '.join(strange)}; there is {', '.join(VALUES)}")

    def figures(self) -> set[str]:
        """The values its names tell."""
        return {name for text in self.names.values() for _, name, _, _ in Formatter().parse(text) if name is not None}


@dataclass(frozen=True, slots=True)
class HandTag(Fact):
    """A tag that ``guide`` set by hand, until it is taken off or ``until`` has come."""

    name: str = ""
    family: Family = "base"
    guide: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag of one member. names: by language. day: since when by its latest fact. expires: the first day without."""

    key: str
    family: Family
    names: Mapping[str, str]
    source: Literal["rule", "hand"]
    day: date
    expires: date | None
    why: Why


def tags(subject: Subject, rules: Iterable[TagRule], by_hand: Iterable[HandTag] = ()) -> tuple[Tag, ...]:
    """All tags that hold today: the rules' in their order, then those by hand, the latest first."""
    found = [tag for rule in rules if (tag := _found(subject, rule))]
    held = [tag for tag in by_hand if tag.day <= subject.today and (tag.until is None or subject.today < tag.until)]
    return (*found, *(_by_hand(tag) for tag in sorted(held, key=lambda tag: (tag.day, tag.id), reverse=True)))


def _found(subject: Subject, rule: TagRule) -> Tag | None:
    facts = rule.when.ask(subject)
    if facts is None or not rule.figures() <= set(subject.values):
        return None
    day = facts[-1].day if facts else subject.today
    expires = None if rule.lasts_days is None else day + timedelta(rule.lasts_days)
    if expires and expires <= subject.today:
        return None
    figures = {name: subject.values[name] for name in rule.figures()}
    names = {language: text.format_map(figures) for language, text in rule.names.items()}
    why = because("tag_rule", ids_of(facts), count=len(facts)) if facts else because("tag_state")
    return Tag(rule.key, rule.family, names, "rule", day, expires, why)


def _by_hand(tag: HandTag) -> Tag:
    why = because("tag_hand", (tag.id,), guide=tag.guide, day=tag.day)
    return Tag(tag.id, tag.family, {"zh": tag.name, "en": tag.name}, "hand", tag.day, tag.until, why)
