"""A scanner's burst is one scan and leaves no trace in the field; a clerk's typing is never taken from her."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.scanning.wedge import Answer, KeyBurst
from desktop.scanning.wedge_profile import USB

LONGEST_GAP_MS, PATIENCE_MS = USB.longest_gap_ms, USB.patience_ms

printable = st.characters(min_codepoint=32, max_codepoint=126)
scanned_texts = st.text(printable, min_size=6, max_size=512).filter(lambda text: len(set(text)) > 1)
typed_texts = st.text(printable, min_size=1, max_size=40)
eager = st.booleans()


class Field:
    """The text field with the keyboard, and the event filter before it, on a clock of its own."""

    def __init__(self, *, eager: bool = True) -> None:
        self.burst = KeyBurst()
        self.eager = eager
        self.now = 10_000
        self.text = ""
        self.enters = 0
        self.scans: list[str] = []

    def obey(self, answer: Answer) -> None:
        if answer.take_back:
            self.text = self.text[: -answer.take_back]
        if answer.scan is not None:
            self.scans.append(answer.scan)
        self.text += answer.show

    def wait(self, gap: int) -> None:
        until = self.now + gap
        while (due := self.burst.flush_at) is not None and due < until:
            self.obey(self.burst.flush(due))
            assert self.burst.flush_at != due
        self.now = until

    def type(self, text: str, gaps: list[int]) -> None:
        for letter, gap in zip(text, gaps, strict=True):
            self.wait(gap)
            self.obey(self.burst.feed(letter, self.now, eager=self.eager))

    def enter(self, gap: int) -> None:
        self.wait(gap)
        answer = self.burst.end(self.now)
        self.obey(answer)
        self.enters += answer.scan is None


@given(st.data(), scanned_texts, eager)
def test_a_fast_burst_with_enter_is_one_scan_without_a_trace(data: st.DataObject, text: str, eager: bool) -> None:
    gaps = data.draw(st.lists(st.integers(1, 25), min_size=len(text), max_size=len(text)))
    field = Field(eager=eager)
    field.type(text, gaps)
    field.enter(data.draw(st.integers(1, 25)))
    assert (field.scans, field.text, field.enters) == ([text], "", 0)


@given(scanned_texts, eager)
def test_a_burst_stamped_all_at_once_is_one_scan(text: str, eager: bool) -> None:
    field = Field(eager=eager)
    field.type(text, [0] * len(text))
    field.enter(0)
    assert (field.scans, field.text) == ([text], "")


@given(st.data(), typed_texts, eager)
def test_human_typing_is_never_a_scan(data: st.DataObject, text: str, eager: bool) -> None:
    gaps = data.draw(st.lists(st.integers(60, 400), min_size=len(text), max_size=len(text)))
    field = Field(eager=eager)
    field.type(text, gaps)
    field.enter(data.draw(st.integers(60, 400)))
    assert (field.scans, field.text, field.enters) == ([], text, 1)


@given(typed_texts, st.integers(60, 400))
def test_every_key_of_a_clerk_appears_at_once(text: str, gap: int) -> None:
    field = Field()
    for already, letter in enumerate(text, start=1):
        field.type(letter, [gap])
        assert field.text == text[:already]


@given(st.data(), st.text(string.ascii_lowercase, min_size=2, max_size=20))
def test_no_key_waits_longer_than_the_patience(data: st.DataObject, text: str) -> None:
    gaps = data.draw(st.lists(st.integers(36, 99), min_size=len(text), max_size=len(text)))
    field = Field(eager=False)
    field.type(text, gaps)
    field.wait(PATIENCE_MS + 1)
    assert (field.scans, field.text) == ([], text)


@given(scanned_texts, scanned_texts, eager)
def test_two_scans_fifty_milliseconds_apart_are_two_scans(first: str, second: str, eager: bool) -> None:
    field = Field(eager=eager)
    for text in (first, second):
        field.type(text, [50] + [5] * (len(text) - 1))
        field.enter(5)
    assert (field.scans, field.text) == ([first, second], "")


@given(scanned_texts, eager)
def test_a_scanner_without_an_end_key_is_understood_after_a_pause(text: str, eager: bool) -> None:
    field = Field(eager=eager)
    field.type(text, [8] * len(text))
    assert field.scans == []
    field.wait(LONGEST_GAP_MS + 1)
    assert (field.scans, field.text) == ([text], "")


@given(st.integers(1, 20), st.integers(26, 99), eager)
def test_one_hiccup_does_not_split_a_scan(place: int, hiccup: int, eager: bool) -> None:
    text = "SGM1000102030405060789"
    gaps = [5] * len(text)
    gaps[place] = min(hiccup, 59) if place < 4 else hiccup
    field = Field(eager=eager)
    field.type(text, gaps)
    field.enter(5)
    assert (field.scans, field.text) == ([text], "")


def test_typing_before_a_scan_stays_in_the_field() -> None:
    field = Field()
    field.type("abc", [150, 150, 150])
    field.type("6901234567892", [80] + [10] * 12)
    field.enter(10)
    assert (field.scans, field.text) == (["6901234567892"], "abc")


def test_a_short_burst_is_typing() -> None:
    field = Field()
    field.type("12345", [10] * 5)
    field.enter(10)
    assert (field.scans, field.text, field.enters) == ([], "12345", 1)


def test_a_key_held_down_is_typing() -> None:
    field = Field()
    field.type("0" * 40, [500] + [30] * 39)
    field.enter(60)
    assert (field.scans, field.text, field.enters) == ([], "0" * 40, 1)


def test_a_scan_whose_flush_came_late_is_a_scan_before_the_next_key() -> None:
    burst = KeyBurst()
    for place, letter in enumerate("8801234"):
        burst.feed(letter, place * 10)
    assert burst.feed("x", 900) == Answer(take_back=1, scan="8801234", show="x")


def test_stamps_that_begin_anew_only_end_the_burst() -> None:
    burst = KeyBurst()
    burst.feed("a", 2**32 - 1)
    assert burst.feed("b", 5) == Answer(show="b")


@pytest.mark.parametrize(("gap", "runs"), [(10, True), (34, True), (80, False)])
def test_keys_are_swallowed_only_at_the_pace_of_a_scanner(gap: int, runs: bool) -> None:
    burst = KeyBurst()
    assert not burst.runs_at(0)
    burst.feed("1", 0)
    assert burst.runs_at(gap) is runs


def test_what_a_scanner_sends_behind_its_enter_is_swallowed_too() -> None:
    burst = KeyBurst()
    for place, letter in enumerate("8801234"):
        burst.feed(letter, place * 5)
    assert burst.end(35).scan == "8801234"
    assert burst.runs_at(40)
    assert not burst.runs_at(400)
