"""How the till stands to headquarters, what waits, what was refused and the way out of it."""

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from desktop.services.agreement import let_go
from desktop.services.refusals import acknowledge
from desktop.status import HubStatus, Link
from desktop.views.refusals import member_behind
from desktop.views.till import WaitingEvent, find_backlog, list_waiting
from resources import Words
from ui.bridge import Bridge
from ui.figures import clock, day
from ui.said import Said, clock_sentence
from ui.screen import Screen
from ui.widgets.card import Card, empty, label, rule, set_look
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.pill import ago

_MOST = 50
_WIDEST = 1080


class Sync(Screen):
    """member_wanted gives an id; said is a Said for the message bar."""

    member_wanted = Signal(str)
    said = Signal(object)

    def __init__(self, bridge: Bridge, words: Words) -> None:
        super().__init__(bridge, words)
        self.sentence = label("", "lead", wrap=True)
        self.clock_warning = label("", wrap=True)
        self.clock_warning.setProperty("tone", "warn")
        self.storage_warning = label("", wrap=True)
        self.storage_warning.setProperty("tone", "warn")
        self.loading = label("", wrap=True)
        self.vanishing = label("", wrap=True)
        self.vanishing.setProperty("tone", "danger")
        self.let_go = KeyedButton(words("sync.let_go"), role="small")
        self.let_go.clicked.connect(self._let_go)
        self.again = KeyedButton(words("sync.again"), "F5", role="primary")
        self.again.clicked.connect(self._ask)
        self.figures = {name: label("", "figure") for name in ("waiting", "refused", "last")}
        self.rows = QVBoxLayout()
        self.rows.setSpacing(0)
        self._told = label("", "small")
        self._lay_out()
        bridge.status_changed.connect(self._on_status)
        bridge.troubles_changed.connect(self._on_status)

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self._status_card())
        column.addWidget(self._list_card(), 1)
        page = QHBoxLayout(self)
        page.setContentsMargins(24, 24, 24, 8)
        page.addStretch(1)
        page.addWidget(inside, 100)
        page.addStretch(1)

    def _status_card(self) -> Card:
        card = Card()
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(label(self.words("sync.title"), "h1"))
        head.addStretch(1)
        head.addWidget(self.again)
        card.column.addLayout(head)
        card.column.addWidget(self.sentence)
        card.column.addWidget(self.clock_warning)
        card.column.addWidget(self.loading)
        card.column.addWidget(self.vanishing)
        card.column.addWidget(self.let_go, alignment=Qt.AlignmentFlag.AlignLeft)
        card.column.addWidget(self.storage_warning)
        card.column.addSpacing(4)
        figures = QHBoxLayout()
        figures.setSpacing(48)
        for name, figure in self.figures.items():
            pair = QVBoxLayout()
            pair.setSpacing(0)
            pair.addWidget(label(self.words(f"sync.count_{name}"), "h3"))
            pair.addWidget(figure)
            figures.addLayout(pair)
        figures.addStretch(1)
        card.column.addLayout(figures)
        return card

    def _list_card(self) -> Card:
        card = Card(padding=0)
        card.column.setContentsMargins(16, 16, 8, 8)
        self._told.setContentsMargins(0, 0, 8, 0)
        card.head(self.words("sync.waiting"), self._told)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 0)
        column.addLayout(self.rows)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inside)
        card.column.addWidget(scroll, 1)
        return card

    def enter(self) -> None:
        """The hub's answers come without a change of rows: always read anew."""
        self.mark_stale()
        super().enter()
        self.again.setFocus()

    def retire(self) -> None:
        """As any screen, and the status too."""
        super().retire()
        self.bridge.status_changed.disconnect(self._on_status)
        self.bridge.troubles_changed.disconnect(self._on_status)

    def refresh(self) -> None:
        """The sentence, the figures and the rows."""
        status, backlog = self.bridge.status, self.bridge.read(find_backlog)
        now = self.bridge.desk.clock.now()
        self.sentence.setText(self._sentence(status))
        self.clock_warning.setText(clock_sentence(self.words, status.clock_skew_ms))
        self.clock_warning.setVisible(bool(self.clock_warning.text()))
        self.storage_warning.setVisible(bool(self.bridge.troubles))
        told = (self.words(f"error.{trouble.code}", **trouble.facts) for trouble in self.bridge.troubles)
        self.storage_warning.setText("\n".join(told))
        self._paint_extent(status)
        self.again.setEnabled(status.link is not Link.ALONE)
        self.figures["waiting"].setText(f"{backlog.waiting:,}")
        self.figures["refused"].setText(f"{backlog.refused:,}")
        set_look(self.figures["refused"], tone="danger" if backlog.refused else "")
        self.figures["last"].setText(ago(self.words, status.last_contact, now))
        waiting = self.bridge.read(list_waiting, _MOST)
        if status.link is Link.ALONE:  # nobody is to answer: only old refusals are worth a look
            waiting = tuple(event for event in waiting if event.state == "rejected")
        self._paint_rows(waiting, status)

    def _paint_extent(self, status: HubStatus) -> None:
        """How much is still to come, and whether much would go."""
        self.loading.setVisible(status.loading is not None)
        if status.loading:
            done, rows = status.loading
            self.loading.setText(self.words("sync.loading", done=f"{done:,}", rows=f"{rows:,}"))
        for part in (self.vanishing, self.let_go):
            part.setVisible(status.vanishing > 0)
        self.vanishing.setText(self.words("sync.vanishing", count=f"{status.vanishing:,}"))

    def _let_go(self) -> None:
        def tell(count: int) -> None:
            self.said.emit(Said(self.words("sync.let_go_done", count=f"{count:,}")))
            self.bridge.sync_now()

        self.bridge.run(let_go, then=tell)

    def _paint_rows(self, waiting: tuple[WaitingEvent, ...], status: HubStatus) -> None:
        empty(self.rows)
        self._told.setText(self.words("sync.more", count=_MOST) if len(waiting) == _MOST else "")
        for event in waiting:
            self.rows.addWidget(self._row(event))
            self.rows.addWidget(rule())
        if not waiting:
            nothing = "sync.nothing_alone" if status.link is Link.ALONE else "sync.nothing"
            self.rows.addWidget(label(self.words(nothing), "muted"))

    def _row(self, event: WaitingEvent) -> QFrame:
        row = WaitingRow(event, self.words, self.bridge.desk.clock.now())
        row.again.clicked.connect(self._ask)
        row.acknowledge.clicked.connect(lambda: self._acknowledge(event.event_id))
        row.open.clicked.connect(lambda: self._open(event))
        return row

    def _sentence(self, status: HubStatus) -> str:
        told = ago(self.words, status.last_contact, self.bridge.desk.clock.now())
        if status.link is Link.OFFLINE and status.problem is None:
            return self.words("sync.line_connecting")
        problem = verdict(self.words, status.problem)
        return self.words(f"sync.line_{status.link.value}", ago=told, since=clock(status.since), problem=problem)

    def _ask(self) -> None:
        self.said.emit(Said(self.words("sync.asked")))
        self.bridge.sync_now()

    def _acknowledge(self, event_id: str) -> None:
        self.bridge.run(acknowledge, event_id, then=lambda _: self.said.emit(Said(self.words("sync.acknowledged"))))

    def _open(self, event: WaitingEvent) -> None:
        member_id = self.bridge.read(member_behind, event.row, event.row_id)
        if member_id:
            self.member_wanted.emit(member_id)
        else:
            self.said.emit(Said(self.words("sync.gone"), "warn"))

    def _on_status(self, _status: HubStatus | None = None) -> None:
        if self.isVisible():
            self.refresh()


class WaitingRow(QFrame):
    """One deed that headquarters has not accepted. The buttons are those that help in its case."""

    def __init__(self, event: WaitingEvent, words: Words, now: datetime) -> None:
        super().__init__()
        refused = event.state == "rejected"
        kind = f"event.{event.kind}"
        self.again = KeyedButton(words("sync.retry"), role="small")
        self.open = KeyedButton(words("sync.open"), role="small")
        self.acknowledge = KeyedButton(words("sync.acknowledge"), role="small")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 6, 0, 6)
        row.setSpacing(12)
        when = label(f"{day(event.at, now)} {clock(event.at)}", "small")
        when.setMinimumWidth(84)
        row.addWidget(when)
        row.addWidget(label(words(kind if kind in words else "event.other"), "strong"))
        row.addWidget(self._state(event, words), 1)
        for button in (self.open, self.acknowledge) if refused else (self.again,):
            row.addWidget(button)

    def _state(self, event: WaitingEvent, words: Words) -> QLabel:
        told = words(f"sync.{_STATES[event.state]}", reason=verdict(words, event.code))
        state = label(told, "muted", wrap=True)
        state.setProperty("tone", "danger" if event.state == "rejected" else "")
        return state


_STATES = {"pending": "pending", "parked": "parked", "rejected": "refused"}


def verdict(words: Words, code: str | None) -> str:
    """What a code of the hub means to a clerk."""
    name = f"verdict.{code}"
    return words(name) if name in words else words("verdict.other", code=code or "?")
