"""Cuts what comes over a serial line into codes: bytes to text, as any scanner may send them."""

import re
import unicodedata

from desktop.errors import BadInput
from desktop.scanning.wedge_keys import GS

LONGEST_CODE = 512
_LONGEST_BYTES = 4 * LONGEST_CODE
_ENDS = re.compile(rb"[\r\n\t\0\x03]+")


class SerialText:
    """Carriage return, line feed, tab, NUL or ETX end a code; so does silence, which the caller tells.

    A code that is too long comes as BadInput ``code_too_long`` (length, longest), once, when it ends.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._lost = 0  # bytes of an endless code that were let go

    def feed(self, data: bytes) -> list[str | BadInput]:
        """More bytes came: the codes that are complete now."""
        *whole, rest = _ENDS.split(self._rest + data)
        self._rest = rest
        found = [code for part in whole if (code := self._finish(part)) is not None]
        if len(self._rest) > _LONGEST_BYTES:
            self._lost += len(self._rest)
            self._rest = b""
        return found

    def silence(self) -> list[str | BadInput]:
        """Nothing came for a while: what there is is a code."""
        rest, self._rest = self._rest, b""
        code = self._finish(rest)
        return [] if code is None else [code]

    def _finish(self, data: bytes) -> str | BadInput | None:
        lost, self._lost = self._lost, 0
        text = read_bytes(data)
        if lost or len(text) > LONGEST_CODE:
            return BadInput("code_too_long", length=lost + len(data), longest=LONGEST_CODE)
        return text or None


def read_bytes(data: bytes) -> str:
    """UTF-8, or else the Chinese national encoding; without control characters but GS."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = data.decode("gb18030", "replace")
    return "".join(letter for letter in text if letter == GS or unicodedata.category(letter) != "Cc")
