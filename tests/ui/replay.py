"""Cameras that replay pictures, through the very sink that a real camera writes to."""

import numpy as np
from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat, QVideoSink

from desktop.scanning.views import Grey

Format = QVideoFrameFormat.PixelFormat


class Replay(QObject):
    """Cameras that can be plugged in and out; ``show`` sends a frame of the one that is open."""

    frame = Signal(QVideoFrame)
    listed = Signal()
    failed = Signal()

    def __init__(self, *names: str) -> None:
        super().__init__()
        self._names = dict.fromkeys(names, "")
        self.opened = ""
        self.sink = QVideoSink(self)
        self.sink.videoFrameChanged.connect(self.frame)

    def names(self) -> dict[str, str]:
        return {name: f"Camera {name}" for name in self._names}

    def open(self, name: str) -> None:
        self.opened = name

    def close(self) -> None:
        self.opened = ""

    def plug(self, *names: str) -> None:
        self._names = dict.fromkeys(names, "")
        if self.opened not in names:
            self.opened = ""
        self.listed.emit()

    def show(self, frame: QVideoFrame) -> None:
        if self.opened:
            self.sink.setVideoFrame(frame)


def video_frame(grey: Grey, kind: Format = Format.Format_NV12) -> QVideoFrame:
    """A frame as a camera gives it, its rows padded as the system likes; Format_Invalid makes one of a QImage."""
    height, width = grey.shape
    if kind == Format.Format_Invalid:
        image = QImage(np.ascontiguousarray(grey).tobytes(), width, height, width, QImage.Format.Format_Grayscale8)
        return QVideoFrame(image.convertToFormat(QImage.Format.Format_RGB32))
    frame = QVideoFrame(QVideoFrameFormat(QSize(width, height), kind))
    assert frame.map(QVideoFrame.MapMode.WriteOnly)
    rows = np.frombuffer(frame.bits(0), np.uint8)[: height * frame.bytesPerLine(0)].reshape(height, -1)
    if kind in (Format.Format_YUYV, Format.Format_UYVY):
        rows[:, int(kind == Format.Format_UYVY) : width * 2 : 2] = grey
    else:
        rows[:, :width] = grey
    frame.unmap()
    return frame
