"""What waits at a hub that came back from a backup is judged for what it is, whichever till comes first."""

import msgspec
import pytest

from tests.sync.hub.backed_up import Pair
from tests.sync.hub.builders import Sender
from tests.sync.hub.rights import asked, earned, spent, under
from tests.sync.hub.test_restore import greet

DAY = 24 * 60


def became(till: Sender, deed: msgspec.Raw) -> str | None:
    """The verdict on a deed that waited."""
    return till.send(deed).verdicts[0].was


@pytest.mark.parametrize("last", [False, True], ids=["giver first", "giver last"])
def test_a_gift_that_waited_is_taken_back_by_who_waited_with_it(pair: Pair, *, last: bool) -> None:
    giver, other = sorted((pair.one, pair.two), key=lambda till: till.id, reverse=last)
    pair.office.quota(5)
    giver.send(asked(giver, "quota", "q1", 5))
    pair.later(minutes=13 * DAY)
    gift = giver.did("GiftGiven", gift_id="g1", quota_id="q1", **under(giver, "quota", "q1"))
    pair.back_up()
    pair.later(minutes=60)
    back = other.did("GiftReturned", gift_id="g1", quota_id="q1")
    assert giver.verdicts(gift) == other.verdicts(back) == ["accepted"]
    pair.later(minutes=2 * DAY)
    pair.restore()
    assert giver.verdicts(gift) == other.verdicts(back) == ["parked:wait_member"]
    pair.all_heard()
    assert (became(giver, gift), became(other, back)) == ("accepted", "accepted")


@pytest.mark.parametrize("heard", ["before the others", "after the others"])
@pytest.mark.parametrize("last", [False, True], ids=["spender first", "spender last"])
def test_points_are_given_back_of_a_spending_that_waited(pair: Pair, heard: str, *, last: bool) -> None:
    spender, other = sorted((pair.one, pair.two), key=lambda till: till.id, reverse=last)
    spender.send(earned(spender, "e1", 200), asked(spender, "points", "m1", 100))
    pair.later(minutes=13 * DAY)
    spending = spent(spender, "s1", 100)
    pair.back_up()
    pair.later(minutes=2 * DAY)
    pair.restore()
    back = earned(other, "b1", 100, gives_back="s1")
    assert spender.verdicts(spending) == ["parked:wait_member"]
    if heard == "after the others":
        for till in (spender, other):
            greet(pair.office.hub, till)
    assert other.verdicts(back) == ["parked:wait_member"]
    pair.all_heard()
    assert (became(spender, spending), became(other, back)) == ("accepted", "accepted")
