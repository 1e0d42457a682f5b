"""When a code before the camera counts: once it is sure, and not again until it has left."""

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.scanning.readers import MATRIX, Found

AGREEING = 2  # frames that must show the same bars: one digit checks only nine misreads in ten
_TOGETHER = 1.0  # seconds within which they must come
_AWAY_FRAMES, _AWAY = 3, 0.8  # a code has left when it is missing in so many frames and for so many seconds


@dataclass(slots=True)
class _Watched:
    hits: int
    seen_at: float
    accepted: bool = False
    missing: int = 0
    missing_since: float = 0.0


class Steady:
    """``see`` each frame's codes in order; what it returns is to be acted on. Times are seconds that never run back."""

    def __init__(self) -> None:
        self._watched: dict[str, _Watched] = {}

    def see(self, found: Iterable[Found], now: float) -> tuple[Found, ...]:
        """Those of ``found`` that have just become sure. A frame that was not looked at must not be told."""
        here = {each.text: each for each in found}
        accepted = tuple(each for each in here.values() if self._hit(each, now))
        for text in [text for text in self._watched if text not in here]:
            self._miss(text, now)
        return accepted

    def holds(self, text: str) -> bool:
        """Whether this code was accepted and is still there."""
        return text in self._watched and self._watched[text].accepted

    def _hit(self, found: Found, now: float) -> bool:
        watched = self._watched.get(found.text)
        if watched is None or _has_left(watched, now) or (not watched.accepted and now - watched.seen_at > _TOGETHER):
            watched = self._watched[found.text] = _Watched(0, now)
        watched.hits += 1
        watched.seen_at = now
        watched.missing = 0
        if watched.accepted or not (found.symbology in MATRIX or watched.hits >= AGREEING + self._rivals(now)):
            return False
        watched.accepted = True
        return True

    def _rivals(self, now: float) -> int:
        """How often something else was just read that is not sure either: one of them is a misread."""
        others = (each for each in self._watched.values() if not each.accepted and each.seen_at < now)
        return sum(each.hits for each in others if now - each.seen_at <= _TOGETHER)

    def _miss(self, text: str, now: float) -> None:
        watched = self._watched[text]
        if watched.missing == 0:
            watched.missing_since = now
        watched.missing += 1
        if _has_left(watched, now):
            del self._watched[text]


def _has_left(watched: _Watched, now: float) -> bool:
    """Frames in which nothing moved were not looked at: it may be told only by the one in which it comes back."""
    return watched.missing >= _AWAY_FRAMES and now - watched.missing_since >= _AWAY
