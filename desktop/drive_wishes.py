"""The command of drive about when and how a member wants to be spoken to."""

import msgspec

from desktop.drive_counter import Command, Counter, Facts
from desktop.services.members import amend
from desktop.views.wishes import find_wishes


class Wish(Command, frozen=True):
    """How a member wants to be reached (phone, message, store), on which days (``67``: Saturday and Sunday) and hours
    (``18-21``), how many days apart, and when not at all (``2026-12-01/2026-12-14``). What is not named stays; ""
    takes it back.
    """

    text: str
    by: str | msgspec.UnsetType = msgspec.UNSET
    days: str | msgspec.UnsetType = msgspec.UNSET
    hours: str | msgspec.UnsetType = msgspec.UNSET
    gap: str | msgspec.UnsetType = msgspec.UNSET
    quiet: str | msgspec.UnsetType = msgspec.UNSET

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        told = {"by": self.by, "days": self.days, "hours": self.hours, "gap": self.gap, "quiet": self.quiet}
        fields = {f"contact_{name}": value for name, value in told.items() if value is not msgspec.UNSET}
        counter.desk.do(amend, member_id, **fields).result()
        return {"wishes": counter.desk.read(find_wishes, member_id)}
