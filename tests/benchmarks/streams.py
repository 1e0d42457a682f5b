"""How soon a code before the camera is read: hand-held sequences, one worker, older frames dropped."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import zxingcpp
from pyzbar import pyzbar

from desktop.scanning.live import SECOND_LOOKS, Live, at_any_angle, first_look
from desktop.scanning.steady import Steady
from desktop.scanning.views import Grey
from tests.benchmarks.frames import stream

FPS = 30
_PERIOD = 1 / FPS
_FRAMES = 45
_CENTRE = 512

# What a look at frame n, taken at a time, tells: the texts that count from now on.
Look = Callable[[Grey, float], set[str]]


@dataclass(frozen=True, slots=True)
class Stream:
    """frames, 30 a second; readable: the first one that any decoder reads."""

    frames: Sequence[Grey]
    text: str
    kind: str
    readable: int


@dataclass(frozen=True, slots=True)
class Run:
    """late: seconds from the capture of the first readable frame to the text; compute: of the look that read it."""

    late: float
    compute: float
    wrong: int


def streams(qr: int, ean: int, seed: int) -> list[Stream]:
    """Those in which some decoder reads the code at all."""
    random = np.random.default_rng(seed)
    made = []
    for kind, count in (("qr", qr), ("ean", ean)):
        wanted = len(made) + count
        while len(made) < wanted:
            frames, text = stream(random, kind, _FRAMES)
            readable = next((place for place, grey in enumerate(frames[:-8]) if text in _by_any(grey)), None)
            if readable is not None:
                made.append(Stream(frames, text, kind, readable))
    return made


def _by_any(grey: Grey) -> set[str]:
    texts = {code.text for code in zxingcpp.read_barcodes(grey)}
    for look in (first_look, *SECOND_LOOKS, at_any_angle):
        texts |= {found.text for found in look(grey)}
    return texts


def ours() -> Look:
    """The camera of this program."""
    live, steady = Live(), Steady()

    def look(grey: Grey, now: float) -> set[str]:
        found = live.look(grey)
        return set() if found is None else {each.text for each in steady.see(found, now)}

    return look


def zxing_default() -> Look:
    """zxing-cpp as it comes, on every frame; the first text counts."""
    return lambda grey, _: {code.text for code in zxingcpp.read_barcodes(grey)}


def electrum_like() -> Look:
    """pyzbar on the middle for QR codes; a third of a second of agreeing frames."""
    agreeing: dict[str, int] = {}

    def look(grey: Grey, _: float) -> set[str]:
        top, left = (max(0, (size - _CENTRE) // 2) for size in grey.shape)
        middle = np.ascontiguousarray(grey[top : top + _CENTRE, left : left + _CENTRE])
        texts = {code.data.decode() for code in pyzbar.decode(middle, symbols=[pyzbar.ZBarSymbol.QRCODE])}
        for text in texts:
            agreeing[text] = agreeing.get(text, 0) + 1
        return {text for text in texts if agreeing[text] >= FPS // 3}

    return look


def play(film: Stream, look: Look, *, pause: float = 0) -> Run:
    """Let the frames come in their time. ``pause``: seconds that the worker waits after each look."""
    now, wrong = 0.0, 0
    while (place := int(now / _PERIOD + 1e-9)) < len(film.frames):
        began = time.thread_time()
        texts = look(film.frames[place], now)
        took = time.thread_time() - began
        now += took
        wrong += bool(texts - {film.text})
        if film.text in texts:
            return Run(max(0.0, now - film.readable * _PERIOD), took, wrong)
        now = max(now + pause, (place + 1) * _PERIOD)
    return Run(len(film.frames) * _PERIOD - film.readable * _PERIOD, 0.0, wrong)
