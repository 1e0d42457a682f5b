"""How the idle screen is divided: the prompt, and a column at its right that is empty until there is data."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.scan_prompt import ScanPrompt

GAP = 16
_PROMPT_SHARE, _SIDE_SHARE = 68, 32
_SIDE_LEAST, _SIDE_MOST = 300, 520


class IdlePage(QWidget):
    """``side`` is the layout of the right column."""

    def __init__(self, prompt: ScanPrompt) -> None:
        super().__init__()
        self.prompt = prompt
        self.setProperty("role", "page")
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 24, 24, 8)
        row.setSpacing(GAP)
        column = QWidget()
        column.setMinimumWidth(_SIDE_LEAST)
        column.setMaximumWidth(_SIDE_MOST)
        self.side = QVBoxLayout(column)
        self.side.setContentsMargins(0, 0, 0, 0)
        self.side.setSpacing(12)
        row.addWidget(prompt, _PROMPT_SHARE)
        row.addWidget(column, _SIDE_SHARE)
