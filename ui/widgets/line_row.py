"""One product in the visit."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QVBoxLayout

from desktop.sayings import item_marked
from desktop.views.products import printed_gtin
from desktop.views.visit import LineView
from resources import Words
from ui import figures
from ui.trade_names import TradeNames
from ui.widgets.card import set_look
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.icon import Icon, icon
from ui.widgets.segmented import Segmented

ACTIONS = ("seen", "tried", "bought")


class LineRow(QFrame):
    """``paint(line)``. ``changed(line_id, action, reason)`` with an empty reason for none; ``removed(line_id)``.

    names: what the shop calls the reasons that a product may be declined for.
    """

    changed = Signal(str, str, str)
    removed = Signal(str)
    picked = Signal(str)

    def __init__(self, line_id: str, words: Words, names: TradeNames | None = None) -> None:
        super().__init__()
        self.line_id = line_id
        self._words, self.names = words, names
        self.setProperty("role", "row")
        self._thumb = QFrame()
        self.name = ElidedLabel(role="strong")
        self.about = ElidedLabel(role="small")
        self.segments = Segmented([(action, words(f"action.{action}")) for action in ACTIONS])
        self.segments.chosen.connect(lambda action: self.changed.emit(self.line_id, action, ""))
        self.more = QToolButton()
        self.more.setProperty("role", "more")
        self.more.setIcon(icon("more", "muted"))
        self.more.setFixedSize(36, 44)
        self.more.setAccessibleName(words("counter.more"))
        self.more.clicked.connect(self.open_menu)
        self._lay_out()

    def _lay_out(self) -> None:
        self._thumb.setProperty("role", "thumb")
        self._thumb.setFixedSize(48, 48)
        inside = QHBoxLayout(self._thumb)
        inside.setContentsMargins(13, 13, 13, 13)
        inside.addWidget(Icon("package", 22, "faint"))
        text = QVBoxLayout()
        text.setSpacing(0)
        text.addStretch(1)
        text.addWidget(self.name)
        text.addWidget(self.about)
        text.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 8, 12)
        row.setSpacing(10)
        row.addWidget(self._thumb)
        row.addLayout(text, 1)
        row.addWidget(self.segments)
        row.addWidget(self.more)

    def paint(self, line: LineView) -> None:
        """Show a line as it is saved."""
        about = [printed_gtin(line.gtin)]
        if line.price is not None and line.currency:
            about.append(figures.money(line.price, line.currency))
        if line.weight is not None:
            about.append(self._words("counter.weight", kg=f"{line.weight / 1000:.3f}"))
        if line.item and (line.item.warning or line.serial):
            about.append(item_marked(self._words, line.item))
        if line.serial:
            about = [*about[1:], self._words("item.serial", serial=line.serial)]  # which stands for the GTIN too
        if line.action not in ACTIONS:
            about.insert(0, self._said(line))
        self.name.setText(line.name)
        self.about.setText(" · ".join(about))
        odd = line.action not in ACTIONS or bool(line.item and line.item.warning)
        set_look(self.about, tone="warn" if odd else "")
        self.segments.take(line.action)
        self.setAccessibleName(f"{line.name} · {self._said(line)}")

    def pick(self, picked: bool) -> None:
        """Wear the colour of the picked row, or not."""
        for part in (self, self._thumb):
            set_look(part, picked=picked)

    def open_menu(self) -> None:
        """What is rarer than seen, tried, bought."""
        menu = self.menu()
        menu.popup(self.more.mapToGlobal(QPoint(0, self.more.height())))

    def menu(self) -> QMenu:
        """The menu of this line: declined with a reason, returned, removed."""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        declined = menu.addMenu(self._words("action.declined"))
        reasons = {"": self._words("counter.no_reason"), **(self.names.reasons() if self.names else {})}
        for reason, said in reasons.items():
            declined.addAction(said).triggered.connect(self._decline(reason))
        returned = menu.addAction(self._words("action.returned"))
        returned.triggered.connect(lambda: self.changed.emit(self.line_id, "returned", ""))
        menu.addSeparator()
        menu.addAction(self._words("counter.remove")).triggered.connect(lambda: self.removed.emit(self.line_id))
        return menu

    def _decline(self, reason: str) -> Callable[[], None]:
        return lambda: self.changed.emit(self.line_id, "declined", reason)

    def _said(self, line: LineView) -> str:
        """The action in words, with the reason if there is one."""
        said = self._words(f"action.{line.action}")
        if not line.reason:
            return said
        reason = self.names.reason(line.reason) if self.names else line.reason
        return self._words("counter.with_reason", action=said, reason=reason)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.picked.emit(self.line_id)
        super().mousePressEvent(event)
