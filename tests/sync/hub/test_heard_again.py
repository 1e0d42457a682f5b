"""What a hub that came back from a backup hears again, from whichever till is back first."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.hub.hub import Hub
from sync.hub.restore import back_up
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.hub.rights import Office

PHONES = "+8613800138000", "+8613800138001", "+8613800138002"


class Pair:
    """Two tills of one store, where m1 is known, at a hub of which a backup was made."""

    def __init__(self, folder: Path, clock: SteadyClock) -> None:
        self._saved, self._clock = folder / "saved.db", clock
        url = f"sqlite:///{folder / 'hub.db'}"
        self.office = Office(Hub.open(url, clock), folder)
        self.one, self.two = (Sender(self.office.hub, "west") for _ in range(2))
        self.one.send(self.one.enrolled("m1", phone=PHONES[0]))
        back_up(url, self._saved)

    def restore(self) -> None:
        """The hub as of the backup."""
        self.one.hub = self.two.hub = self.office.restore(self._saved, self._clock)

    def later(self) -> None:
        """A minute goes by."""
        self._clock.forward(minutes=1)


@pytest.fixture
def pair(tmp_path: Path, hub_clock: SteadyClock) -> Iterator[Pair]:
    made = Pair(tmp_path, hub_clock)
    yield made
    made.office.hub.close()


def test_a_phone_given_up_leads_to_nobody_though_it_is_heard_of_later(pair: Pair) -> None:
    """Two corrections, of which the later one is told again first."""
    one, two = pair.one, pair.two
    wrong = one.did("MemberAmended", member_id="m1", fields={"phone": PHONES[1]}, base={"phone": PHONES[0]})
    one.send(wrong)
    pair.later()
    right = two.did("MemberAmended", member_id="m1", fields={"phone": PHONES[2]}, base={"phone": PHONES[1]})
    two.send(right)
    pair.restore()
    two.send(right)
    one.send(wrong)
    told = one.body("member", "m1")
    assert (told["phone"], told.get("phones", [])) == (PHONES[2], [])
    one.send(one.enrolled("m2", phone=PHONES[1]))
    assert one.body("member", "m2")["phone"] == PHONES[1]
