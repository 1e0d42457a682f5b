"""What headquarters issues by rules of its campaigns, and what of it somebody gets for having joined here."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, exists, select

from desktop.data.escrow import Campaign
from desktop.data.exchange import Outbox
from desktop.events import MemberEnrolled
from desktop.rules.campaigns import read_issue, read_terms
from desktop.rules.coupon_issue import IssueRule
from desktop.views.portrait import MemberPortrait

_ISSUING = select(Campaign.name, Campaign.title, Campaign.issue, Campaign.terms).where(Campaign.issue.is_not(None))


@dataclass(frozen=True, slots=True)
class Issuing:
    """A campaign that issues: what it is called, who gets it, the last day of its coupons."""

    title: str
    rule: IssueRule
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Welcome:
    """What comes for joining: titles of coupons, and points."""

    titles: tuple[str, ...] = ()
    points: int = 0

    def __bool__(self) -> bool:
        return bool(self.titles or self.points)


def find_issuing(connection: Connection) -> tuple[Issuing, ...]:
    """Every campaign that issues."""
    return tuple(
        Issuing(row.title, read_issue(row.name, json.loads(row.issue)), read_terms(json.loads(row.terms)).last_day)
        for row in connection.execute(_ISSUING)
    )


def find_welcome(connection: Connection, portrait: MemberPortrait, issuing: Iterable[Issuing]) -> Welcome:
    """What a member who was enrolled at this till will get when headquarters hears of it; nothing once it has."""
    today = portrait.rules.subject.today
    titles = [each.title for each in issuing if each.rule.joining and not (each.last_day and each.last_day < today)]
    points = portrait.shop.definitions.earning.joining if portrait.shop.told else 0
    coming = Welcome(tuple(titles), points)
    return coming if coming and _is_unheard(connection, portrait.member_id) else Welcome()


def _is_unheard(connection: Connection, member_id: str) -> bool:
    theirs = (Outbox.row == MemberEnrolled.row, Outbox.row_id == member_id, Outbox.kind == MemberEnrolled.__name__)
    return bool(connection.scalar(select(exists().where(*theirs, Outbox.state.in_(("pending", "parked"))))))
