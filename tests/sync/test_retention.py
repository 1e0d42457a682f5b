"""Promises of what is kept after its verdict: thirty days by the hub's time, whatever the clocks here say."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, select, update

from desktop.clock import milliseconds
from desktop.data.exchange import Cursor, Outbox
from desktop.data.members import Member
from desktop.services.members import Application, enrol
from desktop.services.refusals import acknowledge
from desktop.services.visits import finish_visit, serve
from desktop.work import Work
from sync.apply import note_contact
from sync.envelopes import read_envelope
from sync.hub.restore import back_up
from sync.laying import settle
from sync.protocol import Answer, Verdict
from sync.till import open_store
from tests.clock import SetClock
from tests.sync.hub.rights import Office
from tests.sync.near_hub import Carrier
from tests.sync.quiet import PHONE, NewTill, QuietTill, SharedClock, outbox_ids

DAY = 86400
Live = Callable[[float], None]


@pytest.fixture
def its_clock() -> SetClock:
    """The till's own; ``clock`` is the hub's."""
    return SetClock(seed=1)


@pytest.fixture
def till(quiet_till: NewTill, its_clock: SetClock) -> QuietTill:
    """One that has told the hub of a member and a visit, and read what that made of them."""
    till = quiet_till("one", its_clock)
    serve_somebody(till)
    return till


@pytest.fixture
def live(till: QuietTill, clock: SetClock, its_clock: SetClock) -> Live:
    """So many days pass; then the till hears the hub, and tidies up."""

    def pass_days(days: float) -> None:
        clock.forward(days=days)
        its_clock.forward(days=days)
        till.sync()
        till.tidy()

    return pass_days


def serve_somebody(till: QuietTill) -> None:
    till.do(enrol, Application(phone=PHONE, name="许女士", consents=("service",)))
    till.do(finish_visit)
    till.sync()
    till.sync()


def files(till: QuietTill) -> list[Path]:
    return sorted((till.store.home / "journal").glob("outbox-*.sgj"))


def kept(till: QuietTill) -> set[str]:
    """The events of the second copy."""
    return {envelope.id for body in till.store.second.read() if (envelope := read_envelope(body))}


def refusals(connection: Connection) -> set[str]:
    return set(connection.scalars(select(Outbox.event_id).where(Outbox.state == "rejected")))


def hear(work: Work, clock: SetClock) -> None:
    """The hub answers something that is no verdict."""
    assert work.till.epoch is not None
    note_contact(work, work.till.epoch, milliseconds(clock.now()))


def judge(work: Work, verdict: Verdict) -> None:
    """The hub's word on all that waits."""
    for event_id in work.session.scalars(select(Outbox.event_id).where(Outbox.state == "pending")).all():
        settle(work, Answer(id=event_id, v=verdict))


def age(paths: Iterable[Path], clock: SetClock, days: int) -> None:
    then = clock.now().timestamp() - days * DAY
    for path in paths:
        os.utime(path, (then, then))


def restore(office: Office, till: QuietTill, backup: Path, clock: SetClock) -> None:
    till.carrier = Carrier(office.restore(backup, SharedClock(clock)), till.store)
    till.sync()


def test_what_was_accepted_goes_thirty_days_after_its_verdict(till: QuietTill, live: Live) -> None:
    before, (path,) = till.events(), files(till)
    live(29.9)
    assert path.exists()
    assert before <= till.events()
    live(0.2)
    assert not path.exists()
    assert not before & till.events()


@pytest.mark.parametrize("days", [40, -40, 4000, -4000])
def test_a_clock_that_jumps_takes_nothing_away(till: QuietTill, its_clock: SetClock, days: int) -> None:
    before = till.events()
    its_clock.forward(days=days)
    till.tidy()
    till.sync()
    till.tidy()
    assert before <= till.events()
    assert len(files(till)) == 1


@pytest.mark.parametrize("days", [400, -400])
def test_the_age_of_a_file_takes_nothing_away_and_keeps_nothing(
    till: QuietTill, live: Live, its_clock: SetClock, days: int
) -> None:
    before = till.events()
    age(files(till), its_clock, days)
    till.tidy()
    assert before <= till.events()
    live(31)
    assert not before & till.events()


@pytest.mark.parametrize("days", [4000, -4000])
def test_what_was_done_under_a_wrong_clock_goes_when_the_rest_does(
    quiet_till: NewTill, clock: SetClock, its_clock: SetClock, days: int
) -> None:
    its_clock.forward(days=days)
    till = quiet_till("one", its_clock)
    serve_somebody(till)
    its_clock.forward(days=-days)
    before = till.events()
    till.tidy()
    assert before <= till.events()
    clock.forward(days=31)
    till.sync()
    till.tidy()
    assert not before & till.events()


def test_a_hub_that_came_back_from_a_backup_hears_all_again_though_a_clock_had_jumped(
    quiet_till: NewTill, office: Office, tmp_path: Path, clock: SetClock, its_clock: SetClock
) -> None:
    till = quiet_till("one", its_clock)
    back_up(office.url, tmp_path / "backup.db")
    serve_somebody(till)
    its_clock.forward(days=40)
    till.tidy()
    its_clock.forward(days=-40)
    restore(office, till, tmp_path / "backup.db", clock)
    till.sync()
    assert till.read(lambda connection: connection.scalar(select(func.count()).select_from(Member))) == 1


def test_what_was_settled_again_stays_another_thirty_days(
    till: QuietTill, live: Live, office: Office, tmp_path: Path, clock: SetClock
) -> None:
    back_up(office.url, tmp_path / "backup.db")
    before = till.events()
    live(20)
    restore(office, till, tmp_path / "backup.db", clock)
    live(20)
    assert before <= till.events()
    live(11)
    assert not before & till.events()


def test_a_till_that_does_not_hear_the_hub_keeps_all(till: QuietTill, clock: SetClock, its_clock: SetClock) -> None:
    before = till.events()
    clock.forward(days=200)
    its_clock.forward(days=200)
    till.do(serve, None)
    till.tidy()
    assert before < till.events()
    assert len(files(till)) == 2


def test_a_till_that_never_heard_a_hub_keeps_all(tmp_path: Path, clock: SetClock) -> None:
    store = open_store(tmp_path / "alone", clock)
    store.write(enrol, Application(phone=PHONE, name="许女士", consents=("service",)))
    before = store.read(outbox_ids)
    clock.forward(days=400)
    assert not store.write(store.second.tidy)
    assert store.read(outbox_ids) == before
    store.close()


@pytest.mark.parametrize("verdict", ["parked", None])
def test_what_waits_stays_and_so_does_its_day(
    till: QuietTill, clock: SetClock, its_clock: SetClock, verdict: Verdict | None
) -> None:
    till.do(serve, None)
    before, (path,) = till.events(), files(till)
    if verdict:
        till.store.write(judge, verdict)
    clock.forward(days=400)
    its_clock.forward(days=400)
    till.store.write(hear, clock)
    till.tidy()
    assert before == till.events()
    assert path.exists()


@pytest.mark.parametrize("seen", [False, True])
def test_a_refusal_outlives_its_day_unless_somebody_has_dealt_with_it(till: QuietTill, live: Live, seen: bool) -> None:
    before = till.events()
    till.do(serve, None)
    till.store.write(judge, "rejected")
    refused = till.read(refusals)
    for event_id in refused if seen else ():
        till.do(acknowledge, event_id)
    live(29)
    assert before | refused <= kept(till)
    assert till.read(refusals) == refused
    live(2)
    assert (before | refused) & kept(till) == (set() if seen else refused)
    assert till.read(refusals) == (set() if seen else refused)


def test_a_refusal_that_outlived_its_day_goes_when_somebody_has_dealt_with_it(till: QuietTill, live: Live) -> None:
    till.do(serve, None)
    till.store.write(judge, "rejected")
    live(31)
    (refused,) = till.read(refusals)
    till.do(acknowledge, refused)
    live(0)
    assert refused not in kept(till)
    assert till.read(refusals) == set()


def test_what_was_accepted_goes_though_the_power_failed_between_its_day_and_its_rows(
    till: QuietTill, live: Live
) -> None:
    before, (path,) = till.events(), files(till)
    path.unlink()
    live(29)
    assert before <= till.events()
    till.do(serve, None)  # in a file of its own, which has none of them
    live(2)
    assert not before & till.events()


def test_an_event_whose_place_was_not_read_stays(till: QuietTill, clock: SetClock) -> None:
    before = till.events()
    till.store.write(lambda work: work.session.execute(update(Cursor).values(seq=0)))
    clock.forward(days=31)
    till.store.write(hear, clock)
    till.tidy()
    assert till.events() == before


def test_a_day_that_an_erasure_wrote_anew_goes_when_it_would_have_gone(till: QuietTill, live: Live) -> None:
    (path,) = files(till)
    live(20)
    till.store.second.forget(lambda body: b"MemberEnrolled" in body)
    live(9.9)
    assert path.exists()
    live(0.2)
    assert not path.exists()


def test_a_day_with_an_event_that_the_outbox_lacks_stays(till: QuietTill, live: Live) -> None:
    """The hub may never have heard of it; the next start after a crash brings it back."""
    till.store.write(lambda work: work.session.execute(delete(Outbox).where(Outbox.kind == "VisitFinished")))
    before, (path,) = till.events(), files(till)
    live(31)
    assert path.exists()
    assert before <= till.events()


def test_a_day_that_the_disk_does_not_give_stays(till: QuietTill, live: Live) -> None:
    before, (path,) = till.events(), files(till)
    path.write_bytes(bytes(path.stat().st_size))
    live(31)
    assert path.exists()
    assert before <= till.events()


def test_a_torn_end_keeps_no_day(till: QuietTill, live: Live) -> None:
    before, (path,) = till.events(), files(till)
    os.truncate(path, path.stat().st_size - 3)
    live(31)
    assert not path.exists()
    assert not before & till.events()


def test_a_till_whose_old_days_are_gone_starts_as_ever(till: QuietTill, live: Live, its_clock: SetClock) -> None:
    live(31)
    till.do(serve, None)
    left = till.events()
    till.store.close()
    till.store = open_store(till.store.home, its_clock)
    assert till.events() == left
