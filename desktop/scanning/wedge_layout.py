"""What a scanner meant that presses the keys of an American keyboard before a till with another layout or CapsLock.

Key positions are numbered as in scan code set 1, which Linux's input codes share.
"""

from collections.abc import Sequence

_ROWS = (
    (0x02, "1234567890-=", "!@#$%^&*()_+"),
    (0x10, "qwertyuiop[]", "QWERTYUIOP{}"),
    (0x1E, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (0x2B, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (0x39, " ", " "),
)
_PLAIN = {first + place: letter for first, plain, _ in _ROWS for place, letter in enumerate(plain)}
_SHIFTED = {first + place: letter for first, _, shifted in _ROWS for place, letter in enumerate(shifted)}
RIGHT_BRACKET = 0x1B

# The upper row of French and Belgian keyboards without Shift, and where their letters stand.
_DIGITS = dict(zip("&é\"'(§è!çà-_", "123456789068", strict=True))
_FRENCH = str.maketrans(
    "&é\"'(-è_çà)=azqwm;:!ù^$*,AZQWM?./§%°+",
    "1234567890-=qwaz;,./'[]\\mQWAZ:M<>?\"_+",
)
_OUR_PREFIXES = ("SGM1", "SGT1", "SGV1", "SGR1", "SGB1")


def at_position(position: int, *, shift: bool) -> str:
    """The character an American keyboard types with that key; "" for a key that types none, or an unknown one."""
    return (_SHIFTED if shift else _PLAIN).get(position, "")


def intended(typed: str, meant: Sequence[str], layout: str = "auto") -> str:
    """``typed`` as the scanner meant it. meant: for each letter what its key types in America, "" if not known."""
    if layout == "typed":
        return typed
    if not any(meant):
        return _by_characters(typed)
    by_place = "".join(there or letter for there, letter in zip(meant, typed, strict=True))
    if layout == "us" or by_place.casefold() == typed.casefold():  # the same letters: CapsLock is on, if anything
        return by_place
    return by_place if _plain_letters(by_place) > _plain_letters(typed) else typed


def _by_characters(typed: str) -> str:
    """Where positions are not known: only what cannot be anything else is taken for French."""
    if any(letter.isascii() and letter.isdigit() for letter in typed):
        return typed
    if typed and all(letter in _DIGITS for letter in typed):
        return "".join(_DIGITS[letter] for letter in typed)
    french = typed.translate(_FRENCH)
    return french if french.upper().startswith(_OUR_PREFIXES) else typed


def _plain_letters(text: str) -> int:
    return sum(letter.isascii() and letter.isalnum() for letter in text)
