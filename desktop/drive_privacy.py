"""The commands of drive about what members may ask for by law."""

from pathlib import Path

from desktop.copies import save_copy
from desktop.drive_counter import Command, Counter, Facts
from desktop.services.privacy import make_request, meet_request
from desktop.views.requests import open_requests, requests_of


class Access(Command, frozen=True):
    """A copy of all that is known of a member, as a .json or .pdf; that it was handed out is written down."""

    text: str
    path: str

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        return {"request": save_copy(counter.desk, member_id, Path(self.path), counter.words), "path": self.path}


class Request(Command, frozen=True):
    """A member asks for something, and fifteen days begin. wants: access, correction or erasure."""

    text: str
    wants: str

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        return {"request": counter.desk.do(make_request, member_id, self.wants).result(), "member": member_id}


class Answered(Command, frozen=True):
    """It was answered otherwise than by a copy. how: amended or told."""

    request: str
    how: str = "told"

    def run(self, counter: Counter) -> Facts:
        counter.desk.do(meet_request, self.request, self.how).result()
        return {}


class Requests(Command, frozen=True):
    """What is still to be answered, or with ``text`` everything a member asked for."""

    text: str | None = None

    def run(self, counter: Counter) -> Facts:
        if self.text is None:
            return {"requests": counter.desk.read(open_requests, counter.today)}
        return {"requests": counter.desk.read(requests_of, counter.find_member(self.text), counter.today)}
