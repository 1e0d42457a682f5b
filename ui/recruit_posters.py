"""What a clerk does with a recruit code's poster: save it as a picture or a page, or print it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop.errors import TillError
from desktop.troubles import as_trouble
from resources import Words
from ui.bridge import Bridge
from ui.said import Said, sentence

if TYPE_CHECKING:
    from PIL import Image
    from PySide6.QtPrintSupport import QPrinter

_PAPER = "a4"
_FILTERS = {".png": "card.images", ".pdf": "card.pages"}


class RecruitPosters(QObject):
    """``offer`` opens the menu for a code; what came of it is ``said``, a Said for the message bar."""

    said = Signal(object)

    def __init__(self, bridge: Bridge, words: Words, over: QWidget) -> None:
        super().__init__(over)
        self._bridge, self._words, self._over = bridge, words, over

    def offer(self, code: str, button: QWidget) -> None:
        """What can be done with the poster of ``code``, below ``button``."""
        menu = QMenu(self._over)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self._words("card.png")).triggered.connect(lambda: self.ask_where(code, ".png"))
        menu.addAction(self._words("card.pdf")).triggered.connect(lambda: self.ask_where(code, ".pdf"))
        menu.addAction(self._words("card.print")).triggered.connect(lambda: self.ask_printer(code))
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 4)))
        menu.setActiveAction(menu.actions()[0])

    def ask_where(self, code: str, suffix: str) -> None:
        """Let the clerk choose a file, and save the poster there."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._over, self._words("recruits.poster"), folder, self._words(_FILTERS[suffix]))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(f"{code}{suffix}")
        dialog.fileSelected.connect(lambda path: self.save(code, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, code: str, path: Path) -> None:
        """Save the poster as a .png or a .pdf."""
        from desktop.scanning.printed import save  # drawing costs a tenth of a second: the first poster pays

        try:
            save(self._draw(code), path)
        except Exception as error:  # noqa: BLE001 - whatever a disk does, the clerk is told in words
            self._warn(as_trouble(error))
        else:
            self.said.emit(Said(self._words("recruits.saved", path=path)))

    def ask_printer(self, code: str) -> None:
        """Let the clerk choose a printer, and print the poster."""
        from PySide6.QtPrintSupport import QPrintDialog  # as above

        from ui.printing import find_printer

        try:
            dialog = QPrintDialog(find_printer(), self._over)
        except TillError as error:
            self._warn(error)
            return
        dialog.accepted.connect(lambda: self.print_on(dialog.printer(), code))
        dialog.finished.connect(dialog.deleteLater)
        dialog.setModal(True)
        dialog.show()

    def print_on(self, printer: QPrinter, code: str) -> None:
        """Print the poster at its true size."""
        from desktop.scanning.posters import PAPERS_MM  # as above
        from desktop.scanning.printed import as_png
        from ui.printing import print_picture

        try:
            print_picture(as_png(self._draw(code)), PAPERS_MM[_PAPER], printer)
        except TillError as error:
            self._warn(error)
        else:
            self.said.emit(Said(self._words("recruits.printed", printer=printer.printerName())))

    def _draw(self, code: str) -> Image.Image:
        from desktop.cli.poster import poster_of  # as above
        from desktop.scanning.posters import Poster

        return poster_of(self._bridge.desk, Poster(code, self._words("cli.poster_headline")), _PAPER)

    def _warn(self, error: TillError) -> None:
        self.said.emit(Said(sentence(self._words, error), "warn"))
