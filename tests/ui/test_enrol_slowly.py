"""Promises of enrolling on a slow disk: who is being saved stays so, and pulls nobody back."""

from PySide6.QtTest import QTest

from desktop.views.search import find_members
from desktop.views.visit import visits_of
from tests.ui.conftest import Till
from tests.ui.counted import CHEN, LIU, SERUM
from tests.ui.hands import slow_disk, type_into
from ui.screens.enrol import Enrol

PHONE = "13911112222"


def fill_in(till: Till) -> Enrol:
    till.press("enrol")
    enrol = till.front.flow.screens.enrol
    for key in PHONE:
        QTest.keyClick(enrol.form.phone.number, key)
    type_into(enrol.form.name, "王五")
    enrol.form.consents.boxes["service"].click()
    return enrol


def test_who_is_scanned_while_another_is_being_enrolled_is_served(till: Till) -> None:
    enrol = fill_in(till)
    with slow_disk(till):
        enrol.enrol()
        till.front.flow.scan(LIU)
    (new,) = till.desk.read(find_members, PHONE, 2)
    assert len(till.desk.read(visits_of, new.member_id)) == 1
    assert till.visit is not None
    assert (till.visit.member_name, till.screen) == ("刘洋", "counter")


def test_who_has_gone_elsewhere_is_not_pulled_back_by_an_enrolment(till: Till) -> None:
    enrol = fill_in(till)
    with slow_disk(till):
        enrol.enrol()
        till.press("members")
    assert till.screen == "members"
    assert "王五" in till.sentence


def test_an_enrolment_that_is_being_saved_is_neither_corrected_nor_given_up(till: Till) -> None:
    enrol = fill_in(till)
    with slow_disk(till):
        enrol.enrol()
        QTest.keyClicks(enrol.form.name, "x")
        enrol.give_up()
        assert enrol.form.name.text() == "王五"
    assert "王五" in till.sentence
    till.press("enrol")
    assert enrol.form.isEnabled()
    assert enrol.form.name.text() == ""


def test_a_refused_enrolment_is_told_on_another_screen_and_stays_to_be_corrected(till: Till) -> None:
    enrol = fill_in(till)
    enrol.form.birthday.setText("13-40")
    with slow_disk(till):
        enrol.enrol()
        till.press("members")
    assert till.screen == "members"
    assert till.sentence
    till.press("enrol")
    assert enrol.form.isEnabled()
    assert (enrol.form.name.text(), enrol.form.birthday.text()) == ("王五", "13-40")


def test_a_product_for_who_could_not_be_enrolled_goes_into_no_other_visit(till: Till) -> None:
    till.front.flow.scan(CHEN)
    till.settle()
    enrol = fill_in(till)
    enrol.form.birthday.setText("13-40")
    with slow_disk(till):
        enrol.enrol()
        till.front.flow.scan(SERUM)
    assert till.visit is not None
    assert till.visit.lines == ()
    assert till.sentence
