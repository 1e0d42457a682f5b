"""The commands of drive about who did what."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from desktop.drive_counter import Command, Counter, Facts
from desktop.drive_tasks import day_of
from desktop.errors import BadInput
from desktop.reasons import explain
from desktop.views.credit import FIGURES, CreditEvent, find_credit, find_credit_events
from desktop.views.sales import Term
from desktop.views.shop import find_definitions
from desktop.views.till import find_till


class Credit(Command, frozen=True):
    """Every guide's figures of ``days`` until ``day``, today unless told; or what one figure is made of.

    guide: whose figure; "" is what belongs to nobody, and none told is everybody's.
    """

    day: str | None = None
    days: int = 1
    guide: str | None = None
    figure: str | None = None

    def run(self, counter: Counter) -> Facts:
        term, rules = self._term(counter), counter.desk.read(find_definitions, counter.today)
        if self.guide is None and self.figure is None:
            return asdict(counter.desk.read(find_credit, term, rules))
        figure = next((each for each in FIGURES if each == self.figure), None)
        if figure is None:
            raise BadInput("figure_unknown", figure=self.figure or "", allowed=", ".join(FIGURES))
        events = counter.desk.read(find_credit_events, term, rules, self.guide, figure)
        return {"events": [_told(counter, each) for each in events]}

    def _term(self, counter: Counter) -> Term:
        if not 1 <= self.days <= 366:
            raise BadInput("days_out_of_range", least=1, most=366)
        last = day_of(self.day) if self.day else counter.today
        return Term(last - timedelta(self.days - 1), last, counter.desk.read(find_till).store_id)


def _told(counter: Counter, event: CreditEvent) -> dict[str, Any]:
    why = explain(event.why, counter.words, str) if event.why else None
    return {
        "id": event.id, "at": event.at, "member_id": event.member_id, "what": event.what, "amount": event.amount,
        "why": why, "seconds": event.seconds, "joined": event.joined, "customer": event.customer,
    }  # fmt: skip
