"""A few buttons of which one is taken; they go on in the next line where there is no room."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from ui.widgets.flow_layout import FlowLayout


class Choice(QWidget):
    """Buttons of which one is taken; Tab reaches them, Space presses."""

    chosen = Signal(str)

    def __init__(self, options: list[tuple[str, str]], taken: str | None) -> None:
        super().__init__()
        self.buttons: dict[str, QPushButton] = {}
        group = QButtonGroup(self)
        row = FlowLayout(self, gap=8, line_gap=8)
        for key, text in options:
            button = _Button(text.replace("&", "&&"))
            button.setProperty("role", "choice")
            button.setCheckable(True)
            button.setChecked(key == taken)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            group.addButton(button)
            row.addWidget(button)
            self.buttons[key] = button

    @property
    def taken(self) -> str | None:
        """The key of the one that is taken."""
        return next((key for key, button in self.buttons.items() if button.isChecked()), None)

    def take(self, key: str) -> None:
        """Show which one is taken."""
        self.buttons[key].setChecked(True)

    def take_focus(self) -> None:
        """Have the keyboard on the one that is taken."""
        for button in self.buttons.values():
            if button.isChecked():
                button.setFocus()


class _Button(QPushButton):
    """As wide when it is not taken as when it is, and its letters are bold."""

    def sizeHint(self) -> QSize:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        wider = QFontMetrics(bold).horizontalAdvance(self.text()) - self.fontMetrics().horizontalAdvance(self.text())
        return super().sizeHint() + QSize(max(0, wider) + 2, 0)
