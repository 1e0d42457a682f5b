"""A member's tags: those that rules found and those that guides set, each opening to why."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop.rules.tags import Tag
from resources import Words
from ui.portrayed import Portrayed
from ui.widgets.card import label
from ui.widgets.chip import Chip
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.typing_field import TypingField
from ui.widgets.why_box import WhyBox


class TagsPart(QWidget):
    """``paint(portrayed)``. ``entered(name)`` for a new tag, ``removed(tag_id)`` for one that a guide set."""

    entered = Signal(str)
    removed = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._shown: tuple[Tag, ...] = ()
        self._portrayed: Portrayed | None = None
        self._flow = FlowLayout()
        self.why = WhyBox(words)
        self.add = Chip(words("profile.add_tag"), dashed=True)
        self.add.clicked.connect(self.open_field)
        self.field = TypingField("inline", hint=words("profile.tag_hint"))
        self.field.setFixedWidth(160)
        self.field.returnPressed.connect(self._enter)
        self.field.escaped.connect(self.close_field)
        self.chips: dict[str, Chip] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(label(words("profile.tags"), "h3"))
        column.addLayout(self._flow)
        column.addWidget(self.why)
        self._flow.addWidget(self.add)
        self._flow.addWidget(self.field)
        self.close_field()

    def paint(self, portrayed: Portrayed) -> None:
        """Show a member's tags."""
        before, self._portrayed = self._portrayed, portrayed
        if before and before.portrait.member_id != portrayed.portrait.member_id:
            self.why.fold()
            self.close_field()
        tags = portrayed.portrait.rules.tags
        if self.field.line in {tag.names[self._words.language] for tag in tags if tag.source == "hand"}:
            self.close_field()  # it is saved
        if tags == self._shown:
            return
        self._shown = tags
        self.why.fold()
        for chip in self.chips.values():
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = {tag.key: self._chip(tag) for tag in tags}
        last: tuple[QWidget, ...] = (self.add, self.field)
        for old in last:
            self._flow.removeWidget(old)
        for part in (*self.chips.values(), *last):
            self._flow.addWidget(part)

    def open_field(self) -> None:
        """Let the guide write a tag."""
        self.add.hide()
        self.field.show()
        self.field.setFocus()

    def close_field(self) -> None:
        """Back to the tags; what was typed is dropped."""
        self.field.put("")
        self.field.hide()
        self.add.show()

    def _chip(self, tag: Tag) -> Chip:
        chip = Chip(tag.names[self._words.language], removable=tag.source == "hand")
        chip.setAccessibleDescription(self._words("profile.tag_why"))
        chip.clicked.connect(lambda: self._tell(tag))
        chip.removed.connect(lambda: self.removed.emit(tag.key))
        return chip

    def _tell(self, tag: Tag) -> None:
        if self._portrayed:
            until = self._words("profile.tag_until", day=tag.expires.isoformat()) if tag.expires else ""
            note = " · ".join(part for part in (until, self._portrayed.version) if part)
            self.why.tell(tag.key, self._portrayed.why(tag.why), self._portrayed.facts(tag.why), note=note)

    def _enter(self) -> None:
        if name := self.field.line:
            self.entered.emit(name)
        else:
            self.close_field()
