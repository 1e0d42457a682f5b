"""The screen a clerk lives in: one scan shows the member, each next one is a product of the visit."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

import resources
from desktop.errors import TillError
from desktop.events import Changes
from desktop.services.consents import give_consents, withdraw_consent
from desktop.services.preferences import note_preference, withdraw_preference
from desktop.services.undo import Undone, undo
from desktop.services.visits import (
    add_line,
    change_line,
    finish_visit,
    hold_visit,
    recall_visit,
    remove_line,
    remove_note,
    serve,
    write_note,
)
from desktop.views.lookup import (
    MemberSeen,
    NewMemberCode,
    NewProductCode,
    PaymentSeen,
    ProductSeen,
    Sight,
    UnknownText,
    look_up,
)
from desktop.views.phone import whole_phone
from desktop.views.products import ProductView, printed_gtin
from desktop.views.profile import Profile, find_profile
from desktop.views.visit import VisitView, find_running_visit, parked_visits, visits_of
from resources import Words
from ui.bridge import Bridge
from ui.keys import KEYS
from ui.said import Said, sentence
from ui.screen import Screen
from ui.screens.note_draft import NoteDraft
from ui.widgets.counter_page import CounterPage

HISTORY = 20
MINUTE_MS = 15_000


class Counter(Screen):
    """``show_code(text)`` is where every scan comes in.

    said: a Said for the message bar. enrol_wanted: the member code that was scanned, or "". idle_wanted: the visit
    is over or on hold. counter_wanted: a deed brought a visit back while another screen is up.
    """

    said = Signal(object)
    enrol_wanted = Signal(str)
    idle_wanted = Signal()
    counter_wanted = Signal()

    def __init__(self, bridge: Bridge, words: Words) -> None:
        super().__init__(bridge, words)
        self._visit: VisitView | None = None
        self._profile: Profile | None = None
        self._finishing = False
        self.page = CounterPage(words)
        self._draft = NoteDraft(bridge, self.page.visit.note)
        self._minute = QTimer(self, interval=MINUTE_MS)
        self._minute.timeout.connect(self._show_time)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.page)
        self._connect_cards()
        self._connect_visit()
        self._set_keys()

    def _connect_cards(self) -> None:
        page = self.page
        page.profile.phone_wanted.connect(self.reveal_phone)
        page.preferences.withdrawn.connect(self._withdraw)
        page.preferences.consent_changed.connect(self._change_consent)
        page.parked.recalled.connect(self.recall)
        for invite in (page.unknown, page.nobody):
            invite.enrol_wanted.connect(lambda: self.enrol_wanted.emit(""))
        page.hold.clicked.connect(self.hold)
        page.finish.clicked.connect(self.finish)

    def _connect_visit(self) -> None:
        visit = self.page.visit
        visit.lines.changed.connect(self._change_line)
        visit.lines.removed.connect(self._remove_line)
        visit.learned.noted.connect(self._note_preference)
        visit.learned.withdrawn.connect(self._withdraw)
        visit.notes.removed.connect(self._remove_note)
        visit.note_entered.connect(self._write_note)
        visit.note.escaped.connect(self.setFocus)
        visit.learned.field.escaped.connect(self.setFocus)

    def _set_keys(self) -> None:
        for number, action in enumerate(("seen", "tried", "bought"), 1):
            key = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            key.activated.connect(lambda action=action: self._set_action(action))
        QShortcut(QKeySequence(KEYS.note), self, self.page.visit.note.setFocus)
        QShortcut(QKeySequence("Ctrl+R"), self, self.reveal_phone)

    # What a scan means

    def show_code(self, text: str) -> None:
        """Act on a scanned or typed code; whatever it is, the answer is on the screen at once."""
        try:
            sight = self.bridge.read(look_up, text)
        except TillError as error:
            self._warn(error)
            return
        self._act_on(sight)

    def _act_on(self, sight: Sight) -> None:
        match sight:
            case MemberSeen(member_id):
                self.serve(member_id)
            case ProductSeen(product):
                self._add(product)
            case NewMemberCode(code):
                way = self.words("counter.new_code_enrol")
                self._say("new_code", way=way, act=lambda: self.enrol_wanted.emit(code), tone="warn")
            case NewProductCode(gtin):
                self._warn(TillError("product_unknown", gtin=printed_gtin(gtin)))
            case PaymentSeen():
                self._warn(TillError("payment_code"))
            case UnknownText(text):
                self._warn(TillError("text_unknown", text=text[:40]))

    def serve(self, member_id: str | None) -> None:
        """Show the member at once, and begin the visit; None for nobody known. Whoever is served is put on hold."""
        profile = self._find_profile(member_id) if member_id else None
        if member_id and profile is None:
            self._warn(TillError("member_unknown"))
            return
        before = self._visit
        if profile:
            self._paint_member(profile, self._visit)
            self.page.show_visit(True)
        self._do(serve, member_id, then=lambda visit_id: self._tell_parked(before, visit_id))

    def _tell_parked(self, before: VisitView | None, visit_id: str) -> None:
        self.setFocus()
        if before and before.id != visit_id:
            self._say("parked_other", who=self._name(before))

    def _add(self, product: ProductView) -> None:
        self._do(add_line, product.gtin, then=lambda _: self._say("saved_line", product=product.name))

    # Deeds

    def hold(self) -> None:
        """Put the running visit on hold."""
        visit = self._visit
        self._draft.keep_now()
        self._do(hold_visit, then=lambda _: self._left(visit, "saved_hold"))

    def recall(self, visit_id: str | None = None) -> None:
        """Take up a visit that was on hold, the latest unless named."""
        self._draft.keep_now()
        self._do(recall_visit, visit_id, then=lambda _: self._came_back())

    def finish(self) -> None:
        """End the visit; a note that is still being typed is saved first."""
        if self._finishing or self._visit is None:
            return
        self._finishing = True
        note, visit = self.page.visit.note.text(), self._visit
        if note.strip():
            self.bridge.run(
                write_note, note, then=lambda _: self._finish(visit, note), failed=lambda error: self._unfinished(error)
            )
        else:
            self._finish(visit, "")

    def _finish(self, visit: VisitView, note: str) -> None:
        if note:
            self._draft.saved(visit.id, note)
        self.bridge.run(finish_visit, then=lambda _: self._finished(visit), failed=self._unfinished)

    def _finished(self, visit: VisitView) -> None:
        self._finishing = False
        self.refresh()
        self._left(visit, "saved_finish", count=len(visit.lines))

    def _unfinished(self, error: TillError) -> None:
        self._finishing = False
        self._fail(error)

    def _left(self, visit: VisitView | None, said: str, **facts: object) -> None:
        self._say(said, who=self._name(visit), way=self.words("key.undo"), act=self.undo, **facts)
        self.idle_wanted.emit()

    def undo(self) -> None:
        """Take the last deed back, and say which."""
        self._do(undo, then=self._undone)

    def _undone(self, undone: Undone) -> None:
        name = f"deed.{undone.deed}"
        self._say("undone", deed=self.words(name if name in self.words else "deed.other"))
        self._came_back() if self._visit else self.idle_wanted.emit()

    def _came_back(self) -> None:
        if self.isVisible():
            self.setFocus()
        else:
            self.counter_wanted.emit()

    def reveal_phone(self) -> None:
        """Show the whole number for a while."""
        phone = self._profile and self.bridge.read(whole_phone, self._profile.member_id)
        if phone:
            self.page.profile.reveal(phone)
        elif self._profile:
            self.said.emit(Said(self.words("profile.no_phone"), "warn"))

    def _set_action(self, action: str) -> None:
        if picked := self.page.visit.lines.picked:
            self._change_line(picked, action, "")

    def _change_line(self, line_id: str, action: str, reason: str) -> None:
        self.page.visit.lines.pick(line_id)
        self._do(change_line, line_id, action, reason or None)

    def _remove_line(self, line_id: str) -> None:
        self._do(remove_line, line_id, then=lambda _: self._offer_undo("remove_line"))

    def _note_preference(self, facet: str, value: str) -> None:
        self._do(note_preference, facet, value, then=lambda _: self._say("saved_learned", value=value))

    def _withdraw(self, preference_id: str) -> None:
        self._do(withdraw_preference, preference_id, then=lambda _: self._offer_undo("withdraw_preference"))

    def _write_note(self, text: str) -> None:
        visit_id = self._visit.id if self._visit else None
        if text.strip():
            self._do(write_note, text, then=lambda _: self._noted(visit_id, text))

    def _noted(self, visit_id: str | None, text: str) -> None:
        self._draft.saved(visit_id, text)
        self._say("saved_note")

    def _remove_note(self, note_id: str) -> None:
        self._do(remove_note, note_id, then=lambda _: self._offer_undo("remove_note"))

    def _change_consent(self, purpose: str, agreed: bool) -> None:
        if self._profile is None:
            return
        title = resources.consent_text(purpose, self.words.language).title
        said = {"then": lambda _: self._say("saved_consent", title=title)}
        member_id = self._profile.member_id
        if agreed:
            self._do(give_consents, member_id, (purpose,), channel="counter", **said)
        else:
            self._do(withdraw_consent, member_id, purpose, **said)
        self.page.preferences.consents.fold()

    def _do(
        self, operation: Callable[..., Any], *args: Any, then: Callable[[Any], object] | None = None, **kwargs: Any
    ) -> None:
        """Have it done; once it is saved, paint what is saved, then go on."""

        def done(result: Any) -> None:
            self.refresh()
            if then:
                then(result)

        self.bridge.run(operation, *args, then=done, failed=self._fail, **kwargs)

    # Painting

    def enter(self) -> None:
        super().enter()
        self.setFocus()

    def leave(self) -> None:
        self._draft.keep_now()
        super().leave()

    def refresh(self) -> None:
        """Paint what is saved; what is picked and typed stays."""
        visit = self._visit = self.bridge.read(find_running_visit)
        self.page.parked.paint(self.bridge.read(parked_visits))
        self.page.show_visit(visit is not None)
        self._draft.follow(visit.id if visit else None)
        self._paint_member(self._find_profile(visit.member_id) if visit and visit.member_id else None, visit)
        if visit is None:
            return
        self.page.visit.paint(visit, self.bridge.desk.clock.now())
        count = len(visit.lines)
        self.page.finish.set_words(self.words("counter.finish" if count else "counter.finish_empty", count=count))

    def _find_profile(self, member_id: str) -> Profile | None:
        now = self.bridge.desk.clock.now()
        return self.bridge.read(find_profile, member_id, now.astimezone().date())

    def _paint_member(self, profile: Profile | None, visit: VisitView | None) -> None:
        self._profile = profile
        if profile:
            now = self.bridge.desk.clock.now()
            past = self._past(profile.member_id, visit)
            before = _before(profile, visit, past)
            self.page.profile.paint(before, now)
            self.page.preferences.paint(before, now)
            self.page.history.paint(past, now)
            self.page.facts.paint(profile)
        self.page.show_member(profile is not None)

    def _past(self, member_id: str, visit: VisitView | None) -> tuple[VisitView, ...]:
        """The visits before this one; being enrolled is not one worth telling of."""
        visits = self.bridge.read(visits_of, member_id, HISTORY + 1)
        return tuple(each for each in visits if visit is None or each.id != visit.id)[:HISTORY]

    def _show_time(self) -> None:
        if self._visit:
            self.page.visit.show_time(self._visit, self.bridge.desk.clock.now())

    def _name(self, visit: VisitView | None) -> str:
        return (visit and visit.member_name) or self.words("counter.nobody")

    def _say(self, name: str, *, way: str = "", act: Callable[[], object] | None = None, **facts: object) -> None:
        tone = str(facts.pop("tone", "good"))
        self.said.emit(Said(self.words(f"counter.{name}", **facts), tone, way, act))

    def _offer_undo(self, deed: str) -> None:
        self._say("done", deed=self.words(f"deed.{deed}"), way=self.words("key.undo"), act=self.undo)

    def _warn(self, error: TillError) -> None:
        self.said.emit(Said(sentence(self.words, error), "warn"))

    def _fail(self, error: TillError) -> None:
        """It was not saved: show what is, and say why."""
        self.refresh()
        self._warn(error)

    def on_changed(self, changes: Changes) -> None:
        """Only what is on the screen matters; own deeds paint when they are saved."""
        if not self.isVisible():
            self.mark_stale()
        elif self._concerns(changes):
            self.refresh()

    def _concerns(self, changes: Changes) -> bool:
        shown = {self._visit and self._visit.id, *self.page.parked.ids, self._profile and self._profile.member_id}
        return any(row_id in shown for _, row_id in changes.rows) or bool(changes.of("product") | changes.of("guide"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        lines, key = self.page.visit.lines, event.key()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            lines.step(-1 if key == Qt.Key.Key_Up else 1)
        elif plain and key == Qt.Key.Key_Delete and lines.picked:
            self._remove_line(lines.picked)
        elif not (plain and self._visit and self.page.visit.learned.press(key - Qt.Key.Key_0)):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._minute.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._minute.stop()


def _before(profile: Profile, visit: VisitView | None, past: tuple[VisitView, ...]) -> Profile:
    """What was lately before this visit: what happens in it stands beside."""
    running = visit is not None and visit.member_id == profile.member_id
    recent = tuple(line for line in profile.recent if not (visit and running and line.at >= visit.started))
    return replace(profile, last_visit=past[0].started if past else None, recent=recent)
