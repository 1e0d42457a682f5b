"""Other ways to see the same picture: made even, widened, brightened, squeezed. Each shows codes that another hides."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Grey: TypeAlias = NDArray[np.uint8]  # rows x columns, 0 black to 255 white; rows may lie apart in memory
Curves: TypeAlias = NDArray[np.float32]

_TILES = 8  # each way
_STEPS = 4  # between the middles of two tiles: fine enough that no edge is to be seen
_CLIP = 3.0  # how often above the average a tone may count


def levelled(grey: Grey) -> Grey:
    """The contrast of each part made the most of (CLAHE: adaptive histogram equalisation with a limit)."""
    curves = _between(_between(_tone_curves(grey), 0), 1).astype(np.uint8)
    side = _TILES * _STEPS
    rows, columns = (np.arange(size) * side // size for size in grey.shape)
    place = ((rows[:, None] * side + columns) << 8) | grey
    even: Grey = curves.ravel().take(place, mode="clip")
    return even


def _tone_curves(grey: Grey) -> Curves:
    """What each tone becomes, tile by tile: tiles x tiles x 256."""
    parts = (part for row in np.array_split(grey, _TILES) for part in np.array_split(row, _TILES, axis=1))
    counted = np.array([np.bincount(part.ravel(), minlength=256) for part in parts], np.float32)
    pixels = counted.sum(1, keepdims=True)
    kept = np.minimum(counted, np.maximum(1, pixels * (_CLIP / 256)))
    spread = (pixels - kept.sum(1, keepdims=True)) / 256
    curves: Curves = (np.cumsum(kept + spread, 1) * (255 / np.maximum(pixels, 1))).astype(np.float32)
    return curves.reshape(_TILES, _TILES, 256)


def _between(curves: Curves, axis: int) -> Curves:
    """Steps from the middle of each tile to that of the next."""
    at = np.clip((np.arange(_TILES * _STEPS) + 0.5) / _STEPS - 0.5, 0, _TILES - 1)
    before = at.astype(int)
    share = (at - before).astype(np.float32).reshape(-1, *[1] * (2 - axis))
    after = np.minimum(before + 1, _TILES - 1)
    blended: Curves = curves.take(before, axis) * (1 - share) + curves.take(after, axis) * share
    return blended


def resized(grey: Grey, factor: float) -> Grey:
    """Larger (smooth) or smaller (averaged)."""
    if factor == 1:
        return grey
    height, width = grey.shape
    size = max(1, round(width * factor)), max(1, round(height * factor))
    kind = Image.Resampling.BICUBIC if factor > 1 else Image.Resampling.BOX
    return np.asarray(Image.fromarray(grey).resize(size, kind))


def widened(grey: Grey, times: int) -> Grey:
    """So many times as wide and half as high: finer for bars that stand upright, which need no height."""
    height, width = grey.shape
    return np.asarray(Image.fromarray(grey).resize((width * times, height // 2), Image.Resampling.BICUBIC))


def squeezed(grey: Grey, rows: int) -> Grey:
    """Every ``rows`` rows averaged into one: bars that stand upright lose their noise and nothing else."""
    return np.asarray(Image.fromarray(grey).reduce((1, rows)))


_BRIGHTER = np.sqrt(np.arange(256) * 255).astype(np.uint8)


def brightened(grey: Grey) -> Grey:
    """What lies in the dark, brought up."""
    return _BRIGHTER.take(grey)
