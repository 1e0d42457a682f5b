"""One spelling for each code: takes off what scanners, keyboards, input methods and pranksters add to a text."""

import re
import unicodedata
from dataclasses import dataclass

from desktop.errors import BadInput

LONGEST_CODE = 512
GS = "\x1d"  # how a scanner that can says FNC1: the end of a GS1 element of open length

_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, bidi and zero-width, half surrogates, line separators
# Letters and marks by their category, but nothing can be seen of them: joiners, fillers, variation selectors.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0") | frozenset(
    chr(point) for start, end in ((0xFE00, 0xFE10), (0xE0100, 0xE01F0)) for point in range(start, end)
)
_AIM_PREFIX = re.compile(r"\A(?:\][A-Za-z][0-9A-Za-z] *)+")
# A US keyboard whose Shift hangs; ¥ and 】 are what Chinese punctuation makes of $ and ].
_SHIFTED = str.maketrans("!@#$%^&*()}¥】", "1234567890]4]")
_CHINESE_6 = "......"  # …… for ^, as NFKC writes it
_GAPS = re.compile(r"[\s_—-]+")
# None of these may stand inside a GS1 element: they are what scanners and keyboards make of the separator.
_SEPARATORS = re.compile(r"<GS>|\{GS\}|\[GS\]|\^\]|[␝|~^\]}\s]")


@dataclass(frozen=True, slots=True)
class Scan:
    """A text taken apart. text: one line without the invisible. aim: the symbology (``C1``) if the scanner told it."""

    text: str
    aim: str
    raw: str

    def typed(self) -> str:
        """The text as it would be had Shift not hung, and without the gaps people type; for our own codes."""
        return _GAPS.sub("", self.unshifted())

    def unshifted(self) -> str:
        """The text as it would be had Shift not hung."""
        return _AIM_PREFIX.sub("", self.text.replace(_CHINESE_6, "6").translate(_SHIFTED))

    def separated(self) -> str:
        """The text with every separator of a GS1 code as GS, whatever the scanner made of it."""
        plain = unicodedata.normalize("NFKC", _visible(self.raw, keep=GS)).strip(" ")
        return _SEPARATORS.sub(GS, _AIM_PREFIX.sub("", plain))

    def respelled(self) -> str:
        """The same if no control character was a separator, but only what scanners spell instead."""
        return _SEPARATORS.sub(GS, self.text)


def take_apart(text: str) -> Scan:
    """What a scanner sent, in parts. Raises BadInput ``code_empty``, ``code_too_long`` (length, longest)."""
    _expect_short(text)
    plain = unicodedata.normalize("NFKC", _visible(text)).strip()
    aim = _AIM_PREFIX.match(plain)
    told = aim.group().rstrip()[-2:] if aim else ""
    rest = plain[aim.end() :].strip() if aim else plain
    if not rest:
        raise BadInput("code_empty")
    _expect_short(rest)  # a few characters unfold into many
    return Scan(rest, told, text)


def fold(text: str) -> str:
    """``text`` in one line, without the invisible, full width and the scanner's own prefix.

    Raises BadInput ``code_empty``, ``code_too_long`` (length, longest).
    """
    return take_apart(text).text


def _visible(text: str, keep: str = "") -> str:
    if text.isascii() and text.isprintable():  # nearly always
        return text
    return "".join(each for each in text if each == keep or _can_be_seen(each))


def _can_be_seen(letter: str) -> bool:
    return letter not in _BLANK and unicodedata.category(letter) not in _INVISIBLE


def _expect_short(text: str) -> None:
    if len(text) > LONGEST_CODE:
        raise BadInput("code_too_long", length=len(text), longest=LONGEST_CODE)
