"""The shop's camera through QtMultimedia, which is an extra: this module is read in when the camera is first wanted."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLoggingCategory, QObject, Signal, Slot
from PySide6.QtGui import QImage

# What of Linux's video acceleration is not there, and which FFmpeg is; said before the first import.
QLoggingCategory.setFilterRules("qt.multimedia.symbolsresolver=false\nqt.multimedia.ffmpeg.info=false")

from PySide6.QtMultimedia import (  # noqa: E402
    QCamera,
    QCameraDevice,
    QCameraFormat,
    QMediaCaptureSession,
    QMediaDevices,
    QVideoFrame,
    QVideoFrameFormat,
    QVideoSink,
)

from desktop.scanning.views import Grey  # noqa: E402
from ui.grey import grey_of  # noqa: E402

_Format = QVideoFrameFormat.PixelFormat
# Where the light of a pixel lies: the first plane by itself, or every second byte of it.
_PLANAR = frozenset((
    _Format.Format_NV12, _Format.Format_NV21, _Format.Format_YUV420P, _Format.Format_YUV422P, _Format.Format_YV12,
    _Format.Format_IMC1, _Format.Format_IMC2, _Format.Format_IMC3, _Format.Format_IMC4, _Format.Format_Y8,
))  # fmt: skip
_PACKED = {_Format.Format_YUYV: 0, _Format.Format_UYVY: 1}
_WANTED = 1280 * 720  # pixels: what a code needs; more only makes every frame later
_SMOOTH = 24  # frames a second


@dataclass(frozen=True, slots=True)
class Shape:
    """One of the formats that a camera offers."""

    width: int
    height: int
    fps: float
    compressed: bool = False


def best_shape(shapes: Sequence[Shape]) -> int:
    """The place of the one to ask for: smooth, near 1280 x 720, not to be unpacked. Qt would take the largest."""

    def cost(shape: Shape) -> tuple[bool, float, bool]:
        pixels = shape.width * shape.height
        return shape.fps < _SMOOTH, max(pixels / _WANTED, _WANTED / max(pixels, 1)), shape.compressed

    return min(range(len(shapes)), key=lambda place: cost(shapes[place]))


@contextmanager
def grey_frame(frame: QVideoFrame) -> Iterator[Grey]:
    """The light of a frame where it lies; only what comes in colours is copied. Only good inside."""
    kind = frame.pixelFormat()
    if not frame.map(QVideoFrame.MapMode.ReadOnly):
        raise ValueError(f"a frame of format {kind.name} cannot be read")
    try:
        if kind in _PLANAR:
            yield _rows(frame)[:, : frame.width()]
        elif kind in _PACKED:
            yield _rows(frame)[:, _PACKED[kind] : frame.width() * 2 : 2]
        else:
            yield grey_of(_image(frame, kind))
    finally:
        frame.unmap()


def _rows(frame: QVideoFrame) -> Grey:
    stride = frame.bytesPerLine(0)
    return np.frombuffer(frame.bits(0), np.uint8)[: frame.height() * stride].reshape(frame.height(), stride)


def _image(frame: QVideoFrame, kind: QVideoFrameFormat.PixelFormat) -> QImage:
    same = QVideoFrameFormat.imageFormatFromPixelFormat(kind)
    if same == QImage.Format.Format_Invalid:
        return frame.toImage()
    return QImage(frame.bits(0), frame.width(), frame.height(), frame.bytesPerLine(0), same)


class Camera(QObject):
    """frame: a picture, on the Qt thread. listed: another camera was plugged in or out. failed: it gave up."""

    frame = Signal(QVideoFrame)
    listed = Signal()
    failed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._devices = QMediaDevices(self)
        self._devices.videoInputsChanged.connect(self.listed)
        self._session = QMediaCaptureSession(self)
        self._sink = QVideoSink(self)
        self._sink.videoFrameChanged.connect(self.frame)
        self._session.setVideoSink(self._sink)
        self._camera: QCamera | None = None

    def names(self) -> dict[str, str]:
        """The cameras there are: id and name, the system's favourite first."""
        first = QMediaDevices.defaultVideoInput()
        devices = sorted(QMediaDevices.videoInputs(), key=lambda device: device != first)
        return {bytes(device.id().data()).hex(): device.description() for device in devices}

    def open(self, name: str) -> None:
        """Have this camera send its frames. One that is gone fails."""
        self.close()
        device = next((each for each in QMediaDevices.videoInputs() if bytes(each.id().data()).hex() == name), None)
        if device is None:
            self.failed.emit()
            return
        self._camera = QCamera(device, self)
        self._camera.errorOccurred.connect(self._fail)
        _set_format(self._camera, device)
        self._session.setCamera(self._camera)
        self._camera.start()

    def close(self) -> None:
        """Let go of the camera: its light goes out. May be called twice."""
        camera, self._camera = self._camera, None
        if camera is not None:
            with suppress(RuntimeError):  # it was never connected, or Qt has let go of it already
                camera.errorOccurred.disconnect(self._fail)
            camera.stop()
            self._session.setCamera(None)  # type: ignore[arg-type]
            camera.deleteLater()

    @Slot()
    def _fail(self) -> None:
        self.close()
        self.failed.emit()


def _set_format(camera: QCamera, device: QCameraDevice) -> None:
    offered = device.videoFormats()
    if offered:
        camera.setCameraFormat(offered[best_shape([_shape(each) for each in offered])])


def _shape(offered: QCameraFormat) -> Shape:
    size = offered.resolution()
    packed = offered.pixelFormat() == _Format.Format_Jpeg
    return Shape(size.width(), size.height(), offered.maxFrameRate(), packed)
