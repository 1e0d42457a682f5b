"""Whose member somebody is: claimed, released, handed to another guide; and the claim that came too late."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop.views.member_page import Lost, MemberPage
from desktop.views.till import GuideView
from resources import Words
from ui.widgets.card import Card, label
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.keyed_button import KeyedButton


class OwnerCard(Card):
    """claimed, released, claimed_again (whoever has them), let_go (leave it at the refusal); given: a guide's id."""

    claimed = Signal()
    released = Signal()
    claimed_again = Signal()
    let_go = Signal()
    given = Signal(str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._guides: tuple[GuideView, ...] = ()
        self.told = label("", "strong", wrap=True)
        self.lost = label("", "small", wrap=True)
        self.lost.setProperty("tone", "warn")
        self.claim = KeyedButton(words("page.claim"), role="small")
        self.again = KeyedButton(words("page.claim_again"), role="small")
        self.leave = KeyedButton(words("page.let_go"), role="small")
        self.release = KeyedButton(words("page.release"), role="small")
        self.give = KeyedButton(words("page.give"), role="small")
        self.head(words("page.owner"))
        for part in (self.told, self.lost):
            self.column.addWidget(part)
        box = QWidget()
        row = FlowLayout(box, gap=8, line_gap=8)
        for button in (self.claim, self.again, self.leave, self.release, self.give):
            row.addWidget(button)
        self.column.addWidget(box)
        self.claim.clicked.connect(self.claimed)
        self.again.clicked.connect(self.claimed_again)
        self.leave.clicked.connect(self.let_go)
        self.release.clicked.connect(self.released)
        self.give.clicked.connect(self._offer)

    def paint(self, page: MemberPage, guides: Sequence[GuideView], lost: Lost | None) -> None:
        """Show whose member it is, and what can be done about that."""
        words = self._words
        self._guides = tuple(each for each in guides if each.id != page.guide_id)
        nobody = words("page.nobody") if page.full else words("page.owner_unknown")
        self.told.setText(page.guide or page.guide_id or nobody)
        self.lost.setVisible(lost is not None)
        if lost:
            self.lost.setText(words("page.lost", guide=lost.guide or words("page.nobody")))
        self.claim.setVisible(page.full and page.guide_id is None and lost is None)
        for button in (self.again, self.leave):
            button.setVisible(lost is not None)
        self.release.setVisible(page.guide_id is not None and lost is None)
        self.give.setVisible(page.full and bool(self._guides) and lost is None)

    def _offer(self) -> None:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        for guide in self._guides:
            menu.addAction(guide.name).triggered.connect(lambda _=False, chosen=guide.id: self.given.emit(chosen))
        menu.popup(self.give.mapToGlobal(QPoint(0, self.give.height() + 4)))
        menu.setActiveAction(menu.actions()[0])
