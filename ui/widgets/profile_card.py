"""Who is being served: name, tier, masked phone, figures, stage."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.rules.why import Why
from desktop.views.profile import Profile
from resources import Words
from ui import figures
from ui.portrayed import Portrayed
from ui.widgets.avatar import Avatar
from ui.widgets.badge import Badge
from ui.widgets.card import Card, empty, label, rule
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.name_link import NameLink
from ui.widgets.stage_bar import StageBar
from ui.widgets.why_box import WhyBox

REVEALED_FOR_MS = 30_000


class ProfileCard(Card):
    """``paint(profile)`` and ``portray(portrayed)``. A press on the masked phone emits ``phone_wanted``; ``reveal``
    answers for 30 s. A press on the tier, the VIP badge or the stage opens to why.
    """

    phone_wanted = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._shown: Profile | None = None
        self._portrayed: Portrayed | None = None
        self._masked = ""
        self.tier, self.vip = Badge(words("profile.tier")), Badge(words("profile.value"))
        self.why = WhyBox(words)
        self._avatar = Avatar()
        self.name = NameLink(words("page.open"), "h1")
        self.phone = QPushButton()
        self.phone.setProperty("role", "link")
        self.phone.setToolTip(words("profile.reveal"))
        self.phone.clicked.connect(self.phone_wanted)
        self._figures = QHBoxLayout()
        self.stage = StageBar([words(f"stage.{number}") for number in range(1, 5)])
        self.stage.setToolTip(words("profile.stage_why"))
        self.stage.clicked.connect(self._tell_stage)
        self.tier.clicked.connect(self._tell_tier)
        self.vip.clicked.connect(self._tell_vip)
        self._partial = label(words("profile.partial"), "small", wrap=True)
        self._hide_again = QTimer(self, singleShot=True, interval=REVEALED_FOR_MS)
        self._hide_again.timeout.connect(self.conceal)
        self._lay_out()
        self.conceal()

    def _lay_out(self) -> None:
        self._figures.setSpacing(8)
        who, head = QVBoxLayout(), QHBoxLayout()
        who.setSpacing(0)
        self.name.setContentsMargins(2, 0, 0, 0)  # the phone below has an edge that shows its focus
        named = QHBoxLayout()
        named.setSpacing(6)
        for part in (self.name, self.tier, self.vip):
            named.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        named.addStretch(1)
        who.addLayout(named)
        who.addWidget(self.phone, 0, Qt.AlignmentFlag.AlignLeft)
        head.setSpacing(12)
        head.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(who, 1)
        self.column.setSpacing(12)
        self.column.addLayout(head)
        self.column.addWidget(rule())
        self.column.addLayout(self._figures)
        self.column.addWidget(self.stage)
        self.column.addWidget(self.why)
        self.column.addWidget(self._partial)

    def paint(self, profile: Profile) -> None:
        """Show a member."""
        if profile == self._shown:
            return
        other = self._shown is None or self._shown.member_id != profile.member_id
        self._shown, words = profile, self._words
        if other:
            self._portrayed = None
            self.stage.paint(0)  # until the rules have spoken
            self.why.fold()
            self.tier.say("")
            self.vip.say("")
        self._avatar.paint(profile.name)
        self.name.setText(profile.name or words("profile.unnamed"))
        self._masked = profile.phone
        if other or not self._hide_again.isActive():
            self.conceal()
        self._partial.setVisible(not profile.full)
        self._told(profile)

    def portray(self, portrayed: Portrayed) -> None:
        """Show what the rules say of the member."""
        before, self._portrayed = self._portrayed, portrayed
        rules, language = portrayed.portrait.rules, self._words.language
        if before and before.portrait.rules.stage != rules.stage:
            self.why.fold()
        plain = rules.tier.since is None
        self.tier.say(rules.tier.tier.names[language], "" if plain else "gold")
        self.vip.say(self._words("profile.vip") if rules.rfm and rules.rfm.vip else "", "accent")
        self.stage.paint(rules.stage.stage or 0)

    def _told(self, profile: Profile) -> None:
        words = self._words
        told = [(words("profile.points"), f"{profile.points:,}")]
        if profile.spent:
            told.append((words("profile.spent"), figures.money(profile.spent.amount, profile.spent.currency)))
        told.append((words("profile.visits"), words("profile.times", count=profile.visits)))
        self._show_figures(told)

    def _tell_stage(self) -> None:
        if self._portrayed:
            self._tell("stage", self._portrayed.portrait.rules.stage.why)

    def _tell_tier(self) -> None:
        if self._portrayed:
            self._tell("tier", self._portrayed.portrait.rules.tier.why)

    def _tell_vip(self) -> None:
        if self._portrayed and (scored := self._portrayed.portrait.rules.rfm):
            self._tell("vip", scored.why)

    def _tell(self, about: str, why: Why) -> None:
        if self._portrayed:
            self.why.tell(about, self._portrayed.why(why), self._portrayed.facts(why), note=self._portrayed.version)

    def reveal(self, phone: str) -> None:
        """Show the whole number, for 30 seconds."""
        self.phone.setText(phone)
        self._hide_again.start()

    def conceal(self) -> None:
        """Mask the number again."""
        self._hide_again.stop()
        self.phone.setText(self._masked)
        self.phone.setVisible(bool(self._masked))
        self.phone.setAccessibleName(self._words("profile.phone", phone=self._masked))

    def _show_figures(self, told: list[tuple[str, str]]) -> None:
        empty(self._figures)
        for title, number in told:
            self._figures.addWidget(_figure(title, number), 1)


def _figure(title: str, number: str) -> QWidget:
    both = QWidget()
    column = QVBoxLayout(both)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    column.addWidget(label(title, "h3"))
    column.addWidget(ElidedLabel(number, "number"))
    return both
