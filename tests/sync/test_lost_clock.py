"""What a till may promise when its clock is wrong, and what it gives back."""

import pytest

from desktop.errors import NotNow
from desktop.services.leases import ask_for
from desktop.services.visits import serve
from tests.clock import SetClock
from tests.sync.hub.rights import Office
from tests.sync.quiet import PHONE, NewTill, QuietTill, redeem, state_of, the_member, together, unleased


def with_a_coupon(office: Office, quiet_till: NewTill, **cells: str) -> tuple[QuietTill, SetClock]:
    """A till that holds a coupon of the one member, and its own clock."""
    its_clock = SetClock(seed=1)
    till = quiet_till("one", its_clock)
    office.member(PHONE, store="west")
    office.coupon(PHONE, **cells)
    together(till)
    return till, its_clock


def test_turning_the_clock_back_revives_nothing(office: Office, quiet_till: NewTill, clock: SetClock) -> None:
    till, its_clock = with_a_coupon(office, quiet_till, valid_until="2026-11-22")
    for each in (clock, its_clock):
        each.forward(days=3)
    till.do(serve, None)
    its_clock.forward(days=-3)
    with pytest.raises(NotNow, match="coupon_expired"):
        redeem(till)
    till.sync()
    with pytest.raises(NotNow, match="clock_lost"):
        redeem(till)


def test_a_till_whose_clock_is_lost_gives_back_what_another_needs(office: Office, quiet_till: NewTill) -> None:
    holder, its_clock = with_a_coupon(office, quiet_till)
    its_clock.forward(days=3)
    other = quiet_till("two")
    together(other, holder)
    other.do(serve, the_member(other))
    other.do(ask_for, "coupon", "c1")
    together(other, holder, other)
    redeem(other)
    together(other, holder)
    assert (state_of(holder), holder.refusals(), other.refusals()) == ("redeemed", [], [])


def test_a_clock_that_was_ahead_ends_nothing_once_the_hub_has_told_the_time(
    office: Office, quiet_till: NewTill
) -> None:
    till, its_clock = with_a_coupon(office, quiet_till)
    its_clock.forward(days=300)
    till.restart()
    till.do(serve, None)
    its_clock.forward(days=-300)
    with pytest.raises(NotNow, match="coupon_expired"):
        redeem(till)
    till.sync()
    redeem(till)
    till.sync()
    assert (state_of(till), till.refusals(), till.read(unleased)) == ("redeemed", [], 0)
