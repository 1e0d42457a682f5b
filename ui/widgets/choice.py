"""A few buttons of which one is taken; they go on in the next line where there is no room."""

from PySide6.QtCore import Signal
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
            button = QPushButton(text.replace("&", "&&"))
            button.setProperty("role", "choice")
            button.setCheckable(True)
            button.setChecked(key == taken)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            group.addButton(button)
            row.addWidget(button)
            self.buttons[key] = button

    def take_focus(self) -> None:
        """Have the keyboard on the one that is taken."""
        for button in self.buttons.values():
            if button.isChecked():
                button.setFocus()
