"""The rules by which this till knows old cards, to be changed, and a box to try a card on them."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop.errors import BadInput
from desktop.scanning.code_rules import STANDARD, CodeRules, LegacyRule
from desktop.scanning.codes import Trial, try_rules
from desktop.scanning.kinds import KINDS, LegacyCard
from resources import Words
from ui.said import sentence
from ui.widgets.card import Card, empty, label, rule, set_look
from ui.widgets.choice import Choice
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.labelled import Labelled


class CardRules(Card):
    """``changed`` gives the LegacyRules of this till alone, in their order. Those of headquarters are shown, and
    asked after them.
    """

    changed = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._own: tuple[LegacyRule, ...] = ()
        self._all: CodeRules = STANDARD
        self.name, self.value, self.text = QLineEdit(), QLineEdit(), QLineEdit()
        self._name = Labelled(words("rules.name"), self.name)
        self._value = Labelled(words("rules.value"), self.value)
        self.by = Choice([(each, words(f"rules.{each}")) for each in ("prefix", "pattern")], "prefix")
        self.whole = QCheckBox(words("rules.whole"))
        self.add = KeyedButton(words("rules.add"))
        self.verdict = label("", "strong", wrap=True)
        self.tried = label("", "muted", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self._sent: tuple[str, str] | None = None  # the rule that was to be added last
        self._lay_out()
        self.add.clicked.connect(self._add)
        self.by.chosen.connect(lambda _key: self._value.complain(""))
        self.text.textChanged.connect(lambda _text: self.show_trial())

    def _lay_out(self) -> None:
        words = self._words
        self.head(words("rules.title"))
        self.column.addWidget(label(words("rules.hint"), "muted", wrap=True))
        self.column.addLayout(self._rows)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.addWidget(self._name, 0, 0)
        grid.addWidget(self._value, 0, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 2)
        self.column.addLayout(grid)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addWidget(self.by, 1)
        line.addWidget(self.whole)
        line.addWidget(self.add)
        self.column.addLayout(line)
        self.column.addWidget(rule())
        self.column.addWidget(Labelled(words("rules.try"), self.text))
        self.text.setPlaceholderText(words("rules.try_hint"))
        self.column.addWidget(self.verdict)
        self.column.addWidget(self.tried)

    def paint(self, own: CodeRules, everything: CodeRules) -> None:
        """Show this till's rules, and try the text on all that hold here."""
        self._own, self._all = own.legacy, everything
        if self._typed == self._sent and self.name.text().strip() in {each.name for each in self._own}:  # it is saved
            self.name.clear()
            self.value.clear()
        empty(self._rows)
        for each in everything.legacy:
            self._rows.addWidget(self._row(each))
        if not everything.legacy:
            self._rows.addWidget(label(self._words("rules.none"), "muted"))
        self.show_trial()

    def _row(self, shown: LegacyRule) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(label(shown.name, "strong"))
        how = "prefix" if shown.prefix else "pattern"
        row.addWidget(label(self._words(f"rules.{how}_is", value=shown.prefix or shown.pattern)))
        row.addWidget(label(self._words("rules.whole") if shown.whole else "", "muted"), 1)
        if shown in self._own:
            remove = KeyedButton(self._words("rules.remove"), role="small")
            remove.setAccessibleName(f"{self._words('rules.remove')}: {shown.name}")
            remove.clicked.connect(lambda: self._change(tuple(each for each in self._own if each != shown)))
            row.addWidget(remove)
        else:
            row.addWidget(label(self._words("rules.of_hub"), "muted"))
        return made

    @Slot()
    def _add(self) -> None:
        how, value = self.by.taken, self.value.text()
        self._name.complain("")
        self._value.complain("")
        try:
            fresh = LegacyRule(self.name.text().strip(), **{how: value}, whole=self.whole.isChecked())  # type: ignore[arg-type]
            own = CodeRules(legacy=(*self._own, fresh)).legacy
        except BadInput as error:
            (self._name if error.code in ("rule_name_missing", "rule_twice") else self._value).complain(
                sentence(self._words, error)
            )
            return
        self._sent = self._typed
        self._change(own)

    @property
    def _typed(self) -> tuple[str, str]:
        return self.name.text(), self.value.text()

    def _change(self, own: tuple[LegacyRule, ...]) -> None:
        """The next change is one of these, saved or not."""
        self._own = own
        self.changed.emit(own)

    # The test box

    @Slot()
    def show_trial(self) -> None:
        """Say what each rule makes of the text, and what it is in the end."""
        text = self.text.text()
        trial = try_rules(text, self._all) if text.strip() else None
        self.verdict.setText(self._judgement(trial) if trial else "")
        set_look(self.verdict, tone="danger" if trial and trial.refusal else "accent" if trial else "")
        self.tried.setText("\n".join(self._line(each.rule, each.number) for each in trial.tried) if trial else "")

    def _judgement(self, trial: Trial) -> str:
        if trial.refusal:
            return sentence(self._words, trial.refusal)
        if isinstance(trial.code, LegacyCard):
            return self._words("rules.is_card", rule=trial.code.rule, number=trial.code.number)
        return self._words(f"code_kind.{KINDS[type(trial.code)]}" if trial.code else "code_kind.damaged")

    def _line(self, name: str, number: str | None) -> str:
        return self._words("rules.fits", rule=name, number=number) if number else self._words("rules.no_fit", rule=name)
