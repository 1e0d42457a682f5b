"""The counter says what a member is like, why, and what to show them."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox

from desktop.services.consents import give_consents, withdraw_consent
from tests.desktop.test_portraits import send
from tests.ui.counted import CHEN, SERUM, Counted
from tests.ui.hands import type_into
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.typing_field import TypingField


def test_tier_and_stage_open_to_why_with_the_days_and_the_version(counter: Counted) -> None:
    counter.scan(CHEN)
    card = counter.screen.page.profile
    assert (card.tier.text(), card.vip.isVisible()) == ("银卡", False)
    assert not card.why.isVisible()
    card.stage.click()
    assert card.why.isVisible()
    assert "近 365 天内有 3 天购买" in card.why.sentence.text()
    assert [each.text() for each in card.why.findChildren(ElidedLabel)][-1] == "口径 standard-1"
    card.tier.click()
    assert "银卡" in card.why.sentence.text()
    card.tier.click()
    assert not card.why.isVisible()


def test_a_tag_opens_to_the_records_it_rests_on(counter: Counted) -> None:
    counter.scan(CHEN)
    tags = counter.screen.page.preferences.tags
    tags.chips["rhythm"].click()
    told = [each.text() for each in tags.why.findChildren(ElidedLabel)]
    assert tags.why.isVisible()
    assert any("购买" in each for each in told)


def test_a_tag_written_by_hand_is_there_and_can_be_taken_off(counter: Counted) -> None:
    counter.scan(CHEN)
    tags = counter.screen.page.preferences.tags
    tags.add.click()
    type_into(tags.field, "送礼人群")
    QTest.keyClick(tags.field, Qt.Key.Key_Return)
    counter.wait(lambda: "送礼人群" in [chip.text() for chip in tags.chips.values()])
    assert not tags.field.isVisible()
    chip = next(chip for chip in tags.chips.values() if chip.text() == "送礼人群")
    QTest.keyClick(chip, Qt.Key.Key_Delete)
    counter.wait(lambda: "送礼人群" not in [chip.text() for chip in tags.chips.values()])
    assert counter.said[-1].act is not None  # which is undo
    counter.settle()


def test_a_suggestion_that_is_pressed_is_seen(counter: Counted) -> None:
    counter.scan(CHEN)
    card = counter.screen.page.suggestions
    assert 1 <= len(card.rows) <= 3
    wanted = card.rows[0].view
    QTest.keyClick(card.rows[0], Qt.Key.Key_Return)
    counter.wait(lambda: bool(counter.running.lines))
    counter.settle()
    assert [(line.gtin, line.action) for line in counter.running.lines] == [(wanted.gtin, "seen")]


def test_nothing_is_suggested_once_the_consent_is_taken_back(counter: Counted) -> None:
    counter.scan(CHEN)
    member = counter.running.member_id
    assert member is not None
    counter.desk.do(withdraw_consent, member, "personal").result()
    counter.screen.refresh()
    card = counter.screen.page.suggestions
    assert card.rows == []
    assert not card.why.isVisible()
    counter.settle()


def test_a_face_is_saved_with_one_tap_and_taken_back_with_another(counter: Counted) -> None:
    counter.scan(CHEN)
    faces = counter.screen.page.visit.mood.faces
    faces[4].click()
    counter.wait(lambda: counter.running.mood == 4)
    counter.settle()
    assert [mood for mood, face in faces.items() if face.isChecked()] == [4]
    faces[4].click()
    counter.wait(lambda: counter.running.mood == 0)
    counter.settle()
    assert not any(face.isChecked() for face in faces.values())


def test_what_the_keys_note_and_why_something_is_declined_is_the_trades(counter: Counted) -> None:
    send(counter.desk, trade="coffee")
    counter.scan(CHEN)
    counter.scan(SERUM)
    visit = counter.screen.page.visit
    told = [chip.text() for chip in visit.learned.chips]
    assert told
    assert "1 皮肤泛红" not in told
    counter.press("1")
    assert [each.value for each in counter.running.learned] == [told[0].removeprefix("1 ")]
    (row,) = visit.lines.rows.values()
    assert row.names is not None
    assert "smell" not in row.names.reasons()


def test_what_the_member_has_is_noted_and_corrected_on_the_spot(counter: Counted) -> None:
    counter.scan(CHEN)
    member = counter.running.member_id
    assert member is not None
    card = counter.screen.page.entities
    card.buttons["skin"].click()
    assert not card.form.fields["allergy"].isEnabled()  # which needs a consent of its own
    kind, moisture = card.form.fields["type"], card.form.fields["moisture"]
    assert isinstance(kind, QComboBox)
    assert isinstance(moisture, TypingField)
    kind.setCurrentIndex(kind.findData("sensitive"))
    type_into(moisture, "41")
    card.form.save.click()
    counter.wait(lambda: not card.form.isVisible())
    counter.settle()
    (skin,) = card.buttons
    assert "敏感 · 41%" in [each.text() for each in card.findChildren(ElidedLabel)]
    counter.desk.do(give_consents, member, ("sensitive",), channel="counter").result()
    counter.screen.refresh()
    card.buttons[skin].click()
    assert card.form.fields["allergy"].isEnabled()
    card.form.remove.click()
    counter.wait(lambda: list(card.buttons) == ["skin"])
    counter.settle()
