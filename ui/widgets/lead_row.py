"""One lead in the list: who may become a member, how far it is, and the next day."""

from datetime import date

from desktop.views.leads import LeadView
from resources import Words
from ui.widgets.pick_row import Line, PickRow
from ui.widgets.task_row import day_of, tone_of


class LeadRow(PickRow):
    """Who did not agree to be contacted has no day: they are greeted when they come."""

    def __init__(self, view: LeadView, words: Words, today: date) -> None:
        self.view = view
        state = words(f"leads.state_{view.state}") if not view.member_id else ""
        parts = (state, source_of(view, words), view.interest, view.guide)
        below = " · ".join(part for part in parts if part)
        day = day_told(view, words, today)
        tone = tone_of(view.due, today) if view.due else None
        super().__init__(view.id, Line(name_of(view, words), view.phone or view.wechat or "", below, day, tone))


def day_told(view: LeadView, words: Words, today: date) -> str:
    """When it is their turn, or that they have joined."""
    if view.member_id:
        return words("leads.state_joined")
    return day_of(view.due, today, words) if view.due else words("leads.when_they_come")


def name_of(view: LeadView, words: Words) -> str:
    """What they are called."""
    return view.name or words("leads.unnamed")


def source_of(view: LeadView, words: Words) -> str:
    """Where they come from: by its own name, the channel's, or as it was written."""
    told = f"channel.{view.channel}"
    return view.source or (words(told) if told in words else view.channel or "")
