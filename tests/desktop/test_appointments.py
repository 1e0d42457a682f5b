"""Who will come: booked, moved, cancelled, missed, and kept by coming."""

from datetime import datetime, timedelta

import pytest

from desktop.desk import Desk
from desktop.errors import BadInput, NotFound, NotNow
from desktop.services.appointments import book, cancel, miss, move
from desktop.services.undo import undo
from desktop.services.visits import finish_visit, serve
from desktop.views.appointments import AppointmentView, appointments_of, find_day
from desktop.views.till import find_guides, find_till
from tests.clock import SetClock
from tests.desktop.test_visits import a_member


def guide(desk: Desk) -> str:
    return desk.read(find_guides)[0].id


def soon(desk: Desk, **later: float) -> datetime:
    return desk.clock.now() + timedelta(**(later or {"hours": 1}))


def only(desk: Desk, member_id: str) -> AppointmentView:
    (appointment,) = desk.read(appointments_of, member_id)
    return appointment


def test_a_booking_stands_in_the_day_and_with_the_member(stocked: Desk) -> None:
    member = a_member(stocked)
    at = soon(stocked)
    booked = stocked.do(book, member, " 护理  体验 ", at, 30, for_guide=guide(stocked)).result()
    told = only(stocked, member)
    assert (told.id, told.service, told.minutes, told.state) == (booked, "护理 体验", 30, "booked")
    store = stocked.read(find_till).store_id
    assert stocked.read(find_day, at.astimezone().date(), store) == (told,)
    assert stocked.read(find_day, at.astimezone().date() + timedelta(days=1), store) == ()


def test_a_guide_has_one_hour_once(stocked: Desk) -> None:
    one, two = a_member(stocked), a_member(stocked, "13900000002", "李女士")
    at = soon(stocked)
    first = stocked.do(book, one, "护理", at, 30, for_guide=guide(stocked)).result()
    with pytest.raises(NotNow, match="slot_taken"):
        stocked.do(book, two, "护理", at + timedelta(minutes=15), 30, for_guide=guide(stocked)).result()
    second = stocked.do(book, two, "护理", at + timedelta(minutes=30), 30, for_guide=guide(stocked)).result()
    with pytest.raises(NotNow, match="slot_taken"):
        stocked.do(move, second, at, for_guide=guide(stocked)).result()
    stocked.do(move, second, at).result()  # anybody has time for them
    stocked.do(move, first, at + timedelta(minutes=5), for_guide=guide(stocked)).result()  # its own time is no clash
    assert only(stocked, one).starts_at == at.replace(second=0, microsecond=0) + timedelta(minutes=5)


def test_what_makes_no_sense_is_refused_in_words(stocked: Desk) -> None:
    member = a_member(stocked)
    for minutes, at, code in ((30, soon(stocked, hours=-2), "appointment_past"), (1, soon(stocked), "appointment_min")):
        with pytest.raises(BadInput, match=code):
            stocked.do(book, member, "护理", at, minutes).result()
    with pytest.raises(BadInput, match="service_missing"):
        stocked.do(book, member, " ", soon(stocked), 30).result()
    with pytest.raises(NotFound, match="guide_unknown"):
        stocked.do(book, member, "护理", soon(stocked), 30, for_guide="nobody").result()
    with pytest.raises(NotFound, match="member_unknown"):
        stocked.do(book, "nobody", "护理", soon(stocked), 30).result()
    with pytest.raises(NotFound, match="appointment_unknown"):
        stocked.do(cancel, "none").result()


def test_who_comes_about_the_time_has_come_for_it(stocked: Desk) -> None:
    member = a_member(stocked)
    stocked.do(book, member, "护理", soon(stocked), 30).result()
    stocked.do(serve, member).result()
    assert only(stocked, member).state == "arrived"


def test_who_comes_on_another_day_has_not(stocked: Desk) -> None:
    member = a_member(stocked)
    stocked.do(book, member, "护理", soon(stocked, hours=30), 30).result()
    stocked.do(serve, member).result()
    assert only(stocked, member).state == "booked"


def test_an_arrival_by_mistake_is_taken_back_with_its_visit(stocked: Desk) -> None:
    member = a_member(stocked)
    stocked.do(book, member, "护理", soon(stocked), 30).result()
    stocked.do(serve, member).result()
    stocked.do(undo).result()
    assert only(stocked, member).state == "booked"


def test_cancelled_and_missed_are_undone_too(stocked: Desk, clock: SetClock) -> None:
    member = a_member(stocked)
    booked = stocked.do(book, member, "护理", soon(stocked), 30).result()
    with pytest.raises(NotNow, match="appointment_to_come"):
        stocked.do(miss, booked).result()
    for deed, state in ((cancel, "cancelled"), (miss, "missed")):
        clock.forward(hours=2)
        stocked.do(deed, booked).result()
        assert only(stocked, member).state == state
        with pytest.raises(NotNow, match="appointment_over"):
            stocked.do(cancel, booked).result()
        stocked.do(undo).result()
    assert only(stocked, member).state == "booked"


def test_finishing_the_visit_leaves_the_arrival(stocked: Desk) -> None:
    member = a_member(stocked)
    stocked.do(book, member, "护理", soon(stocked), 30).result()
    stocked.do(serve, member).result()
    stocked.do(finish_visit).result()
    assert only(stocked, member).state == "arrived"
