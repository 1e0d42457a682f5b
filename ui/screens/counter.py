"""The screen a clerk lives in: one scan shows the member, each next one is a product of the visit."""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QVBoxLayout

from desktop.errors import TillError
from desktop.events import Changes
from desktop.status import Link
from desktop.views.lookup import MemberSeen, NewMemberCode, ProductSeen, Sight, TokenSeen, look_up
from desktop.views.phone import whole_phone
from desktop.views.profile import Profile, find_profile
from desktop.views.shop import find_trade
from desktop.views.visit import VisitView, find_running_visit, parked_visits, visits_of
from resources import Words
from ui.bridge import Bridge
from ui.keys import KEYS
from ui.member_cards import MemberCards
from ui.portrayed import portray
from ui.said import Said
from ui.screen import Screen
from ui.screens.note_draft import NoteDraft
from ui.screens.recognition import Recognition
from ui.screens.visit_deeds import VisitDeeds
from ui.screens.worth import Worth
from ui.trade_names import TradeNames
from ui.widgets.counter_page import CounterPage
from ui.widgets.line_row import ACTIONS

HISTORY = 20
_MINUTE_MS = 15_000


class Counter(Screen):
    """``show_code(text)`` is where every scan comes in.

    said: a Said for the message bar. enrol_wanted: the member's or recruit code or old card that was scanned, or
    "". guide_wanted: id and name of the guide whose badge was scanned. booking_wanted: a member's id and name.
    counter_wanted: there is something to see here while another screen is up. page_wanted: of whoever is served.
    """

    said = Signal(object)
    enrol_wanted = Signal(str)
    guide_wanted = Signal(str, str)
    booking_wanted = Signal(str, str)
    counter_wanted = Signal()
    page_wanted = Signal(str)

    def __init__(self, bridge: Bridge, words: Words) -> None:
        super().__init__(bridge, words)
        self._visit: VisitView | None = None
        self._profile: Profile | None = None
        self._read = 0  # up to which commit the screen shows what is saved
        self.page = CounterPage(words)
        self._deeds = VisitDeeds(bridge, words, self)
        self._codes = Recognition(self._deeds, words, self)
        self._worth = Worth(bridge, words, self.page, self._deeds)
        self._codes.enrol_wanted.connect(self.enrol_wanted)
        self._codes.guide_wanted.connect(self.guide_wanted)
        self._draft = NoteDraft(bridge, self.page.visit.note)
        self.cards = MemberCards(bridge, words, self)
        self.cards.said.connect(self.said)
        self._minute = QTimer(self, interval=_MINUTE_MS)
        self._minute.timeout.connect(self._show_time)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.page)
        self._connect_deeds()
        self._connect_cards()
        self._connect_visit()
        self._set_keys()

    def _connect_deeds(self) -> None:
        deeds = self._deeds
        deeds.begun.connect(self._come_back)
        deeds.settled.connect(self.refresh)
        deeds.said.connect(self.said)
        deeds.awaited.connect(self._draft.await_turn)
        deeds.came.connect(self._draft.came)
        deeds.noted.connect(self._draft.saved)

    def _connect_cards(self) -> None:
        page = self.page
        page.profile.phone_wanted.connect(self.reveal_phone)
        page.profile.name.clicked.connect(self.look_closer)
        page.preferences.tags.entered.connect(self._set_tag)
        page.preferences.tags.removed.connect(self._deeds.remove_tag)
        page.preferences.tags.field.escaped.connect(self.setFocus)
        page.suggestions.wanted.connect(self.show_code)
        page.entities.noted.connect(self._note_entity)
        page.entities.removed.connect(self._deeds.remove_entity)
        page.preferences.withdrawn.connect(self._deeds.withdraw)
        page.preferences.consent_changed.connect(self._change_consent)
        page.facts.card.clicked.connect(self._offer_card)
        page.parked.recalled.connect(self.recall)
        for invite in (page.unknown, page.nobody):
            invite.enrol_wanted.connect(lambda: self.enrol_wanted.emit(""))
        page.hold.clicked.connect(self.hold)
        page.book.clicked.connect(self.book)
        page.finish.clicked.connect(self.finish)

    def _connect_visit(self) -> None:
        visit, deeds = self.page.visit, self._deeds
        visit.lines.changed.connect(deeds.change_line)
        visit.lines.removed.connect(deeds.remove_line)
        visit.learned.noted.connect(deeds.note_preference)
        visit.mood.rated.connect(deeds.rate)
        visit.learned.withdrawn.connect(deeds.withdraw)
        visit.notes.removed.connect(deeds.remove_note)
        visit.note_entered.connect(deeds.write_note)
        for field in (visit.note, visit.learned.field):
            field.escaped.connect(self.setFocus)

    def _set_keys(self) -> None:
        for action in ACTIONS:
            key = QShortcut(QKeySequence(getattr(KEYS, action)), self)
            key.activated.connect(lambda action=action: self._set_action(action))
        QShortcut(QKeySequence(KEYS.note), self).activated.connect(self.page.visit.note.setFocus)
        QShortcut(QKeySequence(KEYS.reveal), self).activated.connect(self.reveal_phone)
        QShortcut(QKeySequence(KEYS.person), self).activated.connect(self.look_closer)

    def look_closer(self) -> None:
        """The page of whoever is served."""
        if self._profile:
            self.page_wanted.emit(self._profile.member_id)

    # What a scan means

    def show_code(self, text: str) -> str:
        """Act on a scanned or typed code; whatever it is, the answer is on the screen at once. Its kind, "" if none."""
        try:
            sight = self.bridge.read(look_up, text, self.bridge.desk.clock.now())
        except TillError as error:
            self._deeds.warn(error)
            return ""
        self._act_on(sight)
        return sight.kind

    def _act_on(self, sight: Sight) -> None:
        match sight:
            case MemberSeen(member_id):
                self.serve(member_id)
            case TokenSeen(member_id, text):
                self.serve(member_id, token=text)
            case ProductSeen(product):
                if not self._codes.teaching.learn_product(product):
                    self._come_up()
                    self._deeds.add(sight)
            case NewMemberCode(code):
                self._offer_enrolment(code)
            case _:
                self._codes.teaching.stop()
                self._codes.act(sight, self._profile if self._visit or self.awaits else None)

    def _offer_enrolment(self, code: str) -> None:
        if self.bridge.status.link is not Link.ALONE:  # whose it is may be known elsewhere
            self._greet(None, code)
            self._deeds.serve_code(code)
            way = self.words("counter.new_code_enrol")
            self.said.emit(Said(self.words("counter.by_code"), "warn", way, lambda: self.enrol_wanted.emit(code)))
            return
        text, way = self.words("counter.new_code"), self.words("counter.new_code_enrol")
        self.said.emit(Said(text, "warn", way, lambda: self.enrol_wanted.emit(code)))

    def serve(self, member_id: str | None, *, token: str = "") -> None:
        """Show the member at once, and begin the visit; None for nobody known. Whoever is served is put on hold.

        token: the short-lived code that the member has shown.
        """
        profile = self._find_profile(member_id) if member_id else None
        if member_id and profile is None:
            self._deeds.warn(TillError("member_unknown"))
            return
        self._greet(profile)
        if profile:
            self._codes.teaching.learn_member(profile)
        if profile and token:
            self._deeds.serve_shown(token, profile.name or self.words("profile.unnamed"))
        else:
            self._deeds.serve(member_id)

    def _goes_on(self, profile: Profile | None) -> bool:
        """Whether to serve them is to go on with the visit on the screen: theirs, or one that gets a name."""
        visit = self._visit
        if visit is None or visit.code or self._deeds.turning or self._deeds.ending:
            return False
        return visit.member_id is None or (profile is not None and visit.member_id == profile.member_id)

    @property
    def awaits(self) -> bool:
        """Whether somebody is to be served, and is not saved yet."""
        return bool(self._deeds.turning)

    # What keys and buttons mean

    def hold(self) -> None:
        """Put the running visit on hold."""
        self._draft.keep_now()
        if self._visit or self.awaits:
            self._deeds.hold()

    def book(self) -> None:
        """Make an appointment for whoever is served."""
        if self._profile:
            self.booking_wanted.emit(self._profile.member_id, self._profile.name)

    def recall(self, visit_id: str | None = None) -> None:
        """Take up a visit that was on hold, the latest unless named."""
        parked = self.bridge.read(parked_visits)
        wanted = next((each for each in parked if visit_id in (None, each.id)), None)
        if wanted:
            self._make_room()
            self._show_who(self._find_profile(wanted.member_id) if wanted.member_id else None)
        else:
            self._draft.leave()
        self._deeds.recall(visit_id)
        if wanted:
            self._come_back()

    def finish(self) -> None:
        """End the visit; a note that is still being typed is saved with it."""
        if self._visit or self.awaits:
            self.page.visit.note.setReadOnly(True)  # what is typed now would be in no visit
            self._deeds.finish(self.page.visit.note.text())

    def undo(self) -> None:
        """Take the last deed back, and say which it was."""
        self._deeds.undo()

    def reveal_phone(self) -> None:
        """Show the whole number for a while."""
        if self._profile is None:
            return
        if phone := self.bridge.read(whole_phone, self._profile.member_id):
            self.page.profile.reveal(phone)
        else:
            self.said.emit(Said(self.words("profile.no_phone"), "warn"))

    def _offer_card(self) -> None:
        if self._profile:
            self.cards.offer(self._profile, self.page.facts.card)

    def _set_action(self, action: str) -> None:
        if picked := self.page.visit.lines.picked:
            self._deeds.change_line(picked, action)

    def _set_tag(self, name: str) -> None:
        if self._profile:
            self._deeds.set_tag(self._profile.member_id, name)
            self.setFocus()

    def _note_entity(self, kind: str, fields: dict[str, str], entity_id: str) -> None:
        if self._profile:
            self._deeds.note_entity(self._profile.member_id, kind, fields, entity_id)

    def _change_consent(self, purpose: str, agreed: bool) -> None:
        if self._profile:
            self.page.preferences.consents.fold()
            self._deeds.change_consent(self._profile.member_id, purpose, agreed)

    # Painting

    def enter(self) -> None:
        super().enter()
        self.setFocus()

    def leave(self) -> None:
        self._draft.keep_now()
        super().leave()

    def refresh(self) -> None:
        """Paint what is saved; what is picked and typed stays."""
        if self._deeds.turning:
            return  # what was saved before would only take off again who is to be served
        self._read = self.bridge.desk.commits
        if not self._deeds.ending:
            self.page.visit.note.setReadOnly(False)
        self.page.speak(self._names)
        visit = self._visit = self.bridge.read(find_running_visit)
        self._deeds.running = visit.id if visit else None
        self.page.parked.paint(self.bridge.read(parked_visits))
        self._draft.follow(visit.id if visit else None)
        self._paint_member(self._find_profile(visit.member_id) if visit and visit.member_id else None)
        self.page.show_who(known=self._profile is not None, running=visit is not None)
        if visit:
            self.page.paint_unknown(visit.code)
            self.page.visit.paint(visit, self.bridge.desk.clock.now())
            self.page.count(len(visit.lines))

    @property
    def _names(self) -> TradeNames:
        return TradeNames(self.bridge.read(find_trade, self.bridge.today()), self.words)

    def _find_profile(self, member_id: str) -> Profile | None:
        return self.bridge.read(find_profile, member_id, self.bridge.today())

    def _greet(self, profile: Profile | None, code: str | None = None) -> None:
        """Show whoever is to be served within a blink; what the rules say of them comes once the visit is saved."""
        if not self._goes_on(profile):
            self._make_room()
        self._show_who(profile, code)

    def _make_room(self) -> None:
        """What is on the screen is no longer the visit of whoever is to be served."""
        self._draft.leave()
        self.page.begin()
        self.page.visit.note.setReadOnly(False)

    def _show_who(self, profile: Profile | None, code: str | None = None) -> None:
        before, self._profile = self._profile, profile
        if profile and (before is None or before.member_id != profile.member_id):
            self.page.paint_member(profile, self._names, self.bridge.desk.clock.now())
        self.page.show_who(known=profile is not None, running=True)
        self.page.paint_unknown(code)

    def _paint_member(self, profile: Profile | None) -> None:
        self._profile = profile
        if profile:
            visits = self.bridge.read(visits_of, profile.member_id, HISTORY + 1)
            visit = next((each for each in visits if self._visit and each.id == self._visit.id), None)
            past = tuple(each for each in visits if each is not visit)[:HISTORY]
            portrayed = portray(self.bridge, profile.member_id, self.words, visit)
            now = self.bridge.desk.clock.now()
            self.page.paint_member(_before(profile, visit, past), portrayed.names, now)
            self.page.judge(past, portrayed, now)
            self._worth.paint(portrayed.portrait, visit and self._visit)

    def _show_time(self) -> None:
        if self._visit:
            self.page.visit.show_time(self._visit, self.bridge.desk.clock.now())

    def _come_up(self) -> None:
        if not self.isVisible():
            self.counter_wanted.emit()

    def _come_back(self) -> None:
        self._come_up()
        self.setFocus()

    @Slot(object)
    def on_changed(self, changes: Changes) -> None:
        """Only what is on the screen matters, and what is not there yet: own deeds paint when they are saved."""
        if not self.isVisible():
            self.mark_stale()
        elif changes.number > self._read and self._concerns(changes):
            self.refresh()

    def _concerns(self, changes: Changes) -> bool:
        shown = {*self.page.parked.ids, self._visit and self._visit.id, self._profile and self._profile.member_id}
        return any(row_id in shown for _, row_id in changes.rows) or bool(changes.of("product"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        lines, key = self.page.visit.lines, event.key()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if not plain or not (self._visit or self.awaits):
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            lines.step(-1 if key == Qt.Key.Key_Up else 1)
        elif QKeySequence(key) == QKeySequence(KEYS.remove) and lines.picked:
            self._deeds.remove_line(lines.picked)
        elif not self.page.visit.learned.press(key - Qt.Key.Key_0):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_time()
        self._minute.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._minute.stop()


def _before(profile: Profile, visit: VisitView | None, past: tuple[VisitView, ...]) -> Profile:
    """What was lately before this visit: what happens in it stands beside."""
    recent = tuple(line for line in profile.recent if visit is None or line.at < visit.started)
    return replace(profile, last_visit=past[0].started if past else None, recent=recent)
