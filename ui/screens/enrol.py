"""A new member in about fifteen seconds, with or without a network."""

import contextlib

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop.errors import TillError
from desktop.rules.member_codes import MEMBER_PREFIX, RECRUIT_PREFIX
from desktop.services.drafts import drop_draft, keep_draft
from desktop.services.members import Application, Enrolled, enrol
from desktop.services.people import normal_phone, normal_wechat
from desktop.views.leads import Newcomer, find_newcomer, lead_with
from desktop.views.lookup import MemberSeen, NewCard, NewMemberCode, RecruitSeen, TokenSeen, look_up
from desktop.views.phone import phone_owner, wechat_owner
from desktop.views.recruits import RecruitView, find_recruit
from desktop.views.shop import find_trade
from desktop.views.till import find_draft
from resources import Words
from ui.bridge import Bridge
from ui.keys import KEYS
from ui.said import Said, sentence
from ui.screen import Screen
from ui.trade_names import TradeNames
from ui.widgets.card import Card, label
from ui.widgets.consent_list import REQUIRED
from ui.widgets.consent_text_card import ConsentTextCard
from ui.widgets.enrol_form import EnrolForm, Typed
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.side_column import SideColumn

DRAFT = "enrol"
PAUSE_MS = 400
_SCANNED = ("code", "card", "recruit")  # in the draft
_LEAD = "lead"
_TEXT_WIDTHS = ((1560, 600), (1120, 372), (0, 272))  # of the page, and of the card beside the form
_FEWEST_DIGITS, _MOBILE_DIGITS = 7, 11


class Enrol(Screen):
    """``begin(code)`` opens it for a new member code, or for none.

    member_wanted(member_id): somebody who is a member already, or has just become one; their visit is to be shown.
    cancelled: the form was left on purpose; again_wanted: that was not meant. said: a Said for the message bar.
    """

    said = Signal(object)
    member_wanted = Signal(str)
    cancelled = Signal()
    again_wanted = Signal()

    def __init__(self, bridge: Bridge, words: Words) -> None:
        super().__init__(bridge, words)
        self._code = self._card = ""
        self._recruit: RecruitView | None = None
        self._lead: Newcomer | None = None
        self._owner: str | None = None
        self._sending = False
        self._kept = False
        self.form = EnrolForm(words)
        self.text = ConsentTextCard(words)
        self.submit = KeyedButton(words("enrol.submit"), "Enter", role="primary", hint_only=True)
        self.cancel = KeyedButton(words("enrol.cancel"), KEYS.back, hint_only=True)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self.keep_now)
        self._lay_out()
        self._connect()
        self.text.point_at(REQUIRED)

    def _lay_out(self) -> None:
        scroll, card, buttons = SideColumn(), Card(padding=0), QHBoxLayout()
        scroll.column.addWidget(self.form)
        title = QHBoxLayout()
        title.setSpacing(16)
        title.addWidget(label(self.words("enrol.title"), "h1"))
        title.addWidget(label(self.words("enrol.lead"), "muted"), 1)
        buttons.setSpacing(10)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.submit, 1)
        card.column.setContentsMargins(32, 20, 22, 24)
        card.column.setSpacing(16)
        card.column.addLayout(title)
        card.column.addWidget(scroll, 1)
        foot = QWidget()
        foot.setLayout(buttons)
        buttons.setContentsMargins(0, 0, 10, 0)
        card.column.addWidget(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 16, 24, 16)
        row.setSpacing(16)
        row.addWidget(card, 1)
        row.addWidget(self.text)

    def _connect(self) -> None:
        form = self.form
        form.changed.connect(self._pause.start)
        form.phone.edited.connect(self._check_phone)
        form.phone.taken.connect(self._open_owner)
        form.cleared.connect(self.clear)
        form.consents.looked_at.connect(self.text.point_at)
        form.name.escaped.connect(self.give_up)
        form.birthday.escaped.connect(self.give_up)
        form.wechat.escaped.connect(self.give_up)
        form.wechat.textEdited.connect(self._check_wechat)
        self.submit.clicked.connect(self.enrol)
        self.cancel.clicked.connect(self.give_up)

    # Coming and going

    def begin(self, code: str = "", phone: str = "", lead: str = "") -> None:
        """Open for a code that was scanned (a new member's, a recruit code, an old card), a phone number that was
        searched for, or a lead, with what is known of them; else what was left half done is restored."""
        today = self.bridge.today()
        self.form.offer(TradeNames(self.bridge.read(find_trade, today), self.words).impressions())
        draft = self.bridge.read(find_draft, DRAFT) if not lead and self.form.typed == Typed() else None
        if draft:
            self._kept = True
            kept = msgspec.convert(draft, type=dict[str, object])
            self._take_up_scanned({name: str(kept.pop(name, "")) for name in (*_SCANNED, _LEAD)})
            self.form.put(msgspec.convert(kept, type=Typed))
        restored = not lead and self.form.typed != Typed()
        if lead:
            self._take_lead(lead)
        self._take(code)
        self.form.hush()
        if phone:
            self.form.phone.put(phone)
        self._show_note(restored=restored)
        self._check_phone(self.form.phone.text)
        self.form.phone.setFocus()

    def leave(self) -> None:
        self.keep_now()
        super().leave()

    def keep_now(self) -> None:
        """Keep what is half typed, so that a crash loses nothing. What was agreed to is not kept: it is asked anew."""
        self._pause.stop()
        if self.form.typed != Typed():
            self._kept = True
            self.bridge.run_unasked(keep_draft, DRAFT, {**msgspec.to_builtins(self.form.typed), **self._scanned()})
        elif self._kept:  # what was typed has been taken out again
            self._kept = False
            self.bridge.run_unasked(drop_draft, DRAFT)

    def clear(self) -> None:
        """Start over."""
        self._pause.stop()
        self._code, self._card, self._recruit, self._lead, self._owner, self._kept = "", "", None, None, None, False
        self.form.put(Typed())
        self._show_note(restored=False)
        self.form.phone.setFocus()
        self.bridge.run_unasked(drop_draft, DRAFT)

    def give_up(self) -> None:
        """Leave, and forget what was typed; a moment long it can be taken up again. Whoever is being saved stays so."""
        if self._sending:
            self.cancelled.emit()
            return
        typed, scanned = self.form.typed, self._scanned()
        self.clear()
        self.cancelled.emit()
        if typed != Typed():
            way = self.words("key.undo")
            again = lambda: self._take_up(typed, scanned)  # noqa: E731
            self.said.emit(Said(self.words("enrol.given_up"), way=way, act=again, undoes=True))

    def _take_up(self, typed: Typed, scanned: dict[str, str]) -> None:
        self.form.put(typed)
        self._take_up_scanned(scanned)
        self.keep_now()
        self.again_wanted.emit()

    def _show_note(self, *, restored: bool) -> None:
        told = [self.words("enrol.code", code=self._code)] if self._code else []
        told += [self.words("enrol.card", number=self._card)] if self._card else []
        if won := self._recruit:
            told.append(" ".join(part for part in (self.words("enrol.recruit", label=won.label), won.guide) if part))
        if lead := self._lead:
            told.append(self.words("enrol.from_lead", name=lead.name or self.words("leads.unnamed")))
        told += [self.words("enrol.restored")] if restored else []
        self.form.say(" · ".join(told), clearable=restored)

    # Scans

    def _take(self, text: str) -> None:
        """Keep a code that began the form: which kind it is, it says itself; anything else is an old card."""
        if text.startswith(RECRUIT_PREFIX):
            self._recruit = self.bridge.read(find_recruit, text)
            if self._recruit and not self.form.typed.channel:
                self.form.channel.setCurrentIndex(max(0, self.form.channel.findData(self._recruit.channel)))
        elif text.startswith(MEMBER_PREFIX):
            self._code = text
        else:
            self._card = text or self._card

    def _scanned(self) -> dict[str, str]:
        """What the draft keeps of it."""
        recruit = self._recruit.code if self._recruit else ""
        told = dict(zip(_SCANNED, (self._code, self._card, recruit), strict=True))
        return told | {_LEAD: self._lead.lead_id if self._lead else ""}

    def _take_up_scanned(self, scanned: dict[str, str]) -> None:
        for name in _SCANNED:
            self._take(scanned[name])
        self._lead = self.bridge.read(find_newcomer, scanned[_LEAD]) if scanned[_LEAD] else None

    def _take_lead(self, lead_id: str) -> None:
        """A lead becomes a member: what is known of them stands there already."""
        self._code, self._card, self._recruit = "", "", None
        self._lead = self.bridge.read(find_newcomer, lead_id)
        if lead := self._lead:
            self.form.put(Typed(phone=lead.phone, name=lead.name, channel=lead.channel, wechat=lead.wechat))

    def take_scan(self, text: str) -> str:
        """A new member code is the new member's; a member's opens them; anything else belongs to a visit.

        Gives the kind of code, "" if it is none.
        """
        try:
            sight = self.bridge.read(look_up, text, self.bridge.desk.clock.now())
        except TillError as error:
            self._warn(error)
            return ""
        match sight:
            case MemberSeen(member_id) | TokenSeen(member_id):
                # Perhaps somebody else: what is typed waits, and consents are asked anew.
                self.form.consents.clear()
                self.member_wanted.emit(member_id)
            case NewMemberCode() | NewCard() | RecruitSeen():
                self._take(_text_of(sight))
                self._show_note(restored=False)
                self.form.changed.emit()
            case _:
                self._warn(TillError("not_a_member_code"))
        return sight.kind

    # The phone

    def _check_phone(self, text: str) -> None:
        """As soon as a number can be whole: is it one, and is it somebody's?"""
        self._owner = None
        digits = sum(char.isdigit() for char in text)
        foreign = text.startswith(("+", "0"))
        if digits < (_FEWEST_DIGITS if foreign else _MOBILE_DIGITS):
            self.form.phone.say("")
            return
        try:
            self._owner = self.bridge.read(phone_owner, normal_phone(text))
        except TillError as error:
            self.form.phone.say("" if foreign else sentence(self.words, error), "danger" if not foreign else "")
            return
        if self._owner:
            self.form.phone.offer()
        else:
            lead = self.bridge.read(lead_with, normal_phone(text))
            name = lead and (lead.name or self.words("leads.unnamed"))
            told = self.words("enrol.phone_lead", name=name) if name else self.words("enrol.phone_free")
            self.form.phone.say(told, "accent")

    def _check_wechat(self, text: str) -> None:
        """Whether it is somebody's already."""
        with contextlib.suppress(TillError):  # half typed
            wechat = normal_wechat(text)
            if wechat and self.bridge.read(wechat_owner, wechat):
                self.form.reached.complain(self.words("enrol.wechat_taken"))

    def _open_owner(self) -> None:
        if self._owner:
            self._leave_for(self._owner)

    def _leave_for(self, member_id: str) -> None:
        self.clear()
        self.member_wanted.emit(member_id)

    # Enrolling

    def enrol(self) -> None:
        """Make the member and begin the visit; a number that is a member's opens that member."""
        if self._owner:
            self._open_owner()
        elif not self._sending:
            self._send(self._application())

    def _send(self, asked: Application) -> None:
        """Until it is answered nothing can be typed: a correction would come too late."""
        typing = self.focusWidget()

        def saved(enrolled: Enrolled) -> None:
            self._hold_still(False)
            self.clear()
            if self.isVisible():  # else the clerk is elsewhere, and their visit waits
                self.member_wanted.emit(enrolled.member_id)
            self.said.emit(Said(self.words("enrol.saved", who=asked.name.strip() or self.words("enrol.unnamed"))))

        def refused(error: TillError) -> None:
            self._hold_still(False)
            if typing:
                typing.setFocus()
            if not self.isVisible():
                self._warn(error)
            self._refused(error)

        self._hold_still(True)
        self._pause.stop()
        self.bridge.run(enrol, asked, opens=True, then=saved, failed=refused)

    def _hold_still(self, sending: bool) -> None:
        self._sending = sending
        for part in (self.form, self.cancel):
            part.setEnabled(not sending)

    def _application(self) -> Application:
        typed = self.form.typed
        return Application(
            phone=typed.phone,
            name=typed.name,
            birthday=typed.birthday or None,
            channel=typed.channel or None,
            wechat=typed.wechat or None,
            impressions=typed.impressions,
            consents=self.form.consents.ticked,
            guardian=self.form.guardian.isChecked(),
            code=self._code or None,
            card=self._card or None,
            recruit=self._recruit.code if self._recruit else None,
            lead=self._lead.lead_id if self._lead else None,
        )

    def _refused(self, error: TillError) -> None:
        """Say it where it is wrong, and go there; nothing typed is lost."""
        text, form = sentence(self.words, error), self.form
        if error.code.startswith("minor"):
            form.born.complain(text)
            form.guardian.show()
            (form.guardian if error.code == "minor_needs_guardian" else form.consents.boxes["marketing"]).setFocus()
        elif error.code.startswith("birthday"):
            form.born.complain(text)
            form.birthday.setFocus()
        elif error.code.startswith("wechat"):
            self._complain_of_wechat(text, str(error.facts.get("member_id") or ""))
        elif error.code.startswith("name"):
            form.named.complain(text)
            form.name.setFocus()
        elif error.code.startswith("consent"):
            form.consents.complain(text)
            form.consents.boxes[REQUIRED].setFocus()
        elif error.code.startswith("phone"):
            self._check_phone(form.phone.text)
            form.phone.say(text, "danger") if not self._owner else form.phone.offer()
            form.phone.setFocus()
        else:
            self._warn(error)

    def _complain_of_wechat(self, text: str, owner: str) -> None:
        """If it is somebody's, perhaps it is they who stand here."""
        form, taken = self.form, self.words("enrol.wechat_taken")
        form.ask_wechat(True)
        form.reached.complain(taken if owner else text)
        form.wechat.setFocus()
        if owner:
            way = self.words("enrol.open_owner")
            self.said.emit(Said(text, "warn", way=way, act=lambda: self._leave_for(owner)))

    def _warn(self, error: TillError) -> None:
        self.said.emit(Said(sentence(self.words, error), "warn"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.enrol()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.text.setFixedWidth(next(width for page, width in _TEXT_WIDTHS if self.width() >= page))


def _text_of(sight: NewMemberCode | NewCard | RecruitSeen) -> str:
    match sight:
        case NewMemberCode(code):
            return code
        case NewCard(_, number):
            return number
    return sight.recruit.code
