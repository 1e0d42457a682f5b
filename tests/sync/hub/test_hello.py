"""Hello: who is too old is told so, may not read any more, and may always give what it has."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from sync.hub.hub import Hub
from sync.hub.problems import HubProblem
from sync.hub.pull import Cursor
from sync.hub.tables import device
from sync.hub.versions import release
from sync.protocol import SPOKEN, HelloReply, HelloRequest, Limits
from tests.sync.hub.builders import START, Sender, SteadyClock

OLDEST, NEWEST = SPOKEN


def say_hello(till: Sender, proto: tuple[int, int] = SPOKEN, *, app: str = "0.1.0", **told: int) -> HelloReply:
    """The till's hello, as from a new connection."""
    request = HelloRequest(nonce="n1", device=till.id, app=app, proto=proto, **{"wall_now": START, "ep": 1, **told})
    return till.hub.hello(till.hub.authenticate(till.enrolment.token), request, till.hub.clock.now_ms())


def pull(till: Sender) -> int:
    """The head of the directory, if the till may read it."""
    return till.hub.pull(till.hub.authenticate(till.enrolment.token), [Cursor("dir", 0)], 10).pages[0].head


def test_a_till_hears_what_holds(till: Sender) -> None:
    reply = say_hello(till)
    assert (reply.hub, reply.epoch, reply.hub_now) == (till.hub.id, 1, START)
    assert reply.scopes == till.enrolment.scopes
    assert reply.limits == Limits()


@pytest.mark.parametrize(
    ("theirs", "spoken"), [((OLDEST, NEWEST), NEWEST), ((0, NEWEST + 7), NEWEST), ((NEWEST, NEWEST + 1), NEWEST)]
)
def test_both_speak_the_newest_they_have_in_common(till: Sender, theirs: tuple[int, int], spoken: int) -> None:
    assert say_hello(till, theirs).proto == spoken


@pytest.mark.parametrize(
    ("proto", "guilty"),
    [((OLDEST - 1, OLDEST - 1), "client_too_old"), ((NEWEST + 1, NEWEST + 3), "hub_too_old")],
)
def test_without_a_common_protocol_the_guilty_side_is_named_and_only_reading_ends(
    till: Sender, proto: tuple[int, int], guilty: str
) -> None:
    with pytest.raises(HubProblem, match=guilty):
        say_hello(till, proto)
    with pytest.raises(HubProblem, match=guilty):
        pull(till)
    assert till.verdicts(till.enrolled("m1")) == ["accepted"]
    say_hello(till)
    assert pull(till) == 1


def test_a_release_that_is_no_longer_served_may_still_push(till: Sender) -> None:
    till.hub.require("0.10")
    with pytest.raises(HubProblem, match="client_too_old"):
        say_hello(till, app="0.9.3")
    with pytest.raises(HubProblem, match="client_too_old"):
        pull(till)
    assert till.verdicts(till.enrolled("m1")) == ["accepted"]
    assert say_hello(till, app="0.10.0").min_app == "0.10"
    assert pull(till) == 1


@pytest.mark.parametrize(
    ("older", "newer"), [("0.9.9", "0.10"), ("1", "1.0.1"), ("1.2.3-rc1", "1.2.4"), ("nightly", "0.1"), ("", "0")]
)
def test_releases_are_compared_as_numbers(older: str, newer: str) -> None:
    assert release(older) < release(newer)


def test_a_release_without_its_last_zeros_is_the_same() -> None:
    assert release("1.10") == release("1.10.0")


def test_a_till_that_enrols_anew_may_read(till: Sender, a_till: Callable[..., Sender]) -> None:
    with pytest.raises(HubProblem, match="client_too_old"):
        say_hello(till, (0, 0))
    assert pull(a_till()) == 0


def test_nobody_says_hello_for_another(till: Sender, a_till: Callable[..., Sender]) -> None:
    request = HelloRequest(nonce="n1", device=a_till().id, app="0.1.0", proto=SPOKEN, wall_now=START, ep=1)
    with pytest.raises(HubProblem, match="wrong_device"):
        till.hub.hello(till.till, request, START)


def test_headquarters_knows_what_waits_at_a_till(hub: Hub, till: Sender, hub_clock: SteadyClock) -> None:
    hub_clock.forward(minutes=5)
    say_hello(till, app="0.3.1\x00", waiting=12, oldest=START, wall_now=hub_clock.now + 61_000)
    assert told_of(hub, till) == ("0.3.1", 12, START, 61_000, hub_clock.now)
    hub_clock.forward(minutes=5)
    till.send(till.enrolled("m1"), waiting=1, oldest=None)
    assert told_of(hub, till) == ("0.3.1", 1, None, 0, hub_clock.now)
    till.send(till.enrolled("m2"))
    assert told_of(hub, till) == ("0.3.1", 1, None, 0, hub_clock.now)


def told_of(hub: Hub, till: Sender) -> tuple[object, ...]:
    """What the hub keeps of a till's own account."""
    wanted = select(device.c.app, device.c.waiting, device.c.oldest_at, device.c.skew_ms, device.c.last_contact)
    with hub.database.read() as connection:
        return tuple(connection.execute(wanted.where(device.c.id == till.id)).one())


def test_no_till_comes_as_far_as_the_event_of_another_says(till: Sender, a_till: Callable[..., Sender]) -> None:
    copied = a_till().did("MemberEnrolled", {"ep": 9}, member_id="m1", code="A", phone=None, name="陈思雨")
    assert till.verdicts(till.enrolled("m2"), copied) == ["accepted", "rejected:wrong_device"]
    assert say_hello(till).newest == (1, 1)
