"""Keys as a till hears of them, and the characters that some scanners spell with several."""

from dataclasses import dataclass
from typing import Literal

GS = "\x1d"  # between the elements of a GS1 code; no keyboard has a key for it
Modifier = Literal["shift", "ctrl", "alt", "meta", "keypad"]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key pressed or released, or what an input method made of some.

    ms: on the system's clock, in a trace since its first stroke. key: Qt's name, ``S`` or ``Return``. text: what it
    typed, was composing (``preedit``) or committed. at: its position as in scan code set 1, 0 where that is not told.
    """

    ms: int
    key: str = ""
    text: str = ""
    at: int = 0
    held: tuple[Modifier, ...] = ()
    kind: Literal["press", "release", "preedit", "commit"] = "press"


class AltCode:
    """Alt held, digits on the number pad, Alt let go: how some scanners spell GS (Alt+0029), others every character.

    Windows then types the character as well, so that it has to be known as an ``echo``.
    """

    def __init__(self) -> None:
        self._digits = ""
        self._first = 0
        self._echo: tuple[str, int] = ("", 0)

    def press(self, digit: str, ms: int) -> None:
        """A digit while Alt is held."""
        self._first = self._first if self._digits else ms
        self._digits += digit

    def release(self, ms: int, *, average_gap_ms: int) -> tuple[str, int]:
        """Alt was let go: the character and how many keys it took; "" if there is none, or a clerk spelt it."""
        digits, self._digits = self._digits, ""
        if not digits or ms - self._first > average_gap_ms * 2 * len(digits):  # each is pressed and released
            return "", 0
        number = int(digits[-5:])
        letter = chr(number) if chr(number) == GS or 32 <= number < 127 else ""
        self._echo = (letter, ms)
        return letter, 2 * len(digits) + 1

    def is_echo(self, text: str, at: int, ms: int) -> bool:
        """Whether the system types only what was read from the digits already."""
        letter, when = self._echo
        self._echo = ("", 0)
        return bool(letter) and text == letter and not at and 0 <= ms - when <= 20
