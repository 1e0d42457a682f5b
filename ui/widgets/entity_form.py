"""What is known of one thing a member has: a field for each that the trade asks for."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop.rules.trade import EntityKind, FieldKind
from resources import Words
from ui.widgets.card import label
from ui.widgets.icon import Icon
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.typing_field import TypingField

Asked = TypingField | QComboBox


class EntityForm(QFrame):
    """``open(kind, fields)``. ``saved(fields)`` with all of them, ``gone`` when it is there no longer, ``left``."""

    saved = Signal(dict)
    gone = Signal()
    left = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.setProperty("role", "why")
        self.fields: dict[str, Asked] = {}
        self._grid = QWidget()
        self.save = KeyedButton(words("entity.save"), role="small")
        self.save.clicked.connect(self._save)
        self.cancel = KeyedButton(words("entity.cancel"), role="small")
        self.cancel.clicked.connect(self.left)
        self.remove = KeyedButton(words("entity.remove"), role="small")
        self.remove.clicked.connect(self.gone)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for button in (self.save, self.cancel, self.remove):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 12)
        self._column.addWidget(self._grid)
        self._column.addLayout(buttons)
        self.hide()

    def open(self, kind: EntityKind, fields: Mapping[str, str], *, known: bool, sensitive: bool) -> None:
        """Ask for all fields of ``kind``. known: there is one already; sensitive: the member agrees to those too."""
        fresh = QWidget()
        grid = QGridLayout(fresh)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        self.fields = {each.key: self._asked(each, fields.get(each.key, "")) for each in kind.fields}
        for row, each in enumerate(kind.fields):
            unit = f" ({each.unit})" if each.unit else ""
            grid.addWidget(label(each.names[self._words.language] + unit, "small", wrap=True), row, 0)
            grid.addWidget(self.fields[each.key], row, 1)
            if each.sensitive and not sensitive:
                self.fields[each.key].setEnabled(False)
                self.fields[each.key].setToolTip(self._words("entity.sensitive"))
        self._column.replaceWidget(self._grid, fresh)
        self._grid.hide()
        self._grid.deleteLater()
        self._grid = fresh
        self.remove.setVisible(known)
        self.show()
        next(iter(self.fields.values())).setFocus()

    def _asked(self, field: FieldKind, value: str) -> Asked:
        name, language = field.names[self._words.language], self._words.language
        choices = [(each.value, each.names[language]) for each in field.choices]
        if field.type == "yes_no":
            choices = [(each, self._words(f"entity.{each}")) for each in ("yes", "no")]
        if not choices:
            typed = TypingField(hint=self._words("entity.day_hint") if field.type == "date" else "")
            typed.put(value)
            typed.setAccessibleName(name)
            typed.returnPressed.connect(self._save)
            typed.escaped.connect(self.left)
            return typed
        chosen = QComboBox()
        chosen.setAccessibleName(name)
        arrow = QHBoxLayout(chosen)
        arrow.setContentsMargins(0, 0, 12, 0)
        arrow.addStretch()
        arrow.addWidget(Icon("chevron_down", 16))
        for each, said in (("", self._words("entity.unknown")), *choices):
            chosen.addItem(said, each)
        chosen.setCurrentIndex(max(0, chosen.findData(value)))
        return chosen

    @property
    def typed(self) -> dict[str, str]:
        """What stands in it."""
        return {name: _told(asked) for name, asked in self.fields.items() if asked.isEnabled()}

    def _save(self) -> None:
        self.saved.emit(self.typed)


def _told(asked: Asked) -> str:
    return str(asked.currentData()) if isinstance(asked, QComboBox) else asked.text()
