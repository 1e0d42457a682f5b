"""One visit after the other on a slow disk: the screen is ahead of what is saved."""

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.data.members import Redirect
from desktop.views.search import find_members, recent_members
from desktop.views.till import find_draft
from desktop.views.visit import VisitView, parked_visits, visits_of
from desktop.work import Work
from tests.ui.conftest import Till
from tests.ui.counted import CHEN, CREAM, LIU, SERUM, Counted
from tests.ui.hands import slow_disk, type_into


def latest(counter: Counted, member_id: str | None) -> VisitView:
    assert member_id is not None
    return counter.desk.read(visits_of, member_id)[0]


def who(counter: Counted, name: str) -> str:
    return counter.desk.read(find_members, name, 1)[0].member_id


def somebody_else(counter: Counted) -> str:
    """Neither of the two who have a card."""
    return next(
        each.member_id for each in counter.desk.read(recent_members, 20) if each.name not in ("", "陈思雨", "刘洋")
    )


def on_hold(counter: Counted) -> list[str | None]:
    return [parked.member_name for parked in counter.desk.read(parked_visits)]


def told(counter: Counted, since: int) -> list[str]:
    return [said.text for said in counter.said[since:]]


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


def test_no_note_is_typed_into_a_visit_that_is_being_finished(counter: Counted) -> None:
    counter.scan(CHEN)
    chen, note = counter.running, counter.screen.page.visit.note
    type_into(note, "给妈妈")
    with slow_disk(counter):
        counter.screen.finish()
        QTest.keyClicks(note, "x")
        assert note.text() == "给妈妈"
        counter.screen.show_code(LIU)
        type_into(note, "想要小样")
    assert (counter.running.member_name, note.text()) == ("刘洋", "想要小样")
    with slow_disk(counter):
        counter.screen.finish()
        QTest.keyClicks(note, "x")
    counter.wait(lambda: counter.visit is None)
    assert notes(latest(counter, who(counter, "刘洋"))) == ["想要小样"]
    for visit in (chen, latest(counter, who(counter, "刘洋"))):
        counter.wait(lambda visit=visit: counter.desk.read(find_draft, f"note:{visit.id}") is None)


def test_the_note_goes_on_when_a_visit_that_was_finished_is_taken_back(counter: Counted) -> None:
    counter.scan(CHEN)
    note = counter.screen.page.visit.note
    with slow_disk(counter):
        counter.screen.finish()
        counter.screen.undo()
    counter.wait(lambda: counter.visit is not None)
    counter.settle()
    QTest.keyClicks(note, "x")
    assert note.text() == "x"


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


def test_only_who_is_put_on_hold_is_said_to_be(counter: Counted) -> None:
    counter.scan(CHEN)
    counter.scan(SERUM)
    said = len(counter.said)
    with slow_disk(counter):
        counter.screen.finish()
        counter.screen.show_code(LIU)
        counter.screen.serve(somebody_else(counter))
    assert told(counter, said) == ["已保存 · 陈思雨 · 1 件商品", "已挂起 刘洋 的接待"]


def test_a_note_typed_for_who_is_not_saved_yet_waits_with_their_visit(counter: Counted) -> None:
    note = counter.screen.page.visit.note
    with slow_disk(counter):
        counter.screen.show_code(LIU)
        type_into(note, "想要小样")
        counter.screen.show_code(CHEN)
        type_into(note, "给妈妈")
    assert (counter.running.member_name, note.text()) == ("陈思雨", "给妈妈")
    liu = latest(counter, who(counter, "刘洋"))
    counter.wait(lambda: counter.desk.read(find_draft, f"note:{liu.id}") == {"text": "想要小样"})
    counter.screen.recall()
    counter.wait(lambda: note.text() == "想要小样")


def lose(work: Work, member_id: str) -> None:
    """Nobody can be served under that id now."""
    work.session.add(Redirect(id=member_id, keep="nobody"))


def find_again(work: Work, member_id: str) -> None:
    work.session.delete(work.session.get_one(Redirect, member_id))


def test_a_note_for_who_could_not_be_served_is_there_when_they_are_scanned_again(counter: Counted) -> None:
    liu, note = who(counter, "刘洋"), counter.screen.page.visit.note
    with slow_disk(counter):
        counter.desk.do(lose, liu)
        counter.screen.show_code(LIU)
        type_into(note, "想要小样")
        counter.screen.show_code(CHEN)
        counter.desk.do(find_again, liu)
    assert (counter.running.member_name, note.text()) == ("陈思雨", "")
    assert counter.said[-1].tone == "warn"
    counter.scan(LIU)
    assert (counter.running.member_name, note.text()) == ("刘洋", "想要小样")
    counter.wait(lambda: counter.desk.read(find_draft, f"note:{counter.running.id}") == {"text": "想要小样"})


@pytest.mark.parametrize("meant", ["product", "note", "finish", "undo"])
def test_what_was_meant_for_who_could_not_be_served_is_nobody_elses(counter: Counted, meant: str) -> None:
    counter.scan(CHEN)
    before, note = counter.running, counter.screen.page.visit.note
    deeds = {
        "product": lambda: counter.screen.show_code(SERUM),
        "note": lambda: QTest.keyClick(note, Qt.Key.Key_Return),
        "finish": counter.screen.finish,
        "undo": counter.screen.undo,
    }
    with slow_disk(counter):
        counter.desk.do(lose, who(counter, "刘洋"))
        counter.screen.show_code(LIU)
        type_into(note, "想要小样")
        deeds[meant]()
    assert counter.running == before
    assert counter.said[-1].tone == "warn"
    counter.scan(SERUM)
    assert len(counter.running.lines) == 1


@pytest.mark.parametrize("way", ["entered", "finished", "held"])
def test_a_note_of_who_is_not_saved_yet_goes_with_their_visit(counter: Counted, way: str) -> None:
    counter.scan(CHEN)
    note = counter.screen.page.visit.note
    end = {
        "entered": lambda: QTest.keyClick(note, Qt.Key.Key_Return),
        "finished": counter.screen.finish,
        "held": counter.screen.hold,
    }
    with slow_disk(counter):
        counter.screen.show_code(LIU)
        type_into(note, "想要小样")
        end[way]()
        counter.screen.serve(somebody_else(counter))
        assert note.text() == ""
    liu = latest(counter, who(counter, "刘洋"))
    assert (counter.running.member_id, counter.running.notes) == (somebody_else(counter), ())
    draft = counter.desk.read(find_draft, f"note:{liu.id}")
    assert (notes(liu), draft) == (([], {"text": "想要小样"}) if way == "held" else (["想要小样"], None))


@pytest.mark.parametrize("way", ["finish", "hold"])
def test_nothing_of_a_visit_that_ended_as_it_was_saved_is_in_the_next(counter: Counted, way: str) -> None:
    note = counter.screen.page.visit.note
    with slow_disk(counter):
        counter.screen.show_code(LIU)
        type_into(note, "想要小样")
        getattr(counter.screen, way)()
    counter.wait(lambda: counter.visit is None)
    counter.settle()
    counter.scan(CHEN)
    assert (counter.running.member_name, counter.running.notes, note.text()) == ("陈思雨", (), "")


@pytest.mark.parametrize("way", ["finish", "hold"])
def test_the_key_that_ends_a_visit_ends_that_of_who_stands_on_the_screen(counter: Counted, way: str) -> None:
    with slow_disk(counter):
        counter.screen.show_code(LIU)
        counter.screen.show_code(SERUM)
        getattr(counter.screen, way)()
        counter.screen.show_code(CHEN)
    assert counter.running.member_name == "陈思雨"
    assert latest(counter, who(counter, "刘洋")).state == {"finish": "finished", "hold": "held"}[way]
    assert on_hold(counter) == {"finish": [], "hold": ["刘洋"]}[way]


def test_a_visit_that_begins_as_another_is_finished_is_finished_by_the_next_press(counter: Counted) -> None:
    counter.scan(CHEN)
    with slow_disk(counter):
        counter.screen.finish()
        counter.screen.show_code(SERUM)
        counter.screen.finish()
    assert counter.visit is None


def test_who_comes_as_a_visit_without_a_name_is_finished_has_one_of_their_own(counter: Counted) -> None:
    counter.scan(SERUM)
    visit = counter.screen.page.visit
    with slow_disk(counter):
        counter.screen.finish()
        counter.screen.show_code(LIU)
        assert not visit.lines.rows
        type_into(visit.note, "想要小样")
    assert (counter.running.member_name, visit.note.text()) == ("刘洋", "想要小样")


def test_a_second_press_is_none(counter: Counted) -> None:
    counter.scan(CHEN)
    for product in (SERUM, CREAM, SERUM):
        counter.scan(product)
    page, said = counter.screen.page, len(counter.said)
    presses = (
        counter.screen.undo,
        lambda: QTest.keyClick(counter.screen, Qt.Key.Key_Delete),
        lambda: page.visit.learned.press(1),
        counter.screen.hold,
    )
    for press in presses:
        counter.settle()
        with slow_disk(counter):
            press()
            press()
    chen = latest(counter, who(counter, "陈思雨"))
    assert (chen.state, len(chen.lines), len(chen.learned)) == ("held", 1, 1)
    assert all(each.tone == "good" for each in counter.said[said:])


def test_who_is_taken_up_stands_on_the_screen_at_once(counter: Counted) -> None:
    counter.scan(LIU)
    counter.screen.hold()
    counter.settle()
    counter.scan(CHEN)
    said = len(counter.said)
    with slow_disk(counter):
        counter.screen.recall()
        counter.screen.recall()  # a second press is none
        assert counter.screen.page.profile.name.text() == "刘洋"
        counter.screen.page.visit.mood.faces[1].click()
        counter.screen.serve(somebody_else(counter))
    assert latest(counter, who(counter, "刘洋")).mood
    assert on_hold(counter) == ["陈思雨", "刘洋"]
    assert told(counter, said)[0] == "已取回 刘洋 的接待"


def test_keys_and_cards_are_for_who_stands_on_the_screen(counter: Counted) -> None:
    with slow_disk(counter):
        counter.screen.show_code(LIU)
        QTest.keyClick(counter.screen, "1")
        counter.screen.show_code("ZZZ-unknown-99")
        teach = counter.said[-1].act
        assert teach is not None
        teach()
    assert counter.running.member_id == who(counter, "刘洋")
    assert counter.running.learned
    assert "刘洋" in counter.said[-1].text


def test_the_counter_stays_up_from_one_visit_to_the_next(till: Till) -> None:
    till.front.flow.scan(CHEN)
    till.settle()
    finished, served, heard = threading.Event(), threading.Event(), list[object]()
    till.desk.do(lambda _work: finished.wait())
    try:
        till.front.flow.screens.counter.finish()
        till.desk.do(lambda _work: served.wait())
        till.front.flow.scan(LIU)
        till.bridge.changed.connect(heard.append)
        finished.set()
        till.wait(lambda: till.visit is None and heard)
        assert till.screen == "counter"
    finally:
        finished.set()
        served.set()
        till.settle()


def test_the_way_back_to_who_was_just_scanned_is_the_counter(till: Till) -> None:
    with slow_disk(till):
        till.front.flow.scan(LIU)
        till.press("tasks")
        till.press("counter")
        assert till.screen == "counter"
