"""Members of high value: all are counted at once, exactly as the page of each of them says."""

from datetime import timedelta

import pytest

from desktop.desk import Desk
from desktop.services.consents import give_consents
from desktop.services.ownership import release
from desktop.services.tasks import open_task
from desktop.services.visits import add_line, finish_visit, serve, void_visit
from desktop.value_round import ValueRound
from desktop.views.till import find_guides, find_till
from desktop.views.valued import count_valued, find_valued
from tests.clock import SetClock
from tests.desktop.test_portraits import bought, portrait, send, today
from tests.desktop.test_visits import CREAM, SERUM, a_member


@pytest.fixture
def members(stocked: Desk, clock: SetClock) -> list[str]:
    """Five: more and more faithful ones; the last has brought much back, and a visit of hers was void."""
    found = [a_member(stocked, f"1390000020{number}", f"许{number}") for number in range(5)]
    for day in range(4):
        for number, member in enumerate(found):
            if number > day:
                bought(stocked, member, *[SERUM, CREAM][: number - day])
        clock.forward(days=20)
    stocked.do(serve, found[4]).result()
    for _ in range(4):
        stocked.do(add_line, SERUM, "returned").result()
    stocked.do(finish_visit).result()
    stocked.do(serve, found[4]).result()
    stocked.do(add_line, SERUM, "bought").result()
    stocked.do(void_visit).result()
    return found


@pytest.mark.parametrize("least", [4, 8, 10, 15])
def test_all_are_counted_as_each_one_s_page_says(stocked: Desk, members: list[str], least: int) -> None:
    send(stocked, rfm={"vip": least, "window_days": 61})
    judged = {member: portrait(stocked, member).rules.rfm for member in members}
    told = {member: each.score for member, each in judged.items() if each and each.vip}
    day = today(stocked)
    rules = portrait(stocked, members[0]).shop.definitions.rfm
    assert stocked.read(count_valued, day, rules) == told
    assert (least > 4) or told


def test_the_list_says_whose_they_are_and_what_comes_next(stocked: Desk, members: list[str]) -> None:
    send(stocked, rfm={"vip": 6})
    ValueRound(stocked)()
    assert members
    best, *_, last = stocked.read(find_valued, today(stocked))
    member = best.found.member_id
    assert sum(map(int, best.score)) >= sum(map(int, last.score))
    assert best.next is None
    guide = stocked.read(find_till).guide_id
    assert best.guide == next((each.name for each in stocked.read(find_guides) if each.id == guide), None)
    stocked.do(give_consents, member, ("marketing",), channel="counter").result()
    for days in (9, 2):
        stocked.do(open_task, member, f"{days} 天后问候", today(stocked) + timedelta(days=days)).result()
    stocked.do(release, member).result()
    [found] = stocked.read(find_valued, today(stocked), best.found.name)
    assert found.next is not None
    assert (found.guide, found.next.title) == (None, "2 天后问候")
