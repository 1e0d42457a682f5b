"""A member's record: particulars to be corrected, what leads to them, who else they may be."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from desktop.views.member_page import Doubt, MemberPage
from desktop.views.search import Found
from resources import Words
from ui import figures
from ui.widgets.card import empty, label
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.labelled import Labelled
from ui.widgets.sections import Section
from ui.widgets.typing_field import TypingField

FIELDS = ("name", "birthday", "gender", "channel", "wechat")
_GENDERS = ("female", "male")


class RecordSection(Section):
    """amended: the fields that were changed. compared: another member's id. separated: an id that was merged away.
    settled: a review's id and whether the value that lost is the right one.
    """

    amended = Signal(dict)
    compared = Signal(str)
    separated = Signal(str)
    settled = Signal(str, bool)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._page: MemberPage | None = None
        self.fields = {name: TypingField() for name in FIELDS}
        self.labelled = {name: Labelled(words(f"page.{name}"), field) for name, field in self.fields.items()}
        self.save = KeyedButton(words("page.save"), role="primary")
        self.save.clicked.connect(self._save)
        form = QWidget()
        grid = QGridLayout(form)
        grid.setContentsMargins(0, 8, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(0)
        for place, each in enumerate(self.labelled.values()):
            grid.addWidget(each, place // 2, place % 2)
        for field in self.fields.values():
            field.returnPressed.connect(self._save)
        self.column.addWidget(form)
        self.buttons(self.save)
        self._rest = Section()
        self._rest.column.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(self._rest)
        self.column.addStretch(1)

    def paint(self, page: MemberPage, twins: Sequence[Found], doubts: Sequence[Doubt], now: datetime) -> None:
        """Show a member; what is half typed about the same one stays."""
        before = self._page if self._page and self._page.id == page.id else None
        for name in FIELDS:
            if before is None or getattr(before, name) != getattr(page, name):
                self.fields[name].put(self._shown(name, getattr(page, name)))
                self.labelled[name].complain("")
        self._page = page
        empty(self._rest.column)
        self._paint_doubts(doubts)
        self._paint_led(page, now)
        self._paint_twins(twins)

    def complain(self, told: Mapping[str, str]) -> None:
        """Say what is wrong, by field."""
        for name, each in self.labelled.items():
            each.complain(told.get(name, ""))

    def _paint_doubts(self, doubts: Sequence[Doubt]) -> None:
        if not doubts:
            return
        self._rest.heading(self._words("page.doubts"))
        for each in doubts:
            told = self._words("page.doubt", field=self._words(f"page.{each.field}"), kept=each.kept, lost=each.lost)
            self._rest.column.addWidget(label(told, wrap=True))
            keep = KeyedButton(self._words("page.keep", value=each.kept), role="small")
            take = KeyedButton(self._words("page.take", value=each.lost), role="small")
            keep.clicked.connect(lambda _=False, of=each.id: self.settled.emit(of, False))
            take.clicked.connect(lambda _=False, of=each.id: self.settled.emit(of, True))
            self._rest.buttons(keep, take)

    def _paint_led(self, page: MemberPage, now: datetime) -> None:
        words = self._words
        self._rest.heading(words("page.identities"))
        self._rest.rows([(words(f"page.led_{each.kind}"), each.value) for each in page.led])
        for each in page.merged:
            told = words("page.merged", day=figures.day(each.at, now)) if each.at else words("page.merged_before")
            apart = KeyedButton(words("page.separate"), role="small")
            apart.clicked.connect(lambda _=False, of=each.id: self.separated.emit(of))
            box = self._rest.line(f"…{each.id[-4:]}", told)
            if layout := box.layout():
                layout.addWidget(apart)
        known = (
            ("store", page.store), ("enrolled", figures.full_day(page.enrolled_at) if page.enrolled_at else None),
        )  # fmt: skip
        self._rest.rows([(words(f"profile.{name}"), value) for name, value in known if value])

    def _paint_twins(self, twins: Sequence[Found]) -> None:
        words = self._words
        self._rest.heading(words("page.twins"))
        box = QWidget()
        row = FlowLayout(box, gap=8, line_gap=8)
        for each in twins:
            named = words("page.compare", name=each.name, phone=each.phone)
            button = KeyedButton(named, role="small")
            button.clicked.connect(lambda _=False, of=each.member_id: self.compared.emit(of))
            row.addWidget(button)
        if not twins:
            self._rest.nothing(words("page.no_twins"))
        other = KeyedButton(words("page.compare_other"), role="small")
        other.clicked.connect(lambda: self.compared.emit(""))
        row.addWidget(other)
        self._rest.column.addWidget(box)

    def _save(self) -> None:
        if self._page is None:
            return
        typed = {name: self._kept(name, field.text().strip()) for name, field in self.fields.items()}
        changed = {name: value for name, value in typed.items() if value != (getattr(self._page, name) or "")}
        if changed:
            self.amended.emit(changed)

    def _shown(self, name: str, value: str | None) -> str:
        """Words for what is kept by a key."""
        key = f"{name}.{value}"
        return self._words(key) if value and name in ("gender", "channel") and key in self._words else value or ""

    def _kept(self, name: str, typed: str) -> str:
        """And back again."""
        known = {"gender": _GENDERS, "channel": ("walk_in", "poster", "friend", "wechat", "event", "online")}
        return next((key for key in known.get(name, ()) if self._words(f"{name}.{key}") == typed), typed)
