"""Clocks are clamped, never refused."""

import datetime as dt
from typing import Any

import pytest

from tests.sync.hub.builders import START, Sender, SteadyClock

MINUTE = 60_000


def started(till: Sender, envelope: dict[str, Any], **header: Any) -> int:
    """When the hub believes a visit began, in minutes from now."""
    till.send(till.did("VisitOpened", envelope, visit_id="v1", member_id=None), **header)
    moment = dt.datetime.fromisoformat(till.body("visit", "v1")["started_at"])
    return round((moment.timestamp() * 1000 - START) / MINUTE)


@pytest.mark.parametrize("wall_is_off", [-(10**9), 0, 10**9])
def test_while_the_till_runs_its_wall_clock_does_not_matter(till: Sender, wall_is_off: int) -> None:
    envelope = {"boot": "one", "mono": 5 * MINUTE, "wall": START + wall_is_off}
    assert started(till, envelope, boot="one", mono_now=25 * MINUTE, wall_now=17) == -20


def test_after_a_restart_the_wall_clock_is_set_right_by_its_error(till: Sender) -> None:
    year = 365 * 24 * 60 * MINUTE
    envelope = {"boot": "one", "mono": 5, "wall": START + year - 30 * MINUTE}
    assert started(till, envelope, boot="two", mono_now=0, wall_now=START + year) == -30


@pytest.mark.parametrize(
    ("envelope", "header"),
    [
        ({"wall": START + 10**9}, {"wall_now": START}),
        ({"boot": "one", "mono": 10**9}, {"boot": "one", "mono_now": 0}),
    ],
)
def test_nothing_happened_later_than_it_was_told(
    till: Sender, envelope: dict[str, Any], header: dict[str, Any]
) -> None:
    assert started(till, envelope, **header) == 0


def test_a_time_before_all_time_is_still_accepted(till: Sender) -> None:
    assert started(till, {"wall": 0}, wall_now=2**60) == -round(START / MINUTE)


def test_a_clock_years_ahead_does_not_win_for_years(till: Sender, hub_clock: SteadyClock) -> None:
    till.send(till.enrolled("m1"))
    ahead = {"hlc": "ffffffffffff-0000"}
    till.send(till.did("MemberAmended", ahead, member_id="m1", fields={"name": "快"}))
    hub_clock.forward(minutes=1)
    till.send(till.did("MemberAmended", member_id="m1", fields={"name": "准"}))
    assert till.body("member", "m1")["name"] == "准"
