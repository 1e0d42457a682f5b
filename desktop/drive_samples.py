"""The commands of drive about samples."""

from desktop.drive_counter import Command, Counter, Facts
from desktop.services.samples import ask_for_sample, hand_out
from desktop.views.samples import find_samples


class Samples(Command, frozen=True):
    """Which samples there are."""

    def run(self, counter: Counter) -> Facts:
        return {"samples": counter.desk.read(find_samples, counter.today)}


class Sample(Command, frozen=True):
    """One is handed out in the running visit; with ``ask`` the member would like one when there are some again."""

    sample: str
    ask: bool = False

    def run(self, counter: Counter) -> Facts:
        if self.ask:
            return {"task": counter.desk.do(ask_for_sample, self.sample).result()}
        return {"given": counter.desk.do(hand_out, self.sample).result()}
