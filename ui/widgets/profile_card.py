"""Who is being served: name, masked phone, figures, stage."""

from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop.views.profile import Profile
from resources import Words
from ui import figures
from ui.widgets.avatar import Avatar
from ui.widgets.card import Card, label, rule
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.stage_bar import StageBar

REVEALED_FOR_MS = 30_000


class ProfileCard(Card):
    """``paint(profile)``. A press on the masked phone emits ``phone_wanted``; ``reveal`` answers for 30 s."""

    phone_wanted = Signal()

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._shown: Profile | None = None
        self._masked = ""
        self._avatar = Avatar()
        self.name = ElidedLabel(role="h1")
        self.phone = QPushButton()
        self.phone.setProperty("role", "link")
        self.phone.setToolTip(words("profile.reveal"))
        self.phone.clicked.connect(self.phone_wanted)
        self._figures = QHBoxLayout()
        self._stage = StageBar([words(f"stage.{number}") for number in range(1, 5)])
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
        who.addWidget(self.name)
        who.addWidget(self.phone, 0, Qt.AlignmentFlag.AlignLeft)
        head.setSpacing(12)
        head.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(who, 1)
        self.column.setSpacing(12)
        self.column.addLayout(head)
        self.column.addWidget(rule())
        self.column.addLayout(self._figures)
        self.column.addWidget(self._stage)
        self.column.addWidget(self._partial)

    def paint(self, profile: Profile, now: datetime) -> None:
        """Show a member; ``last_visit`` is meant to be the one before this."""
        if profile == self._shown:
            return
        other = self._shown is None or self._shown.member_id != profile.member_id
        self._shown, words = profile, self._words
        self._avatar.paint(profile.name)
        self.name.setText(profile.name or words("profile.unnamed"))
        self._masked = profile.phone
        if other or not self._hide_again.isActive():
            self.conceal()
        self._stage.paint(profile.stage or 0)
        self._partial.setVisible(not profile.full)
        told = [(words("profile.visits"), words("profile.times", count=profile.visits))]
        if profile.spent:
            told.append((words("profile.spent"), figures.money(profile.spent.amount, profile.spent.currency)))
        if profile.last_visit:
            told.append((words("profile.last_visit"), figures.day(profile.last_visit, now)))
        self._show_figures(told)

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
        while item := self._figures.takeAt(0):
            if old := item.widget():
                old.hide()
                old.deleteLater()
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
