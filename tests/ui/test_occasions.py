"""Lectures and classes in the window: whoever is chosen in the form is invited by one press."""

from desktop.data.appointments import Occasion
from desktop.views.search import recent_members
from desktop.work import Work
from tests.ui.conftest import Till
from ui.screens.appointments import Appointments


def plan(work: Work) -> None:
    at = work.clock.now().astimezone().replace(hour=23, minute=59, second=59)
    work.session.add(
        Occasion(id="oc", title="妈妈讲座", starts_at=at, minutes=60, seats=1, place="三楼", store_id=None)
    )


def page(till: Till) -> Appointments:
    return till.front.flow.screens.appointments


def test_one_press_invites_and_says_how_many_seats_are_left(till: Till) -> None:
    till.desk.do(plan).result()
    till.press("appointments")
    one, two = (each.member_id for each in till.desk.read(recent_members, 2))
    for member in (one, two):
        page(till).begin(member, "")
        page(till).occasions["oc"].invite.click()
        till.wait(lambda: page(till).form.who.member_id == "")
    till.wait(lambda: len(page(till).occasions["oc"].view.guests) == 2)
    assert [guest.seat for guest in page(till).occasions["oc"].view.guests] == ["sits", "waits"]
    assert "候补" in page(till).occasions["oc"].told


def test_an_invitation_needs_somebody(till: Till) -> None:
    till.desk.do(plan).result()
    till.press("appointments")
    page(till).occasions["oc"].invite.click()
    assert page(till).form.error.text() == till.window.words("appointments.pick_who")
