"""Every change to samples: handed out by the piece as gifts are, and asked for when there is none."""

from datetime import timedelta

from sqlalchemy import select

from desktop.data.escrow import Gift, Quota
from desktop.errors import NotFound, NotNow
from desktop.rules.samples import SampleEntry, against
from desktop.services.coupons import give_gift
from desktop.services.tasks import open_task
from desktop.services.visits import current_visit
from desktop.views.shop import find_definitions
from desktop.work import Work

_WAIT = timedelta(days=7)  # until somebody looks whether there are samples again


def hand_out(work: Work, quota_id: str) -> str:
    """Give one to whoever is served; gives the gift's id. Undo gives it back.

    Raises NotNow ``sample_for_whom`` in a visit of nobody known, ``sample_had`` (day, days), ``sample_enough`` (limit),
    and what give_gift raises.
    """
    visit = current_visit(work)
    if visit.member_id is None:
        raise NotNow("sample_for_whom")
    today = work.clock.today()
    entries = [SampleEntry("here", today, sample=quota_id)]  # what is in stock, the lease says
    given = select(Gift).join(Quota, Quota.id == Gift.quota_id)
    given = given.where(Gift.member_id == visit.member_id, Gift.amount > 0, Quota.gtin.is_not(None))
    for gift in work.session.scalars(given):
        day = gift.at.astimezone().date()
        entries += [
            SampleEntry(f"{gift.id}+", day, sample=gift.quota_id),
            SampleEntry(gift.id, day, sample=gift.quota_id, kind="handed_out", member=visit.member_id),
        ]
    rules = find_definitions(work.session.connection(), today).samples
    for why in against(quota_id, visit.member_id, entries, today=today, rules=rules):
        raise NotNow(why.rule, **{name: str(figure) for name, figure in why.figures.items()})
    return give_gift(work, quota_id)


def ask_for_sample(work: Work, quota_id: str) -> str:
    """Whoever is served would like one that there is none of now: a task, in a week. Gives the task's id."""
    visit, quota = current_visit(work), work.session.get(Quota, quota_id)
    if quota is None or quota.gtin is None:
        raise NotFound("gift_unknown")
    if visit.member_id is None:
        raise NotNow("sample_for_whom")
    return open_task(work, visit.member_id, quota.title, work.clock.today() + _WAIT)
