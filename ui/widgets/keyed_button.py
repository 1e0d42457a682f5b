"""A button that says which key does the same."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from ui.widgets.card import label


class KeyedButton(QPushButton):
    """``text`` and a small key hint. role: primary, small, quiet, danger, or "" for plain.

    The key clicks the button while it is visible and enabled; ``hint_only`` when somebody else owns the key.
    """

    def __init__(
        self, text: str, key: str = "", *, role: str = "", hint_only: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        if role:
            self.setProperty("role", role)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keyboard where it is
        self.setAutoDefault(False)
        self._words = label(text)
        self._hint = label(QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText), "key")
        row = QHBoxLayout(self)
        row.setContentsMargins(12 if role == "small" else 18, 0, 12 if role == "small" else 18, 0)
        row.setSpacing(8)
        row.addStretch(1)
        for part in (self._words, self._hint):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        if not key:
            self._hint.hide()
        self.setAccessibleName(text)
        if key and not hint_only:  # not setShortcut: that shows the press for 100 ms before it clicks
            QShortcut(QKeySequence(key), self, self.click)

    def set_words(self, text: str) -> None:
        """Say something else."""
        self._words.setText(text)
        self.setAccessibleName(text)
        self.updateGeometry()

    @property
    def words(self) -> str:
        """What stands on the button."""
        return self._words.text()

    def sizeHint(self) -> QSize:
        height = super().sizeHint().height()
        layout = self.layout()
        return QSize(layout.sizeHint().width() if layout else 0, height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
