"""What a shop is promised of sync, each promise by its name: days at two tills of two stores, and what goes wrong."""

import random
from collections import defaultdict

import pytest

from desktop.events import MemberAmended
from desktop.views.till import find_backlog, list_waiting
from resources import Words
from sync.protocol import row_hash, sum_text
from tests.sim.choosing import PHONES
from tests.sim.clocks import DAY
from tests.sim.promises import check_at_rest
from tests.sim.steps import Step
from tests.sim.till import SimTill
from tests.sim.truth import Truth
from tests.sim.world import World

CALM = random.Random(0)
DEEDS = 40


def live_a_day(world: World, *between: str) -> None:
    """Deeds at both tills in turn; after each of them, what else happens."""
    for number in range(DEEDS):
        for kind in ("deed", *between):
            world.take(Step(kind, number % 2, salt=len(world.story)))  # nothing is said twice


def truth_of(world: World) -> Truth:
    with world.headquarters.hub.database.read() as connection:
        return Truth(connection)


def come_to_rest(world: World) -> Truth:
    """All is well again, and whatever must hold then does."""
    world.heal()
    check_at_rest(world)
    return truth_of(world)


def accepted(truth: Truth) -> set[str]:
    return {each.id for each in truth.events.values() if each.verdict == "accepted"}


def column(till: SimTill, query: str) -> list[str]:
    return list(till.store.read(lambda connection: connection.exec_driver_sql(query).scalars().all()))


def test_nothing_is_lost_between_till_and_hub(world: World) -> None:
    world.schedule = world.schedule._replace(chaos=0.6)
    live_a_day(world, "talk")
    assert {"fault lose_reply", "fault repeat"} <= world.tally.keys()
    truth = come_to_rest(world)
    assert {each.envelope.id for each in world.answered} <= truth.events.keys()
    assert len(world.answered) > DEEDS


@pytest.mark.parametrize("late", [False, True])
def test_every_refusal_is_visible(world: World, *, late: bool) -> None:
    till, _ = world.tills
    if late:
        world.headquarters.downgrade(["MemberAmended"])
    member = column(till, "SELECT id FROM member WHERE full ORDER BY id")[0]
    till.do(lambda work: work.note(MemberAmended(member_id=member, fields={"phone": f"+86{PHONES[1]}"})))
    till.finish_round(world.network, CALM)
    assert column(till, "SELECT state FROM outbox WHERE kind = 'MemberAmended'") == ["parked" if late else "rejected"]
    come_to_rest(world)
    (told,) = till.store.read(list_waiting)
    assert (told.row_id, told.code, told.fix) == (member, "phone_taken", "edit")
    assert till.store.read(find_backlog).refused == 1
    assert all(f"verdict.{told.code}" in Words(language) for language in ("zh", "en"))


def test_all_tills_agree_with_the_hub(world: World) -> None:
    live_a_day(world, "round")
    truth = come_to_rest(world)
    for till in world.tills:
        sums: defaultdict[str, int] = defaultdict(int)
        for scope, *row in till.store.read(
            lambda connection: connection.exec_driver_sql("SELECT scope, kind, row_id, ver FROM feed_row").all()
        ):
            sums[scope] += row_hash(*row)
        assert {scope: sum_text(total) for scope, total in sums.items()} == {
            scope: truth.heads[scope][1] for scope in sums
        }
        assert len(sums) > 3


def test_a_hub_can_be_restored_from_yesterday(world: World) -> None:
    live_a_day(world, "round")
    world.heal()
    world.headquarters.back_up()
    world.sky.move(DAY)
    yesterday = accepted(truth_of(world))
    live_a_day(world, "round")
    before = come_to_rest(world)
    world.headquarters.restore()
    assert accepted(truth_of(world)) == yesterday
    after = come_to_rest(world)
    assert yesterday < accepted(before) <= accepted(after)
    assert not {each.id for each in before.events.values() if each.verdict == "rejected"} & accepted(after)


def test_old_tills_and_new_hubs_work(world: World) -> None:
    world.take(Step("older_till", 0, salt=1))
    live_a_day(world, "round")
    assert any(column(till, "SELECT kind FROM parked_in") for till in world.tills)
    assert not any(column(till, "SELECT n FROM outbox WHERE state = 'pending'") for till in world.tills)
    come_to_rest(world)
    assert not any(column(till, "SELECT kind FROM parked_in") for till in world.tills)


def test_new_tills_and_old_hubs_work(world: World) -> None:
    world.headquarters.downgrade(["LineAdded", "VisitFinished", "ConsentWithdrawn"])
    live_a_day(world, "round")
    states = "SELECT DISTINCT state FROM outbox ORDER BY state"
    assert all({"accepted", "parked"} <= set(column(till, states)) for till in world.tills)
    come_to_rest(world)
    assert all(set(column(till, states)) <= {"accepted", "rejected"} for till in world.tills)


def test_a_broken_till_is_back_with_all_that_it_had(world: World) -> None:
    """How soon, the benchmark ``mending`` measures."""
    till, _ = world.tills
    live_a_day(world, "talk")
    for salt in range(3):
        till.kill_with_its_disk(random.Random(salt))
    assert "loss" in till.starts
    live_a_day(world, "talk")
    truth = come_to_rest(world)
    assert {each.envelope.id for each in world.answered} <= truth.events.keys()
