"""Appointments in the window: from the counter to a saved hour, and back to the counter when they come."""

from datetime import timedelta

from PySide6.QtWidgets import QAbstractButton

from desktop.services.appointments import book
from desktop.views.appointments import AppointmentView, find_day
from desktop.views.search import recent_members
from desktop.views.till import find_guides, find_till
from tests.ui.conftest import Till
from ui.screens.appointments import Appointments
from ui.widgets.booking_card import BookingCard


def page(till: Till) -> Appointments:
    return till.front.flow.screens.appointments


def tomorrow(till: Till) -> tuple[AppointmentView, ...]:
    day = till.desk.clock.now().astimezone().date() + timedelta(days=1)
    return till.desk.read(find_day, day, till.desk.read(find_till).store_id)


def fill_in(till: Till, service: str = "护理体验") -> None:
    """Tomorrow at the first half hour, with the first guide."""
    page(till).days.buttons[1].click()
    page(till).form.services.chips[service].click()
    page(till).form.guides.chips[till.desk.read(find_guides)[0].id].click()
    next(iter(page(till).form.times.buttons.values())).click()


def begin_for(till: Till, member_id: str) -> BookingCard:
    """The form of an appointment, filled in for tomorrow."""
    till.press("appointments")
    page(till).begin(member_id, "")
    fill_in(till)
    return page(till).form


def members(till: Till) -> list[str]:
    return [each.member_id for each in till.desk.read(recent_members, 2)]


def test_whoever_is_served_gets_an_appointment_by_a_few_presses(till: Till) -> None:
    one, _ = members(till)
    till.front.flow.serve(one)
    till.wait(lambda: till.visit)
    till.front.flow.screens.counter.page.book.click()
    assert till.screen == "appointments"
    fill_in(till)
    page(till).form.save.click()
    till.settle()
    (booked,) = tomorrow(till)
    assert (booked.member_id, booked.service, booked.minutes) == (one, "护理体验", 30)
    assert booked.id in page(till).rows
    assert page(till).form.who.member_id == ""  # the form is ready for the next one


def test_what_is_missing_is_said_beside_the_form_and_nothing_typed_is_lost(till: Till) -> None:
    till.press("appointments")
    page(till).form.service.setText("试妆")
    page(till).form.save.click()
    assert page(till).form.error.text() == till.window.words("appointments.pick_who")
    assert page(till).form.service.text() == "试妆"


def test_a_taken_half_hour_cannot_be_pressed(till: Till) -> None:
    one, two = members(till)
    begin_for(till, one).save.click()
    till.settle()
    page(till).begin(two, "")
    page(till).form.guides.chips[till.desk.read(find_guides)[0].id].click()
    slots: list[QAbstractButton] = list(page(till).form.times.buttons.values())
    till.wait(lambda: not slots[0].isEnabled())
    assert slots[1].isEnabled()
    page(till).form.guides.chips[""].click()  # anybody has time then
    assert slots[0].isEnabled()


def test_who_has_come_is_served_at_the_counter_and_the_list_says_so(till: Till) -> None:
    one, _ = members(till)
    booked = till.desk.do(book, one, "护理体验", till.desk.clock.now() + timedelta(minutes=5), 30).result()
    till.press("appointments")
    page(till).days.take((till.desk.clock.now() + timedelta(minutes=5)).astimezone().date())
    page(till).rows[booked].here.click()
    till.wait(lambda: till.visit and till.visit.member_id == one)
    assert till.screen == "counter"
    till.press("appointments")
    till.wait(lambda: page(till).rows[booked].view.state == "arrived")


def test_a_cancelled_one_comes_back_by_undo(till: Till) -> None:
    one, _ = members(till)
    at = till.desk.clock.now() + timedelta(minutes=5)
    booked = till.desk.do(book, one, "护理体验", at, 30).result()
    till.press("appointments")
    page(till).days.take(at.astimezone().date())
    page(till).rows[booked].cancel.click()
    till.wait(lambda: page(till).rows[booked].view.state == "cancelled")
    till.press("undo")
    till.wait(lambda: page(till).rows[booked].view.state == "booked")


def test_another_time_is_chosen_in_the_same_form(till: Till) -> None:
    one, _ = members(till)
    begin_for(till, one).save.click()
    till.settle()
    (booked,) = tomorrow(till)
    page(till).rows[booked.id].move_it.click()
    list(page(till).form.times.buttons.values())[2].click()
    page(till).form.save.click()
    till.wait(lambda: tomorrow(till)[0].starts_at == booked.starts_at + timedelta(hours=1))
    assert tomorrow(till)[0].service == "护理体验"
