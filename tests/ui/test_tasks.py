"""Tasks in the window: what is due, with its reason; one press for what came of it."""

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from desktop.care_round import CareRound
from desktop.services.appointments import book
from desktop.services.tasks import open_task
from desktop.views.search import recent_members
from desktop.views.tasks import done_on, open_tasks
from tests.ui.conftest import Till
from tests.ui.hands import stroke
from ui.screens.tasks import Tasks


def page(till: Till) -> Tasks:
    return till.front.flow.screens.tasks


def a_task(till: Till, days: int = 0, title: str = "问问面霜用得怎么样") -> str:
    member = till.desk.read(recent_members, 1)[0].member_id
    due = till.desk.clock.now().astimezone().date() + timedelta(days=days)
    return till.desk.do(open_task, member, title, due).result()


def click(row: QWidget) -> None:
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)


def waiting(till: Till) -> list[str]:
    return [view.id for view in till.desk.read(open_tasks, till.desk.clock.now().astimezone().date())]


def test_what_is_due_is_counted_on_the_rail_and_listed_first(till: Till) -> None:
    later, late, now = a_task(till, 3), a_task(till, -1), a_task(till)
    till.press("tasks")
    till.wait(lambda: {later, late, now} <= set(page(till).rows))
    ours = [each for each in page(till).rows if each in (later, late, now)]
    assert ours == [late, now, later]
    told = till.window.words("rail.badge", place=till.window.words("rail.tasks"), count=2)
    till.wait(lambda: till.window.rail._places["tasks"].accessibleName() == told)


def test_one_press_says_what_came_of_it(till: Till) -> None:
    task = a_task(till)
    till.press("tasks")
    till.wait(lambda: task in page(till).rows)
    click(page(till).rows[task])
    card = page(till).todo.card
    card.save.click()
    assert card.error.text() == till.window.words("tasks.pick_outcome")
    card.contacts.chips["phone"].click()
    card.outcomes.chips["coming"].click()
    card.note.setText("周六来")
    card.save.click()
    till.wait(lambda: task not in waiting(till))
    done = next(each for each in till.desk.read(done_on, till.desk.clock.now().astimezone().date()) if each.id == task)
    assert (done.outcome, done.contact, done.note) == ("coming", "phone", "周六来")
    till.wait(lambda: task not in page(till).rows)
    page(till).filters.press("done")
    assert task in page(till).rows


def test_up_and_down_go_through_the_list_and_a_filter_keeps_to_itself(till: Till) -> None:
    first, second = a_task(till, -2), a_task(till, -1)
    till.press("tasks")
    page(till).filters.press("late")
    till.wait(lambda: list(page(till).rows) == [first, second])
    stroke(till, Qt.Key.Key_Down)
    assert page(till).todo.picked is not None
    assert page(till).todo.picked.id == first
    stroke(till, Qt.Key.Key_Down)
    assert page(till).todo.picked.id == second


def test_another_day_and_not_needed_are_undone_by_the_same_key(till: Till) -> None:
    task = a_task(till)
    till.press("tasks")
    till.wait(lambda: task in page(till).rows)
    click(page(till).rows[task])
    page(till).todo.card.later[1].click()
    due = till.desk.clock.now().astimezone().date() + timedelta(days=3)
    till.wait(lambda: task in page(till).rows and page(till).rows[task].view.due == due)
    till.press("undo")
    till.wait(lambda: task in page(till).rows and page(till).rows[task].view.due == due - timedelta(days=3))
    assert till.screen == "tasks"


def test_a_new_task_is_written_in_the_window(till: Till) -> None:
    member = till.desk.read(recent_members, 1)[0]
    till.press("tasks")
    form = page(till).todo.form
    form.save.click()
    assert form.error.text() == till.window.words("appointments.pick_who")
    form.who.field.setText(member.name)
    form.who.field.textEdited.emit(member.name)
    form.who.hits.chosen.emit(member.member_id)
    form.title.setText("到货通知")
    form.days.chips["0"].click()
    form.save.click()
    till.wait(lambda: any(row.view.title == "到货通知" for row in page(till).rows.values()))
    assert form.who.member_id == ""


def test_the_reason_of_a_rule_is_a_sentence(till: Till) -> None:
    CareRound(till.desk)()
    till.press("tasks")
    ruled = [row.view for row in page(till).rows.values() if row.view.rule]
    assert ruled  # the sample shop's members tried something lately, and agreed to be asked about it
    click(page(till).rows[ruled[0].id])
    assert "试用了" in page(till).todo.card.reason.text()


def test_who_comes_today_and_who_left_stand_beside(till: Till) -> None:
    member = till.desk.read(recent_members, 1)[0].member_id
    till.desk.do(book, member, "护理体验", till.desk.clock.now() + timedelta(minutes=1), 30).result()
    till.press("tasks")
    till.wait(lambda: page(till).today.rows)
    page(till).today.rows[0].click()
    till.wait(lambda: till.visit and till.visit.member_id == member)
    assert till.screen == "counter"
