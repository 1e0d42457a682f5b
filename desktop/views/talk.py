"""What to speak of with a member: what is due, what is near, what they said last."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection

from desktop.rules.birthdays import next_birthday
from desktop.rules.facts import Declined, VisitDay, buying, days_of, of
from desktop.rules.rewards import Reward, reach
from desktop.rules.why import Amount, Figure
from desktop.views.portrait import MemberPortrait
from desktop.views.rewards import find_rewards
from desktop.views.tasks import TaskView, tasks_of

BIRTHDAY_DAYS, NEAR, SAID_DAYS = 14, 4, 180  # a tier or reward is near when a quarter of it is missing
AT_MOST = 5


@dataclass(frozen=True, slots=True)
class TalkingPoint:
    """One of them. kind: ``talk.<kind>`` in the words, filled with ``figures``; task: of kind ``task``.

    names: of the tier or reward that is near, by language.
    """

    kind: str
    figures: dict[str, Figure]
    task: TaskView | None = None
    names: dict[str, str] | None = None


def find_talk(
    connection: Connection, portrait: MemberPortrait, today: date, but: Collection[str] = ()
) -> tuple[TalkingPoint, ...]:
    """What sort of customer it is, and at most five more, what is due first.

    but: ids of the visit that is running and of its lines, which nobody recalls.
    """
    tasks = [
        TalkingPoint("task", {}, task)
        for task in tasks_of(connection, portrait.member_id)
        if task.state == "open" and task.due <= today and (task.until is None or task.until >= today)
    ]
    rewards = find_rewards(connection).values()
    return _sort(portrait, today), *[*tasks, *_near(portrait, rewards, today), *_said(portrait, today, but)][:AT_MOST]


def _sort(portrait: MemberPortrait, today: date) -> TalkingPoint:
    """Who never bought before today is spoken to in another way than who comes back."""
    days = days_of(buying(portrait.known.facts, until=today - timedelta(1)))
    return TalkingPoint("old", {"days": len(days), "day": days[-1]}) if days else TalkingPoint("new", {})


def _near(portrait: MemberPortrait, rewards: Iterable[Reward], today: date) -> Iterator[TalkingPoint]:
    birthday = next_birthday(portrait.known.person.birthday, today)
    if birthday and (birthday - today).days <= BIRTHDAY_DAYS:
        yield TalkingPoint("birthday", {"day": birthday})
    standing = portrait.standing
    if standing.next and standing.missing * NEAR <= standing.next.enter:
        money = standing.measure == "spend"
        missing = {"missing": Amount(standing.missing) if money else standing.missing}
        yield TalkingPoint("tier" if money else "tier_points", {**missing}, names=standing.next.names)
    mall = reach(portrait.points, rewards, standing.tier)
    if mall.next and mall.missing * NEAR <= mall.next.cost:
        yield TalkingPoint("reward", {"missing": mall.missing}, names=mall.next.names)


def _said(portrait: MemberPortrait, today: date, but: Collection[str]) -> Iterator[TalkingPoint]:
    facts = [fact for fact in portrait.known.facts if fact.id not in but]
    since = date.fromordinal(today.toordinal() - SAID_DAYS)
    if rated := [each for each in of(facts, VisitDay, until=today, since=since) if each.mood]:
        yield TalkingPoint("mood", {"day": rated[-1].day, "mood": rated[-1].mood})
    if declined := of(facts, Declined, until=today, since=since):
        last = declined[-1]
        product = portrait.known.names.get(last.product, "")
        kind = "declined_because" if last.reason else "declined"
        yield TalkingPoint(kind, {"day": last.day, "product": product, "reason": last.reason})
