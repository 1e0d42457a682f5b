"""One coupon, as a piece of paper: what it is, until when, and the button that redeems it."""

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from ui.widgets.card import label
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.keyed_button import KeyedButton


class Ticket(QFrame):
    """``pressed`` when the button is. tone: gold where it may be had now, "" where not. button: "" for none."""

    pressed = Signal()

    def __init__(
        self, title: str, hint: str, button: str, *, tone: Literal["gold", ""] = "", ready: bool = True
    ) -> None:
        super().__init__()
        self.setProperty("role", "ticket")
        self.setProperty("tone", tone)
        heading = label(title, "strong", wrap=True)
        heading.setProperty("tone", tone)
        self.hint = ElidedLabel(hint, "small") if tone else label(hint, "small", wrap=True)
        text = QVBoxLayout()
        text.setSpacing(2)
        text.addWidget(heading)
        text.addWidget(self.hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(10)
        row.addLayout(text, 1)
        self.button = KeyedButton(button, role="small")
        self.button.setEnabled(ready)
        if not button:
            self.button.hide()
        self.button.setAccessibleName(f"{button} {title}")
        self.button.setToolTip(hint)
        self.button.clicked.connect(self.pressed)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
