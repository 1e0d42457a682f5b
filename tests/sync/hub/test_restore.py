"""A hub that comes back from a backup says so, and nobody erased comes back with it."""

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete
from sqlalchemy.engine import make_url

from sync.hub.hub import Hub
from sync.hub.problems import HubError, HubProblem
from sync.hub.restore import back_up, ledger_of
from sync.hub.tables import device, metadata
from sync.hub.tills import TillLine, list_tills
from sync.protocol import SPOKEN, EnrolRequest, HelloRequest
from tests.sync.hub.builders import START, Sender, SteadyClock
from tests.sync.hub.rights import Office, asked, earned, lease, redeemed, under

PHONE = "+8613800138000"


@contextmanager
def restored_hub(url: str, clock: SteadyClock) -> Iterator[Hub]:
    with closing(Hub.open(url, clock, restored=True)) as hub:
        yield hub


def put_back(backup: Path, url: str) -> None:
    """What an operator does after a crash."""
    file = Path(str(make_url(url).database))
    for each in (file, *file.parent.glob(f"{file.name}-*")):
        each.unlink(missing_ok=True)
    shutil.copy(backup, file)


def words_in(folder: Path, *words: str) -> list[str]:
    """Those of the words that any database file of the folder holds."""
    held = b"".join(file.read_bytes() for file in folder.glob("hub.db*"))
    return [word for word in words if word.encode() in held]


def lines_of(hub: Hub) -> list[TillLine]:
    """The tills as headquarters sees them."""
    with hub.database.read() as connection:
        return list_tills(connection)


def amount_of(till: Sender) -> int:
    """What the till was ever lent of m1's points."""
    held = lease(till, "points", "m1")
    return held.amount if held else 0


@pytest.fixture
def file_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'hub.db'}"


@pytest.fixture
def yesterday(file_url: str, hub_clock: SteadyClock, tmp_path: Path) -> Path:
    """A backup of yesterday; since then one member was erased and another enrolled."""
    with closing(Hub.open(file_url, hub_clock)) as hub:
        till = Sender(hub, "west")
        till.send(till.enrolled("m1", phone=PHONE, name="陈思雨"), till.enrolled("m2", name="李四光"))
        back_up(file_url, tmp_path / "yesterday.db")
        till.send(till.did("ErasureRequested", member_id="m1"), till.enrolled("m3", name="王五"))
    return tmp_path / "yesterday.db"


def test_the_file_holds_nothing_of_an_erased_member(file_url: str, hub_clock: SteadyClock, tmp_path: Path) -> None:
    with closing(Hub.open(file_url, hub_clock)) as hub:
        till = Sender(hub, "west")
        till.send(till.enrolled("m1", phone=PHONE, name="陈思雨"))
        till.send(*(till.did("MemberAmended", member_id="m1", fields={"name": f"陈思雨{n}"}) for n in range(300)))
        assert words_in(tmp_path, "陈思雨", "13800138000") == ["陈思雨", "13800138000"]
        till.send(till.did("ErasureRequested", member_id="m1"))
        assert words_in(tmp_path, "陈思雨", "13800138000") == []


def test_yesterdays_backup_is_refused(yesterday: Path, file_url: str, hub_clock: SteadyClock) -> None:
    put_back(yesterday, file_url)
    with pytest.raises(HubError, match=r"older than .*hub restored"):
        Hub.open(file_url, hub_clock)


def test_a_copy_made_by_other_means_is_refused_too(file_url: str, hub_clock: SteadyClock, tmp_path: Path) -> None:
    with closing(Hub.open(file_url, hub_clock)) as hub:
        till = Sender(hub, "west")
    shutil.copy(tmp_path / "hub.db", tmp_path / "copy.db")
    with closing(Hub.open(file_url, hub_clock)) as hub:
        till = Sender(hub, "west")
        till.send(till.enrolled("m1"))
    put_back(tmp_path / "copy.db", file_url)
    with pytest.raises(HubError, match="older than"):
        Hub.open(file_url, hub_clock)


def test_after_a_restore_the_erased_stay_erased_and_the_epoch_is_new(
    yesterday: Path, file_url: str, hub_clock: SteadyClock, tmp_path: Path
) -> None:
    put_back(yesterday, file_url)
    assert words_in(tmp_path, "陈思雨") == ["陈思雨"]
    with restored_hub(file_url, hub_clock) as hub:
        assert hub.epoch == 2
        assert words_in(tmp_path, "陈思雨", "13800138000") == []
        till = Sender(hub, "west")
        again = (till.did("MemberAmended", member_id="m1", fields={"name": "陈思雨"}), till.enrolled("m3", name="王五"))
        assert till.verdicts(*again) == ["rejected:erased", "accepted"]
        stub = till.did(
            "Stub", {"typ": "MemberAmended", "eid": "m1", "mid": "m1"}
        )  # as a till that has forgotten sends it
        assert till.verdicts(stub) == ["rejected:erased"]
        assert till.read("dir").keys() == {("erasure", "m1"), ("directory", "m2"), ("directory", "m3")}
        assert till.send().epoch == 2


@pytest.mark.parametrize(("gone", "stays"), [("m1", "m2"), ("m2", "m1")])
def test_nobody_is_erased_with_whom_they_were_told_apart_from(
    file_url: str, hub_clock: SteadyClock, tmp_path: Path, gone: str, stays: str
) -> None:
    """The backup is of the days when all three were one; one of the two that still are is erased."""
    office = Office(Hub.open(file_url, hub_clock), tmp_path)
    till = Sender(office.hub, "west")
    till.send(till.enrolled("m1"), till.enrolled("m2"), till.enrolled("m3"))
    till.send(*(till.did("MembersMerged", old_id=old, keep_id=keep) for old, keep in (("m3", gone), ("m2", "m1"))))
    back_up(file_url, tmp_path / "saved.db")
    parted = till.did("MembersSeparated", member_id="m2")
    till.send(parted, till.did("ErasureRequested", member_id=gone))
    rows = till.read("dir").keys()
    till.hub = office.restore(tmp_path / "saved.db", hub_clock)
    assert till.verdicts(parted)[0] == ("rejected:erased" if gone == "m2" else "accepted")
    assert till.read("dir").keys() == rows == {("erasure", gone), ("erasure", "m3"), ("directory", stays)}
    assert till.hub.ledger.erased == {gone, "m3"}
    till.hub.close()


def test_once_restored_it_opens_as_ever(yesterday: Path, file_url: str, hub_clock: SteadyClock) -> None:
    put_back(yesterday, file_url)
    with restored_hub(file_url, hub_clock):
        pass
    with closing(Hub.open(file_url, hub_clock)) as hub:
        assert hub.epoch == 2


def test_a_second_restore_raises_the_epoch_again(yesterday: Path, file_url: str, hub_clock: SteadyClock) -> None:
    for epoch in (2, 3):
        put_back(yesterday, file_url)
        with restored_hub(file_url, hub_clock) as hub:
            assert hub.epoch == epoch


def test_a_hub_that_was_killed_is_not_taken_for_a_backup(file_url: str, hub_clock: SteadyClock) -> None:
    killed = Hub.open(file_url, hub_clock)
    till = Sender(killed, "west")
    till.send(till.enrolled("m1"))
    killed.database.close()  # and no mark of how far it came
    killed.ledger.close()
    with closing(Hub.open(file_url, hub_clock)) as hub:
        assert hub.epoch == 1


def test_the_ledger_of_another_hub_is_refused(file_url: str, hub_clock: SteadyClock, tmp_path: Path) -> None:
    Hub.open(file_url, hub_clock).close()
    with pytest.raises(HubError, match="another hub"):
        Hub.open(f"sqlite:///{tmp_path / 'other.db'}", hub_clock, ledger=ledger_of(file_url))


def test_a_lost_ledger_is_written_anew(yesterday: Path, file_url: str, hub_clock: SteadyClock, tmp_path: Path) -> None:
    ledger_of(file_url).unlink()
    Hub.open(file_url, hub_clock).close()
    assert "erased m1\n" in ledger_of(file_url).read_text("utf-8")
    assert yesterday.parent == tmp_path


def test_how_far_the_hub_came_is_noted_now_and_then(hub: Hub, till: Sender, hub_clock: SteadyClock) -> None:
    before = hub.ledger.mark
    till.send(till.enrolled("m1"))
    hub.settle()
    assert hub.ledger.mark == before
    hub_clock.forward(minutes=10)
    hub.settle()
    assert before is not None
    assert hub.ledger.mark == before._replace(rows=before.rows + 2)


def test_an_erasure_is_in_the_ledger_before_it_is_answered(hub: Hub, till: Sender) -> None:
    till.send(till.enrolled("m1"), till.did("ErasureRequested", member_id="m1"))
    assert "erased m1\n" in hub.ledger.path.read_text("utf-8")


def test_a_restored_hub_on_any_database_gets_a_new_epoch(
    hub: Hub, hub_url: str, till: Sender, hub_clock: SteadyClock
) -> None:
    till.send(till.enrolled("m1"), till.enrolled("m2"))
    hub.close()
    with closing(Hub.open(hub_url, hub_clock)) as opened:
        opened.ledger.erase(["m1"])
    with restored_hub(hub_url, hub_clock) as again:
        reader = Sender(again, "west")
        assert again.epoch == 2
        assert reader.read("dir").keys() == {("erasure", "m1"), ("directory", "m2")}


def test_a_backup_is_whole_and_never_overwritten(yesterday: Path, file_url: str) -> None:
    engine = create_engine(f"sqlite:///{yesterday}")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        counted = [connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar() for name in metadata.tables]
    engine.dispose()
    assert sum(map(bool, counted)) > 4
    with pytest.raises(HubError, match="exists already"):
        back_up(file_url, yesterday)


def test_postgresql_has_its_own_tools(tmp_path: Path) -> None:
    with pytest.raises(HubError, match="pg_dump"):
        back_up("postgresql+psycopg://hub@/hub", tmp_path / "x")


def test_a_lease_that_is_shown_after_a_merge_is_counted_with_the_kept_ones(
    file_url: str, hub_clock: SteadyClock, tmp_path: Path
) -> None:
    office = Office(Hub.open(file_url, hub_clock), tmp_path)
    west, east, south = tills = [Sender(office.hub, store) for store in ("west", "east", "south")]
    west.send(west.enrolled("m1"), west.enrolled("m2"), earned(west, "e1", 500, member_id="m2"))
    back_up(file_url, tmp_path / "yesterday.db")
    east.send(asked(east, "points", "m2", 400))
    promised = under(east, "points", "m2")
    hub = office.restore(tmp_path / "yesterday.db", hub_clock)
    for till in tills:
        till.hub = hub
    west.send(west.did("MembersMerged", old_id="m2", keep_id="m1"))
    east.send(east.did("LeaseAsked", of="points", object_id="m2", amount=400, **promised))
    for till in tills:
        told = HelloRequest(nonce="n1", device=till.id, app="1", proto=SPOKEN, wall_now=START, ep=1, epoch=hub.epoch)
        hub.hello(till.till, told, START)
    south.send(asked(south, "points", "m1", 400))
    held = [lease(till, "points", member) for till in tills for member in ("m1", "m2")]
    assert sum(each.amount for each in held if each) == 500
    hub.close()


def test_what_a_lease_allowed_under_a_lost_merge_is_not_refused(
    file_url: str, hub_clock: SteadyClock, tmp_path: Path
) -> None:
    office = Office(Hub.open(file_url, hub_clock), tmp_path)
    till, other = Sender(office.hub, "west"), Sender(office.hub, "east")
    till.send(till.enrolled("m1"), till.enrolled("m2"), earned(till, "e1", 100, member_id="m2"))
    office.coupon("code-m2")
    back_up(file_url, tmp_path / "yesterday.db")
    points = {"entry_id": "e2", "member_id": "m1", "amount": 60, "reason": "兑换", **under(till, "points", "m2")}
    promises = [redeemed(till, **under(till, "coupon", "c1")), till.did("PointsSpent", **points)]
    office.restore(tmp_path / "yesterday.db", hub_clock)
    till.hub = other.hub = office.hub
    assert till.verdicts(*promises) == ["accepted", "accepted"]
    assert other.verdicts(other.did("MembersMerged", old_id="m2", keep_id="m1")) == ["accepted"]
    assert [till.body(*each)["member_id"] for each in (("coupon", "c1"), ("points", "e2"))] == ["m1", "m1"]
    office.check_books()
    office.hub.close()


@pytest.mark.parametrize(("told", "lent"), [(-1, 0), (0, 100), (7, 0)])
def test_a_till_that_names_another_epoch_has_not_sent_again_what_was_lost(
    yesterday: Path, file_url: str, hub_clock: SteadyClock, told: int, lent: int
) -> None:
    put_back(yesterday, file_url)
    with restored_hub(file_url, hub_clock) as hub:
        till = Sender(hub, "west")
        hub.database.retry(lambda connection: connection.execute(delete(device).where(device.c.id != till.id)))
        request = HelloRequest(
            nonce="n1", device=till.id, app="1", proto=SPOKEN, wall_now=START, ep=1, epoch=hub.epoch + told
        )
        hub.hello(till.till, request, START)
        till.send(till.enrolled("m5"), earned(till, "e1", 100, member_id="m5"), asked(till, "points", "m5", 100))
        held = lease(till, "points", "m5")
        assert held is not None
        assert held.amount == lent


def greet(hub: Hub, till: Sender) -> None:
    """The till says that it has sent again all that was lost."""
    request = HelloRequest(nonce="n1", device=till.id, app="1", proto=SPOKEN, wall_now=START, ep=1, epoch=hub.epoch)
    hub.hello(hub.authenticate(till.enrolment.token), request, START)


def test_a_till_that_enrolled_after_the_backup_is_waited_for(
    file_url: str, hub_clock: SteadyClock, tmp_path: Path
) -> None:
    """It may hold a lease on what another asks for."""
    with closing(Hub.open(file_url, hub_clock)) as hub:
        till = Sender(hub, "west")
        till.send(till.enrolled("m1"), till.did("PointsEarned", entry_id="e1", member_id="m1", amount=500, reason="x"))
        back_up(file_url, tmp_path / "saved.db")
        late = Sender(hub, "east")
        late.send(asked(late, "points", "m1", 400))
    put_back(tmp_path / "saved.db", file_url)
    with restored_hub(file_url, hub_clock) as hub:
        till.hub = hub
        greet(hub, till)
        till.send(asked(till, "points", "m1", 500))
        assert amount_of(till) == 100, "the standing lease"
        with pytest.raises(HubProblem, match="unauthenticated"):
            hub.authenticate(late.enrolment.token)
        late.enrolment = hub.enrol(EnrolRequest(ticket=hub.issue_ticket("east"), device=late.id))
        greet(hub, late)
        till.send(asked(till, "points", "m1", 500))
        assert amount_of(till) == 500


def test_a_till_that_was_locked_out_after_the_backup_stays_out(
    file_url: str, hub_clock: SteadyClock, tmp_path: Path
) -> None:
    with closing(Hub.open(file_url, hub_clock)) as hub:
        lost, back, twice = Sender(hub, "west"), Sender(hub, "west"), Sender(hub, "west")
        hub.revoke(back.id)
        back_up(file_url, tmp_path / "saved.db")
        hub.revoke(lost.id)
        with closing(Hub.open(file_url, hub_clock)) as operator:  # another process
            operator.revoke(twice.id)
        for each in (back, twice):
            hub.enrol(EnrolRequest(ticket=hub.issue_ticket("west"), device=each.id))
    put_back(tmp_path / "saved.db", file_url)
    with restored_hub(file_url, hub_clock) as hub:
        assert {line.id for line in lines_of(hub) if not line.revoked} == {back.id, twice.id}
        for each in (lost, back):  # the words they were locked out with stay void
            with pytest.raises(HubProblem, match="unauthenticated"):
                hub.authenticate(each.enrolment.token)


def test_a_till_that_was_moved_after_the_backup_stands_in_its_new_store(
    file_url: str, hub_clock: SteadyClock, tmp_path: Path
) -> None:
    with closing(Hub.open(file_url, hub_clock)) as hub:
        till = Sender(hub, "west")
        back_up(file_url, tmp_path / "saved.db")
        hub.revoke(till.id)
        hub.enrol(EnrolRequest(ticket=hub.issue_ticket("east"), device=till.id))
    put_back(tmp_path / "saved.db", file_url)
    with restored_hub(file_url, hub_clock) as hub:
        with pytest.raises(HubProblem, match="unauthenticated"):
            hub.authenticate(till.enrolment.token)
        assert hub.enrol(EnrolRequest(ticket=hub.issue_ticket("east"), device=till.id)).store == "east"


def test_a_store_may_have_served_a_member_since_the_backup(
    file_url: str, hub_clock: SteadyClock, tmp_path: Path
) -> None:
    """Until every till has told the restored hub whom, it takes their word."""
    office = Office(Hub.open(file_url, hub_clock), tmp_path)
    west, east = Sender(office.hub, "west"), Sender(office.hub, "east")
    west.send(west.enrolled("m1"))
    for name in ("t1", "t2"):
        west.send(west.did("TaskOpened", task_id=name, member_id="m1", title="回访", due="2026-12-01"))
    back_up(file_url, tmp_path / "saved.db")
    hub = east.hub = office.restore(tmp_path / "saved.db", hub_clock)
    assert east.verdicts(east.did("TaskDone", task_id="t1")) == ["accepted"]
    for till in (west, east):
        greet(hub, till)
    assert east.verdicts(east.did("TaskDone", task_id="t2")) == ["rejected:wrong_store"]
    hub.close()


def test_a_forgotten_grant_counts_though_the_asking_is_heard_again_first(
    file_url: str, hub_clock: SteadyClock, tmp_path: Path
) -> None:
    office = Office(Hub.open(file_url, hub_clock), tmp_path)
    till = Sender(office.hub, "west")
    office.quota(20)
    back_up(file_url, tmp_path / "saved.db")
    asking = asked(till, "quota", "q1", 20)
    till.send(asking)
    promise = till.did("GiftGiven", gift_id="g1", quota_id="q1", amount=3, **under(till, "quota", "q1"))
    till.hub = office.restore(tmp_path / "saved.db", hub_clock)
    assert till.verdicts(asking, promise) == ["accepted", "accepted"]
    office.check_books()
    office.hub.close()


def test_a_restored_hub_waits_for_a_till_that_is_away(file_url: str, hub_clock: SteadyClock, tmp_path: Path) -> None:
    """It alone has the enrolment of whom the other till serves meanwhile."""
    office = Office(Hub.open(file_url, hub_clock), tmp_path)
    west, east = Sender(office.hub, "west"), Sender(office.hub, "east")
    back_up(file_url, tmp_path / "saved.db")
    enrolled = west.enrolled("m1")
    west.send(enrolled)
    served = [east.did("VisitOpened", visit_id=f"v-{member}", member_id=member) for member in ("m1", "m9")]
    hub = west.hub = east.hub = office.restore(tmp_path / "saved.db", hub_clock)
    assert east.verdicts(*served) == ["parked:wait_member"] * 2
    greet(hub, east)
    hub_clock.forward(hours=72)
    assert hub.settle() == 0
    west.send(enrolled)
    assert east.body("visit", "v-m1")["member_id"] == "m1"
    greet(hub, west)
    assert hub.settle() == 1, "now nobody can bring it any more"
    assert east.verdicts(served[1]) == ["duplicate:no_member"]
    hub.close()
