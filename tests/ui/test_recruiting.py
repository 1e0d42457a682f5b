"""Winning members: codes by channel with their counts, and a form that takes less than fifteen seconds."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.views.profile import find_profile
from desktop.views.recruits import RecruitView, find_recruits
from tests.ui.conftest import Till
from ui.screens.credit import Credit
from ui.screens.enrol import Enrol

# Card, Moran and Newell's keystroke level model: an average typist's key, and a moment's thought before each step.
KEY, THOUGHT = 0.28, 1.35


def page(till: Till) -> Credit:
    return till.front.flow.screens.credit


def form(till: Till) -> Enrol:
    return till.front.flow.screens.enrol


def codes(till: Till) -> tuple[RecruitView, ...]:
    return till.desk.read(find_recruits)


def made(till: Till, label: str = "一楼扶梯口") -> RecruitView:
    till.press("credit")
    page(till).codes.click()
    page(till).recruits.name.setText(label)
    page(till).recruits.make.click()
    till.wait(lambda: any(each.label == label for each in codes(till)))
    return next(each for each in codes(till) if each.label == label)


def strike(till: Till, *keys: Any) -> int:
    """Press keys wherever the keyboard is; gives how many."""
    for key in keys:
        focus = till.window.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key)
    return len(keys)


def type_phone(till: Till) -> None:
    """As fast as a scanner: it is a moment until it is sure that none was at work."""
    strike(till, *"13916882045")
    till.wait(lambda: form(till).form.typed.phone == "139 1688 2045")


def test_a_guide_makes_a_code_and_sees_whom_it_has_won(till: Till) -> None:
    code = made(till)
    till.press("enrol")
    form(till).take_scan(code.code)
    type_phone(till)
    form(till).form.consents.boxes["service"].setChecked(True)
    form(till).submit.click()
    till.wait(lambda: till.screen == "counter")
    till.press("credit")
    till.wait(lambda: code.code in page(till).recruits.rows and page(till).recruits.rows[code.code].view.won == 1)
    page(till).recruits.rows[code.code].close_it.click()
    till.wait(lambda: not page(till).recruits.rows[code.code].view.active)


def test_a_code_without_a_name_is_asked_for_one(till: Till) -> None:
    till.press("credit")
    page(till).codes.click()
    page(till).recruits.make.click()
    till.wait(lambda: page(till).recruits.error.text())
    assert codes(till) == ()


def test_the_poster_of_a_code_is_saved(till: Till, tmp_path: Path) -> None:
    page(till).posters.save(made(till).code, tmp_path / "poster.png")
    assert (tmp_path / "poster.png").read_bytes().startswith(b"\x89PNG")


def test_a_member_is_enrolled_within_fifteen_seconds_by_the_keys_alone(till: Till) -> None:
    till.press("enrol")
    keys = 1 + strike(till, *"13916882045")
    steps = 2
    while till.window.focusWidget() is not form(till).form.consents.boxes["service"]:
        keys += strike(till, Qt.Key.Key_Tab)
        assert keys < 60
    keys += strike(till, Qt.Key.Key_Space, Qt.Key.Key_Return)
    steps += 1
    till.wait(lambda: till.visit and till.visit.member_id)
    assert keys * KEY + steps * THOUGHT < 15


def test_a_child_joins_with_a_guardian_and_without_advertising(till: Till) -> None:
    till.press("enrol")
    type_phone(till)
    form(till).form.birthday.setText("2018-05-20")
    for purpose in ("service", "marketing"):
        form(till).form.consents.boxes[purpose].setChecked(True)
    form(till).submit.click()
    till.wait(form(till).form.guardian.isVisible)
    form(till).form.guardian.setChecked(True)
    form(till).submit.click()
    till.wait(form(till).form.consents.boxes["marketing"].hasFocus)
    form(till).form.consents.boxes["marketing"].setChecked(False)
    form(till).submit.click()
    till.wait(lambda: till.visit and till.visit.member_id)
    assert till.visit
    profile = till.desk.read(find_profile, till.visit.member_id or "", till.desk.clock.now().date())
    assert profile
    assert [each.purpose for each in profile.consents if each.agreed] == ["service"]
