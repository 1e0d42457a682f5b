"""Leads in the window: noted, followed up and enrolled without touching the mouse."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.services.guides import sign_on
from desktop.services.leads import NewLead, note_lead
from desktop.services.members import Application, enrol
from desktop.services.recruiting import make_recruit_code
from desktop.views.leads import LeadView, find_lead, open_leads
from desktop.views.till import find_guides, find_till
from tests.ui.conftest import Till
from tests.ui.hands import slow_disk, stroke, type_into
from ui.screens.tasks import Tasks
from ui.widgets.guide_menu import GuideMenu


def page(till: Till) -> Tasks:
    return till.front.flow.screens.tasks


def a_lead(till: Till, name: str = "周小姐", phone: str = "13900000001", days: int = 0) -> str:
    due = till.desk.clock.now().astimezone().date() + timedelta(days)
    form = NewLead(name=name, phone=phone, channel="event", consent=True, due=due)
    return till.desk.do(note_lead, form).result()


def lead(till: Till, lead_id: str) -> LeadView:
    found = till.desk.read(find_lead, lead_id)
    assert found is not None
    return found


def open_list(till: Till) -> None:
    till.press("tasks")
    page(till).filters.press("leads")
    till.settle()


def test_a_lead_is_noted_with_where_they_come_from(till: Till) -> None:
    till.desk.do(make_recruit_code, "partner", "瑜伽馆").result()
    open_list(till)
    page(till).new.click()
    form = page(till).leads.form
    till.wait(lambda: form.name.hasFocus())
    stroke(till, Qt.Key.Key_F9)
    till.wait(lambda: form.error.text())  # no way to reach them
    type_into(form.name, "吴小姐")
    type_into(form.wechat, "wu_88")
    assert "瑜伽馆" in [chip.text() for chip in form.sources.chips.values()]
    next(chip for chip in form.sources.chips.values() if chip.text() == "瑜伽馆").click()
    assert not form.days.isVisible()  # nobody agreed to anything yet
    stroke(till, Qt.Key.Key_F9)
    till.wait(lambda: page(till).rows)
    (told,) = till.desk.read(open_leads)
    assert (told.name, told.source, told.due, told.guide_id) == (
        "吴小姐",
        "瑜伽馆",
        None,
        till.desk.read(find_till).guide_id,
    )
    assert form.name.text() == ""


def test_the_list_is_walked_by_keys_and_a_step_and_a_day_are_kept(till: Till) -> None:
    later, late = a_lead(till, days=3), a_lead(till, "王小姐", "13900000002", days=-1)
    open_list(till)
    till.wait(lambda: list(page(till).rows) == [late, later])
    stroke(till, Qt.Key.Key_Down)
    card = page(till).leads.card
    assert (page(till).lead_id, card.reach.text()) == (late, "+86 139 0000 0002")
    stroke(till, Qt.Key.Key_F9)
    assert card.error.text() == till.window.words("leads.pick_step")
    card.steps.chips["invited"].click()
    card.days.chips["7"].click()
    type_into(card.note, "周六来听讲座")
    stroke(till, Qt.Key.Key_F9)
    till.wait(lambda: list(page(till).rows) == [later, late])
    told = lead(till, late)
    assert (told.state, told.note) == ("invited", "周六来听讲座")
    stroke(till, Qt.Key.Key_F5)
    till.wait(lambda: lead(till, late).state == "arrived")
    till.press("undo")
    till.wait(lambda: lead(till, late).state == "invited")
    assert till.screen == "tasks"


def test_the_form_of_a_new_member_knows_what_is_known_of_the_lead(till: Till) -> None:
    zhou = a_lead(till)
    open_list(till)
    stroke(till, Qt.Key.Key_Down)
    stroke(till, Qt.Key.Key_F3)
    assert till.screen == "enrol"
    screen = till.front.flow.screens.enrol
    typed = screen.form.typed
    assert (typed.phone.replace(" ", ""), typed.name, typed.channel) == ("13900000001", "周小姐", "event")
    screen.form.consents.boxes["service"].setChecked(True)
    stroke(till, Qt.Key.Key_Return)
    till.wait(lambda: till.screen == "counter")
    assert till.visit is not None
    assert lead(till, zhou).member_id == till.visit.member_id
    open_list(till)
    stroke(till, Qt.Key.Key_Down)
    card = page(till).leads.card
    assert (page(till).lead_id, card.save.isVisible()) == ("", False)  # nothing is left to do
    card.page.click()
    assert till.screen == "person"
    assert till.front.flow.screens.person.member_id == till.visit.member_id


def test_a_typed_phone_of_a_lead_is_recognised(till: Till) -> None:
    a_lead(till)
    till.press("enrol")
    screen = till.front.flow.screens.enrol
    QTest.keyClicks(screen.form.phone.number, "13900000001")
    assert screen.form.phone.word.text() == till.window.words("enrol.phone_lead", name="周小姐")


def test_a_lost_lead_leaves_with_a_reason_and_comes_back_with_undo(till: Till) -> None:
    zhou = a_lead(till)
    open_list(till)
    stroke(till, Qt.Key.Key_Down)
    card = page(till).leads.card
    assert not card.reasons.isVisible()
    card.drop.click()
    card.reasons.chips["elsewhere"].click()
    till.wait(lambda: zhou not in page(till).rows)
    assert lead(till, zhou).reason == "elsewhere"
    assert page(till).page.empty.text() == till.window.words("tasks.none_leads")
    till.press("undo")
    till.wait(lambda: zhou in page(till).rows)


@pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen one, of menus
def test_another_guide_is_chosen_from_the_list(till: Till) -> None:
    zhou, (_, other, *_) = a_lead(till), till.desk.read(find_guides)
    open_list(till)
    stroke(till, Qt.Key.Key_Down)
    page(till).leads.card.guide.click()
    menu = page(till).findChild(GuideMenu)
    assert isinstance(menu, GuideMenu)
    menu.actions()[1].trigger()
    menu.close()
    till.wait(lambda: lead(till, zhou).guide == other.name)
    told = till.window.words("leads.with_guide", guide=other.name)
    till.wait(lambda: page(till).leads.card.guide.words == told)


@pytest.mark.qt_log_ignore("This plugin does not support")  # the offscreen one, of menus
def test_a_guide_is_chosen_for_the_lead_who_was_looked_at_when_it_was_asked(till: Till) -> None:
    zhou, wang, (_, other, *_) = a_lead(till), a_lead(till, "王小姐", "13900000002"), till.desk.read(find_guides)
    before = lead(till, wang).guide
    open_list(till)
    page(till).rows[zhou].picked.emit(zhou)
    page(till).leads.card.guide.click()
    menu = page(till).findChild(GuideMenu)
    assert isinstance(menu, GuideMenu)
    page(till).rows[wang].picked.emit(wang)
    menu.actions()[1].trigger()
    menu.close()
    till.settle()
    assert (lead(till, zhou).guide, lead(till, wang).guide) == (other.name, before)


def test_who_does_not_want_to_be_contacted_is_not(till: Till) -> None:
    zhou = a_lead(till)
    open_list(till)
    stroke(till, Qt.Key.Key_Down)
    card = page(till).leads.card
    card.consent.click()
    till.wait(lambda: lead(till, zhou).due is None)
    till.wait(lambda: not card.days.isVisible())
    assert not card.steps.chips["contacted"].isVisible()
    assert "139 **** 0001" in card.reach.text()


def test_forgetting_is_asked_twice(till: Till) -> None:
    zhou = a_lead(till)
    open_list(till)
    stroke(till, Qt.Key.Key_Down)
    card = page(till).leads.card
    card.drop.click()
    card.forget.click()
    assert lead(till, zhou).state == "new"
    card.forget.click()
    till.wait(lambda: zhou not in page(till).rows)


def test_what_is_due_is_counted_beside_the_day_and_on_the_rail(till: Till) -> None:
    a_lead(till)
    a_lead(till, "王小姐", "13900000002", days=3)
    till.press("tasks")
    till.wait(lambda: page(till).today.leads.isVisible())
    assert page(till).today.leads.words == till.window.words("tasks.leads_due", count=1)
    page(till).today.leads.click()
    assert page(till).filters.taken == "leads"
    told = till.window.words("rail.badge", place=till.window.words("rail.tasks"), count=1)
    till.wait(lambda: till.window.rail._places["tasks"].accessibleName() == told)


def test_a_member_is_no_lead(till: Till) -> None:
    till.desk.do(enrol, Application(phone="13900000009", consents=("service",))).result()
    open_list(till)
    page(till).new.click()
    form = page(till).leads.form
    form.phone.setText("13900000009")
    form.save.click()
    till.wait(lambda: form.error.text())
    assert till.desk.read(open_leads) == ()


def test_a_lead_is_looked_after_by_whoever_serves_by_then(till: Till) -> None:
    here = till.desk.read(find_till).guide_id
    other = next(each for each in till.desk.read(find_guides) if each.id != here)
    till.press("tasks")
    tasks = till.front.flow.screens.tasks
    tasks.filters.press("leads")
    type_into(tasks.leads.form.name, "吴小姐")
    type_into(tasks.leads.form.wechat, "wu_88")
    with slow_disk(till):
        till.desk.do(sign_on, other.id)
        tasks.leads.form.save.click()
    (noted,) = till.desk.read(open_leads)
    assert noted.guide_id == other.id
