"""What an operator orders about what is worth money: the day's round, and how a doubtful redemption is settled."""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import cast

import msgspec
from sqlalchemy import Connection, select

from desktop.rules import hlc
from desktop.rules.birthdays import next_birthday
from sync.escrow_rows import CampaignRow, PointsRow
from sync.hub.archive import Archive, read_document
from sync.hub.code_orders import change
from sync.hub.coupon_issue import Occasion, campaigns_that_issue, issue
from sync.hub.deeds import HOME_ZONE, Deed, clock_text
from sync.hub.definitions import definitions_on
from sync.hub.documents import KINDS, Documents
from sync.hub.feed import publish
from sync.hub.hub import Hub
from sync.hub.lines import import_deed
from sync.hub.losses import Entry, find_loss, lose
from sync.hub.old_leads import forget_old_leads
from sync.hub.problems import HubError
from sync.hub.settlements import decide
from sync.hub.tables import document
from sync.protocol import MemberRow

BATCH = 500
_MEMBER = msgspec.json.Decoder(MemberRow)


def run_daily(hub: Hub, options: argparse.Namespace) -> int:
    """Issue the coupons of the day, those of birthdays, take off the points that are over, and forget the leads that
    came to nothing half a year ago; a second time does nothing new."""
    now = hub.clock.now_ms()
    moment = datetime.fromtimestamp(now / 1000, UTC)
    today = options.day or moment.astimezone(HOME_ZONE).date()
    deed = import_deed(moment, clock_text(hlc.stamp(now, 0), "hub"))
    given = _all(hub, partial(_some, today=today, deed=deed))
    over = _all(hub, partial(_lose_some, today=today, deed=deed))
    gone = forget_old_leads(hub, today)
    sys.stdout.write(f"coupons: {given} issued\npoints: {over} expired\nleads: {gone} forgotten\n")
    return 0


def run_settle(hub: Hub, options: argparse.Namespace) -> int:
    """Say what becomes of a redemption that two tills accepted, or that its terms did not allow."""
    if not change(hub, lambda documents: decide(documents, options.redemption, honour=options.word == "honour")):
        raise HubError(f"there is no settlement {options.redemption!r}")
    return 0


def add_commands(add: Callable[[str, object], argparse.ArgumentParser]) -> None:
    """Let the parser know them."""
    add("daily", run_daily).add_argument("--day", type=date.fromisoformat, help="YYYY-MM-DD, today unless named")
    settling = add("settle", run_settle)
    settling.add_argument("redemption", help="its id")
    settling.add_argument("word", choices=("honour", "reverse"))


def _all(hub: Hub, step: Callable[..., tuple[int, str | None]]) -> int:
    """Do it batch by batch, each in one transaction; what that comes to."""
    whole = 0
    after: str | None = ""
    while after is not None:
        some, after = hub.database.retry(partial(step, after=after))
        whole += some
    return whole


def _lose_some(connection: Connection, after: str, today: date, deed: Deed) -> tuple[int, str | None]:
    """The points of the next members that are over; read without holding anybody who has none."""
    documents = Documents(Archive(connection))
    definitions = definitions_on(documents, today)
    if definitions is None or not definitions.expiry.lasts_days:
        return 0, None
    lasts = timedelta(definitions.expiry.lasts_days)
    entries = _ledgers(connection, after)
    old = [each for each, lines in entries.items() if find_loss(each, lines, today, lasts)]
    documents.load(old)
    whole = sum(lose(documents, deed, each, today, lasts) for each in old)
    documents.keep()
    publish(connection, documents)
    return whole, max(entries) if len(entries) == BATCH else None


def _ledgers(connection: Connection, after: str) -> dict[str, list[Entry]]:
    """The lines of the next members who have any, in the order of their ids."""
    theirs = document.c.member_id
    of_points = document.c.kind == KINDS[PointsRow]
    some = select(theirs).where(of_points, theirs > after).distinct().order_by(theirs).limit(BATCH)
    rows = connection.execute(select(document).where(of_points, theirs.in_(some)))
    found: dict[str, list[Entry]] = {}
    for row in rows:
        found.setdefault(row.member_id, []).append(cast("Entry", read_document(row)))
    return found


def _some(connection: Connection, after: str, today: date, deed: Deed) -> tuple[int, str | None]:
    """The next members in the order of their ids, and where to go on; each batch in one transaction."""
    documents = Documents(Archive(connection))
    campaigns = campaigns_that_issue(documents, "day")
    if not campaigns:
        return 0, None
    rows = _members(connection, after)
    reach = max(_days(each) for each in campaigns)
    near = [member_id for member_id, birthday in rows if _is_near(birthday, today, reach)]
    documents.load(near)
    given = sum(_give(documents, deed, each, campaigns, today) for each in near)
    publish(connection, documents)
    return given, rows[-1][0] if len(rows) == BATCH else None


def _give(documents: Documents, deed: Deed, member_id: str, campaigns: list[CampaignRow], today: date) -> int:
    member = documents.get(MemberRow, member_id)
    birthday = next_birthday(member.body.birthday or "", today) if member else None
    if member is None or birthday is None:
        return 0
    given = issue(documents, deed, member, campaigns, Occasion(f"birthday:{birthday.year}", today))
    documents.keep()
    return given


def _members(connection: Connection, after: str) -> list[tuple[str, str]]:
    wanted = select(document.c.id, document.c.body).where(document.c.kind == KINDS[MemberRow], document.c.id > after)
    rows = connection.execute(wanted.order_by(document.c.id).limit(BATCH))
    return [(row.id, _MEMBER.decode(row.body).birthday or "") for row in rows]


def _days(campaign: CampaignRow) -> int:
    when = (campaign.issue or {}).get("when", {})
    return int(when.get("birthday", 0))


def _is_near(birthday: str, today: date, days: int) -> bool:
    day = next_birthday(birthday, today)
    return day is not None and day - today <= timedelta(days)
