"""Pictures on paper, at their true size."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPainter, QPen
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from desktop.errors import NotFound, NotNow

_MILLIMETRES_PER_INCH = 25.4


@contextmanager
def printing_without_window() -> Iterator[None]:
    """For the command line: what Qt needs to print, on a machine without a screen too."""
    app = QGuiApplication([*sys.argv[:1], "-platform", "offscreen"])
    try:
        yield
    finally:
        app.shutdown()


def find_printer(name: str = "") -> QPrinter:
    """The printer of that name, or else the usual one.

    Raises NotNow ``printer_missing``, NotFound ``printer_unknown`` (name, printers).
    """
    printers = QPrinterInfo.availablePrinterNames()
    if not printers:
        raise NotNow("printer_missing")
    if name and name not in printers:
        raise NotFound("printer_unknown", name=name, printers=", ".join(printers))
    info = QPrinterInfo.printerInfo(name or QPrinterInfo.defaultPrinterName() or printers[0])
    return QPrinter(info, QPrinter.PrinterMode.HighResolution)


def print_picture(png: bytes, millimetres: tuple[float, float], printer: QPrinter) -> None:
    """Put a picture in the middle of the page, with a hair line to cut along where the paper is larger.

    millimetres: width and height on paper, whatever paper and resolution the printer has. Raises NotNow
    ``printer_refused``.
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
        raise NotNow("printer_refused")
    painter.drawImage(target, QImage.fromData(png))
    if page.contains(target.adjusted(-1, -1, 1, 1)):  # not on a card of its own
        painter.setPen(QPen(Qt.GlobalColor.lightGray, 0))
        painter.drawRect(target)
    if not painter.end():
        raise NotNow("printer_refused")


def _page(printer: QPrinter) -> QRect:
    return printer.pageLayout().fullRectPixels(printer.resolution())
