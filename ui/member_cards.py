"""What a clerk does with a member's card: save it as a picture or a page, or print it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from desktop.errors import TillError
from desktop.troubles import as_trouble
from desktop.views.profile import Profile
from desktop.views.till import find_till
from resources import Words
from ui.bridge import Bridge
from ui.said import Said, sentence

if TYPE_CHECKING:
    from PySide6.QtPrintSupport import QPrinter

_FILTERS = {".png": "card.images", ".pdf": "card.pages"}


class MemberCards(QObject):
    """``offer`` opens the menu; what came of it is ``said``, a Said for the message bar."""

    said = Signal(object)

    def __init__(self, bridge: Bridge, words: Words, over: QWidget) -> None:
        super().__init__(over)
        self._bridge = bridge
        self._words = words
        self._over = over

    def offer(self, profile: Profile, button: QWidget) -> None:
        """What can be done with the card of ``profile``, above or below ``button``."""
        menu = QMenu(self._over)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(self._words("card.png")).triggered.connect(lambda: self.ask_where(profile, ".png"))
        menu.addAction(self._words("card.pdf")).triggered.connect(lambda: self.ask_where(profile, ".pdf"))
        menu.addAction(self._words("card.print")).triggered.connect(lambda: self.ask_printer(profile))
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 4)))
        menu.setActiveAction(menu.actions()[0])

    def ask_where(self, profile: Profile, suffix: str) -> None:
        """Let the clerk choose a file, and save the card there."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._over, self._words("card.button"), folder, self._words(_FILTERS[suffix]))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(f"{profile.code}{suffix}")  # no name: files are seen by many
        dialog.fileSelected.connect(lambda path: self.save(profile, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save(self, profile: Profile, path: Path) -> None:
        """Save the card as a .png or a .pdf."""
        from desktop.scanning.cards import save_card  # drawing costs a tenth of a second: the first card pays

        try:
            save_card(profile.code or "", profile.name, path, store=self._store())
        except Exception as error:  # noqa: BLE001 - whatever a disk does, the clerk is told in words
            self._warn(as_trouble(error))
        else:
            self.said.emit(Said(self._words("card.saved", path=path)))

    def ask_printer(self, profile: Profile) -> None:
        """Let the clerk choose a printer, and print the card."""
        from PySide6.QtPrintSupport import QPrintDialog  # as above

        from ui.printing import find_printer

        try:
            dialog = QPrintDialog(find_printer(), self._over)
        except TillError as error:
            self._warn(error, self._words("card.pdf"), lambda: self.ask_where(profile, ".pdf"))
            return
        dialog.accepted.connect(lambda: self.print_on(dialog.printer(), profile))
        dialog.finished.connect(dialog.deleteLater)
        dialog.setModal(True)
        dialog.show()

    def print_on(self, printer: QPrinter, profile: Profile) -> None:
        """Print the card at its true size."""
        from desktop.scanning.cards import CARD_MM, draw_card  # as above
        from desktop.scanning.printed import as_png
        from ui.printing import print_picture

        card = as_png(draw_card(profile.code or "", profile.name, store=self._store()))
        try:
            print_picture(card, CARD_MM, printer)
        except TillError as error:
            self._warn(error)
        else:
            self.said.emit(Said(self._words("card.printed", printer=printer.printerName())))

    def _warn(self, error: TillError, way: str = "", act: Callable[[], None] | None = None) -> None:
        self.said.emit(Said(sentence(self._words, error), "warn", way, act))

    def _store(self) -> str:
        return self._bridge.read(find_till).store or ""
