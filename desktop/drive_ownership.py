"""The commands of drive about whose member somebody is."""

from desktop.drive_counter import Command, Counter, Facts
from desktop.errors import NotFound
from desktop.services.ownership import assign_member, claim, claim_again, hand_over, release
from desktop.views.member_page import find_page, lost_claim
from desktop.views.search import find_served
from desktop.views.till import find_guides, find_till
from desktop.views.valued import find_valued


class Assign(Command, frozen=True):
    """A member gets a guide of this store: by badge, id or name."""

    text: str
    guide: str

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        counter.desk.do(assign_member, member_id, _guide(counter, self.guide)).result()
        return {"member": counter.member(member_id)}


class Claim(Command, frozen=True):
    """The guide who serves takes a member whom nobody has; with ``again`` whoever has them."""

    text: str
    again: bool = False

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        counter.desk.do(claim_again if self.again else claim, member_id).result()
        return _owner(counter, member_id)


class Release(Command, frozen=True):
    """Nobody has the member any more."""

    text: str

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        counter.desk.do(release, member_id).result()
        return _owner(counter, member_id)


class HandOver(Command, frozen=True):
    """All members of a guide who leaves get another one, or with ``to`` left out nobody."""

    guide: str
    to: str | None = None

    def run(self, counter: Counter) -> Facts:
        source, target = _guide(counter, self.guide), _guide(counter, self.to) if self.to else None
        left = counter.desk.do(hand_over, source, target).result()
        while left:
            left = counter.desk.do(hand_over, source, target).result()
        return {"left": left}


class Served(Command, frozen=True):
    """The members of the guide who serves, or of the one named; with ``unclaimed`` those whom nobody has."""

    guide: str | None = None
    unclaimed: bool = False
    words: str = ""

    def run(self, counter: Counter) -> Facts:
        guide = _guide(counter, self.guide) if self.guide else counter.desk.read(find_till).guide_id
        if guide is None and not self.unclaimed:
            raise NotFound("guide_unknown")
        return {"members": counter.desk.read(find_served, None if self.unclaimed else guide, self.words)}


class Valuable(Command, frozen=True):
    """Members of high value, the highest first: whose they are, and what is to be done for them next."""

    words: str = ""

    def run(self, counter: Counter) -> Facts:
        return {"members": counter.desk.read(find_valued, counter.today, self.words)}


def _owner(counter: Counter, member_id: str) -> Facts:
    """Whose member it is now, and whether an earlier claim came too late."""
    page = counter.desk.read(find_page, member_id)
    lost = counter.desk.read(lost_claim, member_id)
    return {"member": member_id, "guide": page.guide if page else None, "lost": lost}


def _guide(counter: Counter, told: str) -> str:
    """The id of a guide of this store, by badge, id or name."""
    named = [each for each in counter.desk.read(find_guides) if told in (each.id, each.badge, each.name)]
    if len(named) != 1:
        raise NotFound("guide_unknown")
    return named[0].id
