"""What to show a member next, and why."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.views.suggestions import SuggestionView
from resources import Words
from ui import figures
from ui.portrayed import Portrayed
from ui.widgets.card import Card, label
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.icon import Icon


class SuggestionsCard(Card):
    """``paint(portrayed)``; ``wanted(gtin)`` when one is pressed: it comes into the visit."""

    wanted = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._shown: tuple[SuggestionView, ...] | None = None
        self.why = QPushButton(words("suggest.why"))
        self.why.setProperty("role", "tiny")
        self.why.setCheckable(True)
        self.why.toggled.connect(self._open)
        self.head(words("suggest.title"), self.why)
        self._none = label("", "small", wrap=True)
        self._list = QWidget()
        self.rows: list[_Row] = []
        self.column.setSpacing(4)
        self.column.addWidget(self._none)
        self.column.addWidget(self._list)

    def paint(self, portrayed: Portrayed) -> None:
        """Show a member's."""
        found = portrayed.suggestions
        self._none.setText(self._words("suggest.none" if found is not None else "suggest.no_consent"))
        self._none.setVisible(not found)
        self.why.setVisible(bool(found))
        if (found or ()) == self._shown:
            return
        self._shown = found or ()
        self.why.setChecked(False)
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.rows = [_Row(each, portrayed) for each in self._shown]
        for row in self.rows:
            row.pressed.connect(self.wanted)
            column.addWidget(row)
        self.column.replaceWidget(self._list, fresh)
        self._list.hide()
        self._list.deleteLater()
        self._list = fresh

    def _open(self, opened: bool) -> None:
        for row in self.rows:
            row.open(opened)


class _Row(QFrame):
    """One product with its strongest reason, or with all of them."""

    pressed = Signal(str)

    def __init__(self, view: SuggestionView, portrayed: Portrayed) -> None:
        super().__init__()
        self.view = view
        self.setProperty("role", "offer")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        said = [portrayed.why(why, view.names) for why in view.reasons]
        price = figures.money(view.price, view.currency) if view.price is not None and view.currency else ""
        self._first = ElidedLabel(said[0], "small")
        self._all = label("\n".join(f"· {each}" for each in [*said, *([price] if price else [])]), "small", wrap=True)
        self._all.hide()
        text = QVBoxLayout()
        text.setSpacing(0)
        for part in (ElidedLabel(view.name, "strong"), self._first, self._all):
            text.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 0, 4)
        row.setSpacing(10)
        row.addWidget(_thumb(), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(text, 1)
        self.setAccessibleName(portrayed.words("suggest.add", product=view.name))
        self.setToolTip(self.accessibleName())

    def open(self, opened: bool) -> None:
        """All reasons, or the strongest."""
        self._first.setVisible(not opened)
        self._all.setVisible(opened)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if self.rect().contains(event.position().toPoint()):
            self.pressed.emit(self.view.gtin)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.pressed.emit(self.view.gtin)
        else:
            super().keyPressEvent(event)


def _thumb() -> QFrame:
    thumb = QFrame()
    thumb.setProperty("role", "thumb")
    thumb.setFixedSize(44, 44)
    inside = QHBoxLayout(thumb)
    inside.setContentsMargins(12, 12, 12, 12)
    inside.addWidget(Icon("package", 20, "faint"))
    return thumb
