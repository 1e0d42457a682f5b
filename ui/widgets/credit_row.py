"""One guide's figures, or everybody's; each can be opened."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.credit import FIGURES, Figure, GuideCredit
from resources import Words
from ui.figures import duration, money
from ui.widgets.avatar import Avatar
from ui.widgets.card import label
from ui.widgets.chip import Chip
from ui.widgets.flow_layout import FlowLayout


class CreditRow(QFrame):
    """``opened(guide_id, figure)`` when one of ``chips`` is pressed; ``take(figure)`` shows which one is open."""

    opened = Signal(object, str)

    def __init__(self, view: GuideCredit, currency: str, words: Words) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.view, self._words, self._currency = view, words, currency
        self.chips: dict[str, Chip] = {}
        self.name = view.guide or words(f"credit.{_NAMELESS.get(view.guide_id, 'unknown')}")
        avatar = Avatar(36)
        avatar.paint(self.name if view.guide_id is None else view.guide)
        head, column, row = QHBoxLayout(), QVBoxLayout(), QHBoxLayout(self)
        head.addWidget(label(self.name, "strong"))
        head.addStretch(1)
        head.addWidget(label(money(view.credit, currency), "number"))
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self._figures())
        row.setContentsMargins(8, 10, 12, 8)
        row.setSpacing(12)
        row.addWidget(avatar)
        row.addLayout(column, 1)

    def take(self, figure: str | None) -> None:
        """Show which figure is open; None for none."""
        for name, chip in self.chips.items():
            chip.setChecked(name == figure)

    def why(self, figure: Figure, longest: int) -> str:
        """How a figure comes about, if that is not plain. longest: minutes of a visit that still count."""
        view, key = self.view, f"credit.{figure}_why"
        if key not in self._words:
            return ""
        return self._words(
            key, count=getattr(view, figure), visits=view.visits, joined=view.joined, longest=longest,
            new=view.new.sales, new_amount=money(view.new.amount, self._currency),
            old=view.old.sales, old_amount=money(view.old.amount, self._currency),
        )  # fmt: skip

    def _figures(self) -> QWidget:
        part = QWidget()
        flow = FlowLayout(part, gap=6, line_gap=2)
        for figure in FIGURES:
            if getattr(self.view, figure):
                chip = self.chips[figure] = Chip(self._told(figure))
                chip.clicked.connect(lambda _checked=False, figure=figure: self.opened.emit(self.view.guide_id, figure))
                flow.addWidget(chip)
        return part

    def _told(self, figure: Figure) -> str:
        view = self.view
        return self._words(
            f"credit.{figure}_told", count=getattr(view, figure), time=duration(view.pace or 0, self._words),
            percent=_percent(view.closed, view.visits) if figure == "closed" else _percent(view.joined, view.strangers),
            new=view.new.visits, old=view.old.visits,
            amount=money(view.credit if figure == "credit" else view.amount, self._currency),
        )  # fmt: skip


_NAMELESS = {None: "everybody", "": "nobody"}


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
