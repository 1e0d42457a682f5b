"""A member's page: all that is known of them, without serving them."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout

from desktop.events import Changes
from desktop.services.guests import want_profile
from desktop.status import Link
from desktop.views.member_page import (
    MemberPage,
    consents_of,
    doubts_of,
    find_page,
    likings_of,
    lost_claim,
    turned_down,
)
from desktop.views.phone import whole_phone, whole_wechat
from desktop.views.portrait import MemberPortrait, find_portrait
from desktop.views.profile import find_profile
from desktop.views.requests import requests_of
from desktop.views.search import Found, find_members
from desktop.views.shop import find_trade
from desktop.views.till import find_guides
from desktop.views.timeline import timeline
from desktop.views.twins import find_side, find_twins
from desktop.views.wishes import find_wishes
from resources import Words
from ui import figures
from ui.bridge import Bridge
from ui.keys import KEYS
from ui.said import Said
from ui.screen import Screen
from ui.screens.person_deeds import PersonDeeds
from ui.widgets.card import Card
from ui.widgets.likings_section import LikingsSection
from ui.widgets.merge_section import MergeSection
from ui.widgets.owner_card import OwnerCard
from ui.widgets.person_card import PersonCard
from ui.widgets.portrait_section import PortraitSection
from ui.widgets.privacy_section import PrivacySection
from ui.widgets.record_section import RecordSection
from ui.widgets.sections import Section
from ui.widgets.segmented import Segmented
from ui.widgets.side_column import SideColumn
from ui.widgets.timeline_section import TimelineSection

SECTIONS = ("portrait", "likings", "timeline", "record", "privacy")
_SIDE = 306
_STRIDE = 60  # px that an arrow key scrolls


class Person(Screen):
    """``look_at(member_id)``. member_wanted: they are to be served. booking_wanted: id and name. cancelled: there is
    nobody any more. said: a Said for the message bar.
    """

    member_wanted = Signal(str)
    booking_wanted = Signal(str, str)
    cancelled = Signal()
    said = Signal(object)

    def __init__(self, bridge: Bridge, words: Words) -> None:
        super().__init__(bridge, words)
        self.member_id = ""
        self._other = ""
        self.who, self.owner = PersonCard(words), OwnerCard(words)
        self.tabs = Segmented([(name, words(f"page.tab_{name}")) for name in SECTIONS])
        self.portrait, self.likings = PortraitSection(words), LikingsSection(words)
        self.timeline, self.record = TimelineSection(words), RecordSection(words)
        self.privacy, self.merge = PrivacySection(words), MergeSection(words, self._find)
        self._parts: dict[str, Section] = {
            "portrait": self.portrait, "likings": self.likings, "timeline": self.timeline, "record": self.record,
            "privacy": self.privacy, "merge": self.merge,
        }  # fmt: skip
        self._paints: dict[str, Callable[[MemberPage], None]] = {
            "portrait": lambda _: self.portrait.paint(self._portrait), "likings": self._paint_likings,
            "timeline": self._paint_timeline, "record": self._paint_record, "privacy": self._paint_privacy,
            "merge": self._paint_merge,
        }  # fmt: skip
        self._scrolls: dict[str, QScrollArea] = {}
        self._stack = QStackedWidget()
        self._portrait: MemberPortrait | None = None
        self.deeds = PersonDeeds(bridge, words, self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._lay_out()
        self._connect()
        self.turn_to("portrait")

    def _lay_out(self) -> None:
        side = SideColumn()
        side.set_card_width(_SIDE)
        for box in (self.who, self.owner):
            side.column.addWidget(box)
        side.column.addStretch(1)
        for name, part in self._parts.items():
            scroll = self._scrolls[name] = QScrollArea()
            scroll.setWidgetResizable(True)
            scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            scroll.setWidget(part)
            self._stack.addWidget(scroll)
        card = Card(padding=0)
        head = QVBoxLayout()
        head.setContentsMargins(16, 10, 16, 0)
        head.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignLeft)
        card.column.addLayout(head)
        card.column.addWidget(self._stack, 1)
        page = QHBoxLayout(self)
        page.setContentsMargins(24, 16, 24, 8)
        page.setSpacing(6)
        page.addWidget(side)
        page.addWidget(card, 1)

    def _connect(self) -> None:
        deeds = self.deeds
        self.tabs.chosen.connect(self.turn_to)
        self.who.served.connect(lambda: self.member_wanted.emit(self.member_id))
        self.who.booked.connect(lambda: self.booking_wanted.emit(self.member_id, self.who.name.text()))
        self.who.phone_wanted.connect(self.reveal_phone)
        self.who.stage.clicked.connect(self._tell_stage)
        self.who.profile_wanted.connect(lambda: deeds.act(want_profile, "page.asked_for"))
        self.owner.claimed.connect(deeds.claim)
        self.owner.claimed_again.connect(deeds.claim_again)
        self.owner.let_go.connect(deeds.let_go)
        self.owner.released.connect(deeds.release)
        self.owner.given.connect(deeds.give)
        self.record.amended.connect(deeds.amend)
        self.record.compared.connect(self.compare)
        self.record.separated.connect(deeds.separate)
        self.record.settled.connect(deeds.settle)
        self.merge.picked.connect(self.compare)
        self.merge.merged.connect(deeds.merge)
        self.merge.left.connect(lambda: self.turn_to("record"))
        self.privacy.consent_changed.connect(deeds.change_consent)
        self.privacy.wishes.amended.connect(deeds.amend)
        self.privacy.copied.connect(deeds.ask_where)
        self.privacy.asked.connect(deeds.ask_for)
        self.privacy.answered.connect(deeds.answer)
        deeds.refused.connect(self._complain)
        deeds.said.connect(self.said)
        QShortcut(QKeySequence(KEYS.reveal), self).activated.connect(self.reveal_phone)

    # What is shown

    def look_at(self, member_id: str) -> None:
        """Show another member, from the first section on."""
        if member_id != self.member_id:
            self.member_id = self.deeds.member_id = member_id
            self.turn_to("portrait")
        self.refresh()
        self.setFocus()

    def turn_to(self, name: str) -> None:
        """Show a section."""
        self.tabs.take(name if name in SECTIONS else "record")
        self._stack.setCurrentWidget(self._scrolls[name])
        if self.member_id:
            self.refresh()

    @property
    def section(self) -> str:
        """The name of the section that is shown."""
        return next(name for name, scroll in self._scrolls.items() if scroll is self._stack.currentWidget())

    def refresh(self) -> None:
        """Read who it is, and the section that is shown."""
        page = self.bridge.read(find_page, self.member_id) if self.member_id else None
        if page is None:
            if self.isVisible():
                self.cancelled.emit()
            return
        self.member_id = self.deeds.member_id = page.id
        today = self.bridge.today()
        self._portrait = self.bridge.read(find_portrait, page.id, today)
        self.who.paint(page, self._portrait, self._known(page), fetch=not page.full and not page.asked and self._linked)
        self.owner.paint(page, self.bridge.read(find_guides), self.bridge.read(lost_claim, page.id))
        self._paints[self.section](page)

    def on_changed(self, changes: Changes) -> None:
        """Whatever is about a member may be about this one."""
        if changes.rows:
            super().on_changed(changes)

    def compare(self, other: str) -> None:
        """Show another member beside this one; "" to look for one."""
        self._other = other
        self.merge.who.show_picked("", "")
        self.turn_to("merge")
        if not other:
            self.merge.who.field.setFocus()

    def reveal_phone(self) -> None:
        """Show the whole number and WeChat id, if this till has them."""
        phone, wechat = (self.bridge.read(whole, self.member_id) for whole in (whole_phone, whole_wechat))
        if phone or wechat:
            self.who.reveal(phone, wechat)
        else:
            self.said.emit(Said(self.words("profile.no_phone"), "info"))

    def _tell_stage(self) -> None:
        self.turn_to("portrait")
        if row := self.portrait.values.get("stage"):
            row.open.setChecked(True)

    @property
    def _linked(self) -> bool:
        return self.bridge.status.link is not Link.ALONE

    def _known(self, page: MemberPage) -> str:
        if page.asked:
            online = self.bridge.status.link is Link.ONLINE
            return self.words("page.fetching" if online else "page.fetch_later")
        if page.guest:
            return self.words("page.guest", day=figures.full_day(page.guest))
        return "" if page.full else self.words("profile.partial")

    def _paint_likings(self, page: MemberPage) -> None:
        now = self.bridge.desk.clock.now()
        told = (self.bridge.read(likings_of, page.id), self.bridge.read(turned_down, page.id))
        self.likings.paint(*told, self.bridge.read(find_trade, now.astimezone().date()), now)

    def _paint_timeline(self, page: MemberPage) -> None:
        self.timeline.paint(self.bridge.read(timeline, page.id), self.bridge.desk.clock.now())

    def _paint_record(self, page: MemberPage) -> None:
        told = (self.bridge.read(find_twins, page.id), self.bridge.read(doubts_of, page.id))
        self.record.paint(page, *told, self.bridge.desk.clock.now())

    def _paint_privacy(self, page: MemberPage) -> None:
        now = self.bridge.desk.clock.now()
        today = now.astimezone().date()
        if profile := self.bridge.read(find_profile, page.id, today):
            told = (self.bridge.read(consents_of, page.id), self.bridge.read(requests_of, page.id, today))
            self.privacy.paint(profile.consents, *told, now, of=page.id)
            self.privacy.wishes.paint(self.bridge.read(find_wishes, page.id), of=page.id)

    def _paint_merge(self, page: MemberPage) -> None:
        one = self.bridge.read(find_side, page.id)
        other = self.bridge.read(find_side, self._other) if self._other else None
        if one:
            different = other if other and other.page.id != page.id else None
            self.merge.begin(one, different, self.bridge.desk.clock.now())

    def _complain(self, told: dict[str, str]) -> None:
        self.record.complain(told)
        self.privacy.wishes.complain(told)

    def _find(self, text: str, limit: int) -> Sequence[Found]:
        return [each for each in self.bridge.read(find_members, text, limit) if each.member_id != self.member_id]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter serves, left and right turn to another section, up and down scroll."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.member_wanted.emit(self.member_id)
            return
        turn = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        roll = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if turn is not None:
            here = SECTIONS.index(self.tabs.taken or SECTIONS[0])
            self.turn_to(SECTIONS[(here + turn) % len(SECTIONS)])
        elif roll is not None:
            bar = self._scrolls[self.section].verticalScrollBar()
            bar.setValue(bar.value() + roll * _STRIDE)
        else:
            super().keyPressEvent(event)
