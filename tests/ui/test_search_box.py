"""Promises of the search box: hits while typing, and whatever is typed leads somewhere."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.conftest import Till

CHEN = "SGM13P15NVGC7D8W6W6WQQ"
SERUM = "6901230010019"


@pytest.fixture
def search(till: Till) -> Till:
    till.press("search")
    return till


def _hits(till: Till) -> int:
    hits = till.window.top.search.hits
    return hits.people.count if hits.isVisible() else 0


@pytest.mark.parametrize("typed", ["csy", "chensiyu", "6021", "13812346021", "陈思"])
def test_initials_pinyin_phone_and_name_find_the_member(search: Till, typed: str) -> None:
    search.window.top.search.field.setText(typed)
    search.wait(lambda: _hits(search) == 1)
    search.keyboard.key(Qt.Key.Key_Return)
    search.wait(lambda: search.visit is not None)
    visit = search.visit
    assert visit is not None
    assert visit.member_name == "陈思雨"
    assert search.screen == "counter"
    assert search.window.top.search.text == ""


def test_arrow_keys_pick_a_hit(search: Till) -> None:
    search.keyboard.type("z")
    search.wait(lambda: _hits(search) > 1)
    people = search.window.top.search.hits.people
    search.keyboard.key(Qt.Key.Key_Down)
    search.keyboard.key(Qt.Key.Key_Down)
    second = people.picked
    assert second != people.first()
    search.keyboard.key(Qt.Key.Key_Return)
    search.wait(lambda: search.visit is not None)
    visit = search.visit
    assert visit is not None
    assert visit.member_id == second


def test_a_press_with_the_mouse_opens_a_hit(search: Till) -> None:
    search.keyboard.type("csy")
    search.wait(lambda: _hits(search) == 1)
    people = search.window.top.search.hits.people
    spot = people.visualRect(people.model().index(0, 0)).center()
    QTest.mouseClick(people.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    search.wait(lambda: search.visit is not None)
    assert not search.window.top.search.hits.isVisible()


def test_a_typed_member_code_opens_the_member(search: Till) -> None:
    search.keyboard.type(CHEN.lower())
    search.keyboard.key(Qt.Key.Key_Return)
    search.wait(lambda: search.visit is not None)
    visit = search.visit
    assert visit is not None
    assert visit.member_name == "陈思雨"


def test_a_typed_product_code_joins_the_visit(search: Till) -> None:
    search.keyboard.type(SERUM)
    search.keyboard.key(Qt.Key.Key_Return)
    search.wait(lambda: search.visit is not None and search.visit.lines)


def test_a_phone_of_nobody_begins_an_enrolment_with_it(search: Till) -> None:
    search.keyboard.type("13900001111")
    search.keyboard.key(Qt.Key.Key_Return)
    assert search.screen == "enrol"
    assert search.front.flow.screens.enrol.form.typed.phone.replace(" ", "") == "13900001111"


def test_nonsense_says_what_it_is(search: Till) -> None:
    search.keyboard.type("??")
    search.keyboard.key(Qt.Key.Key_Return)
    assert search.sentence == "不认识这个码:??"
    assert search.screen == "idle"


def test_escape_clears_what_was_typed(search: Till) -> None:
    search.keyboard.type("csy")
    search.wait(lambda: _hits(search) == 1)
    QTest.keyClick(search.window.windowHandle(), Qt.Key.Key_Escape)
    assert (search.window.top.search.text, _hits(search)) == ("", 0)


def test_the_first_letter_of_a_scan_flashes_no_list(search: Till) -> None:
    typed: list[str] = []
    search.window.top.search.typed.connect(typed.append)
    search.keyboard.scan(CHEN)
    search.wait(lambda: search.visit is not None)
    search.settle()
    assert (typed, search.window.top.search.text) == ([], "")
