"""Bytes of a serial scanner become the text of its codes, however they arrive."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import BadInput
from desktop.scanning.serial_text import LONGEST_CODE, SerialText, read_bytes

ENDS = [b"\r", b"\n", b"\r\n", b"\t", b"\x03", b"\0"]


@given(st.lists(st.sampled_from(["6901230010019", "SGM13P15NVGC7D8W6W6WQQ", "陈思雨"]), max_size=6), st.data())
def test_codes_arrive_in_order_however_the_bytes_are_cut(codes: list[str], data: st.DataObject) -> None:
    stream = b"".join(code.encode() + data.draw(st.sampled_from(ENDS)) for code in codes)
    reader, heard = SerialText(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        heard += reader.feed(stream[:size])
        stream = stream[size:]
    assert heard == codes


def test_silence_ends_a_code_without_an_end() -> None:
    reader = SerialText()
    assert reader.feed(b"6901230010019") == []
    assert reader.silence() == ["6901230010019"]
    assert reader.silence() == []


@pytest.mark.parametrize("text", ["会员:陈思雨", "代金券 ¥50"])
def test_chinese_is_read_in_both_encodings(text: str) -> None:
    assert read_bytes(text.encode()) == text
    assert read_bytes(text.encode("gb18030")) == text


def test_separators_stay_and_other_control_characters_go() -> None:
    assert SerialText().feed(b"\x02]d201069012300100191\x1d21A\x1b1\r") == ["]d201069012300100191\x1d21A1"]


@given(st.binary(max_size=3000))
def test_no_bytes_do_harm(data: bytes) -> None:
    reader = SerialText()
    for code in [*reader.feed(data), *reader.silence()]:
        if isinstance(code, str):
            assert 0 < len(code) <= LONGEST_CODE
            assert all(each == "\x1d" or unicodedata.category(each) != "Cc" for each in code)


def test_an_endless_code_is_refused_once_and_the_next_one_is_heard() -> None:
    reader = SerialText()
    heard = [code for _ in range(100) for code in reader.feed(b"9" * 1000)]
    heard += reader.feed(b"\r6901230010019\r")
    assert len(heard) == 2
    assert isinstance(heard[0], BadInput)
    assert heard[0].facts == {"length": 100_000, "longest": LONGEST_CODE}
    assert heard[1] == "6901230010019"
