"""Whoever is told apart keeps what was done for them and what waits, also when others come and go with them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from desktop.data.exchange import Outbox
from desktop.data.members import Consent, Member
from desktop.data.visits import Visit
from desktop.services.consents import give_consents
from desktop.services.members import Application, amend, enrol
from desktop.services.preferences import note_preference
from desktop.services.visits import finish_visit, hold_visit
from desktop.store import Store
from sync.hub.handlers import HANDLERS
from sync.hub.restore import back_up
from tests.clock import SetClock
from tests.sync.hub.builders import Sender
from tests.sync.hub.rights import Office
from tests.sync.near_hub import count
from tests.sync.quiet import NewTill, Pair, QuietTill, SharedClock, the_member, together
from tests.sync.test_merges import merge, separate


@contextlib.contextmanager
def too_old_for(kind: str) -> Iterator[None]:
    """Headquarters does not know this kind of event yet."""
    handler = HANDLERS.pop(kind)
    try:
        yield
    finally:
        HANDLERS[kind] = handler


def newcomer(till: QuietTill, number: int) -> str:
    """A new member whom nobody serves any more."""
    form = Application(phone=f"1390000000{number}", name="友", consents=("service",))
    member_id = till.do(enrol, form).member_id
    till.do(finish_visit)
    return str(member_id)


def served(till: QuietTill, number: int) -> str:
    """A new member whose visit is held, with a preference."""
    member_id = till.do(enrol, Application(phone=f"1390000000{number}", name="朋", consents=("service",))).member_id
    till.do(note_preference, "skin", "干性")
    till.do(hold_visit)
    return str(member_id)


def held_visits(till: QuietTill, member_id: str) -> int:
    return count(till.store, Visit, Visit.here, Visit.state == "held", Visit.member_id == member_id)


def names(store: Store) -> dict[str, str]:
    """By the ids of members."""
    told = store.read(lambda connection: connection.execute(select(Member.id, Member.name)).all())
    return {row.id: row.name for row in told}


def state_of(store: Store, kind: str) -> str | None:
    """What became of the last event of a kind."""
    states = select(Outbox.state).where(Outbox.kind == kind).order_by(Outbox.n.desc())
    return store.read(lambda connection: connection.scalar(states.limit(1)))


def test_what_was_done_for_who_left_somebody_erased_with_another_stays_done(office: Office, pair: Pair) -> None:
    """Their visit is still held at this till, which hears of the parting and of the erasure at once."""
    till, other = pair
    stays, leaves, first = the_member(till), newcomer(till, 2), served(till, 3)
    till.do(merge, first, leaves)
    together(*pair)
    till.do(merge, leaves, stays)
    together(*pair)
    other.do(separate, leaves)
    other.sync()
    office.hub.erase(stays)
    till.sync()
    assert held_visits(till, leaves) == 1
    assert not {"VisitHeld", "PreferenceNoted"} & {kind for kind, _ in till.refusals()}


def test_what_was_done_for_who_was_merged_otherwise_stays_done(office: Office, pair: Pair) -> None:
    """Told apart from somebody who is erased, and merged with another, while this till is away."""
    till, other = pair
    wrong, right, first = the_member(till), newcomer(till, 2), served(till, 3)
    till.do(merge, first, wrong)
    together(*pair)
    other.do(separate, first)
    other.do(merge, first, right)
    other.sync()
    office.hub.erase(wrong)
    till.sync()
    assert held_visits(till, right) == 1
    assert not {"VisitHeld", "PreferenceNoted"} & {kind for kind, _ in till.refusals()}


@pytest.mark.parametrize("erased", [None, "who stays", "who leaves"])
def test_what_waits_for_who_leaves_with_another_goes_with_them(pair: Pair, office: Office, erased: str | None) -> None:
    till, _ = pair
    stays, first, leaves = the_member(till), newcomer(till, 1), newcomer(till, 2)
    together(*pair)
    west = Sender(office.hub, "west")
    with too_old_for("ConsentGiven"):
        till.do(give_consents, first, ["marketing"], channel="counter")
        till.sync()
        west.send(west.did("MembersMerged", old_id=first, keep_id=leaves))
        west.send(west.did("MembersMerged", old_id=leaves, keep_id=stays))
        till.sync()
        west.send(west.did("MembersSeparated", member_id=leaves))
        till.sync()
        if erased:
            office.hub.erase(stays if erased == "who stays" else leaves)
            till.sync()
        left = 0 if erased == "who leaves" else 1
        theirs = Consent.purpose == "marketing"
        assert (
            count(till.store, Consent, theirs)
            == count(till.store, Consent, theirs, Consent.member_id == leaves)
            == left
        )
        assert state_of(till.store, "ConsentGiven") == ("parked" if left else "rejected")


def test_a_correction_that_was_taken_is_not_covered_by_an_older_one_that_is_held_back(
    office: Office, quiet_till: NewTill, tmp_path: Path, clock: SetClock
) -> None:
    """Headquarters came back from a backup in which the WeChat id is still another's."""
    till, far = quiet_till("one"), Sender(office.hub, "far")
    far.send(*(far.enrolled(each, name="林") for each in ("m1", "m2")), far.enrolled("x", wechat="chen_88"))
    back_up(office.url, tmp_path / "hub-backup.db")
    far.send(far.did("MemberAmended", member_id="x", fields={"wechat": None}))
    till.sync()
    till.do(amend, "m1", name="一", wechat="chen_88")
    till.sync()
    till.carrier.hub = far.hub = office.restore(tmp_path / "hub-backup.db", SharedClock(clock))
    till.sync()
    assert state_of(till.store, "MemberAmended") == "parked"
    till.do(amend, "m2", name="二")
    till.sync()
    assert state_of(till.store, "MemberAmended") == "accepted"
    far.send(far.did("MembersMerged", old_id="m1", keep_id="m2"), epoch=2)
    till.sync()
    assert names(till.store)["m2"] == "二"


def test_what_waits_for_whoever_headquarters_lost_a_merge_of_outlives_the_other(
    office: Office, quiet_till: NewTill, tmp_path: Path, clock: SetClock
) -> None:
    till, far = quiet_till("one"), Sender(office.hub, "far")
    far.send(far.enrolled("m1"), far.enrolled("m2"))
    back_up(office.url, tmp_path / "hub-backup.db")
    till.sync()
    with too_old_for("ConsentGiven"):
        till.do(give_consents, "m1", ["service"], channel="counter")
        till.sync()
        far.send(far.did("MembersMerged", old_id="m1", keep_id="m2"))
        till.sync()
        till.carrier.hub = office.restore(tmp_path / "hub-backup.db", SharedClock(clock))
        office.hub.erase("m2")
        till.sync()
        assert state_of(till.store, "ConsentGiven") == "parked"
        assert count(till.store, Consent, Consent.member_id == "m1") == 1


def test_who_is_told_apart_by_a_backup_keeps_no_name_of_the_other(
    office: Office, quiet_till: NewTill, tmp_path: Path, clock: SetClock
) -> None:
    """The other was enrolled since, and what was corrected waits until the hub hears of that again."""
    till, far = quiet_till("one"), Sender(office.hub, "far")
    far.send(far.enrolled("m2", name="林"))
    back_up(office.url, tmp_path / "hub-backup.db")
    far.send(far.enrolled("m1", name="许"))
    till.sync()
    till.do(amend, "m1", name="许文")
    till.sync()
    far.send(far.did("MembersMerged", old_id="m1", keep_id="m2"))
    till.sync()
    till.carrier.hub = office.restore(tmp_path / "hub-backup.db", SharedClock(clock))
    till.sync()
    till.sync()
    assert names(till.store) == {"m2": "林"}
