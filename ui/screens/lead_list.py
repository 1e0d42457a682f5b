"""The list of leads: who may become a member, how far it is, and the next day."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Signal

from desktop.services.leads import NewLead, assign_lead, close_lead, follow_up, forget_lead, hear_consent, note_lead
from desktop.views.leads import LeadView, joined_on, open_leads
from desktop.views.recruits import find_recruits
from desktop.views.till import find_guides
from ui.said import Said
from ui.screen import Screen
from ui.screens.listed import Listed
from ui.sending import Sending
from ui.widgets.guide_menu import GuideMenu
from ui.widgets.lead_card import LeadCard
from ui.widgets.lead_row import LeadRow, name_of
from ui.widgets.new_lead_card import NewLeadCard, TypedLead


class LeadList(Listed[LeadView]):
    """lead_wanted: the id of whoever is to be enrolled; page_wanted: of the member that a lead became."""

    lead_wanted = Signal(str)
    page_wanted = Signal(str)
    new = "leads.new"

    def __init__(self, over: Screen) -> None:
        card, form = LeadCard(over.words), NewLeadCard(over.words)
        super().__init__(over, card, form)
        self.card, self.form = card, form
        self._sending, self._moving = (Sending(self.bridge, self.words, each) for each in (form, card))
        self.card.moved.connect(self._move)
        self.card.arrived.connect(lambda: self._act(follow_up, "leads.arrived_said", "arrived", due=self._if_asked(0)))
        self.card.closed.connect(lambda reason: self._act(close_lead, "leads.closed_said", reason))
        self.card.agreed.connect(self._agree)
        self.card.given.connect(self._choose_guide)
        self.card.joined.connect(self._enrol)
        self.card.forgotten.connect(lambda: self._act(forget_lead, "leads.forgotten_said"))
        self.form.wanted.connect(self._note)

    def views(self, taken: str, today: date) -> Sequence[LeadView]:
        del taken
        self.form.offer(self.bridge.read(find_recruits))
        return (*self.bridge.read(open_leads), *self.bridge.read(joined_on, today))

    def row(self, view: LeadView, today: date) -> LeadRow:
        return LeadRow(view, self.words, today)

    def paint(self, view: LeadView, today: date) -> None:
        self.card.paint(view, today)

    def begin(self) -> None:
        self.form.begin()
        self.form.name.setFocus()

    def _enrol(self) -> None:
        if self.picked and self.picked.member_id:
            self.page_wanted.emit(self.picked.member_id)
        elif self.picked:
            self.lead_wanted.emit(self.picked.id)

    def _move(self, step: str, days: int, note: str) -> None:
        if self.picked:
            due = self._if_asked(days) if days >= 0 else None
            told = Said(self.words("leads.moved_said", name=name_of(self.picked, self.words)))
            self._moving.send(
                follow_up, self.picked.id, step or None, due=due, note=note, then=lambda: self.said.emit(told)
            )

    def _if_asked(self, days: int) -> date | None:
        """A day from today, of who may be contacted."""
        return self._day(days) if self.picked and self.picked.consent else None

    def _agree(self, agreed: bool) -> None:
        self._act(hear_consent, "leads.agreed_said" if agreed else "leads.disagreed_said", agreed)

    def _choose_guide(self) -> None:
        if lead := self.picked:  # by the time that a guide is chosen it may be another
            menu = GuideMenu(self.words, self.bridge.read(find_guides), lead.guide_id, self.over)
            menu.picked.connect(lambda guide_id, name: self._give(lead, guide_id, name))
            menu.open_at(self.card.guide.mapToGlobal(self.card.guide.rect().topLeft()))

    def _give(self, lead: LeadView, guide_id: str, guide: str) -> None:
        told = Said(self.words("leads.given_said", name=name_of(lead, self.words), guide=guide))
        say = lambda _: self.said.emit(told)  # noqa: E731
        self.bridge.run(assign_lead, lead.id, guide_id, once=True, then=say, failed=self.warn)

    def _act(self, deed: Any, told: str, *args: Any, **kwargs: Any) -> None:
        if self.picked:
            self.act(deed, self.words(told, name=name_of(self.picked, self.words)), *args, **kwargs)

    def _note(self, typed: TypedLead) -> None:
        """Whoever serves looks after them."""
        form = NewLead(
            name=typed.name, phone=typed.phone, wechat=typed.wechat, channel=typed.channel, recruit=typed.recruit,
            consent=typed.consent, interest=typed.interest, due=self._day(typed.days), mine=True,
        )  # fmt: skip
        told = Said(self.words("leads.added"))
        self._sending.send(note_lead, form, then=lambda: self.said.emit(told))

    def _day(self, days: int) -> date:
        return self.bridge.today() + timedelta(days)
