"""The light of Qt's pictures, for the decoders."""

import numpy as np
from PySide6.QtGui import QImage, QPainter

from desktop.errors import BadInput
from desktop.scanning.opening import LARGEST_PICTURE, halved
from desktop.scanning.views import Grey


def grey_of(image: QImage) -> Grey:
    """Only its light; what is transparent lies on white paper.

    Raises BadInput ``picture_unreadable``, ``picture_too_large``.
    """
    if image.isNull():
        raise BadInput("picture_unreadable")
    if image.width() * image.height() > LARGEST_PICTURE:
        raise BadInput("picture_too_large")
    if image.hasAlphaChannel():
        image = _on_paper(image)
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return halved(rows[:, : grey.width()].copy())  # the image is gone when this returns


def _on_paper(image: QImage) -> QImage:
    paper = QImage(image.size(), QImage.Format.Format_RGB32)
    paper.fill(0xFFFFFFFF)
    with QPainter(paper) as painter:
        painter.drawImage(0, 0, image)
    return paper
