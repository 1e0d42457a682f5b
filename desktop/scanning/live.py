"""Codes in the frames of a camera: one cheap look at each, and one other look where that finds nothing."""

import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from zxingcpp import BarcodeFormat, BarcodeFormats

from desktop.scanning.readers import COUNTER, RETAIL, Found, by_zbar, by_zxing
from desktop.scanning.views import Grey, levelled, resized, squeezed

_FORMATS = BarcodeFormats(COUNTER)  # three formats cost a fifth of all of them, and nobody holds others to a camera
_BARS = BarcodeFormats((*RETAIL, BarcodeFormat.Code128))
_QR = BarcodeFormats((BarcodeFormat.QRCode,))
_ROWS = 4  # that are made one
_LARGER = 1.5
_WIDE = 960  # pixels: as much as zbar is given
_ZBAR_EVERY = 24  # failing frames
_APART = 8  # pixels between those that are compared with the last frame
_STIR, _STIRRED = 24, 0.002  # so much brighter or darker; this share of them
_TRIES = 6  # looks at a picture that does not change
_REST = 45  # frames, after which it is looked at all the same
_SHARE = 0.011  # seconds of computing a frame: at thirty a second a third of a core
_AROUND_TOO = 4  # frames in which only the last place is looked at, before the whole is again


class Live:
    """``look`` at one frame after another; for one thread. ``computed``: the seconds that it has computed so far."""

    def __init__(self, computed: Callable[[], float] = time.thread_time) -> None:
        self._computed = computed
        self._last: NDArray[np.int16] | None = None
        self._still = 0  # frames since something moved
        self._turn = 1  # of the second looks
        self._second = False  # what the last frame got where there was no time for both
        self._saved = 0.0  # of the seconds that the frames so far might have taken
        self._seen: Found | None = None
        self._held = 0  # frames in which it was where it had been

    def look(self, grey: Grey) -> tuple[Found, ...] | None:
        """The codes in this frame; None if it was not looked at, because nothing has moved since the last ones."""
        began = self._computed()
        found = self._look(grey)
        self._saved = min(self._saved + _SHARE - (self._computed() - began), _SHARE)
        return found

    def _look(self, grey: Grey) -> tuple[Found, ...] | None:
        self._compare(grey)
        again = self._look_there(grey) if self._seen else None
        if again is not None:
            self._held += 1
            self._seen = again
            if self._held % _AROUND_TOO:
                return (again,)
        elif self._still > _TRIES and self._still % _REST:
            return None
        found = self._look_around(grey) if again is None else first_look(grey) or (again,)
        self._seen = again or (found[0] if found else None)
        return found if again is None or again in found else (again, *found)

    def _compare(self, grey: Grey) -> None:
        now = grey[::_APART, ::_APART].astype(np.int16)
        last = self._last
        if last is not None and last.shape == now.shape:
            stirred = np.count_nonzero(np.abs(now - last) > _STIR)
            if stirred <= now.size * _STIRRED:
                self._still += 1
                return  # compared with the same one again, else what moves slowly would never have moved
        self._last, self._still = now, 0

    def _look_there(self, grey: Grey) -> Found | None:
        """Only where the last code was."""
        seen = self._seen
        if seen is None or not seen.outline or seen.symbology not in BarcodeFormat.__members__:
            return None
        across, down = ([corner[axis] for corner in seen.outline] for axis in (0, 1))
        margin = max(max(across) - min(across), max(down) - min(down)) / 2 + 8
        left, top = max(0, int(min(across) - margin)), max(0, int(min(down) - margin))
        part = grey[top : int(max(down) + margin), left : int(max(across) + margin)]
        if not part.size:
            return None
        there = by_zxing(part, BarcodeFormats((BarcodeFormat[seen.symbology],)))
        same = (each.shifted(left, top) for each in there if each.text == seen.text)
        return next(same, None)

    def _look_around(self, grey: Grey) -> tuple[Found, ...]:
        """The first look, and a second where it finds nothing; in turn while both are too dear for one frame."""
        dear = self._saved < 0
        self._second = dear and not self._second
        found = () if self._second else first_look(grey)
        return found if found or (dear and not self._second) else self._second_look(grey)

    def _second_look(self, grey: Grey) -> tuple[Found, ...]:
        """Another one each time, in turn: what all of them cost together is too much for one frame.

        One that finds something is taken again: bars count only when they are read twice.
        """
        at_all_angles = self._turn % _ZBAR_EVERY == 0
        found = (at_any_angle if at_all_angles else SECOND_LOOKS[self._turn % len(SECOND_LOOKS)])(grey)
        if not found:
            self._turn += 1
        return found


def first_look(grey: Grey) -> tuple[Found, ...]:
    """What nearly every frame gets, and most need no more."""
    return by_zxing(grey, _FORMATS, turned=False)


def _both_ways(grey: Grey) -> tuple[Found, ...]:
    """Bars that stand upright or lie, freed of noise."""
    upright = by_zxing(squeezed(grey, _ROWS), _BARS, hard=False)
    if upright:
        return tuple(each.scaled(1, _ROWS) for each in upright)
    lying = by_zxing(squeezed(grey.T, _ROWS), _BARS, hard=False)
    return tuple(replace(each, outline=tuple((y * _ROWS, x) for x, y in each.outline)) for each in lying)


def _middle_enlarged(grey: Grey) -> tuple[Found, ...]:
    """Small QR codes, where a hand holds them."""
    height, width = grey.shape
    top, left = height // 4, width // 4
    found = by_zxing(resized(grey[top:-top, left:-left], _LARGER), _QR, hard=False)
    return tuple(each.scaled(1 / _LARGER, 1 / _LARGER).shifted(left, top) for each in found)


def _made_even(grey: Grey) -> tuple[Found, ...]:
    """Bars in bad light."""
    found = by_zxing(levelled(squeezed(grey, _ROWS)), _BARS, hard=False)
    return tuple(each.scaled(1, _ROWS) for each in found)


def at_any_angle(grey: Grey) -> tuple[Found, ...]:
    """Bars as crooked as they like; costs as much as five of the others."""
    factor = _WIDE / grey.shape[1]
    found = by_zbar(resized(grey, factor))
    return tuple(each.scaled(1 / factor, 1 / factor) for each in found if each.symbology != "UPCE")


SECOND_LOOKS = (_made_even, _both_ways, _middle_enlarged)
