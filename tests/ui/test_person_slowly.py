"""Promises of a member's page on a slow disk: what was typed stays, and is said where it belongs."""

from desktop.services.tasks import open_task
from desktop.views.search import find_members
from tests.ui.conftest import Till
from tests.ui.hands import slow_disk, type_into
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


def test_wishes_half_typed_for_one_member_are_not_in_the_form_of_the_next(till: Till) -> None:
    person = page(till, "privacy")
    hours = person.privacy.wishes.fields["contact_hours"]
    type_into(hours, "18-21")
    till.front.flow.look_at(other(till))
    person.turn_to("privacy")
    assert hours.text() == ""


def test_what_is_typed_while_a_wish_is_being_saved_stays(till: Till) -> None:
    wishes = page(till, "privacy").privacy.wishes
    wishes.by.chips["phone"].click()
    with slow_disk(till):
        wishes.save.click()
        type_into(wishes.fields["contact_hours"], "18-21")
    assert wishes.fields["contact_hours"].text() == "18-21"


def test_what_is_typed_while_another_field_or_the_guide_is_being_saved_stays(till: Till) -> None:
    person = page(till, "record")
    fields = person.record.fields
    fields["name"].setText("新名字")
    with slow_disk(till):
        person.record.save.click()
        fields["wechat"].setText("xin_8888")
    with slow_disk(till):
        person.deeds.release()
        fields["birthday"].setText("1990-12-09")
    assert [fields[name].text() for name in ("name", "wechat", "birthday")] == ["新名字", "xin_8888", "1990-12-09"]


def test_the_search_for_who_is_the_same_person_outlasts_what_others_do(till: Till) -> None:
    person = page(till, "record")
    person.compare("")
    type_into(person.merge.who.field, "刘")
    till.press("search")
    focus = till.window.focusWidget()
    till.desk.do(open_task, other(till), "到货通知", till.bridge.today())
    till.settle()
    assert person.merge.who.field.text() == "刘"
    assert till.window.focusWidget() is focus
