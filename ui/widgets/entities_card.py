"""What a member has, by the trade of the shop: a skin, a baby, a pet; each can be noted and corrected on the spot."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.rules.consent import SENSITIVE, agreed
from desktop.rules.trade import EntityKind
from desktop.views.facts import EntityView
from resources import Words
from ui.portrayed import Portrayed
from ui.widgets.card import Card, label
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.entity_form import EntityForm


class EntitiesCard(Card):
    """``paint(portrayed)``. ``noted(kind, fields, entity_id)`` with "" for a new one; ``removed(entity_id)``."""

    noted = Signal(str, dict, str)
    removed = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._portrayed: Portrayed | None = None
        self._shown: object = None
        self._about: tuple[EntityKind, EntityView | None] | None = None
        self._sent: dict[str, str] | None = None  # what was typed when it was to be saved last
        self.head(words("entity.title"))
        self._list = QWidget()
        self.buttons: dict[str, QPushButton] = {}
        self.form = EntityForm(words)
        self.form.saved.connect(self._save)
        self.form.gone.connect(self._remove)
        self.form.left.connect(self.form.hide)
        self.column.addWidget(self._list)
        self.column.addWidget(self.form)

    def paint(self, portrayed: Portrayed) -> None:
        """Show a member's; the card goes where the trade has nothing of the kind."""
        before, self._portrayed = self._portrayed, portrayed
        if before and before.portrait.member_id != portrayed.portrait.member_id:
            self.form.hide()
        kinds, entities = portrayed.portrait.shop.trade.entities, portrayed.portrait.entities
        if self._shown == (kinds, entities):
            return
        self._shown = (kinds, entities)
        view = self._about and self._about[1]
        if self.form.typed == self._sent or (view and view.id not in {each.id for each in entities}):
            self.form.hide()  # it is saved, or there no longer
        fresh = QWidget()
        column = QVBoxLayout(fresh)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.buttons = {}
        for kind in kinds:
            theirs = [each for each in entities if each.kind == kind.key]
            for each in theirs:
                column.addLayout(self._row(kind, each))
            if kind.many or not theirs:
                column.addLayout(self._row(kind, None))
        self.column.replaceWidget(self._list, fresh)
        self._list.hide()
        self._list.deleteLater()
        self._list = fresh

    def _row(self, kind: EntityKind, view: EntityView | None) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(label(kind.names[self._words.language], "small"))
        told = self._portrayed.names.entity(kind.key, view.fields)[1] if self._portrayed and view else ""
        row.addWidget(ElidedLabel(told, "line"), 1)
        button = QPushButton(self._words("entity.edit" if view else "entity.add"))
        button.setProperty("role", "tiny")
        button.setAccessibleName(f"{button.text()} {kind.names[self._words.language]}")
        button.clicked.connect(lambda: self._open(kind, view))
        self.buttons[view.id if view else kind.key] = button
        row.addWidget(button)
        return row

    def _open(self, kind: EntityKind, view: EntityView | None) -> None:
        if self._portrayed:
            self._about, self._sent = (kind, view), None
            may = agreed(self._portrayed.portrait.known.consents, SENSITIVE)
            self.form.open(kind, view.fields if view else {}, known=view is not None, sensitive=may)

    def _save(self, fields: dict[str, str]) -> None:
        if self._about:
            kind, view = self._about
            known = view.fields if view else {}
            told = {name: value for name, value in fields.items() if value != known.get(name, "")}
            if told:
                self._sent = fields
                self.noted.emit(kind.key, told, view.id if view else "")
            else:
                self.form.hide()

    def _remove(self) -> None:
        if self._about and self._about[1]:
            self.removed.emit(self._about[1].id)
