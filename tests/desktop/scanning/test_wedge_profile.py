"""Each scanner is understood by its own rules, and none of them makes typing a scan."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.scanning.wedge import Answer, KeyBurst
from desktop.scanning.wedge_layout import at_position, intended
from desktop.scanning.wedge_profile import BLUETOOTH, USB, WedgeProfile, changed

MEMBER, PRODUCT = "SGM13P15NVGC7D8W6W6WQQ", "6901230010019"


def burst(profile: WedgeProfile, text: str, *, gap: int = 8, end: str = "") -> Answer:
    """What becomes of a text typed at one pace; "" ends by silence."""
    keys = KeyBurst(profile)
    for place, letter in enumerate(text):
        answer = keys.feed(letter, place * gap, eager=False)
        if answer.by_scanner:
            return answer
    last = (len(text) - 1) * gap
    return keys.end(last + gap, end) if end else keys.flush(last + profile.longest_gap_ms)


def outcome(profile: WedgeProfile, text: str, *, gap: int = 8, end: str = "") -> str | None:
    answer = burst(profile, text, gap=gap, end=end)
    return answer.scan if answer.scan is not None else answer.fault or None


@pytest.mark.parametrize(
    ("told", "text", "end", "expected"),
    [
        ({}, PRODUCT, "", PRODUCT),
        ({}, PRODUCT, "tab", PRODUCT),
        ({"end": "enter"}, PRODUCT, "enter", PRODUCT),
        ({"end": "enter"}, PRODUCT, "", "scan_cut_off"),
        ({"end": "enter"}, PRODUCT[:5], "", None),
        ({"end": "none"}, PRODUCT, "", PRODUCT),
        ({"prefix": "~"}, "~" + PRODUCT, "enter", PRODUCT),
        ({"prefix": "~"}, "~6901", "enter", "scan_too_short"),
        ({"prefix": "~"}, PRODUCT, "enter", "scan_without_prefix"),
        ({"prefix": "~"}, "abc", "enter", None),
        ({"end": "text", "suffix": "#"}, PRODUCT + "#", "", PRODUCT),
        ({"end": "text", "suffix": "#"}, PRODUCT, "", "scan_cut_off"),
        ({"suffix": "%%"}, PRODUCT + "%%", "enter", PRODUCT),
        ({"separator": "|"}, "10L7|21A1", "enter", "10L7\x1d21A1"),
        ({"shortest": 4}, "A123", "enter", "A123"),
        ({"shortest": 14}, PRODUCT, "enter", None),
    ],
)
def test_a_scanner_is_understood_as_it_is_set(
    told: dict[str, object], text: str, end: str, expected: str | None
) -> None:
    assert outcome(changed(USB, told), text, end=end) == expected


def test_a_bluetooth_scanner_is_slow_and_still_no_typing() -> None:
    assert outcome(BLUETOOTH, MEMBER, gap=70, end="enter") == MEMBER
    assert outcome(USB, MEMBER, gap=70, end="enter") is None


@given(st.data(), st.sampled_from([USB, BLUETOOTH, changed(USB, {"prefix": "1"})]))
def test_typing_is_a_scan_to_no_scanner(data: st.DataObject, profile: WedgeProfile) -> None:
    text = data.draw(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
    keys, shown, now = KeyBurst(profile), "", 0
    for letter in text:
        now += data.draw(st.integers(120, 600))
        while (due := keys.flush_at) is not None and due < now:
            shown += keys.flush(due).show
        answer = keys.feed(letter, now)
        assert not answer.by_scanner
        shown += answer.show
    answer = keys.end(now + 200)
    assert not answer.by_scanner
    assert shown + answer.show == text


US = {letter: (position, shift) for position in range(1, 0x3A) for shift in (False, True)
      if (letter := at_position(position, shift=shift))}  # fmt: skip


def meant(text: str) -> list[str]:
    """What the keys of an American scanner type at home."""
    return [at_position(US[letter][0], shift=US[letter][1]) for letter in text]


@given(st.text(st.sampled_from(sorted(US)), min_size=1, max_size=60))
def test_a_scanner_at_home_is_read_as_it_types(text: str) -> None:
    assert intended(text, meant(text)) == text


@given(st.text(st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghijklmnopqrstuvwxyz"), min_size=1, max_size=60))
def test_capslock_changes_no_code(text: str) -> None:
    assert intended(text.swapcase(), meant(text)) == text


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("àà&\"è'!ç&&", "0013748911"),  # a Belgian keyboard
        ('-çà&é"àà&àà&ç', PRODUCT),
        ('SG?&"P&(NVGC', "SGM13P15NVGC"),
        ("https://x.example/?a=b&c", "https://x.example/?a=b&c"),
        ("KARTE-7", "KARTE-7"),
    ],
)
def test_french_digits_are_known_by_their_characters(typed: str, code: str) -> None:
    assert intended(typed, [""] * len(typed)) == code


def test_a_layout_that_is_set_is_not_guessed() -> None:
    assert intended("QY-1", list("QZ/1"), "typed") == "QY-1"
    assert intended("QY-1", list("QZ/1"), "us") == "QZ/1"
