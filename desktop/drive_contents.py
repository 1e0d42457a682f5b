"""The commands of drive about content: what there is to say, and what was said to whom."""

from desktop.drive_counter import Command, Counter, Facts
from desktop.services.contents import note_answer, use_content
from desktop.views.contents import find_contents


class Contents(Command, frozen=True):
    """What has these words in its title or tags; without any, all of it."""

    text: str = ""

    def run(self, counter: Counter) -> Facts:
        today = counter.desk.clock.today()
        return {"contents": counter.desk.read(find_contents, self.text, today)}


class Use(Command, frozen=True):
    """A member is told it, in the store or by a message."""

    content: str
    text: str
    how: str = "store"

    def run(self, counter: Counter) -> Facts:
        member_id = counter.find_member(self.text)
        return {"use": counter.desk.do(use_content, self.content, member_id, self.how).result()}


class Replied(Command, frozen=True):
    """The member answered."""

    use: str

    def run(self, counter: Counter) -> Facts:
        counter.desk.do(note_answer, self.use).result()
        return {}
