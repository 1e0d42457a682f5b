"""Stories of clocks that are wrong, jump, or hear the time late: who spoke later has the last word all the same."""

import random

import pytest

from desktop.clock import milliseconds
from desktop.services.leases import moment
from desktop.services.members import amend
from sync.ceilings import drop_ceilings, note_ceiling
from sync.protocol import Message
from tests.sim.clocks import DAY, HOUR, MINUTE, SECOND, YEAR, TillClock
from tests.sim.promises import check_at_rest
from tests.sim.till import SimTill
from tests.sim.world import World

CALM = random.Random(0)


@pytest.fixture
def world(world: World) -> World:
    """Everybody has just heard the hub."""
    together(world)
    return world


def together(world: World) -> None:
    for till in world.tills:
        till.finish_round(world.network, CALM)


def ids(till: SimTill, query: str) -> list[str]:
    return list(till.store.read(lambda connection: connection.exec_driver_sql(query).scalars().all()))


def rename(till: SimTill, name: str) -> None:
    member = ids(till, "SELECT id FROM member ORDER BY id LIMIT 1")[0]
    till.do(lambda work: amend(work, member, name=name))


def last_word(world: World) -> str:
    """The member's name, once everybody has heard everything; the same for all."""
    world.heal()
    check_at_rest(world)
    (name,) = {ids(till, "SELECT name FROM member ORDER BY id LIMIT 1")[0] for till in world.tills}
    return name


def hub_time(till: SimTill) -> int:
    """By which leases end at this till."""
    told: list[int] = []
    till.do(lambda work: told.append(milliseconds(moment(work))))
    return told[0]


class Call:
    """A hello that the hub has answered, on its slow way back; ``arrive`` ends the round. there: ms of the way."""

    def __init__(self, world: World, till: SimTill, there: int = 0) -> None:
        till.exchange = type(till.exchange)(till.store, url="sim")  # which has said no hello yet
        self._world, self._talk = world, till.exchange.round()
        self._token = ids(till, "SELECT token FROM till")[0]
        message = next(self._talk)
        world.sky.move(there)
        self._reply = self._carry(message)

    def arrive(self, *, cut: bool = False) -> None:
        """``cut``: the network goes right after."""
        try:
            message = self._talk.send(self._reply)
            while not cut:
                message = self._talk.send(self._carry(message))
        except StopIteration:
            return
        self._talk.close()

    def _carry(self, message: Message) -> Message:
        return self._world.network.carry(message, self._token, None, CALM)


@pytest.mark.parametrize("lost", [False, True])
@pytest.mark.parametrize("ahead", [HOUR, 30 * DAY])
def test_a_clock_ahead_overtakes_nobody_after_a_restore(world: World, ahead: int, *, lost: bool) -> None:
    """Clamped to the second receipt, the older name would be the newer one. lost: a page of the till's database."""
    till, other = world.tills
    till.kill()
    till.clock.jump(ahead)
    rename(till, "旧名")
    world.headquarters.back_up()
    together(world)
    if lost:
        till.kill_with_its_disk(random.Random(0))
    world.headquarters.restore()
    rename(other, "新名")
    assert last_word(world) == "新名"


def test_a_clock_put_ahead_near_the_hub_changes_no_order(world: World) -> None:
    till, other = world.tills
    till.clock.jump(YEAR)
    rename(till, "旧名")
    world.sky.move(HOUR)
    rename(other, "新名")
    world.sky.move(HOUR)
    assert last_word(world) == "新名"


def test_a_slow_answer_to_a_hello_sets_no_deed_back(world: World) -> None:
    till, other = world.tills
    call = Call(world, till)
    world.sky.move(2 * SECOND)
    rename(other, "先")
    other.finish_round(world.network, CALM)
    world.sky.move(2 * SECOND)
    rename(till, "后")
    call.arrive()
    assert last_word(world) == "后"


def test_a_slow_hello_puts_a_right_clock_ahead_of_nobody(world: World) -> None:
    till, other = world.tills
    Call(world, till, there=20 * SECOND).arrive()
    rename(till, "先")
    world.sky.move(SECOND)
    rename(other, "后")
    assert last_word(world) == "后"


def test_a_slow_answer_to_one_program_sets_no_deed_of_another_back(world: World) -> None:
    """It is done on what that other one has read."""
    till, other = world.tills
    second = SimTill("till0", till.home, TillClock(world.sky, "second"), world.answered)
    call = Call(world, till)
    world.sky.move(20 * SECOND)
    rename(other, "先")
    other.finish_round(world.network, CALM)
    second.finish_round(world.network, CALM)
    world.sky.move(SECOND)
    rename(second, "后")
    call.arrive()
    second.close()
    assert last_word(world) == "后"


def test_a_slow_clock_is_known_after_a_restart_too(world: World) -> None:
    till, other = world.tills
    till.clock.jump(-HOUR)
    together(world)
    till.kill()
    world.sky.move(10 * MINUTE)
    rename(other, "先")
    world.sky.move(10 * MINUTE)
    rename(till, "后")
    assert last_word(world) == "后"


def test_a_hub_whose_clock_goes_back_turns_no_order_round(world: World) -> None:
    till, _ = world.tills
    till.kill()
    till.clock.jump(HOUR)
    rename(till, "先")
    Call(world, till).arrive(cut=True)
    world.sky.move(SECOND)
    rename(till, "后")
    world.sky.move(-MINUTE)
    Call(world, till).arrive(cut=True)
    world.sky.move(2 * MINUTE)
    assert last_word(world) == "后"


@pytest.mark.parametrize("wrong", [20 * DAY, -20 * DAY])
def test_leases_end_by_the_time_the_hub_has_told(world: World, wrong: int) -> None:
    till, _ = world.tills
    till.clock.jump(wrong)
    world.sky.move(DAY)
    assert abs(hub_time(till) - world.sky.now) < MINUTE


def test_a_fast_clock_ends_no_lease_after_a_restart(world: World) -> None:
    till, _ = world.tills
    till.clock.jump(20 * HOUR)
    Call(world, till).arrive()
    till.kill()
    rename(till, "名")
    assert abs(hub_time(till) - world.sky.now) < MINUTE


@pytest.mark.parametrize("whose", [0, 1])
def test_a_database_that_is_put_back_alone_knows_by_when_its_deeds_were_done(world: World, whose: int) -> None:
    till, image = world.tills[0], world.folder / "image"
    world.headquarters.back_up()
    till.keep_image(image)
    till.clock.jump(YEAR)
    till.kill()
    rename(till, "甲")
    together(world)
    rename(world.tills[whose], "乙")
    world.headquarters.restore()
    till.put_back(image, whole=False)
    assert last_word(world) == "乙"


def test_ceilings_go_with_the_last_event_that_could_be_sent_again(world: World) -> None:
    till, _ = world.tills
    till.store.write(lambda work: [note_ceiling(work.till, (9, n), n) for n in range(3)])
    assert ids(till, "SELECT ceilings FROM till") == ["[[9,0,0],[9,1,1],[9,2,2]]"]
    till.store.write(lambda work: work.session.connection().exec_driver_sql("UPDATE outbox SET state = 'rejected'"))
    till.store.write(lambda work: drop_ceilings(work.till, work.session.connection()))
    assert ids(till, "SELECT ceilings FROM till") == ["[]"]
