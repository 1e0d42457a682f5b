"""The lead that is looked at: how to reach them, how far it is, the next day, and how it ends."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.rules.leads import OUTREACH, REASONS, STEPS
from desktop.views.leads import LeadView
from desktop.views.people import shown_phone
from resources import Words
from ui.keys import KEYS
from ui.widgets.card import Card, label
from ui.widgets.chip import Chip
from ui.widgets.chip_choice import ChipChoice
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.lead_row import day_told, name_of, source_of
from ui.widgets.side_column import SideColumn
from ui.widgets.typing_field import TypingField

_LATER = (1, 3, 7, 14)  # days from today


class LeadCard(Card):
    """moved(step or "", days from today or -1, note). arrived; closed(reason); agreed(may be contacted); given: another
    guide is to look after them; joined: the form of a new member is wanted, or the page of who is one by now;
    forgotten: for ever, pressed twice.
    """

    moved = Signal(str, int, str)
    arrived = Signal()
    closed = Signal(str)
    agreed = Signal(bool)
    given = Signal()
    joined = Signal()
    forgotten = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.name = label(role="h2")
        self.reach = label(role="strong", wrap=True)
        self.about = label(role="small", wrap=True)
        self.last = label(role="small", wrap=True)
        self.consent = Chip(words("leads.may_call"))
        self.guide = KeyedButton("", role="small")
        self.steps = ChipChoice([(each, words(f"leads.state_{each}")) for each in STEPS])
        self.due = label(words("leads.due"), "h3")
        self.days = ChipChoice(
            [(str(days), words("tasks.tomorrow" if days == 1 else "tasks.in_days", days=days)) for days in _LATER]
        )
        self.note = TypingField(hint=words("tasks.note_hint"))
        self.error = label("", "error", wrap=True)
        self.save = KeyedButton(words("leads.save"), KEYS.finish, role="primary")
        self.join = KeyedButton(words("leads.join"), KEYS.enrol, role="small", hint_only=True)
        self.page = KeyedButton(words("leads.to_page"), role="small")
        self.came = KeyedButton(words("leads.came"), KEYS.arrived)
        self.drop = KeyedButton(words("leads.drop"), role="small")
        self.reasons = ChipChoice([(each, words(f"leads.lost_{each}")) for each in REASONS])
        self.forget = KeyedButton(words("leads.forget"), role="quiet")
        self._inside = SideColumn()
        self._sure, self._of = False, ""
        self._work: tuple[QWidget, ...] = ()  # what there is to do about a lead who has not joined
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head, inside, more, foot = QHBoxLayout(), self._inside, QWidget(), QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.join)
        head.addWidget(self.page)
        self.column.addLayout(head)
        inside.column.setSpacing(6)
        row = FlowLayout(more, gap=8, line_gap=4)
        row.addWidget(self.consent)
        row.addWidget(self.guide)
        row.addWidget(self.drop)
        foot.addWidget(self.came)
        foot.addWidget(self.save, 1)
        step = label(self._words("leads.step"), "h3")
        parts = (self.reach, self.about, self.last, more, self.reasons, self.forget, step, self.steps)
        for part in (*parts, self.due, self.days, self.note):
            inside.column.addWidget(part)
        self._work = (self.join, more, step, self.steps, self.note, self.came, self.save)
        inside.column.addStretch(1)
        self.column.addWidget(inside, 1)
        self.column.addWidget(self.error)
        self.column.addLayout(foot)

    def _connect(self) -> None:
        self.save.clicked.connect(self._save)
        self.came.clicked.connect(self.arrived)
        self.join.clicked.connect(self.joined)
        self.page.clicked.connect(self.joined)
        self.guide.clicked.connect(self.given)
        self.consent.clicked.connect(lambda: self.agreed.emit(not self.consent.isChecked()))
        self.drop.clicked.connect(lambda: self._show_ways_out(not self.reasons.isVisibleTo(self)))
        self.reasons.chosen.connect(self.closed)
        self.forget.clicked.connect(self._forget)

    def paint(self, view: LeadView, today: date) -> None:
        """Another lead to look at."""
        words = self._words
        self.name.setText(name_of(view, words))
        ways = (shown_phone(view.called) if view.called else view.phone, view.wechat)
        self.reach.setText(" · ".join(way for way in ways if way))
        state = "" if view.member_id else words(f"leads.state_{view.state}")
        parts = (state, day_told(view, words, today), source_of(view, words), view.interest)
        self.about.setText(" · ".join(part for part in parts if part))
        self.last.setText(view.note)
        self.last.setVisible(bool(view.note))
        self.consent.setChecked(view.consent)
        self.guide.set_words(words("leads.with_guide", guide=view.guide) if view.guide else words("leads.give"))
        self._offer(view)
        self._show_ways_out(False)

    def _offer(self, view: LeadView) -> None:
        """Nobody reaches out to who did not agree, and nothing is left to do about who has joined."""
        for part in self._work:
            part.setVisible(not view.member_id)
        self.page.setVisible(bool(view.member_id))
        for step in OUTREACH:
            self.steps.chips[step].setVisible(view.consent)
        for part in (self.due, self.days):
            part.setVisible(view.consent and not view.member_id)
        self.came.setEnabled(view.state != "arrived")
        if view.id != self._of:  # of the same one what is half typed stays
            self._of = view.id
            self.begin()
        elif not view.consent:
            self.steps.take(None if self.steps.taken in OUTREACH else self.steps.taken)
            self.days.take(None)

    def begin(self) -> None:
        """Nothing is typed yet."""
        self.steps.take(None)
        self.days.take(None)
        self.note.clear()
        self.complain("")

    @property
    def typed(self) -> object:
        """What stands in it, of which lead."""
        return self._of, self.steps.taken, self.days.taken, self.note.text()

    def complain(self, text: str) -> None:
        """Say what is wrong, or that nothing is."""
        self.error.setText(text)
        self.error.setVisible(bool(text))

    def _show_ways_out(self, shown: bool) -> None:
        self._sure = False
        self.forget.set_words(self._words("leads.forget"))
        self.reasons.take(None)
        for part in (self.reasons, self.forget):
            part.setVisible(shown)

    def _save(self) -> None:
        step, days, note = self.steps.taken or "", int(self.days.taken or -1), self.note.text()
        if not step and days < 0 and not note.strip():
            self.complain(self._words("leads.pick_step"))
        else:
            self.moved.emit(step, days, note)

    def _forget(self) -> None:
        """There is no way back: the first press asks."""
        if self._sure:
            self.forgotten.emit()
        else:
            self._sure = True
            self.forget.set_words(self._words("leads.forget_sure"))
