"""Two members side by side, before they are said to be one."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.views.search import Found
from desktop.views.twins import Side
from resources import Words
from ui import figures
from ui.widgets.card import empty, label, rule
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.member_pick import MemberPick
from ui.widgets.sections import Section


class MergeSection(Section):
    """``begin(one, other)``; other may be None until somebody is picked. merged(old, kept); picked; left."""

    merged = Signal(str, str)
    picked = Signal(str)
    left = Signal()

    def __init__(self, words: Words, find: Callable[[str, int], Sequence[Found]]) -> None:
        super().__init__()
        self._words = words
        self.who = MemberPick(words, find)
        self.who.changed.connect(lambda: self.picked.emit(self.who.member_id))
        self._sides = Section()
        self._sides.column.setContentsMargins(0, 0, 0, 0)
        self.keeps: list[KeyedButton] = []
        back = KeyedButton(words("page.merge_back"), role="quiet")
        back.clicked.connect(self.left)
        self.heading(words("page.merge"))
        self.nothing(words("page.merge_told"))
        self.column.addWidget(self.who)
        self.column.addWidget(self._sides)
        self.buttons(back)
        self.column.addStretch(1)

    def begin(self, one: Side, other: Side | None, now: datetime) -> None:
        """Show both; a field in which they differ stands out."""
        empty(self._sides.column)
        self.keeps = []
        if other is None:
            if self.who.member_id:
                self.who.show_picked("", "")
            return
        self.who.show_picked(other.page.id, other.page.name)
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 8, 0, 8)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        for column in (1, 2):
            grid.setColumnStretch(column, 1)
        left, right = self._told(one, now), self._told(other, now)
        for row, (name, value) in enumerate(left.items(), 1):
            same = value == right[name] or name == "cards"  # which never are, and are long
            grid.addWidget(label(self._words(f"page.{name}"), "small"), 2 * row, 0)
            for column, told in ((1, value), (2, right[name])):
                grid.addWidget(label(told or "—", "line" if same else "strong", wrap=True), 2 * row, column)
            grid.addWidget(rule(), 2 * row + 1, 0, 1, 3)
        for column, (kept, gone) in enumerate(((one, other), (other, one)), 1):
            button = KeyedButton(self._words("page.merge_keep"), role="primary")
            button.setAccessibleName(self._words("page.merge_keep_named", name=kept.page.name or "—"))
            button.clicked.connect(lambda _=False, old=gone.page.id, keep=kept.page.id: self.merged.emit(old, keep))
            grid.addWidget(button, 0, column)
            self.keeps.append(button)
        self._sides.column.addWidget(box)

    def _told(self, side: Side, now: datetime) -> dict[str, str]:
        page = side.page
        cards = [each.value for each in side.led if each.kind != "phone"]
        return {
            "name": page.name, "phone": page.phone, "birthday": page.birthday or "", "store": page.store or "",
            "guide": page.guide or "", "enrolled": figures.full_day(page.enrolled_at) if page.enrolled_at else "",
            "cards": "\n".join(cards), "visits": str(side.visits),
            "last": figures.day(side.last, now) if side.last else "", "points": f"{side.points:,}",
            "coupons": str(side.coupons),
        }  # fmt: skip
