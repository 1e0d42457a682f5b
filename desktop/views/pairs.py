"""Which products members of this store buy together, counted from its own lines."""

from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection, text

from desktop.clock import milliseconds
from desktop.rules.suggestions import Pair

WINDOW = timedelta(days=365)
LEAST, A_PRODUCT = 3, 8  # members who bought both; products kept for each
# SQLite counts a year of a large store in seconds; nobody waits for it.
_COUNT = text("""
WITH bought AS MATERIALIZED (
    SELECT DISTINCT visit.member_id AS member, line.product_id AS product
    FROM visit JOIN line ON line.visit_id = visit.id
    WHERE visit.started_at >= :since AND visit.member_id IS NOT NULL AND visit.state <> 'void'
        AND line.action = 'bought'
), buyers AS (SELECT product, count(*) AS members FROM bought GROUP BY product)
SELECT one.product AS given, other.product AS product, count(*) AS both, buyers.members AS among
FROM bought AS one
JOIN bought AS other ON other.member = one.member AND other.product <> one.product
JOIN buyers ON buyers.product = one.product
GROUP BY one.product, other.product
HAVING count(*) >= :least
ORDER BY given, both DESC, product
""")


def count_pairs(connection: Connection, now: datetime) -> list[Pair]:
    """Of the last year; for each product those that most of its buyers bought too."""
    rows = connection.execute(_COUNT, {"since": milliseconds(now - WINDOW), "least": LEAST})
    found: list[Pair] = []
    for _, some in groupby(rows, key=lambda row: row.given):
        found += [
            Pair(row.given, row.product, 100 * row.both // row.among, row.among) for row in list(some)[:A_PRODUCT]
        ]
    return found
