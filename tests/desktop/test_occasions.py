"""Lectures and classes: who asked first sits, and who is served about that time has come."""

from datetime import timedelta

import pytest

from desktop.data.appointments import Occasion
from desktop.desk import Desk
from desktop.errors import BadInput, NotFound, NotNow
from desktop.services.appointments import cancel, move
from desktop.services.occasions import invite
from desktop.services.undo import undo
from desktop.services.visits import serve
from desktop.views.occasions import OccasionView, find_occasions
from desktop.views.till import find_till
from desktop.work import Work
from tests.desktop.test_visits import a_member


def plan(work: Work, seats: int = 1, **later: float) -> None:
    """As headquarters would."""
    at = work.clock.now() + timedelta(**(later or {"hours": 1}))
    work.session.add(
        Occasion(id="oc", title="妈妈讲座", starts_at=at, minutes=60, seats=seats, place="", store_id=None)
    )


def the_one(desk: Desk) -> OccasionView:
    now, day = desk.clock.now(), timedelta(days=1)
    (found,) = desk.read(find_occasions, now - day, now + day, desk.read(find_till).store_id)
    return found


def test_the_last_seat_goes_to_who_asked_first_and_to_the_next_when_it_is_free_again(stocked: Desk) -> None:
    stocked.do(plan).result()
    one, two = a_member(stocked), a_member(stocked, "13900000002", "李女士")
    first = stocked.do(invite, "oc", one).result()
    stocked.do(invite, "oc", two).result()
    assert [(each.member_id, each.seat) for each in the_one(stocked).guests] == [(one, "sits"), (two, "waits")]
    stocked.do(cancel, first).result()
    assert [(each.member_id, each.seat) for each in the_one(stocked).guests] == [(two, "sits")]
    assert the_one(stocked).free == 0


def test_whoever_is_served_about_that_time_has_come(stocked: Desk) -> None:
    stocked.do(plan).result()
    member = a_member(stocked)
    coming = stocked.do(invite, "oc", member).result()
    with pytest.raises(NotNow, match="occasion_fixed"):
        stocked.do(move, coming, stocked.clock.now() + timedelta(days=1)).result()
    stocked.do(serve, member).result()
    assert [each.arrived for each in the_one(stocked).guests] == [True]


def test_nobody_is_invited_twice_or_to_what_is_over(stocked: Desk) -> None:
    stocked.do(plan).result()
    member = a_member(stocked)
    stocked.do(invite, "oc", member).result()
    with pytest.raises(NotNow, match="occasion_invited"):
        stocked.do(invite, "oc", member).result()
    stocked.do(undo).result()
    assert the_one(stocked).guests == ()
    with pytest.raises(NotFound, match="occasion_unknown"):
        stocked.do(invite, "no", member).result()


def test_what_has_begun_is_too_late(stocked: Desk) -> None:
    stocked.do(plan, 1, hours=-1).result()
    with pytest.raises(BadInput, match="appointment_past"):
        stocked.do(invite, "oc", a_member(stocked)).result()
