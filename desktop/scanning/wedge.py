"""Tells the burst of a hand scanner that types like a keyboard from the typing of a clerk.

The caller feeds every printable key with its time and does what the answer says, in this order: take back,
scan, show. Withheld keys show when they prove to be typing, at the latest ``PATIENCE_MS`` after the last one.
"""

from dataclasses import dataclass

LONGEST_GAP_MS = 100  # a longer silence ends a burst
AVERAGE_GAP_MS = 35  # scanners send a key every 1 to 30 ms, Bluetooth ones with hiccups
PATIENCE_MS = 60  # no clerk types faster for long, none feels a delay as short
SHORTEST_SCAN = 6


@dataclass(frozen=True, slots=True)
class Answer:
    """What to do with the field that has the keyboard.

    take_back: characters of a scan that already stand in the field, to be removed from its end.
    scan: a complete scanned text; the end key that completed it is part of the scan and must not reach the field.
    show: characters that are typing after all, in order; they go to the field now.
    """

    take_back: int = 0
    scan: str | None = None
    show: str = ""


class KeyBurst:
    """The keys since the last silence. Times are milliseconds as the system stamped the keys, not as they arrived:
    a busy screen bunches arrivals.
    """

    def __init__(self) -> None:
        self._text = ""
        self._shown = 0  # how many characters of it already stand in the field
        self._first = self._last = 0

    @property
    def bursting(self) -> bool:
        """Whether a scan may be under way: shortcuts with Ctrl, Alt or a function key are to be swallowed."""
        return len(self._text) > 1 and self._is_fast()

    @property
    def flush_at(self) -> int | None:
        """The time to call ``flush`` with, unless another key comes first; None while nothing waits."""
        if not self._text or (self._shown == len(self._text) and not self._is_scan()):
            return None
        return self._last + (LONGEST_GAP_MS if self._is_scan() else PATIENCE_MS)

    def feed(self, letter: str, ms: int, *, eager: bool = True) -> Answer:
        """A printable key at time ``ms``; shortcuts by single keys want ``eager=False``: no first key gets out."""
        before = self._settle() if self._breaks_off(ms) else Answer()
        self._first = self._first if self._text else ms
        self._text += letter
        self._last = ms
        withhold = self._is_fast() if len(self._text) > 1 else not eager
        shown = "" if withhold else self._show_rest()
        return Answer(before.take_back, before.scan, before.show + shown)

    def end(self, ms: int) -> Answer:
        """Enter or Tab at time ``ms``. It belongs to the field unless the answer holds a scan."""
        del ms  # a burst that waited longer than it should for its flush is a scan no less
        return self._settle()

    def flush(self, ms: int) -> Answer:
        """Silence until ``ms``: withheld typing shows; a scanner that sends no end key is done."""
        silence = ms - self._last
        if silence >= LONGEST_GAP_MS:
            return self._settle()
        if silence >= PATIENCE_MS and not self._is_scan():
            return Answer(show=self._show_rest())
        return Answer()

    def _breaks_off(self, ms: int) -> bool:
        gap = ms - self._last
        if not 0 <= gap <= LONGEST_GAP_MS:  # below zero: the system's stamps began anew
            return True
        # A pause as long as a clerk's is forgiven only to a burst that is fast on the whole.
        return gap >= PATIENCE_MS and ms - self._first > AVERAGE_GAP_MS * len(self._text)

    def _is_fast(self) -> bool:
        return self._last - self._first <= AVERAGE_GAP_MS * (len(self._text) - 1)

    def _is_scan(self) -> bool:
        # One key held down repeats as fast as a scanner types, but always the same character.
        return len(self._text) >= SHORTEST_SCAN and self._is_fast() and len(set(self._text)) > 1

    def _show_rest(self) -> str:
        rest = self._text[self._shown :]
        self._shown = len(self._text)
        return rest

    def _settle(self) -> Answer:
        scan = self._text if self._is_scan() else None
        answer = Answer(show=self._show_rest()) if scan is None else Answer(self._shown, scan)
        self._text, self._shown = "", 0
        return answer
