"""What was lent to a till that is silent or locked out is another's when its lease is over, and not before."""

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from sync.hub.hub import Hub
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.hub.rights import Office, asked, lease, redeemed, under

ATill = Callable[..., Sender]
TERM = 14 * 24  # hours


@pytest.fixture
def office(hub: Hub, tmp_path: Path) -> Iterator[Office]:
    """Headquarters, whose books are right at the end of every test."""
    office = Office(hub, tmp_path)
    yield office
    office.check_books()


def given(till: Sender, gift_id: str, amount: int) -> msgspec.Raw:
    """GiftGiven of q1, under the till's lease."""
    return till.did("GiftGiven", gift_id=gift_id, quota_id="q1", amount=amount, **under(till, "quota", "q1"))


def test_gifts_of_a_silent_till_go_to_another_and_never_more_than_there_are(
    a_till: ATill, office: Office, hub_clock: SteadyClock
) -> None:
    silent, other = a_till("west"), a_till("east")
    office.quota(30)
    silent.send(asked(silent, "quota", "q1", 20))
    silent.send(given(silent, "g1", 5))
    unheard = given(silent, "g2", 1)

    def lent() -> int:
        other.send(asked(other, "quota", "q1", 30))
        held = lease(other, "quota", "q1")
        return held.amount if held else 0

    assert lent() == 10
    hub_clock.forward(hours=TERM, minutes=9)
    assert lent() == 10
    hub_clock.forward(minutes=2)
    assert lent() == 25
    assert other.verdicts(given(other, "g3", 25), given(other, "g4", 1)) == ["accepted", "rejected:gift_no_lease"]
    assert silent.verdicts(unheard) == ["rejected:gift_no_lease"]
    gifts = {**silent.rows("gift"), **other.rows("gift")}
    assert {each: gift["amount"] for each, gift in gifts.items()} == {"g1": 5, "g3": 25}


def test_a_coupon_of_a_till_that_was_locked_out_is_anothers_when_its_lease_is_over(
    a_till: ATill, office: Office, hub_clock: SteadyClock
) -> None:
    one, two = a_till(), a_till()
    one.send(one.enrolled("m1"))
    office.coupon()
    holder, other = (one, two) if lease(one, "coupon", "c1") else (two, one)
    holder.hub.revoke(holder.id)
    for place, wait in enumerate(({}, {"hours": TERM, "minutes": 9})):
        hub_clock.forward(**wait)
        other.send(asked(other, "coupon", "c1"))
        refused = [redeemed(other, f"r{place}"), redeemed(other, f"s{place}", **under(other, "coupon", "c1"))]
        assert other.verdicts(*refused) == ["rejected:coupon_no_lease"] * 2
    hub_clock.forward(minutes=2)
    other.send(asked(other, "coupon", "c1"))
    assert other.verdicts(redeemed(other, "r9", **under(other, "coupon", "c1"))) == ["accepted"]
    assert other.body("coupon", "c1")["redemption_id"] == "r9"
