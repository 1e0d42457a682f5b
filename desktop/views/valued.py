"""Members of high value: counted from this store's purchases, and shown with whose they are and what comes next."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, select, text

from desktop.clock import milliseconds
from desktop.data.catalogue import Guide
from desktop.data.members import Member
from desktop.data.portraits import HighValue
from desktop.rules.rfm import RfmRules, bands
from desktop.views.people import masked_phone
from desktop.views.search import Found, answers
from desktop.views.tasks import TaskView, next_tasks

# All members at once, as the rule of RFM counts each: nobody waits for it.
_COUNT = text("""
WITH paid AS MATERIALIZED (
    SELECT visit.member_id AS member, line.at AS at, line.action = 'bought' AS bought, line.currency AS currency,
        CASE line.action WHEN 'bought' THEN line.price ELSE -line.price END AS amount
    FROM line JOIN visit ON visit.id = line.visit_id
    WHERE line.at >= :since AND line.action IN ('bought', 'returned')
        AND visit.member_id IS NOT NULL AND visit.state <> 'void'
    UNION ALL
    SELECT member_id, at, quantity > 0, currency, amount FROM order_line WHERE at >= :since
), usual AS (SELECT currency FROM paid WHERE amount <> 0 GROUP BY currency ORDER BY count(*) DESC LIMIT 1)
SELECT member, max(CASE WHEN bought THEN at END) AS last,
    count(DISTINCT CASE WHEN bought THEN date(at / 1000, 'unixepoch', 'localtime') END) AS times,
    coalesce(sum(CASE WHEN currency = (SELECT currency FROM usual) THEN amount END), 0) AS spent
FROM paid GROUP BY member HAVING times > 0
""")


@dataclass(frozen=True, slots=True)
class Valued:
    """One of them. score: recency, frequency and money, 5 is best. guide: whose member it is. next: the task that is
    due first."""

    found: Found
    score: str
    guide: str | None
    next: TaskView | None


def count_valued(connection: Connection, today: date, rules: RfmRules) -> dict[str, str]:
    """The score of every member whose badge shows today, by id."""
    begins = datetime.combine(today - timedelta(rules.window_days - 1), time()).astimezone()
    found = {}
    for row in connection.execute(_COUNT, {"since": milliseconds(begins)}):
        last = datetime.fromtimestamp(row.last / 1000, UTC).astimezone().date()
        scored = bands((today - last).days, row.times, row.spent, rules)
        if sum(scored) >= rules.vip:
            found[row.member] = "".join(map(str, scored))
    return found


def find_valued(connection: Connection, today: date, words: str = "", limit: int = 50) -> tuple[Valued, ...]:
    """Those whom ``words`` mean, all without any; the highest first."""
    query = (
        select(Member.id, Member.name, Member.phone, Member.phone_reversed, HighValue.score, Guide.name.label("guide"))
        .join(Member, Member.id == HighValue.id)
        .outerjoin(Guide, Guide.id == Member.guide_id)
        .where(*answers(words.strip()))
        .order_by(HighValue.total.desc(), Member.seen_at.desc(), Member.id)
        .limit(limit)
    )
    rows = connection.execute(query).all()
    tasks = next_tasks(connection, [row.id for row in rows], today)
    return tuple(
        Valued(
            Found(row.id, row.name, masked_phone(row.phone, row.phone_reversed), None), row.score, row.guide,
            tasks.get(row.id),
        )
        for row in rows
    )  # fmt: skip
