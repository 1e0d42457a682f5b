"""Points that are earned without anybody writing them down: what a finished visit earned stands in the ledger.

The line of a fact has an id that follows from the fact, so that whoever looks again, at whatever till, writes nothing
new; what has changed since, because a product was brought back say, is put right by a line of its own.
"""

from datetime import date

from sqlalchemy import select

from desktop.data.escrow import Points
from desktop.data.visits import Line, Visit
from desktop.escrow_events import PointsEarned, PointsReversed
from desktop.rules.earning import Earning, earned
from desktop.rules.facts import Fact, Purchase, Referral, Review, Trial, VisitDay
from desktop.rules.points_ids import earning_id
from desktop.views.facts import facts_of
from desktop.views.shop import find_definitions, find_shop
from desktop.views.standing import find_standing
from desktop.work import Work

_EARNS = (Purchase, VisitDay, Trial, Review, Referral)


def settle_points(work: Work, visit_id: str) -> int:
    """Let the ledger say what a visit of a member earned, and whom they brought along; gives what was added.

    Where headquarters has sent no rules, nothing is earned.
    """
    work.session.flush()
    visit = work.session.get(Visit, visit_id)
    today = work.clock.today()
    if visit is None or visit.member_id is None or not find_shop(work.session.connection(), today).told:
        return 0
    lines = set(work.session.scalars(select(Line.id).where(Line.visit_id == visit_id)))
    ours = lines | {visit_id}
    wanted = _wanted(work, visit, ours, today)
    # Another visit of the day may be somebody else's, should a merge be undone: its points name it.
    visit_of = {fact: fact for fact, line in wanted.items() if line.reason == "visit"} | dict.fromkeys(ours, visit_id)
    return sum(
        _put_right(work, visit.member_id, fact, wanted.get(fact), visit_id=visit_of.get(fact))
        for fact in sorted(ours | set(wanted))
    )


def drop_points(work: Work, visit_id: str, fact: str) -> None:
    """A line of a visit is gone: what it had earned goes too."""
    visit = work.session.get(Visit, visit_id)
    if visit is not None and visit.member_id is not None:
        _put_right(work, visit.member_id, fact, None, visit_id=visit_id)


def _wanted(work: Work, visit: Visit, ours: set[str], today: date) -> dict[str, Earning]:
    """What this visit, its day and what is of no visit earn; the day's other lines count for the day's limits."""
    connection = work.session.connection()
    known = facts_of(connection, str(visit.member_id))
    if known is None or visit.state == "void":
        return {}
    standing = find_standing(connection, str(visit.member_id), today)
    day = visit.started_at.astimezone().date()
    facts = [
        fact
        for fact in known.facts
        if isinstance(fact, _EARNS) and (fact.day == day or isinstance(fact, Review | Referral))
    ]
    lines = earned(facts, find_definitions(connection, today).earning, standing.tier if standing else "")
    others = {fact.id for fact in facts if _stands_alone(fact)}
    return {line.fact: line for line in lines if line.fact in ours | others}


def _put_right(work: Work, member_id: str, fact: str, wanted: Earning | None, *, visit_id: str | None) -> int:
    """One line that makes the sum of a fact's lines what it should be."""
    turn, has = 0, 0
    while line := work.session.get(Points, earning_id(fact, turn)):
        turn, has = turn + 1, has + line.amount - line.owed
    missing = (wanted.amount if wanted else 0) - has
    if not missing:
        return 0
    kind = PointsEarned if missing > 0 else PointsReversed
    reason = wanted.reason if wanted else "return"
    work.follow(
        kind(
            entry_id=earning_id(fact, turn), member_id=member_id, amount=abs(missing), reason=reason, visit_id=visit_id
        )
    )  # fmt: skip
    return missing


def _stands_alone(fact: Fact) -> bool:
    """Whether it is no line of a visit: of a day's visits, it is the day's first that earns."""
    return isinstance(fact, VisitDay | Review | Referral)
