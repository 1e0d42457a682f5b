"""A camera's frames, one after another: dear looks take turns, and what has just been read is read again."""

from collections.abc import Iterator
from itertools import count

import numpy as np
import zxingcpp

from desktop.scanning.live import SECOND_LOOKS, Live, first_look
from desktop.scanning.views import Grey

TEXT = "6901234567892"
FRAMES = 2 * len(SECOND_LOOKS)


def lying_bars_in_noise() -> Iterator[Grey]:
    """Frames that only one of the second looks reads."""
    bars = np.asarray(zxingcpp.create_barcode(TEXT, zxingcpp.BarcodeFormat.EAN13).to_image(scale=2))
    lying = bars.T
    height, width = lying.shape
    random = np.random.default_rng(1)
    while True:
        frame = np.full((480, 640), 120.0)
        frame[100 : 100 + height, 150 : 150 + width] = lying * 0.7 + 60
        yield np.clip(frame + random.normal(0, 20, frame.shape), 0, 255).astype(np.uint8)


def read(live: Live) -> list[bool]:
    frames = zip(range(FRAMES), lying_bars_in_noise(), strict=False)
    return [bool(live.look(frame)) for _, frame in frames]


def test_what_a_second_look_has_read_it_reads_again_in_the_next_frame() -> None:
    seen = read(Live(lambda: 0.0))
    first = seen.index(True)
    assert all(seen[first:])
    assert first_look(next(lying_bars_in_noise())) == ()


def test_a_machine_too_slow_for_two_looks_at_a_frame_takes_both_in_turn() -> None:
    ticks = count()
    assert any(read(Live(lambda: next(ticks) * 0.03)))
