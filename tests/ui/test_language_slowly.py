"""Promises of another language on a slow disk: what was asked in the old words is answered, and nothing is lost."""

from desktop.services.ownership import AT_ONCE
from desktop.views.search import find_served
from desktop.views.till import find_till
from tests.ui.conftest import Till
from tests.ui.counted import LIU
from tests.ui.hands import enrol_many, slow_disk, type_into


def press_english(till: Till) -> None:
    till.press("settings")
    till.front.flow.screens.settings.languages.buttons["en"].click()


def test_members_are_handed_over_to_the_last_and_that_is_said(till: Till) -> None:
    till.desk.do(enrol_many, AT_ONCE + 1).result()
    till.settle()
    till.press("members")
    with slow_disk(till):
        till.front.flow.screens.members.hand_over(None)
        press_english(till)
    till.wait(lambda: till.window.words.language == "en")
    assert not till.desk.read(find_served, till.desk.read(find_till).guide_id)
    assert till.sentence


def test_a_note_typed_for_who_is_not_saved_yet_stays(till: Till) -> None:
    with slow_disk(till):
        till.front.flow.scan(LIU)
        type_into(till.front.flow.screens.counter.page.visit.note, "想要小样")
        press_english(till)
    till.wait(lambda: till.window.words.language == "en")
    till.press("counter")
    assert till.front.flow.screens.counter.page.visit.note.text() == "想要小样"


def test_who_is_being_enrolled_stays_as_they_were_typed(till: Till) -> None:
    till.press("enrol")
    type_into(till.front.flow.screens.enrol.form.name, "王五")
    with slow_disk(till):
        press_english(till)
        till.press("enrol")
        assert till.front.flow.screens.enrol.form.name.text() == "王五"
    till.press("settings")
    till.wait(lambda: till.window.words.language == "en")
    till.press("enrol")
    assert till.front.flow.screens.enrol.form.name.text() == "王五"


def test_what_is_refused_is_still_told(till: Till) -> None:
    till.press("tasks")
    tasks = till.front.flow.screens.tasks
    tasks.filters.press("leads")
    type_into(tasks.leads.form.name, "吴小姐")
    with slow_disk(till):
        tasks.leads.form.save.click()  # there is no way to reach them
        press_english(till)
    till.wait(lambda: till.window.words.language == "en")
    assert till.sentence


def test_it_comes_over_nobody_who_types_elsewhere(till: Till) -> None:
    with slow_disk(till):
        till.front.flow.scan(LIU)
        press_english(till)
        till.press("counter")
        note = till.front.flow.screens.counter.page.visit.note
        note.setFocus()
    type_into(note, "想要小样")
    assert till.front.flow.screens.counter.page.visit.note is note
    till.press("settings")
    till.wait(lambda: till.window.words.language == "en")
    till.press("counter")
    assert till.front.flow.screens.counter.page.visit.note.text() == "想要小样"
