"""Tells the burst of a hand scanner that types like a keyboard from the typing of a clerk.

The caller feeds every key that types a character with its time and does what the answer says, in this order: take
back, scan or fault, show. Withheld keys show when they prove to be typing, at the latest the profile's patience
after the last one.
"""

from dataclasses import dataclass

from desktop.scanning.wedge_keys import GS
from desktop.scanning.wedge_layout import intended
from desktop.scanning.wedge_profile import USB, WedgeProfile


@dataclass(frozen=True, slots=True)
class Answer:
    """What to do with the field that has the keyboard.

    take_back: characters of a scan that already stand in the field, to be removed from its end.
    scan: a complete scanned text; the end key that completed it is part of the scan and must not reach the field.
    fault: the code of an error: this was a scanner, and no whole scan.
    show: characters that are typing after all, in order; they go to the field now.
    """

    take_back: int = 0
    scan: str | None = None
    show: str = ""
    fault: str = ""

    @property
    def by_scanner(self) -> bool:
        """Whether a scanner typed, well or badly."""
        return self.scan is not None or bool(self.fault)


class KeyBurst:
    """The keys since the last silence. Times are milliseconds as the system stamped the keys, not as they arrived:
    a busy screen bunches arrivals.
    """

    def __init__(self, profile: WedgeProfile = USB) -> None:
        self.profile = profile
        self._text = ""
        self._meant: list[str] = []  # of each letter: what its key types on an American keyboard
        self._shown = 0  # how many characters of it already stand in the field
        self._keys = 0
        self._first = self._last = 0
        self._spoilt = False
        self._ended: int | None = None  # when the last scan was complete

    def runs_at(self, ms: int) -> bool:
        """Whether a key at ``ms`` comes as fast after the last one as only a scanner's: it is no shortcut then, nor
        after the end of a scan, where many scanners send a line feed too.
        """
        if self._text:
            return ms - self._last <= self.profile.longest_gap_ms and self._is_fast(ms, more=1)
        return self._ended is not None and 0 <= ms - self._ended <= self.profile.average_gap_ms

    @property
    def running(self) -> bool:
        """Whether there are keys that nobody knows yet what they are."""
        return bool(self._text)

    @property
    def withheld(self) -> int:
        """How many characters of it stand nowhere yet."""
        return len(self._text) - self._shown

    @property
    def flush_at(self) -> int | None:
        """The time to call ``flush`` with, unless another key comes first; None while nothing waits."""
        decided = self._is_scanner("")
        if not self._text or (not self.withheld and not decided):
            return None
        return self._last + (self.profile.longest_gap_ms if decided else self.profile.patience_ms)

    def feed(self, letter: str, ms: int, *, eager: bool = True, meant: str = "", keys: int = 1) -> Answer:
        """A character at time ``ms``, typed by so many ``keys``; shortcuts by single keys want ``eager=False``: no
        first key gets out.
        """
        before = self._settle() if self._breaks_off(ms) else Answer()
        self._add(letter, ms, meant=meant, keys=keys)
        if self._ends_itself():
            return self._settle("text", ms)  # one letter is no scan: nothing was settled before
        withhold = self._is_fast(ms) if self._keys > keys else not eager
        shown = "" if withhold else self._show_rest()
        return Answer(before.take_back, before.scan, before.show + shown, before.fault)

    def touch(self, ms: int) -> None:
        """A key that types nothing, amid a scan: it counts for the pace."""
        if self._text:
            self._last, self._keys = ms, self._keys + 1

    def spoil(self, text: str, ms: int, *, keys: int) -> Answer:
        """An input method turned ``keys`` keys of a scan into ``text``, which will stand in the field."""
        before = self._settle() if self._breaks_off(ms) else Answer(show=self._show_rest())
        for letter in text:
            self._add(letter, ms, meant="", keys=0)
        self._keys += keys
        self._shown, self._spoilt = len(self._text), True
        return before

    def end(self, ms: int, key: str = "enter") -> Answer:
        """Enter or Tab at time ``ms``. It belongs to the field unless the answer holds a scan or a fault."""
        return self._settle(key, ms)  # a burst that waited longer than it should for its flush is a scan no less

    def flush(self, ms: int) -> Answer:
        """Silence until ``ms``: withheld typing shows; a scanner that sends no end key is done."""
        silence = ms - self._last
        if silence >= self.profile.longest_gap_ms:
            return self._settle()
        if silence >= self.profile.patience_ms and not self._is_scanner(""):
            return Answer(show=self._show_rest())
        return Answer()

    def _add(self, text: str, ms: int, *, meant: str, keys: int) -> None:
        self._first = self._first if self._text else ms
        self._text += text
        self._meant.append(meant)
        self._keys += keys
        self._last = ms

    def _breaks_off(self, ms: int) -> bool:
        if not self._text:
            return False
        gap = ms - self._last
        if not 0 <= gap <= self.profile.longest_gap_ms:  # below zero: the system's stamps began anew
            return True
        # A pause as long as a clerk's is forgiven only to a burst that is fast on the whole.
        return gap >= self.profile.patience_ms and not self._is_fast(ms, more=1)

    def _is_fast(self, ms: int, *, more: int = 0) -> bool:
        """Whether the keys until ``ms``, of which ``more`` are still to be counted, came at a scanner's pace."""
        return 0 <= ms - self._first <= self.profile.average_gap_ms * (self._keys + more - 1)

    # What it was

    def _is_scanner(self, end: str) -> bool:
        return bool(self._text) and self._verdict(end) != "typing"

    def _verdict(self, end: str) -> str:
        """``typing``, ``scan``, or the code of what is wrong with the scan that ended by ``end``: enter, tab, text,
        or "" for silence.
        """
        profile = self.profile
        text = self._meaning() if profile.prefix or profile.suffix else self._text  # which is all the same then
        marked = bool(profile.prefix) and text.startswith(profile.prefix) and len(text) > max(2, len(profile.prefix))
        whole = len(self._code(text)) >= profile.shortest
        # One key held down repeats as fast as a scanner types, but always the same character.
        machine = (whole or marked or (self._spoilt and self._keys >= profile.shortest)) and len(set(text)) > 1
        if not machine or not self._is_fast(self._last):
            return "typing"
        if self._spoilt:
            return "scan_spoilt"
        if profile.prefix and not marked:
            return "scan_without_prefix"
        if profile.end in ("enter", "tab", "text") and end != profile.end:
            return "scan_cut_off"
        return "scan" if whole else "scan_too_short"

    def _ends_itself(self) -> bool:
        profile = self.profile
        return profile.end == "text" and self._meaning().endswith(profile.suffix) and self._is_scanner("text")

    def _meaning(self) -> str:
        return intended(self._text, self._meant, self.profile.layout)

    def _code(self, text: str) -> str:
        text = text.removeprefix(self.profile.prefix).removesuffix(self.profile.suffix)
        return text.replace(self.profile.separator, GS) if self.profile.separator else text

    def _show_rest(self) -> str:
        rest = self._text[self._shown :]
        self._shown = len(self._text)
        return rest

    def _settle(self, end: str = "", ms: int | None = None) -> Answer:
        verdict = self._verdict(end) if self._text else "typing"
        if verdict == "typing":
            answer = Answer(show=self._show_rest())
        elif verdict == "scan":
            answer = Answer(self._shown, self._code(self._meaning()))
        else:
            answer = Answer(self._shown, fault=verdict)
        self._ended = ms if answer.by_scanner else None
        self._text, self._meant, self._shown, self._keys, self._spoilt = "", [], 0, 0, False
        return answer
