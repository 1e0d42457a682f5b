"""Who the page is about: name, masked phone and WeChat id, tier and points, stage; and the way to the counter."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout

from desktop.views.member_page import MemberPage
from desktop.views.portrait import MemberPortrait
from resources import Words
from ui.keys import KEYS
from ui.widgets.avatar import Avatar
from ui.widgets.card import Card, label, rule
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.profile_card import REVEALED_FOR_MS
from ui.widgets.stage_bar import StageBar


class PersonCard(Card):
    """served, booked, phone_wanted, profile_wanted (of another store's member)."""

    served = Signal()
    booked = Signal()
    phone_wanted = Signal()
    profile_wanted = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._masked, self._of, self._masked_wechat = "", "", ""
        self._avatar = Avatar()
        self.name = ElidedLabel(role="h1")
        self.phone = QPushButton()
        self.phone.setProperty("role", "link")
        self.phone.setToolTip(words("profile.reveal"))
        self.phone.clicked.connect(self.phone_wanted)
        self.wechat = ElidedLabel(role="small")
        self.wechat.setContentsMargins(2, 0, 0, 0)
        self._figures = {name: ElidedLabel(role="number") for name in ("tier", "points")}
        self.stage = StageBar([words(f"stage.{number}") for number in range(1, 5)])
        self.known = label("", "small", wrap=True)
        self.fetch = KeyedButton(words("page.fetch"), role="small")
        self.fetch.clicked.connect(self.profile_wanted)
        self.serve = KeyedButton(words("page.serve"), "Return", role="primary", hint_only=True)
        self.serve.clicked.connect(self.served)
        self.book = KeyedButton(words("page.book"), KEYS.book)
        self.book.clicked.connect(self.booked)
        self._hide_again = QTimer(self, singleShot=True, interval=REVEALED_FOR_MS)
        self._hide_again.timeout.connect(self.conceal)
        self._lay_out()

    def _lay_out(self) -> None:
        head, who, numbers = QHBoxLayout(), QVBoxLayout(), QGridLayout()
        who.setSpacing(0)
        self.name.setContentsMargins(2, 0, 0, 0)
        who.addWidget(self.name)
        who.addWidget(self.phone, 0, Qt.AlignmentFlag.AlignLeft)
        who.addWidget(self.wechat)
        head.setSpacing(12)
        head.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(who, 1)
        for column, (name, number) in enumerate(self._figures.items()):
            numbers.addWidget(label(self._words(f"page.{name}"), "h3"), 0, column)
            numbers.addWidget(number, 1, column)
            numbers.setColumnStretch(column, 1)
        self.column.setSpacing(12)
        self.column.addLayout(head)
        self.column.addWidget(rule())
        self.column.addLayout(numbers)
        self.column.addWidget(self.stage)
        self.column.addWidget(self.known)
        self.column.addWidget(self.fetch, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self.serve)
        self.column.addWidget(self.book)

    def paint(self, page: MemberPage, portrait: MemberPortrait | None, known: str, *, fetch: bool) -> None:
        """Show a member. known: how much of them this till has; fetch: whether the rest can be asked for."""
        self._avatar.paint(page.name)
        self.name.setText(page.name or self._words("profile.unnamed"))
        self._masked, self._masked_wechat = page.phone, page.wechat
        if page.id != self._of or not self._hide_again.isActive():
            self.conceal()
        self._of = page.id
        told = portrait.rules if portrait and page.full else None
        tier = told.tier.tier.names if told else {}
        self._figures["tier"].setText(tier.get(self._words.language) or next(iter(tier.values()), "—"))
        self._figures["points"].setText(f"{portrait.points:,}" if portrait and page.full else "—")
        stage = told.stage.stage if told else None
        self.stage.paint(stage.value if stage is not None else 0)
        self.known.setVisible(bool(known))
        self.known.setText(known)
        self.fetch.setVisible(fetch)

    def reveal(self, phone: str | None, wechat: str | None) -> None:
        """Show the whole number and WeChat id, as far as they are known, for 30 seconds."""
        self.phone.setText(phone or self._masked)
        self._tell_wechat(wechat or self._masked_wechat)
        self._hide_again.start()

    def _tell_wechat(self, wechat: str) -> None:
        self.wechat.setText(self._words("page.wechat_is", wechat=wechat))
        self.wechat.setVisible(bool(wechat))

    def conceal(self) -> None:
        """Mask them again."""
        self._hide_again.stop()
        self._tell_wechat(self._masked_wechat)
        self.phone.setText(self._masked)
        self.phone.setVisible(bool(self._masked))
        self.phone.setAccessibleName(self._words("profile.phone", phone=self._masked))
