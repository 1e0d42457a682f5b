"""Codes in pictures: zxing-cpp first, then what helps where it finds nothing, the cheapest first (docs/adr/011)."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from zxingcpp import BarcodeFormat, BarcodeFormats

from desktop.scanning.opening import LARGEST_PICTURE, PICTURE_FORMATS, open_file, open_image
from desktop.scanning.readers import COUNTER, MATRIX, RETAIL, Found, by_zbar, by_zxing, libzbar_present
from desktop.scanning.views import Grey, brightened, levelled, resized, widened

__all__ = [
    "LARGEST_PICTURE", "PICTURE_FORMATS", "Found", "Picture", "decode", "decode_file", "decode_image",
    "libzbar_present",
]  # fmt: skip

_QUICK = BarcodeFormats((*COUNTER, BarcodeFormat.UPCE))
_REST = BarcodeFormats((BarcodeFormat.DataBar, BarcodeFormat.DataBarExp, BarcodeFormat.ITF, BarcodeFormat.DataMatrix))
_ALL = BarcodeFormats((*_QUICK, *_REST))
# Not in a second look: ITF has no check of its own, and Data Matrix costs more than all others and gains nothing.
_BARS = BarcodeFormats((*RETAIL, BarcodeFormat.UPCE, BarcodeFormat.Code128, BarcodeFormat.DataBar))
_SECOND = BarcodeFormats((*_BARS, BarcodeFormat.QRCode, BarcodeFormat.DataBarExp))
_LARGE = 3_000_000  # pixels: from here the seldom formats wait until the frequent ones were not found
_WORKED = 1_600_000  # pixels of a second look
_SMALLEST = 16  # pixels: no code is narrower
_PATIENCE = 0.4  # seconds: no other look begins after that


@dataclass(frozen=True, slots=True)
class Picture:
    """Every different code that was found, and how long opening and decoding took."""

    found: tuple[Found, ...]
    milliseconds: float


def decode_file(path: str | Path) -> Picture:
    """The codes in a picture file.

    Raises BadInput ``picture_missing`` (name), ``picture_unreadable``, ``picture_animated``, ``picture_too_large``.
    """
    started = time.perf_counter()
    return Picture(decode(open_file(path)), (time.perf_counter() - started) * 1000)


def decode_image(picture: Image.Image | bytes) -> Picture:
    """The codes in a picture at hand, or in the bytes of a picture file.

    Raises BadInput ``picture_unreadable``, ``picture_animated``, ``picture_too_large``.
    """
    started = time.perf_counter()
    return Picture(decode(open_image(picture)), (time.perf_counter() - started) * 1000)


def decode(grey: Grey) -> tuple[Found, ...]:
    """The codes of one still picture, by as many looks as it takes."""
    give_up = time.perf_counter() + _PATIENCE
    doubtful: set[str] = set()
    for found in _looks(grey):
        sure = tuple(each for each in found if each.symbology != "UPCE")
        if not any(each.symbology not in MATRIX for each in sure):  # beside other bars it is a phantom
            seen = tuple(each for each in found if each.symbology == "UPCE")
            sure += tuple(each for each in seen if each.text in doubtful)
            doubtful.update(each.text for each in seen)
        if sure:
            return sure
        if time.perf_counter() > give_up:
            break
    return ()


def _looks(grey: Grey) -> Iterator[tuple[Found, ...]]:
    large = grey.size > _LARGE
    yield by_zxing(grey, _QUICK if large else _ALL)
    if large:
        yield by_zxing(grey, _REST)
    if min(grey.shape) < _SMALLEST:
        return
    factor = min(1.0, (_WORKED / grey.size) ** 0.5)
    small = resized(grey, factor)
    for found in _second_looks(small):
        yield tuple(each.scaled(1 / factor, 1 / factor) for each in found)


def _second_looks(grey: Grey) -> Iterator[tuple[Found, ...]]:
    even = levelled(grey)
    yield by_zxing(even, _SECOND, hard=False)
    for times in (2, 3):
        wide = by_zxing(widened(even, times), _BARS, hard=False)
        yield tuple(each.scaled(1 / times, 2) for each in wide)
    yield by_zxing(brightened(grey), _SECOND, hard=False)
    yield by_zbar(even)
