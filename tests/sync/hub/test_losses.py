"""Points that are over are taken off by the day's round, and never those that somebody spent or may be spending."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.hub.__main__ import main
from sync.hub.hub import Hub
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.hub.rights import Office, asked, earned, returned, spent

ATill = Callable[..., Sender]
Daily = Callable[[str], str]
A_DAY = 24 * 3600 * 1000
DUE = "2026-10-01"


@pytest.fixture
def office(hub: Hub, tmp_path: Path) -> Iterator[Office]:
    """Headquarters where points last 100 days, and whose books are right at the end."""
    office = Office(hub, tmp_path)
    office.definitions(expiry={"lasts_days": 100})
    yield office
    office.check_books()


@pytest.fixture
def till(a_till: ATill, office: Office) -> Sender:
    """The only one of its store; it knows m1."""
    till = a_till()
    till.send(till.enrolled("m1"))
    return till


@pytest.fixture
def daily(office: Office, capsys: pytest.CaptureFixture[str]) -> Daily:
    def run(day: str) -> str:
        assert main(["daily", "--day", day, "--database", office.plain_url]) == 0
        return next(line for line in capsys.readouterr().out.splitlines() if line.startswith("points:"))

    return run


def ago(till: Sender, days: int, deed: Callable[..., msgspec.Raw], *told: Any) -> msgspec.Raw:
    """A deed of so many days ago that is told now."""
    made = msgspec.json.decode(deed(till, *told))
    return msgspec.Raw(msgspec.json.encode(made | {"wall": made["wall"] - days * A_DAY}, order="sorted"))


def losses(till: Sender) -> list[tuple[int, int]]:
    """What was taken, and what is to be taken once no till may spend it."""
    rows = [each for each in till.rows("points").values() if each.get("before")]
    return [(each["amount"], each.get("owed", 0)) for each in sorted(rows, key=lambda each: str(each["before"]))]


def balance(till: Sender) -> int:
    return sum(each["amount"] for each in till.rows("points").values())


def test_what_is_left_of_old_points_is_taken_off_once(till: Sender, daily: Daily) -> None:
    till.send(ago(till, 120, earned, "old", 300), earned(till, "new", 40))
    assert daily(DUE) == "points: 300 expired"
    assert (losses(till), balance(till)) == ([(-240, 60)], 100)  # a till at home may be spending 100 of them
    till.send(returned(till, "points", "m1"))
    assert (losses(till), balance(till)) == ([(-300, 0)], 40)
    assert daily(DUE) == daily("2026-10-02") == "points: 0 expired"


def test_a_till_that_spent_in_time_and_tells_it_late_wins(till: Sender, daily: Daily) -> None:
    till.send(ago(till, 120, earned, "old", 100))
    daily(DUE)
    till.send(ago(till, 5, spent, "s1", 60))
    assert losses(till) == [(0, 40)]
    till.send(returned(till, "points", "m1", 60))
    assert (losses(till), balance(till)) == ([(-40, 0)], 0)
    till.send(earned(till, "new", 70))
    assert balance(till) == 70  # nothing is owed of it


def test_points_taken_off_before_a_late_spend_was_heard_come_back(
    a_till: ATill, till: Sender, daily: Daily, hub_clock: SteadyClock
) -> None:
    """Its lease was over, so that nothing stood in the way of taking them."""
    till.send(ago(till, 120, earned, "old", 100))
    late = ago(till, 5, spent, "s1", 60)
    hub_clock.forward(hours=15 * 24)
    other = a_till()
    other.send(asked(other, "points", "m1"))
    other.send(returned(other, "points", "m1"))
    daily("2026-10-20")
    for each in (till, other):  # whichever is at home has them again until it is asked
        each.send(returned(each, "points", "m1"))
    assert balance(till) == 0
    assert till.verdicts(late) == ["accepted"]
    assert (losses(till), balance(till)) == ([(-40, 0)], 0)


def test_without_an_end_or_without_definitions_nothing_is_over(till: Sender, daily: Daily, office: Office) -> None:
    till.send(ago(till, 1200, earned, "old", 300))
    office.definitions(expiry={"lasts_days": 0})
    assert daily(DUE) == "points: 0 expired"
    assert balance(till) == 300
