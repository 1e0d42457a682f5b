"""The commands of drive about lectures and classes."""

from datetime import timedelta

from desktop.drive_counter import Command, Counter, Facts
from desktop.services.occasions import invite
from desktop.views.occasions import find_occasions
from desktop.views.till import find_till

_EARLIER, _LATER = timedelta(hours=12), timedelta(days=60)


class Occasions(Command, frozen=True):
    """What there is to invite members to, with who comes."""

    def run(self, counter: Counter) -> Facts:
        now, store = counter.desk.clock.now(), counter.desk.read(find_till).store_id
        return {"occasions": counter.desk.read(find_occasions, now - _EARLIER, now + _LATER, store)}


class Invite(Command, frozen=True):
    """A member says that they will come to an occasion."""

    occasion: str
    text: str

    def run(self, counter: Counter) -> Facts:
        return {"appointment": counter.desk.do(invite, self.occasion, counter.find_member(self.text)).result()}
