"""The points of who is served can be spent at any till that reaches the hub, and go home again afterwards."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from desktop.data.exchange import Outbox
from desktop.errors import NotNow
from desktop.rules.leases import STANDING_POINTS
from desktop.services.points import balance_of, earn_points, spend_points
from desktop.services.undo import undo
from desktop.services.visits import finish_visit, hold_visit, serve, void_visit
from tests.clock import SetClock
from tests.sync.hub.rights import Office
from tests.sync.quiet import Pair, QuietTill, leases, the_member, together


def asked(connection: Connection) -> int:
    return len(connection.execute(select(Outbox.n).where(Outbox.kind == "LeaseAsked")).all())


@pytest.fixture
def has_400(pair: Pair) -> tuple[Pair, str]:
    """The till at home, which may spend 100 of the member's 400, and the other one; the member."""
    member = the_member(pair[0])
    pair[0].do(earn_points, member, 400, "消费")
    together(*pair)
    home, other = pair if member in pair[0].read(leases) else pair[::-1]
    assert home.read(leases) == {member: STANDING_POINTS}
    return (home, other), member


def test_who_is_served_at_another_till_can_spend_all_they_have(has_400: tuple[Pair, str]) -> None:
    (home, other), member = has_400
    other.do(serve, member)
    together(other, home, other)
    other.do(spend_points, member, 400, "换购")
    together(other, home)
    assert [till.do(balance_of, member) for till in (home, other)] == [0, 0]
    assert home.refusals() == other.refusals() == []


def test_no_more_than_five_hundred_come_along(has_400: tuple[Pair, str]) -> None:
    (home, other), member = has_400
    home.do(earn_points, member, 600, "消费")
    together(home, other)
    other.do(serve, member)
    together(other, home)
    assert (other.read(leases)[member], home.read(leases)[member]) == (500, STANDING_POINTS)


@pytest.mark.parametrize("end", [finish_visit, void_visit])
def test_what_is_left_goes_home_when_they_leave(has_400: tuple[Pair, str], end: object) -> None:
    (home, other), member = has_400
    other.do(serve, member)
    together(other, home)
    other.do(spend_points, member, 250, "换购")
    other.do(end)
    together(other, home)
    home.do(spend_points, member, STANDING_POINTS, "换购")  # as without the network
    with pytest.raises(NotNow, match="points_no_lease"):
        other.do(spend_points, member, 1, "换购")
    together(home, other)
    assert home.refusals() == other.refusals() == []


def test_the_till_at_home_has_its_hundred_again_when_they_leave(has_400: tuple[Pair, str]) -> None:
    (home, _), member = has_400
    home.do(serve, member)
    home.sync()
    assert home.read(leases) == {member: 400}
    home.do(finish_visit)
    home.sync()
    assert home.read(leases) == {member: STANDING_POINTS}


def test_they_are_asked_for_once_a_visit(has_400: tuple[Pair, str]) -> None:
    """However often the hub is heard, and though the other till serves the same member and asks them back."""
    (home, other), member = has_400
    for till in (home, other):
        till.do(serve, member)
    together(home, other)
    together(home, other)
    assert [till.read(asked) for till in (home, other)] == [1, 1]
    assert other.read(leases)[member] == 400


def test_without_the_network_nothing_is_asked_that_would_be_heard_days_later(has_400: tuple[Pair, str]) -> None:
    (_, other), member = has_400
    for _ in range(3):
        other.do(serve, member)
        other.do(finish_visit)
    other.sync()
    assert other.read(asked) == 0


def test_a_visit_on_hold_keeps_its_points(has_400: tuple[Pair, str]) -> None:
    (home, other), member = has_400
    other.do(serve, member)
    together(other, home)
    other.do(hold_visit)
    together(other, home)
    assert other.read(leases)[member] == 400


def test_a_visit_that_goes_on_after_all_has_its_points_again(has_400: tuple[Pair, str]) -> None:
    (home, other), member = has_400
    other.do(serve, member)
    together(other, home)
    other.do(finish_visit)
    together(other, home)
    other.do(undo)
    together(other, home)
    other.do(spend_points, member, 400, "换购")


def test_a_grant_that_comes_after_they_left_goes_back(has_400: tuple[Pair, str]) -> None:
    (home, other), member = has_400
    other.do(serve, member)
    other.tell()
    other.sync()
    other.do(finish_visit)
    together(home, other)
    assert home.read(leases)[member] == STANDING_POINTS
    assert other.read(leases).get(member, 0) == 0


def test_a_guest_of_another_store_can_spend_what_they_have(
    office: Office, has_400: tuple[Pair, str], tmp_path: Path, clock: SetClock
) -> None:
    (home, _), member = has_400
    far = QuietTill(office.hub, "east", tmp_path / "far", clock)
    far.sync()
    far.do(serve, member)
    together(far, home)
    far.do(spend_points, member, 400, "换购")
    together(far, home)
    assert home.do(balance_of, member) == 0
    assert far.refusals() == []
    far.store.close()
