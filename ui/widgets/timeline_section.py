"""Everything that happened with a member, day by day, the latest first."""

from collections.abc import Sequence
from datetime import datetime

import resources
from desktop.rules.consent import PURPOSES
from desktop.views.timeline import MOST, Moment
from resources import Words
from ui import figures
from ui.widgets.sections import Section
from ui.worth_said import reason_said


class TimelineSection(Section):
    """``paint(moments, now)``."""

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words

    def paint(self, moments: Sequence[Moment], now: datetime) -> None:
        """Show them; a day is written once."""
        self.clear()
        before = ""
        for moment in moments:
            day = figures.day(moment.at, now)
            beside = " · ".join(part for part in (self._place(moment.where), moment.who or "") if part)
            if day != before:
                self.heading(day)
                before = day
            self.line(figures.clock(moment.at), self._said(moment), beside, width=44)
        if not moments:
            self.nothing(self._words("page.no_moments"))
        elif len(moments) == MOST:
            self.nothing(self._words("page.most_moments", count=MOST))
        self.column.addStretch(1)

    def _said(self, moment: Moment) -> str:
        words, what = self._words, moment.what
        match moment.kind:
            case "line":
                return f"{words(f'action.{moment.sub}')} · {what}"
            case "order":
                pieces = int(moment.sub)
                what = words("moment.order_pieces", what=what, count=abs(pieces)) if abs(pieces) > 1 else what
                return words(f"moment.order_{'bought' if pieces > 0 else 'returned'}", what=what)
            case "consent":
                title = resources.consent_text(what, words.language).title if what in PURPOSES else what
                return words(f"moment.consent_{moment.sub}", what=title)
            case "points":
                what = f"{int(what):+d}" + (f" · {reason_said(words, moment.sub)}" if moment.sub else "")
            case "appointment":
                return words(f"moment.appointment_{moment.sub}", what=what)
            case "task":
                name = f"care.{what}"
                title = words(name) if name in words else what
                outcome = f"tasks.outcome_{moment.sub}"
                what = f"{title} · {words(outcome)}" if outcome in words else title
            case "lead":
                return words("moment.lead") + (f" · {what}" if what else "")
            case "preference" if moment.sub == "dislikes":
                what = words("profile.dislikes", value=what)
        return words(f"moment.{moment.kind}", what=what)

    def _place(self, told: str | None) -> str:
        for section in ("channel", "tasks.by"):
            name = f"{section}_{told}" if section == "tasks.by" else f"{section}.{told}"
            if told and name in self._words:
                return self._words(name)
        return told if told and told != "counter" else ""
