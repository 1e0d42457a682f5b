"""Care that is due by itself: made once, by rules, of facts; and never without consent."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from desktop.care_round import CareRound
from desktop.data.orders import OrderLine
from desktop.desk import Desk
from desktop.errors import BadInput, NotNow
from desktop.rules.products import product_id
from desktop.services.appointments import book
from desktop.services.consents import give_consents, withdraw_consent
from desktop.services.members import amend
from desktop.services.tasks import cancel_task, finish_task, open_task, postpone_task
from desktop.services.visits import add_line, finish_visit, serve
from desktop.views.care import candidates
from desktop.views.shop import find_shop
from desktop.views.tasks import TaskView, count_due, done_on, open_tasks, tasks_of
from desktop.work import Work
from tests.clock import SetClock
from tests.desktop.test_visits import SERUM, a_member


def today(desk: Desk) -> date:
    return desk.clock.now().astimezone().date()


def tried(desk: Desk, *purposes: str) -> str:
    """A member who agreed to these, and tried the serum today."""
    member = a_member(desk)
    desk.do(give_consents, member, purposes, channel="counter").result()
    desk.do(serve, member).result()
    desk.do(add_line, SERUM, "tried").result()
    desk.do(finish_visit).result()
    return member


def waiting(desk: Desk) -> tuple[TaskView, ...]:
    return desk.read(open_tasks, today(desk))


def test_three_days_after_a_trial_somebody_asks_how_it_was(stocked: Desk) -> None:
    member = tried(stocked, "personal")
    assert CareRound(stocked)() == 1
    (task,) = waiting(stocked)
    assert (task.member_id, task.rule, task.purpose) == (member, "care_trial", "personal")
    assert task.due == today(stocked) + timedelta(days=3)
    assert task.figures["product"] == "舒缓修护精华 30ml"
    assert task.facts


def test_who_came_and_did_not_buy_is_asked_to_what_the_trade_says(stocked: Desk) -> None:
    rounds = CareRound(stocked)
    assert rounds() == 0
    member = a_member(stocked)
    stocked.do(give_consents, member, ("marketing",), channel="counter").result()
    stocked.do(serve, member).result()
    stocked.do(finish_visit).result()
    assert [rounds(), rounds()] == [1, 0]
    (task,) = waiting(stocked)
    assert (task.rule, task.due) == ("care_stage_interested", today(stocked) + timedelta(days=3))
    assert task.figures["en"] == "Invite to a skin care trial"


def test_a_member_who_wants_to_be_left_alone_is(stocked: Desk) -> None:
    """A task that rules will make keeps off those days, and one that is there waits, or is not done."""
    member = tried(stocked, "personal")
    due = today(stocked) + timedelta(days=3)
    stocked.do(amend, member, contact_quiet=f"{due}/{due + timedelta(days=1)}", contact_hours="18-21").result()
    CareRound(stocked)()
    (task,) = waiting(stocked)
    assert task.due == due + timedelta(days=2)
    assert task.wishes.hours == (18, 21)
    other = next(day for day in range(1, 8) if day != task.due.isoweekday())
    stocked.do(amend, member, contact_days=str(other)).result()
    (moved,) = waiting(stocked)
    assert (moved.id, moved.due.isoweekday()) == (task.id, other)
    stocked.do(amend, member, contact_quiet=f"{today(stocked)}/{today(stocked) + timedelta(days=60)}").result()
    assert waiting(stocked) == ()


def test_a_task_is_made_once_however_often_the_rules_are_asked(stocked: Desk, clock: SetClock) -> None:
    tried(stocked, "personal")
    rounds = CareRound(stocked)
    assert [rounds(), rounds(), CareRound(stocked)()] == [1, 0, 0]
    stocked.do(cancel_task, waiting(stocked)[0].id).result()
    clock.forward(days=1)
    assert rounds() == 0
    assert waiting(stocked) == ()


def test_who_was_served_is_looked_at_without_waiting_for_another_day(stocked: Desk) -> None:
    rounds = CareRound(stocked)
    assert rounds() == 0
    tried(stocked, "personal")
    assert rounds() == 1


def test_who_was_served_is_looked_at_though_the_first_look_failed(stocked: Desk) -> None:
    rounds = CareRound(stocked)
    assert rounds() == 0
    tried(stocked, "personal")
    stocked.write(_rename, "task", "lost")
    with pytest.raises(OperationalError):
        rounds()
    stocked.write(_rename, "lost", "task")
    assert rounds() == 1


def test_no_consent_no_task(stocked: Desk) -> None:
    tried(stocked)
    assert CareRound(stocked)() == 0


def test_a_consent_taken_back_takes_the_task_along_at_once(stocked: Desk) -> None:
    member = tried(stocked, "personal")
    CareRound(stocked)()
    stocked.do(withdraw_consent, member, "personal").result()
    assert waiting(stocked) == ()
    assert CareRound(stocked)() == 0


def test_an_appointment_is_confirmed_the_day_before(stocked: Desk) -> None:
    member = a_member(stocked)
    stocked.do(book, member, "护理", stocked.clock.now() + timedelta(days=3), 30).result()
    CareRound(stocked)()
    (task,) = waiting(stocked)
    assert (task.rule, task.due) == ("care_appointment", today(stocked) + timedelta(days=2))


def test_what_came_of_a_task_stands_with_it(stocked: Desk) -> None:
    member = a_member(stocked)
    task = stocked.do(open_task, member, "问问面霜用得怎么样", today(stocked)).result()
    assert stocked.read(count_due, today(stocked)) == 1
    stocked.do(finish_task, task, "reached", contact="phone", note="周六来").result()
    assert stocked.read(count_due, today(stocked)) == 0
    (done,) = stocked.read(done_on, today(stocked))
    assert (done.outcome, done.contact, done.note) == ("reached", "phone", "周六来")
    assert stocked.read(tasks_of, member) == (done,)
    for deed in (cancel_task, finish_task):
        with pytest.raises(NotNow, match="task_over"):
            stocked.do(deed, task).result()
    with pytest.raises(BadInput, match="outcome_unknown"):
        stocked.do(finish_task, stocked.do(open_task, member, "x", today(stocked)).result(), "great").result()


def test_a_call_made_is_counted_before_the_next_one_is_planned(stocked: Desk, clock: SetClock) -> None:
    member = tried(stocked, "personal", "marketing")
    told = stocked.do(open_task, member, "问候", today(stocked)).result()
    stocked.do(finish_task, told, "reached", contact="phone").result()
    CareRound(stocked)()
    assert all(task.due >= today(stocked) + timedelta(days=7) for task in waiting(stocked))


def test_what_makes_no_sense_any_more_is_not_shown(stocked: Desk, clock: SetClock) -> None:
    tried(stocked, "personal")
    CareRound(stocked)()
    clock.forward(days=40)
    assert waiting(stocked) == ()


def test_another_day_is_another_day(stocked: Desk) -> None:
    task = stocked.do(open_task, a_member(stocked), "问候", today(stocked)).result()
    stocked.do(postpone_task, task, today(stocked) + timedelta(days=2)).result()
    assert waiting(stocked)[0].due == today(stocked) + timedelta(days=2)


def test_what_was_ordered_online_runs_out_as_well(stocked: Desk, clock: SetClock) -> None:
    member = a_member(stocked)

    def order(work: Work) -> None:
        told = {"number": "T1", "channel": "天猫", "title": "", "currency": "CNY", "guide_id": None, "amount": 1}
        product, now = product_id(SERUM), work.clock.now()
        work.session.add(OrderLine(id="o1", member_id=member, at=now, product_id=product, quantity=2, **told))

    def days_in_a_week() -> int:
        """Whoever is silent is looked at once."""
        found = 0
        for _ in range(7):
            clock.forward(days=1)
            found += member in stocked.read(candidates, today(stocked), stocked.read(find_shop, today(stocked)))
        return found

    stocked.do(order).result()
    clock.forward(days=80)
    assert days_in_a_week() == 1
    clock.forward(days=15)  # two of them are enough for 120 days
    assert days_in_a_week() == 7


def _rename(work: Work, table: str, name: str) -> None:
    work.session.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))
