"""One guide's figures; each can be opened."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop.views.credit import FIGURES, Figure, GuideCredit
from resources import Words
from ui.figures import money
from ui.widgets.avatar import Avatar
from ui.widgets.card import label
from ui.widgets.chip import Chip
from ui.widgets.flow_layout import FlowLayout


class CreditRow(QFrame):
    """``opened(guide_id, figure)`` when one of ``chips`` is pressed; ``take(figure)`` shows which one is open."""

    opened = Signal(str, str)

    def __init__(self, view: GuideCredit, currency: str, words: Words) -> None:
        super().__init__()
        self.setProperty("role", "row")
        self.view, self._words, self._currency = view, words, currency
        self.chips: dict[str, Chip] = {}
        name = view.guide or words("credit.nobody" if not view.guide_id else "credit.unknown")
        avatar = Avatar(36)
        avatar.paint(view.guide)
        head, column, row = QHBoxLayout(), QVBoxLayout(), QHBoxLayout(self)
        head.addWidget(label(name, "strong"))
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
        view, words = self.view, self._words
        if figure == "visits" and view.closed is not None:
            return words("credit.visits_told", count=view.visits, percent=round(100 * view.closed))
        if figure == "sales":
            return words("credit.sales_told", count=view.sales, amount=money(view.amount, self._currency))
        if figure == "credit":
            return words("credit.credit_told", amount=money(view.credit, self._currency))
        return words(f"credit.{figure}_told", count=getattr(view, figure))
