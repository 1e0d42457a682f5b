"""Promises of a member's page on a slow disk: what was typed stays, and is said where it belongs."""

from desktop.views.search import find_members
from tests.ui.conftest import Till
from tests.ui.hands import slow_disk
from tests.ui.test_person import look_at
from ui.screens.person import Person


def page(till: Till, section: str) -> Person:
    look_at(till)
    person = till.front.flow.screens.person
    person.turn_to(section)
    return person


def other(till: Till) -> str:
    return till.desk.read(find_members, "刘洋", 1)[0].member_id


def test_a_refused_correction_is_told_on_another_screen(till: Till) -> None:
    record = page(till, "record").record
    record.fields["birthday"].setText("13-40")
    with slow_disk(till):
        record.save.click()
        till.press("members")
    assert till.sentence


def test_a_refused_correction_is_not_said_at_the_field_of_another_member(till: Till) -> None:
    person = page(till, "record")
    person.record.fields["birthday"].setText("13-40")
    with slow_disk(till):
        person.record.save.click()
        till.front.flow.look_at(other(till))
        person.turn_to("record")
    assert not person.record.labelled["birthday"].error.text()
    assert till.sentence
