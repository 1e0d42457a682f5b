"""Pictures on paper, at their true size."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPageLayout, QPainter, QPen
from PySide6.QtPrintSupport import QPrinter

_MILLIMETRES_PER_INCH = 25.4


def print_at_size(picture: QImage, millimetres: tuple[float, float], printer: QPrinter) -> bool:
    """Put ``picture`` in the middle of the page, with a hair line to cut along; whether the printer took it.

    millimetres: width and height on paper, whatever paper and resolution the printer has.
    """
    dots = printer.resolution() / _MILLIMETRES_PER_INCH
    target = QRect(0, 0, round(millimetres[0] * dots), round(millimetres[1] * dots))
    printer.setFullPage(True)
    if _page(printer).height() > _page(printer).width() < target.width():
        printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    page = _page(printer)
    target.moveCenter(page.center())
    painter = QPainter()
    if not painter.begin(printer):
        return False
    painter.drawImage(target, picture)
    if page.contains(target.adjusted(-1, -1, 1, 1)):  # not on a card of its own
        painter.setPen(QPen(Qt.GlobalColor.lightGray, 0))
        painter.drawRect(target)
    return painter.end()


def _page(printer: QPrinter) -> QRect:
    return printer.pageLayout().fullRectPixels(printer.resolution())
