"""Promises of the line for messages."""

from pytestqt.qtbot import QtBot

from resources import Words
from tests.ui.conftest import Till
from tests.ui.counted import CHEN, SERUM
from tests.ui.hands import slow_disk, type_into
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.message_bar import MessageBar


def ways(till: Till) -> list[KeyedButton]:
    return [each for each in till.window.messages.findChildren(KeyedButton) if each.isVisible()]


def test_what_keeps_the_window_from_working_stays_to_be_read(words: Words, qtbot: QtBot) -> None:
    bar = MessageBar(words)
    qtbot.addWidget(bar)
    bar.halt("no")
    bar.clear()
    assert bar.sentence == "no"


def test_undo_is_offered_for_the_last_deed_alone(till: Till) -> None:
    till.front.flow.scan(CHEN)
    till.front.flow.scan(SERUM)
    till.settle()
    visit = till.front.flow.screens.counter.page.visit
    (row,) = visit.lines.rows.values()
    visit.mood.faces[3].click()
    till.settle()
    said = till.sentence
    assert ways(till)
    with slow_disk(till):
        row.segments.press("tried")
        assert (till.sentence, ways(till)) == (said, [])  # what was said stays to be read
        visit.mood.faces[1].click()
        row.segments.press("bought")
    assert (till.sentence, ways(till)) == (said, [])


def test_what_is_half_typed_takes_no_undo_away(till: Till) -> None:
    till.front.flow.scan(CHEN)
    till.settle()
    visit = till.front.flow.screens.counter.page.visit
    visit.mood.faces[3].click()
    till.settle()
    type_into(visit.note, "想要小样")
    visit.note.tell_now()
    till.settle()
    assert ways(till)


def test_a_form_that_was_given_up_does_not_come_over_the_next(till: Till) -> None:
    till.press("enrol")
    enrol = till.front.flow.screens.enrol
    type_into(enrol.form.name, "王五")
    enrol.give_up()
    assert ways(till)
    till.press("enrol")
    assert ways(till) == []
