"""Forms over a slow disk: pressed again, typed on, refused late."""

from datetime import datetime, time

from desktop.services.appointments import book
from desktop.services.leads import NewLead, note_lead
from desktop.services.ownership import AT_ONCE
from desktop.services.tasks import open_task
from desktop.views.leads import open_leads
from desktop.views.search import find_served
from desktop.views.tasks import open_tasks
from desktop.views.till import find_guides, find_till
from tests.ui.conftest import Till
from tests.ui.hands import enrol_many, leave, slow_disk, type_into
from tests.ui.test_appointments import begin_for, members, page, tomorrow
from ui.widgets.booking_card import BookingCard


def slots(till: Till) -> list[time]:
    return list(page(till).form.times.buttons)


def test_an_appointment_is_booked_once_however_often_one_presses(till: Till) -> None:
    one, _ = members(till)
    form = begin_for(till, one)
    form.guides.chips[""].click()  # anybody's time is never taken
    with slow_disk(till):
        form.save.click()
        form.save.click()
    (booked,) = tomorrow(till)
    assert booked.member_id == one
    assert form.who.member_id == ""


def test_what_is_typed_while_an_appointment_is_being_saved_stays(till: Till) -> None:
    one, two = members(till)
    form = begin_for(till, one)
    with slow_disk(till):
        form.save.click()
        page(till).begin(two, "")
        form.service.setText("试妆")
    assert [each.member_id for each in tomorrow(till)] == [one]
    assert (form.who.member_id, form.service.text()) == (two, "试妆")


def save_what_was_taken(till: Till, form: BookingCard, by: str) -> None:
    """Another till's clerk is a moment earlier."""
    at = datetime.combine(page(till).days.day, slots(till)[0]).astimezone()
    till.desk.do(book, by, "试妆", at, 30, for_guide=form.guide_id)
    form.save.click()


def test_a_time_that_is_gone_when_it_is_saved_is_said_and_another_one_is_pressed(till: Till) -> None:
    one, two = members(till)
    form = begin_for(till, one)
    with slow_disk(till):
        save_what_was_taken(till, form, two)
    assert form.error.text()
    form.times.buttons[slots(till)[1]].click()
    form.save.click()
    till.settle()
    assert {each.member_id for each in tomorrow(till)} == {one, two}


def test_members_are_handed_over_by_another_press_when_the_first_was_refused_half_way(till: Till) -> None:
    mine = till.desk.read(find_till).guide_id
    other = next(each for each in till.desk.read(find_guides) if each.id != mine)
    till.desk.do(enrol_many, AT_ONCE + 1).result()
    till.press("members")
    members = till.front.flow.screens.members
    members.filters.press("mine")
    with slow_disk(till):
        members.hand_over(other.id)
        till.desk.do(leave, other.id)
    till.wait(lambda: till.sentence == till.window.words("error.guide_unknown"))
    assert members.give.isEnabled()
    members.hand_over(None)
    till.wait(lambda: till.sentence == till.window.words("members.handed"))
    assert not till.desk.read(find_served, mine)


def test_undo_takes_nothing_else_back_for_members_who_were_handed_over(till: Till) -> None:
    one, _ = members(till)
    task = till.desk.do(open_task, one, "到货通知", till.bridge.today()).result()
    till.press("members")
    till.front.flow.screens.members.hand_over(None)
    till.wait(lambda: till.sentence == till.window.words("members.handed"))
    for _ in range(2):
        till.press("undo")
        till.settle()
        assert till.sentence == till.window.words("error.cannot_undo")
    assert task in [each.id for each in till.desk.read(open_tasks, till.bridge.today())]
    till.press("anonymous")
    till.settle()
    till.press("undo")
    till.wait(lambda: till.visit is None)


def test_a_task_and_a_lead_are_noted_once_however_often_one_presses(till: Till) -> None:
    one, _ = members(till)
    till.press("tasks")
    screen = till.front.flow.screens.tasks
    task = screen.todo.form
    task.who.show_picked(one, "")
    type_into(task.title, "到货通知")
    with slow_disk(till):
        task.save.click()
        task.save.click()
    opened = till.desk.read(open_tasks, till.desk.clock.now().astimezone().date())
    assert [each.title for each in opened].count("到货通知") == 1
    screen.filters.press("leads")
    lead = screen.leads.form
    type_into(lead.name, "吴小姐")
    type_into(lead.wechat, "wu_88")
    with slow_disk(till):
        lead.save.click()
        type_into(lead.interest, "面霜")
    (noted,) = till.desk.read(open_leads)
    assert (noted.name, noted.interest) == ("吴小姐", "")
    assert lead.interest.text() == "面霜"  # typed meanwhile


def test_a_refused_appointment_is_told_on_another_screen(till: Till) -> None:
    one, two = members(till)
    form = begin_for(till, one)
    with slow_disk(till):
        save_what_was_taken(till, form, two)
        till.press("members")
    assert [each.member_id for each in tomorrow(till)] == [two]
    assert till.sentence


def test_another_day_chosen_while_an_appointment_is_being_saved_keeps_the_form(till: Till) -> None:
    one, _ = members(till)
    form = begin_for(till, one)
    with slow_disk(till):
        form.save.click()
        page(till).days.buttons[2].click()
    assert (form.who.member_id, form.service.text()) == (one, "护理体验")


def test_an_appointment_is_cancelled_once_however_often_one_presses(till: Till) -> None:
    one, _ = members(till)
    begin_for(till, one).save.click()
    till.settle()
    (booked,) = tomorrow(till)
    with slow_disk(till):
        page(till).rows[booked.id].cancel.click()
        page(till).rows[booked.id].cancel.click()
    assert till.window.messages.property("tone") != "warn"


def test_a_note_half_typed_about_a_task_or_a_lead_stays_while_something_else_is_saved(till: Till) -> None:
    one, _ = members(till)
    task = till.desk.do(open_task, one, "到货通知", till.bridge.today()).result()
    lead = till.desk.do(note_lead, NewLead(name="吴小姐", wechat="wu_88")).result()
    till.press("tasks")
    screen = till.front.flow.screens.tasks
    screen.rows[task].picked.emit(task)
    todo = screen.todo.card
    with slow_disk(till):
        todo.later[0].click()
        type_into(todo.note, "电话没接")
    assert todo.note.text() == "电话没接"
    screen.filters.press("leads")
    screen.rows[lead].picked.emit(lead)
    card = screen.leads.card
    with slow_disk(till):
        card.consent.click()
        type_into(card.note, "下周来试妆")
    assert card.note.text() == "下周来试妆"


def test_a_task_is_done_once_however_often_one_presses(till: Till) -> None:
    one, _ = members(till)
    task = till.desk.do(open_task, one, "到货通知", till.bridge.today()).result()
    till.press("tasks")
    screen = till.front.flow.screens.tasks
    screen.rows[task].picked.emit(task)
    next(iter(screen.todo.card.outcomes.chips.values())).click()
    with slow_disk(till):
        screen.todo.card.save.click()
        screen.todo.card.save.click()
    assert till.window.messages.property("tone") != "warn"
