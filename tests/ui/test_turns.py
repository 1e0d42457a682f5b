"""One visit after the other on a slow disk: the screen is ahead of what is saved."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.views.till import find_draft
from desktop.views.visit import VisitView, parked_visits, visits_of
from tests.ui.counted import CHEN, LIU, SERUM, Counted
from tests.ui.hands import slow_disk, type_into


def latest(counter: Counted, member_id: str | None) -> VisitView:
    assert member_id is not None
    return counter.desk.read(visits_of, member_id)[0]


def notes(visit: VisitView) -> list[str]:
    return [note.text for note in visit.notes]


def test_who_is_scanned_while_a_visit_is_being_finished_is_served(counter: Counted) -> None:
    counter.scan(CHEN)
    chen = counter.running.member_id
    type_into(counter.screen.page.visit.note, "下次带小样")
    with slow_disk(counter):
        counter.screen.finish()
        counter.screen.show_code(LIU)
    assert (latest(counter, chen).state, notes(latest(counter, chen))) == ("finished", ["下次带小样"])
    assert (counter.running.member_name, counter.running.notes) == ("刘洋", ())
    assert counter.screen.page.visit.note.text() == ""
    assert counter.desk.read(find_draft, f"note:{latest(counter, chen).id}") is None


def test_a_note_is_only_written_into_the_visit_it_was_typed_in(counter: Counted) -> None:
    counter.scan(CHEN)
    note = counter.screen.page.visit.note
    type_into(note, "给妈妈")
    with slow_disk(counter):
        counter.screen.show_code(LIU)
        QTest.keyClick(note, Qt.Key.Key_Return)
    assert counter.running.member_name == "刘洋"
    assert counter.running.notes == ()
    counter.screen.recall()
    counter.wait(lambda: note.text() == "给妈妈")
    assert counter.running.notes == ()


def test_what_is_typed_before_their_visit_is_saved_is_theirs(counter: Counted) -> None:
    counter.scan(CHEN)
    chen, note = counter.running, counter.screen.page.visit.note
    with slow_disk(counter):
        counter.screen.show_code(LIU)
        type_into(note, "想要小样")
    assert (counter.running.member_name, note.text()) == ("刘洋", "想要小样")
    counter.wait(lambda: counter.desk.read(find_draft, f"note:{counter.running.id}") == {"text": "想要小样"})
    assert counter.desk.read(find_draft, f"note:{chen.id}") is None
    QTest.keyClick(note, Qt.Key.Key_Return)
    counter.wait(lambda: notes(counter.running) == ["想要小样"])


def test_the_key_that_ends_a_visit_ends_the_one_that_was_scanned_last(counter: Counted) -> None:
    counter.scan(CHEN)
    with slow_disk(counter):
        counter.screen.show_code(LIU)
        counter.screen.show_code(SERUM)
        counter.screen.finish()
    counter.wait(lambda: counter.visit is None)
    assert [parked.member_name for parked in counter.desk.read(parked_visits)] == ["陈思雨"]
    counter.settle()
    assert counter.said[-1].text == "已保存 · 刘洋 · 1 件商品"


def test_a_note_stays_when_nobody_else_comes_after_all(counter: Counted) -> None:
    counter.scan(CHEN)
    note = counter.screen.page.visit.note
    type_into(note, "给妈妈")
    with slow_disk(counter):
        counter.screen.recall()
        type_into(note, "带小样")
    counter.wait(lambda: counter.said[-1].tone == "warn")
    assert note.text() == "给妈妈 带小样"
    counter.wait(lambda: counter.desk.read(find_draft, f"note:{counter.running.id}") == {"text": "给妈妈 带小样"})


def test_who_was_scanned_stays_on_the_screen_while_an_earlier_deed_is_saved(counter: Counted) -> None:
    counter.scan(CHEN)
    counter.scan(SERUM)
    page, said = counter.screen.page, len(counter.said)
    page.visit.learned.press(1)
    with slow_disk(counter):
        counter.screen.show_code(LIU)
        counter.wait(lambda: len(counter.said) > said)
        assert page.profile.name.text() == "刘洋"
        assert not page.visit.lines.rows
    assert counter.running.member_name == page.profile.name.text() == "刘洋"
