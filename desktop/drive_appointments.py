"""The commands of drive about appointments."""

from datetime import datetime

from desktop.drive_counter import Command, Counter, Facts
from desktop.drive_tasks import day_of
from desktop.errors import BadInput
from desktop.services.appointments import book, cancel, miss, move
from desktop.views.appointments import find_day
from desktop.views.till import find_till

_MINUTES = 30


class Appointments(Command, frozen=True):
    """Who comes on a day (YYYY-MM-DD), today unless told."""

    day: str | None = None

    def run(self, counter: Counter) -> Facts:
        day = day_of(self.day) if self.day else counter.desk.clock.today()
        store = counter.desk.read(find_till).store_id
        return {"appointments": counter.desk.read(find_day, day, store)}


class Book(Command, frozen=True):
    """A member will come; ``at`` without a zone is the store's time."""

    text: str
    service: str
    at: str
    minutes: int = _MINUTES
    guide: str | None = None

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        told = (self.service, _moment(self.at), self.minutes)
        return {"appointment": counter.desk.do(book, member_id, *told, for_guide=self.guide).result()}


class Move(Command, frozen=True):
    """At another time, or to another guide."""

    appointment: str
    at: str
    minutes: int | None = None
    guide: str | None = None

    def run(self, counter: Counter) -> Facts:
        counter.desk.do(move, self.appointment, _moment(self.at), self.minutes, for_guide=self.guide).result()
        return {}


class Cancel(Command, frozen=True):
    """The member will not come; or ``missed``: they did not."""

    appointment: str
    missed: bool = False

    def run(self, counter: Counter) -> Facts:
        counter.desk.do(miss if self.missed else cancel, self.appointment).result()
        return {}


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError) as error:
        raise BadInput("time_invalid", text=text[:40]) from error
