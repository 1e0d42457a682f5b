"""One value of a portrait, which opens to its reason and to the facts the reason rests on."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.widgets.card import label
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.icon import Icon


class WhyRow(QWidget):
    """``open`` is the line; pressed, it shows ``why`` and, a line each, the ``facts``."""

    def __init__(self, name: str, value: str, why: str, facts: Sequence[str]) -> None:
        super().__init__()
        self.why = label(why, "small", wrap=True)
        self.open = QPushButton()
        self.open.setProperty("role", "line")
        self.open.setCheckable(True)
        self.open.setMinimumHeight(44)
        self.open.setAutoDefault(False)
        self.open.setAccessibleName(f"{name} {value}")
        row = QHBoxLayout(self.open)
        row.setContentsMargins(2, 0, 2, 0)
        row.setSpacing(12)
        title = label(name, "small")
        title.setFixedWidth(72)
        row.addWidget(title)
        row.addWidget(ElidedLabel(value, "strong"), 1)
        self._mark = Icon("chevron_right", 14, "faint")
        row.addWidget(self._mark)
        self._more = QWidget()
        column = QVBoxLayout(self._more)
        column.setContentsMargins(86, 0, 8, 8)
        column.setSpacing(2)
        column.addWidget(self.why)
        for fact in facts:
            column.addWidget(ElidedLabel(fact, "faint"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.open)
        whole.addWidget(self._more)
        self._more.hide()
        self.open.toggled.connect(self._unfold)

    @property
    def unfolded(self) -> bool:
        """Whether the reason is shown."""
        return self.open.isChecked()

    def _unfold(self, unfolded: bool) -> None:
        self._more.setVisible(unfolded)
        self._mark.set_name("chevron_down" if unfolded else "chevron_right")
