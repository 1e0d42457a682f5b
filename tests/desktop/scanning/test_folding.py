"""How much of a token survives keyboards: the alphabet of our codes was chosen by these figures."""

import random
from collections.abc import Callable
from datetime import date

import pytest

from desktop.errors import BadInput
from desktop.rules.member_codes import badge_code, member_code, recruit_code
from desktop.rules.signed_codes import TokenBody, VoucherBody, issue_token, issue_voucher
from desktop.scanning.codes import parse_code
from desktop.scanning.folding import fold, take_apart

TOKENS = 4000

Mangler = Callable[[str, random.Random], str]
Maker = Callable[[random.Random], str]

_PLAIN = "`1234567890-=[]\\;',./"
_SHIFTED = '~!@#$%^&*()_+{}|:"<>?'
_OTHER_SHIFT = str.maketrans(_PLAIN + _SHIFTED, _SHIFTED + _PLAIN)
_CHINESE_SIGNS = str.maketrans({"$": "￥", "^": "……", "!": "！", "(": "（", ")": "）", "_": "——", "]": "】"})
_BASE_45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def wrong_shift(text: str, chance: random.Random) -> str:
    """A quarter of the keys arrive with the other state of Shift."""
    return "".join(each.translate(_OTHER_SHIFT).swapcase() if chance.random() < 0.25 else each for each in text)


def full_width(text: str, _: random.Random) -> str:
    """A Chinese input method set to full width."""
    return "".join("\u3000" if each == " " else chr(ord(each) + 0xFEE0) for each in text)


def eaten_spaces(text: str, _: random.Random) -> str:
    """An input method takes each space as its own."""
    return text.replace(" ", "")


def caps_lock(text: str, _: random.Random) -> str:
    return text.swapcase()


def chinese_punctuation(text: str, chance: random.Random) -> str:
    """As above, and the input method makes Chinese signs of what Shift made of the digits."""
    return wrong_shift(text, chance).translate(_CHINESE_SIGNS)


MANGLERS = (wrong_shift, full_width, eaten_spaces, caps_lock, chinese_punctuation)


def _token(chance: random.Random) -> str:
    body = TokenBody(chance.randrange(256), chance.randbytes(8), chance.randrange(2**32), chance.randrange(256))
    return issue_token(body, lambda _: chance.randbytes(64))


def _voucher(chance: random.Random) -> str:
    day = date.fromordinal(chance.randrange(date(2026, 1, 1).toordinal(), date(2100, 1, 1).toordinal()))
    body = VoucherBody(chance.randrange(256), chance.randbytes(8), 7, chance.randrange(2**32), day)
    return issue_voucher(body, lambda _: chance.randbytes(64))


MAKERS: dict[str, Maker] = {
    "SGM1": lambda chance: member_code(chance.randbytes(10)),
    "SGR1": lambda chance: recruit_code(chance.randbytes(10)),
    "SGB1": lambda chance: badge_code(chance.randbytes(10)),
    "SGT1": _token,
    "SGV1": _voucher,
}


def share_recovered(make: Maker, mangle: Mangler, read: Callable[[str], str]) -> float:
    chance = random.Random(20261122)
    texts = [make(chance) for _ in range(TOKENS)]
    return sum(_recovered(text, mangle(text, chance), read) for text in texts) / TOKENS


def _recovered(text: str, mangled: str, read: Callable[[str], str]) -> bool:
    try:
        return read(mangled) == text
    except BadInput:
        return False


@pytest.mark.parametrize("prefix", MAKERS)
@pytest.mark.parametrize("mangle", MANGLERS)
def test_every_one_of_our_codes_survives_the_keyboard(prefix: str, mangle: Mangler) -> None:
    share = share_recovered(MAKERS[prefix], mangle, lambda text: getattr(parse_code(text), "text", ""))
    assert share == 1.0


def _as_it_came(text: str) -> str:
    return fold(f"|{text}|")[1:-1]  # its spaces at the ends are part of it


def _shift_undone(text: str) -> str:
    return take_apart(f"|{text}|").unshifted()[1:-1].upper()


@pytest.mark.parametrize(
    ("mangle", "read", "low", "high"),
    [
        (wrong_shift, _shift_undone, 0, 0.01),
        (full_width, _as_it_came, 1, 1),
        (eaten_spaces, _as_it_came, 0.15, 0.21),
    ],
)
def test_base_45_would_not(mangle: Mangler, read: Callable[[str], str], low: float, high: float) -> None:
    """Its signs are what Shift makes of digits, and its space is what input methods take for themselves."""
    assert low <= share_recovered(lambda chance: _base_45(chance.randbytes(78)), mangle, read) <= high


def _base_45(data: bytes) -> str:
    values = [int.from_bytes(data[place : place + 2], "big") for place in range(0, len(data), 2)]
    return "".join(_BASE_45[v % 45] + _BASE_45[v // 45 % 45] + _BASE_45[v // 2025] for v in values)
