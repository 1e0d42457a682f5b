"""The commands of drive about who a member is: two who are one, and one who wants to be forgotten."""

from desktop.drive_counter import Command, Counter, Facts
from desktop.services.members import ask_to_forget, merge, separate


class Merge(Command, frozen=True):
    """Two members are one person; the second is kept."""

    text: str
    into: str
    reason: str | None = None

    def run(self, counter: Counter) -> Facts:
        old, keep = counter.find_member(self.text), counter.find_member(self.into)
        counter.desk.do(merge, old, keep, self.reason).result()
        return {"old": old, "kept": keep}


class Separate(Command, frozen=True):
    """A merge was a mistake; ``member`` is the id that was merged away."""

    member: str

    def run(self, counter: Counter) -> Facts:
        counter.desk.do(separate, self.member).result()
        return {}


class Erase(Command, frozen=True):
    """A member wants to be forgotten, here and everywhere, for ever."""

    text: str

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        counter.desk.do(ask_to_forget, member_id).result()
        return {"member": member_id}
