"""What there is to say: found by its words, told to members, and counted."""

from datetime import date

import msgspec
import pytest

from desktop.desk import Desk
from desktop.drive import answer
from desktop.drive_counter import Counter, Hub
from desktop.errors import BadInput, NotFound, NotNow
from desktop.rules.conditions import Subject
from desktop.services.consents import give_consents
from desktop.services.contents import note_answer, use_content
from desktop.services.preferences import note_preference
from desktop.services.undo import undo
from desktop.services.visits import finish_visit, serve
from desktop.status import HubStatus, Link
from desktop.views.contents import ContentView, find_contents, uses_of
from desktop.views.lookup import code_of
from desktop.views.portrait import find_portrait
from resources import Words
from tests.clock import SetClock
from tests.desktop.test_visits import a_member

SENSITIVE = "C-sensitive"


def today(desk: Desk) -> date:
    return desk.clock.now().astimezone().date()


def found(desk: Desk, words: str = "", subject: Subject | None = None) -> tuple[ContentView, ...]:
    return desk.read(find_contents, words, today(desk), subject)


def piece(desk: Desk) -> ContentView:
    return next(view for view in found(desk) if view.id == SENSITIVE)


@pytest.mark.parametrize("words", ["换季", "敏感肌", "mingan", "HUANJI"])
def test_it_is_found_by_title_tag_and_pinyin(stocked: Desk, words: str) -> None:
    assert SENSITIVE in [view.id for view in found(stocked, words)]
    assert found(stocked, "没有这样的词") == ()


def test_what_fits_the_member_comes_first(stocked: Desk) -> None:
    member = a_member(stocked)
    stocked.do(serve, member).result()
    stocked.do(note_preference, "skin", "敏感肌").result()
    portrait = stocked.read(find_portrait, member, today(stocked))
    assert portrait is not None
    views = found(stocked, "", portrait.rules.subject)
    fitting = [view.id for view in views if view.fits]
    assert sorted(fitting) == ["C-new", SENSITIVE]
    assert [view.id for view in views[:2]] == fitting


def test_what_was_told_is_counted_and_taken_back_by_undo(stocked: Desk) -> None:
    member = a_member(stocked)
    stocked.do(use_content, SENSITIVE, member).result()
    assert (piece(stocked).used, piece(stocked).answered, piece(stocked).arrived) == (1, 0, 0)
    stocked.do(undo).result()
    assert piece(stocked).used == 0
    assert stocked.read(uses_of, SENSITIVE) == ()


def test_an_answer_and_an_arrival_are_its_effect(stocked: Desk, clock: SetClock) -> None:
    member = a_member(stocked)
    use = stocked.do(use_content, SENSITIVE, member).result()
    stocked.do(note_answer, use).result()
    stocked.do(note_answer, use).result()
    clock.forward(days=3)
    stocked.do(serve, member).result()
    stocked.do(finish_visit).result()
    assert (piece(stocked).used, piece(stocked).answered, piece(stocked).arrived) == (1, 1, 1)
    assert stocked.read(uses_of, SENSITIVE)[0].answered


def test_the_visit_in_which_it_was_told_is_no_arrival(stocked: Desk, clock: SetClock) -> None:
    member = a_member(stocked)
    visit = stocked.do(serve, member).result()
    stocked.do(use_content, SENSITIVE, member, "store", visit).result()
    clock.forward(days=20)
    stocked.do(serve, member).result()
    assert piece(stocked).arrived == 0


def test_no_message_without_consent(stocked: Desk) -> None:
    member = a_member(stocked)
    with pytest.raises(NotNow, match="message_needs_consent"):
        stocked.do(use_content, SENSITIVE, member, "message").result()
    stocked.do(give_consents, member, ("marketing",), channel="counter").result()
    stocked.do(use_content, SENSITIVE, member, "message").result()
    assert stocked.read(uses_of, SENSITIVE)[0].how == "message"


def test_what_makes_no_sense_is_refused(stocked: Desk) -> None:
    member = a_member(stocked)
    with pytest.raises(NotFound, match="content_unknown"):
        stocked.do(use_content, "nothing", member).result()
    with pytest.raises(BadInput, match="how_unknown"):
        stocked.do(use_content, SENSITIVE, member, "pigeon").result()
    with pytest.raises(NotFound, match="content_unknown"):
        stocked.do(note_answer, "nothing").result()


def test_the_same_is_done_by_lines_of_json(stocked: Desk) -> None:
    member = a_member(stocked)
    code = stocked.read(code_of, member)
    counter = Counter(stocked, Hub(lambda: HubStatus(Link.ALONE, since=stocked.clock.now()), lambda: None), Words("zh"))
    told = answer(counter, msgspec.json.encode({"do": "use", "content": SENSITIVE, "text": code}))
    assert answer(counter, msgspec.json.encode({"do": "answered", "use": told["use"]})) == {"ok": True}
    assert piece(stocked).answered == 1
