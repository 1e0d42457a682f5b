"""A member's page: opened without a visit, by keys alone; every value has its reason, every right its press."""

import json
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.rules.wishes import Wishes
from desktop.services.members import Application, enrol
from desktop.services.ownership import assign_member, release
from desktop.services.tasks import open_task
from desktop.services.visits import finish_visit
from desktop.value_round import keep_valued
from desktop.views.member_page import MemberPage, find_page
from desktop.views.profile import find_profile
from desktop.views.requests import requests_of
from desktop.views.search import find_members, find_served
from desktop.views.till import find_guides, find_till
from desktop.views.wishes import find_wishes
from tests.ui.conftest import Till
from tests.ui.hands import stroke
from ui.screens.person import Person
from ui.wishes_said import wishes_said

BUYER, NEVER_BOUGHT = "6021", "0015"


def page(till: Till) -> Person:
    return till.front.flow.screens.person


def look_at(till: Till, words: str = BUYER) -> str:
    member = till.desk.read(find_members, words, 1)[0].member_id
    till.front.flow.look_at(member)
    till.settle()
    return member


def known(till: Till, member: str) -> MemberPage:
    found = till.desk.read(find_page, member)
    assert found is not None
    return found


def test_a_page_is_opened_read_and_left_by_keys_alone_and_no_visit_begins(till: Till) -> None:
    stroke(till, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    members = till.front.flow.screens.members
    members.field.setText(BUYER)
    till.settle()
    QTest.keyClick(members.field, Qt.Key.Key_Return)
    till.settle()
    assert (till.screen, till.visit) == ("person", None)
    for section in ("likings", "timeline", "record", "privacy", "portrait"):
        stroke(till, Qt.Key.Key_Right)
        assert page(till).section == section
    stroke(till, Qt.Key.Key_Escape)
    assert till.screen == "members"


def test_enter_serves_whose_page_it_is(till: Till) -> None:
    member = look_at(till)
    stroke(till, Qt.Key.Key_Return)
    till.wait(lambda: till.visit and till.visit.member_id == member)
    stroke(till, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    assert (till.screen, page(till).member_id) == ("person", member)
    stroke(till, Qt.Key.Key_Escape)
    assert till.screen == "counter"


def test_every_value_opens_to_a_sentence_and_the_days_it_rests_on(till: Till) -> None:
    look_at(till)
    assert {"stage", "life", "rfm", "spending", "worth", "tier"} <= page(till).portrait.values.keys()
    for row in page(till).portrait.values.values():
        QTest.mouseClick(row.open, Qt.MouseButton.LeftButton)
        assert row.unfolded
        assert row.why.isVisible()
        assert row.why.text()


def test_twelve_months_of_spending_are_drawn_and_told_in_words(till: Till) -> None:
    look_at(till)
    chart = page(till).portrait.chart
    assert chart is not None
    assert len(chart.told) == 12
    assert chart.accessibleDescription() == "; ".join(chart.told)
    everything = chart.legend
    QTest.mouseMove(chart, QPoint(chart.width() - 2, 40))
    till.wait(lambda: chart.legend == chart.told[-1])
    assert chart.legend != everything
    QApplication.sendEvent(chart, QEvent(QEvent.Type.Leave))
    assert chart.legend == everything
    assert "¥" in everything


def test_who_never_paid_has_no_bars(till: Till) -> None:
    look_at(till, NEVER_BOUGHT)
    assert page(till).portrait.chart is None


def test_a_correction_is_saved_and_a_wrong_one_is_told_at_its_field(till: Till) -> None:
    member = look_at(till)
    page(till).turn_to("record")
    record = page(till).record
    record.fields["birthday"].setText("13-40")
    QTest.mouseClick(record.save, Qt.MouseButton.LeftButton)
    till.settle()
    assert record.labelled["birthday"].error.text()
    record.fields["birthday"].setText("1990-12-09")
    record.fields["gender"].setText(till.window.words("gender.female"))
    QTest.keyClick(record.fields["gender"], Qt.Key.Key_Return)
    till.wait(lambda: known(till, member).birthday == "1990-12-09")
    till.settle()
    assert known(till, member).gender == "female"
    assert not record.labelled["birthday"].error.text()


def test_a_member_whom_nobody_has_is_claimed_given_away_and_released(till: Till) -> None:
    member = look_at(till)
    till.desk.do(release, member).result()
    till.wait(lambda: page(till).owner.claim.isVisible())
    page(till).owner.claim.click()
    till.wait(lambda: known(till, member).guide_id == till.desk.read(find_till).guide_id)
    other = next(each for each in till.desk.read(find_guides) if each.id != till.desk.read(find_till).guide_id)
    page(till).owner.given.emit(other.id)
    till.wait(lambda: known(till, member).guide_id == other.id)
    till.settle()
    page(till).owner.release.click()
    till.wait(lambda: known(till, member).guide_id is None)


def test_two_members_are_seen_side_by_side_before_they_are_one(till: Till) -> None:
    form = Application(phone="13612346021", name="陈思雨", consents=("service",))
    twin = till.desk.do(enrol, form).result().member_id
    till.desk.do(finish_visit).result()
    till.settle()
    till.front.flow.look_at(twin)
    till.settle()
    page(till).turn_to("record")
    page(till).record.compared.emit(till.desk.read(find_members, "13800006021"[-4:], 5)[0].member_id)
    till.settle()
    assert page(till).section == "merge"
    page(till).compare(
        next(each.member_id for each in till.desk.read(find_members, "陈思雨") if each.member_id != twin)
    )
    assert len(page(till).merge.keeps) == 2
    page(till).merge.keeps[0].click()
    till.wait(lambda: till.sentence == till.window.words("page.merge_sent"))


def test_a_consent_taken_back_counts_at_once(till: Till) -> None:
    member = look_at(till)
    page(till).turn_to("privacy")
    line = page(till).privacy.consents.line("personal")
    line.open.click()
    line.button.click()
    till.settle()
    profile = till.desk.read(find_profile, member, till.desk.clock.now().astimezone().date())
    assert profile is not None
    assert not next(each for each in profile.consents if each.purpose == "personal").agreed


def test_a_copy_is_handed_out_and_noted(till: Till, tmp_path: Path) -> None:
    member, file = look_at(till), tmp_path / "copy.json"
    page(till).turn_to("privacy")
    page(till).deeds.copy(file)
    till.settle()
    assert json.loads(file.read_text("utf-8"))["member"]["id"] == member
    told = till.desk.read(requests_of, member, till.desk.clock.now().astimezone().date())
    assert [(each.wants, each.how) for each in told] == [("access", "json")]


def test_an_erasure_is_asked_for_by_two_presses_and_a_correction_is_answered(till: Till) -> None:
    member = look_at(till)
    page(till).turn_to("privacy")
    privacy = page(till).privacy
    privacy.correct.click()
    till.wait(lambda: privacy.answers)
    next(iter(privacy.answers.values())).click()
    till.wait(lambda: not privacy.answers)
    assert not privacy.sure.isVisible()
    privacy.erase.click()
    assert privacy.sure.isVisible()
    privacy.back.click()
    assert not privacy.sure.isVisible()
    privacy.erase.click()
    privacy.sure.click()
    today = till.desk.clock.now().astimezone().date()
    till.wait(lambda: "erasure" in [each.wants for each in till.desk.read(requests_of, member, today)])


def test_my_members_and_those_whom_nobody_serves_have_lists_of_their_own(till: Till) -> None:
    member = till.desk.read(find_members, BUYER, 1)[0].member_id
    till.desk.do(release, member).result()
    till.press("members")
    members = till.front.flow.screens.members
    members.filters.press("unclaimed")
    assert members.people.first() == member
    members.filters.press("mine")
    till.settle()
    assert members.people.count == len(till.desk.read(find_served, till.desk.read(find_till).guide_id))
    other = next(each for each in till.desk.read(find_guides) if each.id != till.desk.read(find_till).guide_id)
    members.hand_over(other.id)
    till.wait(lambda: members.people.count == 0)
    assert till.sentence == till.window.words("members.handed")
    till.desk.do(assign_member, member, other.id).result()


def test_those_of_high_value_have_a_list_with_owner_and_plan(till: Till) -> None:
    found = till.desk.read(find_members, BUYER, 1)[0]
    till.press("members")
    members = till.front.flow.screens.members
    members.filters.press("valued")
    assert members.told.text() == till.window.words("members.none_valued")
    till.desk.write(keep_valued, {found.member_id: "545"})
    till.desk.do(release, found.member_id).result()
    due = till.desk.clock.today()
    till.desk.do(open_task, found.member_id, "问问近况", due).result()
    members.filters.press("valued")
    row = members.people.model().index(0, 0)
    told = row.data(Qt.ItemDataRole.AccessibleTextRole)
    assert members.people.first() == found.member_id
    assert told.endswith(f"545 · {till.window.words('members.nobodys')} · 问问近况 {till.window.words('tasks.today')}")
    members.field.setText("zzz")
    till.settle()
    assert members.people.count == 0


def test_when_a_member_wants_to_be_reached_is_noted_and_told_with_the_task(till: Till) -> None:
    member = look_at(till)
    page(till).turn_to("privacy")
    wishes = page(till).privacy.wishes
    wishes.by.chips["phone"].click()
    wishes.days[6].click()
    wishes.fields["contact_hours"].setText("18:30")
    wishes.save.click()
    till.wait(lambda: wishes.labelled["contact_hours"].error.text())
    wishes.fields["contact_hours"].setText("18-21")
    wishes.save.click()
    till.wait(lambda: till.desk.read(find_wishes, member) == Wishes("phone", frozenset([6]), (18, 21)))
    till.wait(lambda: not wishes.labelled["contact_hours"].error.text())
    today = till.desk.clock.now().astimezone().date()
    task = till.desk.do(open_task, member, "问问近况", today).result()
    till.press("tasks")
    till.wait(lambda: task in till.front.flow.screens.tasks.rows)
    told = wishes_said(till.window.words, till.desk.read(find_wishes, member), today)
    row = till.front.flow.screens.tasks.rows[task]
    assert told in " ".join(each.text() for each in row.findChildren(QLabel))


def test_a_wechat_id_is_masked_corrected_and_shown_to_who_asks(till: Till) -> None:
    member = look_at(till)
    page(till).turn_to("record")
    record = page(till).record
    assert not page(till).who.wechat.isVisible()
    record.fields["wechat"].setText("1")
    QTest.mouseClick(record.save, Qt.MouseButton.LeftButton)
    till.wait(lambda: record.labelled["wechat"].error.text())
    record.fields["wechat"].setText("Siyu_2026")
    QTest.mouseClick(record.save, Qt.MouseButton.LeftButton)
    till.wait(lambda: known(till, member).wechat == "si****26")
    till.wait(lambda: record.fields["wechat"].text() == "si****26")
    assert "si****26" in page(till).who.wechat.text()
    page(till).reveal_phone()
    assert "siyu_2026" in page(till).who.wechat.text()
    QTest.mouseClick(record.save, Qt.MouseButton.LeftButton)
    till.settle()
    assert known(till, member).wechat == "si****26"
