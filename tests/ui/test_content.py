"""Content in the window: found while typing, told to whoever is served."""

from PySide6.QtGui import QGuiApplication

from desktop.views.contents import uses_of
from desktop.views.search import recent_members
from tests.ui.conftest import Till
from tests.ui.counted import CHEN, LIU
from tests.ui.hands import slow_disk
from ui.screens.content import Content


def page(till: Till) -> Content:
    return till.front.flow.screens.content


def test_typing_finds_and_the_words_can_be_copied(till: Till) -> None:
    till.press("content")
    page(till).field.setText("fangshai")
    assert list(page(till).rows) == ["C-sun"]
    page(till).card.copy.click()
    assert QGuiApplication.clipboard().text() == page(till).rows["C-sun"].view.text


def test_whoever_is_served_is_told_it_in_one_press(till: Till) -> None:
    member = till.desk.read(recent_members, 1)[0].member_id
    till.front.flow.serve(member)
    till.wait(lambda: till.visit and till.visit.member_id == member)
    till.press("content")
    assert page(till).card.who.member_id == member
    picked = page(till).picked
    page(till).card.store.click()
    till.wait(lambda: till.desk.read(uses_of, picked))
    till.wait(lambda: page(till).card.uses)
    page(till).card.uses[0].click()
    till.wait(lambda: till.desk.read(uses_of, picked)[0].answered)


def test_a_message_without_consent_is_refused_beside_the_button(till: Till) -> None:
    member = till.desk.read(recent_members, 1)[0]
    till.press("content")
    page(till).card.message.click()
    assert page(till).card.error.text() == till.window.words("appointments.pick_who")
    page(till).card.who.show_picked(member.member_id, member.name)
    page(till).card.message.click()
    told = till.window.words("error.message_needs_consent")
    till.wait(lambda: page(till).card.error.text() == told)


def test_a_piece_is_for_whoever_was_scanned_last(till: Till) -> None:
    till.front.flow.scan(CHEN)
    till.settle()
    with slow_disk(till):
        till.front.flow.scan(LIU)
        till.press("content")
    assert till.front.flow.screens.content.card.who.picked.text() == "刘洋"


def test_it_is_for_nobody_once_nobody_is_served_any_more(till: Till) -> None:
    till.front.flow.scan(LIU)
    till.settle()
    till.press("content")
    assert page(till).card.who.member_id
    till.front.flow.screens.counter.finish()
    till.settle()
    assert page(till).card.who.member_id == ""
    page(till).card.who.show_picked(till.desk.read(recent_members, 1)[0].member_id, "")
    till.press("members")
    till.press("content")
    assert page(till).card.who.member_id == ""


def test_who_was_chosen_by_hand_stays_when_a_visit_ends(till: Till) -> None:
    chosen = next(each.member_id for each in till.desk.read(recent_members, 20) if each.name not in ("", "刘洋"))
    till.front.flow.scan(LIU)
    till.settle()
    till.press("content")
    page(till).card.who.show_picked(chosen, "")
    till.front.flow.screens.counter.finish()
    till.settle()
    assert page(till).card.who.member_id == chosen
