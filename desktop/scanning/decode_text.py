"""The text of a QR code, of which nobody wrote down in which character set its bytes are."""

import locale
import re

_KANA = re.compile("[ぁ-ヶ]")
# Half-width katakana as Japanese spells: marks stand after what can bear them, small letters after a large one.
_SYLLABLE = "(?:[ｳｶ-ﾄﾊ-ﾎ]ﾞ|[ﾊ-ﾎ]ﾟ|[ｦｱ-ﾝ])[ｧ-ｮ]?ｯ?ｰ?"
_NARROW_KANA = re.compile(f"(?:{_SYLLABLE})+")
_MARKS = re.compile("[ﾞﾟ]")
_ASCII = re.compile("[\0-\x7f]+")
# In two-byte UTF-8 nearly all text is Latin, Greek or Russian; 一些 in GB18030 is possible as UTF-8 too: "һЩ".
_LETTERS = re.compile("[\0-\xffΆ-ώЁА-ё]*")
_TWO_BYTES = re.compile("[\0-\u07ff]*")


def text_of(raw: bytes, guess: str, *, japanese: bool | None = None) -> str:
    """What ``raw`` says. ``guess``: what the decoder made of it. ``japanese``: None asks the system's language.

    Chinese programs write GB18030 into QR codes without saying so, and no decoder knows. The bytes of Shift-JIS are
    often possible as GB18030 too: where kana betrays it, or in Japan, the decoder's guess stands.
    """
    text = _decoded(raw, "utf-8")
    if text is not None:
        chinese = None if _LETTERS.fullmatch(text) or not _TWO_BYTES.fullmatch(text) else _decoded(raw, "gb2312")
        return chinese or text
    if _is_japanese(guess) or (is_japan() if japanese is None else japanese):
        return guess
    return _decoded(raw, "gb18030") or guess


def is_japan() -> bool:
    """Whether this machine speaks Japanese."""
    return (locale.getlocale()[0] or "").lower().startswith("ja")


def _decoded(raw: bytes, charset: str) -> str | None:
    try:
        return raw.decode(charset)
    except UnicodeDecodeError:
        return None


def _is_japanese(guess: str) -> bool:
    if _KANA.search(guess):
        return True
    # One mark at its place is chance: of a hundred Chinese phrases one has it too. Two are one in thousands.
    words = "".join(_ASCII.split(guess))
    return len(_MARKS.findall(words)) > 1 and _NARROW_KANA.fullmatch(words) is not None
