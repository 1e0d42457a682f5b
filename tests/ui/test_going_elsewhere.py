"""What is being saved pulls nobody back from where they went meanwhile."""

from PySide6.QtCore import Qt

from tests.ui.conftest import Till
from tests.ui.hands import stroke

LIU = "SGM1TE918P13TX3828CVQF"


def test_whoever_went_to_another_screen_is_not_pulled_back(till: Till) -> None:
    till.keyboard.scan(LIU)
    till.wait(lambda: till.screen == "counter")
    till.press("members")
    till.settle()
    assert (till.screen, till.visit is not None) == ("members", True)
    till.press("counter")
    till.front.flow.screens.counter.finish()
    till.press("content")
    till.settle()
    assert (till.screen, till.visit) == ("content", None)
    till.press("undo")
    till.settle()
    assert (till.screen, till.visit is not None) == ("content", True)


def test_a_visit_taken_up_from_any_screen_is_seen_at_once(till: Till) -> None:
    till.press("anonymous")
    till.settle()
    stroke(till, Qt.Key.Key_F6)
    till.press("members")
    till.press("recall")
    assert till.screen == "counter"
    till.press("members")
    till.settle()
    assert (till.screen, till.visit is not None) == ("members", True)
