"""A code before the camera counts once: when it is sure, and again only after it has left."""

from collections.abc import Sequence

import pytest

from desktop.scanning.readers import Found
from desktop.scanning.steady import Steady

FRAME = 1 / 30
QR = Found("SGM1J7NW47VTCY17B34M0C", "QRCode", "zxing")
BARS = Found("6901234567892", "EAN13", "zxing")
MISREAD = Found("2906152616237", "EAN13", "zxing")


class Film:
    """Frames at the pace of a camera."""

    def __init__(self) -> None:
        self.steady, self.now = Steady(), 100.0

    def show(self, *found: Found, frames: int = 1, pace: float = FRAME) -> list[Found]:
        accepted: list[Found] = []
        for _ in range(frames):
            self.now += pace
            accepted += self.steady.see(found, self.now)
        return accepted


@pytest.fixture
def film() -> Film:
    return Film()


def test_a_qr_code_counts_at_first_sight(film: Film) -> None:
    assert film.show(QR) == [QR]


def test_bars_count_when_two_frames_agree(film: Film) -> None:
    assert film.show(BARS) == []
    assert film.show(frames=3) == []
    assert film.show(BARS) == [BARS]


def test_a_misread_in_one_frame_never_counts(film: Film) -> None:
    assert film.show(MISREAD, BARS) == []
    assert film.show(BARS, frames=9) == [BARS]


def test_agreement_is_of_one_moment(film: Film) -> None:
    assert film.show(MISREAD) == []
    assert film.show(frames=60) == []
    assert film.show(MISREAD) == []


def test_two_texts_that_take_turns_are_both_in_doubt(film: Film) -> None:
    seen: list[Found] = [each for _ in range(3) for one in (BARS, MISREAD) for each in film.show(one)]
    assert seen == []
    assert film.show(BARS, frames=2) == [BARS]


@pytest.mark.parametrize("found", [(QR,), (BARS,), (QR, BARS)])
def test_a_code_that_stays_counts_once(film: Film, found: Sequence[Found]) -> None:
    assert film.show(*found, frames=900) == list(found)


def test_a_code_that_flickers_counts_once(film: Film) -> None:
    seen = [each for _ in range(100) for each in (*film.show(QR, frames=2), *film.show(frames=15))]
    assert seen == [QR]


def test_a_code_that_left_counts_again(film: Film) -> None:
    assert film.show(QR) == [QR]
    film.show(frames=40)
    assert not film.steady.holds(QR.text)
    assert film.show(QR) == [QR]


def test_a_code_counts_again_when_nobody_looked_at_the_still_picture_without_it(film: Film) -> None:
    assert film.show(QR) == [QR]
    film.show(frames=6)
    film.now += 1
    assert film.show(QR) == [QR]


def test_a_camera_that_stalls_has_not_seen_it_leave(film: Film) -> None:
    assert film.show(QR) == [QR]
    assert film.show(frames=1, pace=5) == []
    assert film.show(QR) == []


def test_the_next_code_counts_while_the_first_is_still_there(film: Film) -> None:
    assert film.show(QR, frames=5) == [QR]
    assert film.show(QR, BARS, frames=5) == [BARS]
