"""Stories that once ended badly, told by hand."""

import random
from datetime import UTC, datetime
from operator import methodcaller

from desktop.appointment_events import AppointmentBooked
from desktop.events import ErasureRequested, MemberAmended, MembersMerged, MembersSeparated
from desktop.rules.member_codes import member_code
from desktop.services.members import Application, amend, enrol
from desktop.services.portraits import remove_tag, set_tag
from desktop.services.visits import add_line, remove_line, serve, serve_code
from tests.sim.choosing import PHONES
from tests.sim.clocks import DAY, HOUR, MONTH, YEAR
from tests.sim.promises import check_at_rest, check_overlay
from tests.sim.steps import Step
from tests.sim.till import SimTill
from tests.sim.world import World

CALM = random.Random(0)
WHOLE, DATABASE = 1, 0  # salts: what of a machine is put back
GTIN = "06901230010019"
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def ids(till: SimTill, query: str) -> list[str]:
    return list(till.store.read(lambda connection: connection.exec_driver_sql(query).scalars().all()))


def members(till: SimTill) -> list[str]:
    return ids(till, "SELECT id FROM member WHERE full ORDER BY id")


def lines(till: SimTill) -> list[str]:
    return ids(till, "SELECT id FROM line ORDER BY id")


def test_what_a_restored_hub_lost_goes_up_before_its_rows_come_down(world: World) -> None:
    """Else the till's own old word would lie over what others have written since."""
    till, other = world.tills
    member = members(till)[0]
    till.do(lambda work: amend(work, member, name="旧名"))
    for each in (till, other, till):
        each.finish_round(world.network, CALM)
    world.headquarters.back_up()
    world.headquarters.restore()
    other.finish_round(world.network, CALM)
    world.heal()
    check_at_rest(world)


def test_a_till_comes_to_rest_though_members_it_may_spend_for_were_merged(world: World) -> None:
    till, other = world.tills
    one, another = members(till)[0], members(other)[0]
    till.do(lambda work: work.note(MembersMerged(old_id=one, keep_id=another)))
    world.heal()
    world.sky.move(12 * DAY)  # what was lent is half over
    world.heal()
    assert check_at_rest(world)["end merged"] == 1


def test_a_greeting_for_another_till_is_not_believed(world: World) -> None:
    till, other = world.tills
    other.finish_round(world.network, CALM)
    assert not till.advance(world.network, "stray", CALM)
    assert till.failures == ["HubUnreachable an answer to another hello"]
    world.heal()
    check_at_rest(world)


def test_a_member_who_leaves_a_store_is_called_there_what_everybody_calls_them(world: World) -> None:
    """The directory tells the new name while the store still holds the whole profile, under the old one."""
    till, other = world.tills
    one, another = members(other)[0], members(till)[0]
    other.do(lambda work: work.note(MembersMerged(old_id=one, keep_id=another)))
    world.heal()
    till.do(lambda work: work.note(MembersSeparated(member_id=one)))
    world.heal()
    check_at_rest(world)


def test_a_line_that_was_taken_away_stays_away_when_the_hub_learns_to_add_lines(world: World) -> None:
    """The hub can judge the removal at once, the adding only after its upgrade; then it has nothing left to do."""
    till, other = world.tills
    till.do(lambda work: serve(work, None))
    till.do(lambda work: add_line(work, GTIN, "seen"))
    (line_id,) = lines(till)
    till.do(lambda work: remove_line(work, line_id))
    world.headquarters.downgrade(["LineAdded"])
    till.finish_round(world.network, CALM)
    assert lines(till) == []
    world.heal()
    assert check_at_rest(world)["end late verdicts"] == 1
    assert lines(till) == lines(other) == []


def test_what_was_refused_is_not_told_a_restored_hub(world: World) -> None:
    """It could be accepted there, after the clerk has done something else instead."""
    till, _ = world.tills
    taken = MemberAmended(member_id=members(till)[0], fields={"phone": f"+86{PHONES[1]}"})
    world.headquarters.back_up()
    till.do(lambda work: work.note(taken))
    till.finish_round(world.network, CALM)
    world.headquarters.restore()
    world.heal()
    check_at_rest(world)
    assert ids(till, "SELECT code FROM outbox WHERE state = 'rejected'") == ["phone_taken"]


def test_what_was_done_under_a_clock_that_had_gone_back_comes_back_too(world: World) -> None:
    """The second copy has it in the file of a day long ago."""
    till, _ = world.tills
    member = members(till)[0]
    image = till.home.with_name("image")
    till.clock.jump(-YEAR)
    till.keep_image(image)
    till.do(lambda work: amend(work, member, name="新名"))
    till.put_back(image, whole=False)
    assert ids(till, "SELECT name FROM member WHERE name = '新名'")
    world.heal()
    check_at_rest(world)


def test_what_only_the_copy_of_a_machine_has_sent_is_answered_there(world: World) -> None:
    """The machine itself was put back to before, as a whole: nothing on it knows what could be refused."""
    till, _ = world.tills
    world.take(Step("image", 0, 0))
    till.do(lambda work: serve_code(work, member_code(b"nobody's !")))
    world.take(Step("clone", 0, 0))
    world.take(Step("image_back", 0, WHOLE))
    world.heal()
    assert check_at_rest(world)["verdict rejected no_member"] == 1


def test_a_database_older_than_its_journal_holds_no_member_s_lease(world: World) -> None:
    """Nothing is left that tells of what was done since: for all the till knows, a copy of it has the leases."""
    till, _ = world.tills
    world.take(Step("image", 0, 0))
    till.do(lambda work: amend(work, members(till)[0], name="新名"))
    till.finish_round(world.network, CALM)
    world.sky.move(MONTH + HOUR)
    assert till.advance(world.network, None, CALM)  # hello: it hears what day it is
    assert till.tidy()
    world.take(Step("image_back", 0, DATABASE))
    world.heal()
    check_at_rest(world)
    assert set(ids(till, "SELECT of FROM lease")) == {"quota"}


def test_nobody_hears_whose_an_hour_was_that_was_over_for_long(world: World) -> None:
    till, _ = world.tills
    slot = {"member_id": members(till)[0], "service": "护理", "starts_at": NOON, "minutes": 60, "for_guide": "g1"}
    for appointment_id in ("a1", "a2"):
        till.do(methodcaller("note", AppointmentBooked(appointment_id=appointment_id, **slot)))
    world.sky.move(2 * MONTH)
    world.heal()
    check_at_rest(world)


def test_a_visit_of_an_erased_member_that_was_never_sent_leaves_nothing(world: World) -> None:
    """It was opened while the erasure was on its way: after the push, before the pull."""
    till, _ = world.tills
    member = members(till)[0]
    assert till.advance(world.network, None, CALM)  # hello
    world.headquarters.hub.erase(member)
    till.do(lambda work: serve(work, member))
    world.heal()
    check_at_rest(world)


def test_a_fetched_profile_leaves_with_its_erasure_though_the_hub_was_restored(world: World) -> None:
    """No feed of this till's told of the visits that came with it, so none takes them away."""
    till, other = world.tills
    (member,) = ids(other, "SELECT member_id FROM visit WHERE state = 'finished' AND member_id IS NOT NULL LIMIT 1")
    world.headquarters.back_up()
    till.do(lambda work: serve(work, member))
    for _ in range(3):  # hello, push, the profile
        assert till.advance(world.network, None, CALM)
    assert ids(till, f"SELECT id FROM visit WHERE member_id = '{member}' AND state = 'finished'")
    world.headquarters.hub.erase(member)
    world.headquarters.restore()
    world.heal()
    check_at_rest(world)


def test_whoever_a_restored_hub_takes_for_two_is_two_at_the_till_as_well(world: World) -> None:
    """It hears first that the phone has changed, and only then of the enrolment that had it lead to its owner."""
    till, other = world.tills
    owner = members(other)[0]
    other.do(lambda work: work.note(MemberAmended(member_id=owner, fields={"phone": f"+86{PHONES[4]}"})))
    world.headquarters.back_up()
    till.do(lambda work: enrol(work, Application(phone=PHONES[1], name="新来的", consents=("service",))))
    till.finish_round(world.network, CALM)
    assert ids(till, "SELECT member_id FROM visit WHERE state = 'open'") == [owner]
    world.headquarters.restore()
    other.finish_round(world.network, CALM)
    world.heal()
    check_at_rest(world)
    assert ids(till, "SELECT member_id FROM visit WHERE state = 'open'") != [owner]


def test_a_restored_hub_judges_nothing_before_what_was_done_earlier(world: World) -> None:
    """It does not know the visit any more in which a line was taken away."""
    till, _ = world.tills
    till.do(lambda work: serve(work, None))
    till.do(lambda work: add_line(work, GTIN, "seen"))
    world.headquarters.back_up()
    till.finish_round(world.network, CALM)
    (line_id,) = lines(till)
    till.do(lambda work: remove_line(work, line_id))
    world.headquarters.restore()
    assert till.advance(world.network, None, CALM)
    waiting = ids(till, "SELECT kind FROM outbox WHERE state = 'pending' AND \"row\" = 'visit' ORDER BY n")
    assert waiting[-3:] == ["VisitOpened", "LineAdded", "LineRemoved"]
    assert not world.headquarters.has_parked()
    assert lines(till) == []
    check_overlay(till, world.headquarters.erased)
    world.heal()
    check_at_rest(world)


def test_what_a_restored_hub_waits_for_is_given_up_once_everybody_was_heard(world: World) -> None:
    """A tag was set on somebody who is erased by now, and taken off: of the one the hub keeps no word, and the other
    names nothing that it knows."""
    till, _ = world.tills
    member = members(till)[0]
    world.headquarters.back_up()
    tag = till.do(lambda work: set_tag(work, member, "常客")) and ids(till, "SELECT id FROM tag")[0]
    till.do(lambda work: remove_tag(work, tag))
    world.headquarters.hub.erase(member)
    world.headquarters.restore()
    world.heal()
    assert check_at_rest(world)["verdict rejected no_member"] == 1


def test_an_erasure_takes_nobody_along_by_a_merge_that_the_hub_has_lost(world: World) -> None:
    """It was asked for where nobody knew of the merge: the other member lives on, in every directory."""
    till, other = world.tills
    gone, stays = members(till)[0], members(other)[0]
    till.do(lambda work: work.note(MembersMerged(old_id=stays, keep_id=gone, reason="同一人")))
    world.headquarters.back_up()
    till.finish_round(world.network, CALM)
    other.do(lambda work: work.note(ErasureRequested(member_id=gone)))
    world.headquarters.restore()
    other.finish_round(world.network, CALM)
    world.heal()
    check_at_rest(world)
    assert ids(till, "SELECT id FROM member") == [stays]
