"""Samples: handed out by a scan, never twice, and asked about afterwards."""

from datetime import timedelta

import pytest

from desktop.data.escrow import Lease, Quota
from desktop.desk import Desk
from desktop.errors import NotNow
from desktop.rules.facts import Trial, of
from desktop.services.samples import ask_for_sample, hand_out
from desktop.services.undo import undo
from desktop.services.visits import serve
from desktop.views.facts import facts_of
from desktop.views.lookup import SampleSeen, look_up
from desktop.views.samples import find_samples
from desktop.views.tasks import open_tasks
from desktop.work import Work
from tests.desktop.test_visits import a_member

GTIN = "06901234567892"


def lend(work: Work, name: str = "q1", gtin: str = GTIN, pieces: int = 2) -> None:
    """As headquarters would."""
    work.session.add(Quota(id=name, title=f"小样 {name}", total=10, gtin=gtin))
    ends = work.clock.now() + timedelta(days=7)
    work.session.add(Lease(id=f"l-{name}", of="quota", object_id=name, amount=pieces, not_after=ends, signed="s"))


@pytest.fixture
def till(stocked: Desk) -> Desk:
    stocked.do(lend).result()
    return stocked


def here(desk: Desk) -> int:
    return desk.read(find_samples, desk.clock.now().astimezone().date())[0].here


def test_a_scan_hands_one_out_and_undo_gives_it_back(till: Desk) -> None:
    assert till.read(look_up, GTIN[1:]) == SampleSeen("q1", "小样 q1")
    till.do(serve, a_member(till)).result()
    till.do(hand_out, "q1").result()
    assert here(till) == 1
    till.do(undo).result()
    assert here(till) == 2


def test_nobody_gets_the_same_sample_twice(till: Desk) -> None:
    till.do(serve, a_member(till)).result()
    till.do(hand_out, "q1").result()
    with pytest.raises(NotNow, match="sample_had"):
        till.do(hand_out, "q1").result()
    till.do(undo).result()
    till.do(hand_out, "q1").result()  # what was given back was not had


def test_nobody_gets_more_than_three_a_day(till: Desk) -> None:
    for number in range(2, 5):
        till.do(lend, f"q{number}", f"{number}".zfill(14)).result()
    till.do(serve, a_member(till)).result()
    for number in range(1, 4):
        till.do(hand_out, f"q{number}").result()
    with pytest.raises(NotNow, match="sample_enough"):
        till.do(hand_out, "q4").result()


def test_who_is_not_known_gets_none(till: Desk) -> None:
    till.do(serve, None).result()
    with pytest.raises(NotNow, match="sample_for_whom"):
        till.do(hand_out, "q1").result()


def test_what_was_taken_home_counts_as_tried(till: Desk) -> None:
    member = a_member(till)
    till.do(serve, member).result()
    till.do(hand_out, "q1").result()
    known = till.read(facts_of, member)
    assert known
    (trial,) = of(known.facts, Trial, until=till.clock.now().astimezone().date())
    assert known.names[trial.product] == "小样 q1"


def test_a_till_without_any_lets_the_member_ask(till: Desk) -> None:
    till.do(lend, "q2", "2".zfill(14), 0).result()
    member = a_member(till)
    till.do(serve, member).result()
    with pytest.raises(NotNow, match="gift_no_lease"):
        till.do(hand_out, "q2").result()
    till.do(ask_for_sample, "q2").result()
    (task,) = till.read(open_tasks, till.clock.now().astimezone().date())
    assert (task.title, task.member_id) == ("小样 q2", member)
