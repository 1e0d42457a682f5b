"""The privacy desk of one member: what they agreed to, what they asked for, and a copy of everything."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal

import resources
from desktop.rules.consent import PURPOSES
from desktop.views.member_page import Ledger
from desktop.views.profile import ConsentView
from desktop.views.requests import RequestView
from resources import Words
from ui import figures
from ui.widgets.card import empty, label
from ui.widgets.consent_lines import ConsentLines
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.sections import Section
from ui.widgets.wishes_part import WishesPart


class PrivacySection(Section):
    """consent_changed(purpose, agreed). copied: ``.json`` or ``.pdf``. asked: correction or erasure, the latter once
    it was pressed twice. answered: a request's id and how. ``wishes``: when they want to be spoken to.
    """

    consent_changed = Signal(str, bool)
    copied = Signal(str)
    asked = Signal(str)
    answered = Signal(str, str)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._of = ""
        self.consents = ConsentLines(words)
        self.consents.changed.connect(self.consent_changed)
        self.wishes = WishesPart(words)
        self.copies = {form: KeyedButton(words(f"page.copy_{form[1:]}"), role="small") for form in (".pdf", ".json")}
        for form, button in self.copies.items():
            button.clicked.connect(lambda _=False, form=form: self.copied.emit(form))
        self.correct = KeyedButton(words("page.ask_correction"), role="small")
        self.correct.clicked.connect(lambda: self.asked.emit("correction"))
        self.erase = KeyedButton(words("page.ask_erasure"), role="danger")
        self.erase.clicked.connect(lambda: self._warn(True))
        self.sure = KeyedButton(words("page.erase_sure"), role="danger")
        self.sure.clicked.connect(lambda: self.asked.emit("erasure"))
        self.back = KeyedButton(words("page.erase_back"), role="quiet")
        self.back.clicked.connect(lambda: self._warn(False))
        self.warning = label(words("page.erase_told"), wrap=True)
        self.answers: dict[str, KeyedButton] = {}
        self._rest = Section()
        self._rest.column.setContentsMargins(0, 0, 0, 0)
        self._lay_out()

    def _lay_out(self) -> None:
        self.heading(self._words("page.consents"))
        self.column.addWidget(self.consents)
        self.heading(self._words("wish.title"))
        self.column.addWidget(self.wishes)
        self.heading(self._words("page.rights"))
        self.buttons(*self.copies.values(), self.correct)
        self.column.addSpacing(4)
        self.buttons(self.erase)
        self.column.addWidget(self.warning)
        self.buttons(self.sure, self.back)
        self.column.addWidget(self._rest)
        self.column.addStretch(1)
        self._warn(False)

    def paint(
        self, consents: Sequence[ConsentView], ledger: Sequence[Ledger], requests: Sequence[RequestView],
        now: datetime, *, of: str,
    ) -> None:  # fmt: skip
        """Show a member's; another member's warning is not kept."""
        if of != self._of:
            self._of = of
            self.consents.fold()
            self._warn(False)
        self.consents.paint(consents)
        empty(self._rest.column)
        self.answers = {}
        self._paint_requests(requests, now)
        self._rest.heading(self._words("page.ledger"))
        for each in ledger:
            self._rest.line(figures.full_day(each.at), self._told(each), each.text_version or "")
        if not ledger:
            self._rest.nothing(self._words("page.no_ledger"))

    def _paint_requests(self, requests: Sequence[RequestView], now: datetime) -> None:
        words = self._words
        self._rest.heading(words("page.requests"))
        for each in requests:
            box = self._rest.line(figures.full_day(each.made_at), self._request(each, now))
            if not each.done and each.wants == "correction" and (layout := box.layout()):
                self.answers[each.id] = done = KeyedButton(words("page.answered"), role="small")
                done.clicked.connect(lambda _=False, of=each.id: self.answered.emit(of, "amended"))
                layout.addWidget(done)
            if each.tills and each.tills.missing:
                self._rest.nothing(words("page.missing", tills=" · ".join(each.tills.missing)))
        if not requests:
            self._rest.nothing(words("page.no_requests"))

    def _request(self, each: RequestView, now: datetime) -> str:
        words = self._words
        told = words(f"page.wants_{each.wants}")
        if each.done and each.met_at:
            how = words(f"page.how_{each.how}") if each.how else ""
            parts = (told, how, figures.day(each.met_at, now), each.guide or "")
            return " · ".join(part for part in parts if part)
        left = words("page.days_left", count=each.days_left) if each.days_left >= 0 else words("page.too_late")
        tills = ""
        if each.tills:
            done, every = len(each.tills.confirmed), len(each.tills.confirmed) + len(each.tills.missing)
            tills = words("page.tills", done=done, every=every)
        return " · ".join(part for part in (told, tills, left) if part)

    def _told(self, each: Ledger) -> str:
        known = each.purpose in PURPOSES
        title = resources.consent_text(each.purpose, self._words.language).title if known else each.purpose
        said = self._words(f"moment.consent_{'granted' if each.granted else 'withdrawn'}", what=title)
        return f"{said} · {self._words('page.stands')}" if each.stands else said

    def _warn(self, shown: bool) -> None:
        self.erase.setVisible(not shown)
        for part in (self.warning, self.sure, self.back):
            part.setVisible(shown)
