"""F7 opens the camera: what it sees is scanned once, and nothing that happens to the camera hurts."""

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtMultimedia import QVideoFrame
from pytestqt.qtbot import QtBot

from desktop.data.samples import sample
from desktop.scanning.barcodes import draw_barcode
from desktop.scanning.views import Grey
from resources import Words
from tests.benchmarks.frames import placed, qr_code
from tests.ui.conftest import Till
from tests.ui.replay import Format, Replay, video_frame
from ui.camera import Shape, best_shape, grey_frame
from ui.camera_looker import Looker
from ui.camera_session import CameraSession

CODE = next(sample("members"))["code"]
EAN = "6901234567892"
GROUND = np.full((720, 1280), 120, np.uint8)


def shown(code: Image.Image, *, module: float = 4) -> Grey:
    return placed(GROUND, code, module, (0.5, 0.5))


QR = shown(qr_code(CODE))
BARS = shown(draw_barcode(EAN, scale=1), module=2)


@pytest.fixture
def replay() -> Replay:
    return Replay("a")


@pytest.fixture
def counter(till: Till, replay: Replay) -> Till:
    """A till whose camera replays."""
    till.window.camera.begin = lambda: CameraSession(replay, grey_frame)
    return till


class Film:
    """Shows frames one after the other, each when the last was looked at."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.now = 0.0
        self.looker = Looker(grey_frame, lambda: self.now)

    def show(self, grey: Grey, kind: Format = Format.Format_NV12) -> tuple[str, ...]:
        self.now += 1 / 30
        with self._qtbot.waitSignal(self.looker.seen) as seen:
            self.looker.take(video_frame(grey, kind))
        accepted: tuple[str, ...] = seen.args[0].accepted
        return accepted


@pytest.fixture
def film(qtbot: QtBot) -> Iterator[Film]:
    film = Film(qtbot)
    yield film
    film.looker.close()


@pytest.mark.parametrize(
    "kind",
    [
        Format.Format_NV12,
        Format.Format_YUV420P,
        Format.Format_Y8,
        Format.Format_YUYV,
        Format.Format_UYVY,
        Format.Format_Invalid,
    ],
)
@pytest.mark.parametrize("width", [640, 646])
def test_every_kind_of_frame_is_read(film: Film, kind: Format, width: int) -> None:
    cut = np.ascontiguousarray(QR[120:600, 640 - width // 2 : 640 + width // 2])
    assert film.show(cut, kind) == (CODE,)


def test_the_light_of_a_frame_is_not_copied() -> None:
    frame = video_frame(QR)
    with grey_frame(frame) as grey:
        assert not grey.flags.owndata
        assert np.array_equal(grey, QR)
    assert not frame.isMapped()


def test_bars_are_told_when_two_frames_agree(film: Film) -> None:
    assert film.show(BARS) == ()
    assert film.show(BARS) == (EAN,)


def test_a_code_that_stays_is_told_once(film: Film) -> None:
    assert film.show(QR) == (CODE,)
    told = [text for shift in range(12) for text in film.show(np.roll(QR, shift * 7, axis=1))]
    assert told == []


def test_only_the_newest_frame_is_looked_at(qtbot: QtBot) -> None:
    """However fast they come: what waits is replaced, and the last one is seen."""
    looker = Looker(grey_frame)
    seen: list[str] = []
    looker.seen.connect(lambda sight: seen.extend(sight.accepted))
    for _ in range(50):
        looker.take(video_frame(GROUND))
    looker.take(video_frame(QR))
    qtbot.waitUntil(lambda: seen == [CODE])
    looker.close()
    looker.close()


@pytest.mark.noisy
def test_a_frame_that_cannot_be_read_is_no_end_of_the_program(qtbot: QtBot) -> None:
    looker = Looker(grey_frame)
    with qtbot.waitSignal(looker.failed):
        looker.take(QVideoFrame())
    with qtbot.waitSignal(looker.seen) as seen:
        looker.take(video_frame(QR))
    assert seen.args[0].accepted == (CODE,)
    looker.close()


@pytest.mark.noisy
def test_a_camera_whose_frames_cannot_be_read_is_let_go_and_the_next_one_reads(
    counter: Till, replay: Replay, words: Words
) -> None:
    panel = counter.window.camera
    panel.toggle()
    replay.show(video_frame(GROUND))
    replay.show(QVideoFrame())
    counter.wait(lambda: panel.hint.text() == words("camera.failed"))
    assert replay.opened == ""
    replay.plug("a", "b")
    replay.show(video_frame(QR))
    counter.wait(lambda: counter.screen == "counter" and counter.visit)
    panel.toggle()


def test_f7_opens_the_camera_and_a_member_comes_up(counter: Till, replay: Replay) -> None:
    counter.keyboard.key(Qt.Key.Key_F7)
    assert counter.window.camera.isVisible()
    assert replay.opened == "a"
    replay.show(video_frame(QR))
    counter.wait(lambda: counter.screen == "counter" and counter.visit)
    assert counter.window.camera.isVisible()


def test_closing_lets_go_of_the_camera(counter: Till, replay: Replay) -> None:
    for _ in range(3):
        counter.window.camera.toggle()
        assert replay.opened == "a"
        counter.window.camera.toggle()
        assert replay.opened == ""
    assert not counter.window.camera.isVisible()


def test_esc_closes_the_camera_before_it_leaves_the_screen(counter: Till) -> None:
    counter.press("members")
    counter.window.camera.toggle()
    counter.keyboard.key(Qt.Key.Key_Escape)
    assert not counter.window.camera.isVisible()
    assert counter.screen == "members"


def test_pulling_the_camera_out_does_not_hurt(counter: Till, replay: Replay, words: Words) -> None:
    panel = counter.window.camera
    panel.toggle()
    replay.plug()
    assert panel.hint.text() == words("camera.none")
    replay.plug("b", "c")
    assert (replay.opened, panel.hint.text()) == ("b", words("camera.ready"))
    replay.plug("c")
    assert replay.opened == "c"


def test_a_camera_that_fails_is_tried_again_by_hand(counter: Till, replay: Replay, words: Words) -> None:
    panel = counter.window.camera
    panel.toggle()
    replay.failed.emit()
    assert panel.hint.text() == words("camera.failed")
    panel.toggle()
    panel.toggle()
    assert (replay.opened, panel.hint.text()) == ("a", words("camera.ready"))


def test_one_of_several_cameras_can_be_picked(counter: Till, replay: Replay) -> None:
    panel = counter.window.camera
    replay.plug("a", "b")
    panel.toggle()
    assert panel.picker.isVisible()
    panel.picker.setCurrentIndex(1)
    assert replay.opened == "b"
    replay.plug("a", "b", "c")
    assert replay.opened == "b"


def test_without_the_extra_f7_says_how_to_get_it(till: Till, words: Words) -> None:
    def lacking() -> CameraSession:
        raise ImportError("No module named 'PySide6.QtMultimedia'")

    till.window.camera.begin = lacking
    till.keyboard.key(Qt.Key.Key_F7)
    assert till.window.camera.hint.text() == words("camera.missing")
    till.keyboard.key(Qt.Key.Key_F7)
    assert not till.window.camera.isVisible()


def test_a_machine_without_a_camera_says_so(till: Till, words: Words) -> None:
    till.window.camera.toggle()
    assert till.window.camera.hint.text() in {words("camera.none"), words("camera.ready")}
    till.window.camera.toggle()


@pytest.mark.parametrize(
    ("offered", "best"),
    [
        ([Shape(1920, 1080, 30), Shape(1280, 720, 30), Shape(640, 480, 30)], 1),
        ([Shape(3840, 2160, 30), Shape(1920, 1080, 30)], 1),
        ([Shape(1280, 720, 10), Shape(640, 480, 30)], 1),
        ([Shape(1280, 720, 30, compressed=True), Shape(1280, 720, 30)], 1),
        ([Shape(1280, 720, 30, compressed=True), Shape(1280, 720, 10), Shape(320, 240, 30)], 0),
        ([Shape(3840, 2160, 15)], 0),
    ],
)
def test_a_sensible_format_is_asked_for(offered: list[Shape], best: int) -> None:
    assert best_shape(offered) == best
