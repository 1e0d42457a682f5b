"""Serving a member with years of history: all that the counter reads of them, beside the same rows read raw."""

import shutil
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Connection, select

from desktop.data.catalogue import Product
from desktop.data.engine import connect
from desktop.data.members import Consent, Preference
from desktop.data.samples import fill_shop
from desktop.data.visits import Line, Visit
from desktop.services.members import Application, enrol
from desktop.services.visits import finish_visit
from desktop.views.coupons import offers_for
from desktop.views.portrait import portrait_of
from desktop.views.profile import find_profile
from desktop.views.rewards import purse_of
from desktop.views.suggestions import find_suggestions
from desktop.views.talk import find_talk
from desktop.views.visit import visits_of
from desktop.work import Work
from sync.till import open_till
from tests.benchmarks.measure import Row, side_by_side

_VISITS, _ACTIONS = 50, ("bought", "tried", "seen", "declined")
_FACTS = _VISITS * (2 + len(_ACTIONS))  # a visit, its lines, and what was learned in it
_SHOWN = 21  # visits
_RAW = (
    "SELECT * FROM member WHERE id = ?",
    "SELECT * FROM visit WHERE member_id = ?",
    "SELECT line.*, product.name, product.category FROM line LEFT JOIN product ON product.id = line.product_id"
    " WHERE visit_id IN (SELECT id FROM visit WHERE member_id = ?)",
    *(f"SELECT * FROM {table} WHERE member_id = ?"
      for table in (Preference.__tablename__, Consent.__tablename__, "points", "coupon", "tag", "entity", "task",
                    "appointment", "gift", "identity")),
)  # fmt: skip


def measure_serving(folder: Path) -> list[Row]:
    """What a scan costs in reading, whatever is painted of it."""
    home = folder / "served"
    shutil.rmtree(home, ignore_errors=True)
    desk = open_till(home)
    desk.do(fill_shop).result()
    who = Application(name="陈思雨", phone="13800138000", consents=("service", "personal"))
    member_id = desk.do(enrol, who).result().member_id
    desk.do(finish_visit).result()
    desk.do(_remember, member_id).result()
    raw = connect(desk.home / "till.db", desk.key.secret, ("query_only=ON",))
    ours, reference = side_by_side(
        lambda: desk.read(_all_that_is_shown, member_id, date.today()),
        lambda: [raw.execute(statement, (member_id,)).fetchall() for statement in _RAW],
        rounds=200,
    )
    raw.close()
    desk.close()
    return [Row(f"serving a member of {_FACTS} facts", "the same rows, raw", ours, reference, "ms")]


def _all_that_is_shown(connection: Connection, member_id: str, today: date) -> None:
    find_profile(connection, member_id, today)
    visits_of(connection, member_id, _SHOWN)
    portrait = portrait_of(connection, member_id, today)
    find_suggestions(connection, portrait, today)
    find_talk(connection, portrait, today)
    offers_for(connection, portrait, None)
    purse_of(connection, portrait)


def _remember(work: Work, member_id: str) -> None:
    """Years of visits, a week apart."""
    products = work.session.scalars(select(Product)).all()
    for week in range(_VISITS):
        at, visit_id = work.clock.now() - timedelta(weeks=week + 1), work.clock.new_id()
        work.session.add(Visit(id=visit_id, member_id=member_id, state="finished", started_at=at, finished_at=at))
        work.session.flush()  # lines refer to it
        work.session.add(
            Preference(
                id=work.clock.new_id(), member_id=member_id, visit_id=visit_id, facet="need", value=f"want {week}",
                sentiment="likes", noted_at=at,
            )
        )  # fmt: skip
        for place, action in enumerate(_ACTIONS):
            product = products[(week + place) % len(products)]
            work.session.add(
                Line(
                    id=work.clock.new_id(), visit_id=visit_id, product_id=product.id, gtin="06901230010019",
                    action=action, price=product.price, currency=product.currency, at=at,
                )
            )  # fmt: skip
