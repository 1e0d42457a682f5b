"""What is half typed about a member at the counter."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.services.portraits import note_entity
from tests.ui.counted import CHEN, LIU, Counted
from tests.ui.hands import type_into


def test_nothing_half_typed_about_one_member_is_left_for_the_next(counter: Counted) -> None:
    counter.scan(CHEN)
    page = counter.screen.page
    page.visit.learned.open_field()
    type_into(page.visit.learned.field, "对香料过敏")
    page.open_worth(opened=True)
    type_into(page.worth.tail, "6021")
    type_into(page.worth.amount, "50")
    counter.scan(LIU)
    assert (page.visit.learned.field.text(), page.worth.tail.text(), page.worth.amount.text()) == ("", "", "")


def test_a_tag_or_a_preference_that_is_refused_stays_to_be_corrected(counter: Counted) -> None:
    counter.scan(CHEN)
    tags, learned = counter.screen.page.preferences.tags, counter.screen.page.visit.learned
    for part, text in ((tags, "很" * 25), (learned, "很" * 90)):
        part.open_field()
        type_into(part.field, text)
        QTest.keyClick(part.field, Qt.Key.Key_Return)
        counter.settle()
        assert counter.said[-1].tone == "warn"
        assert part.field.text() == text


def test_a_tag_or_a_preference_is_done_with_once_it_is_saved_however_it_was_spaced(counter: Counted) -> None:
    counter.scan(CHEN)
    tags, learned = counter.screen.page.preferences.tags, counter.screen.page.visit.learned
    for part in (tags, learned):
        part.open_field()
        type_into(part.field, "喜欢  雪松\u200b香")
        QTest.keyClick(part.field, Qt.Key.Key_Return)
        counter.settle()
        assert part.field.text() == ""
    assert [each.value for each in counter.running.learned] == ["喜欢 雪松香"]


def test_what_is_half_typed_of_something_they_have_outlasts_what_another_till_says_of_it(counter: Counted) -> None:
    counter.scan(CHEN)
    card = counter.screen.page.entities
    card.buttons["skin"].click()
    type_into(card.form.fields["moisture"], "41")
    counter.desk.do(note_entity, counter.running.member_id, "skin", {"type": "dry"}).result()
    counter.settle()
    assert card.form.isVisible()
    assert card.form.fields["moisture"].text() == "41"
