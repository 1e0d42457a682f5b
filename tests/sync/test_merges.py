"""What the hub merges and separates, the tills show: facts where they belong, codes that lead where they should."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from msgspec import Raw
from msgspec.structs import replace
from sqlalchemy import Connection, func, select

from desktop.data.escrow import Points
from desktop.data.exchange import Cursor, ParkedIn
from desktop.data.members import Consent, Identity, Member, Preference
from desktop.data.visits import Visit
from desktop.desk import Desk
from desktop.events import MemberAmended, MembersMerged, MembersSeparated
from desktop.services.consents import give_consents
from desktop.services.members import Application, amend, enrol
from desktop.services.points import earn_points, spend_points
from desktop.services.preferences import note_preference
from desktop.services.undo import undo
from desktop.services.visits import finish_visit, hold_visit, remove_line, serve, void_visit, write_note
from desktop.store import Store
from desktop.views.visit import visits_of
from desktop.work import Work
from sync import pages
from sync.cursors import read_again
from sync.outbox import unseen
from sync.pages import apply_page
from sync.protocol import MAX_ROWS, DirectoryRow, ErasureRow, MemberRow, Page, PreferenceRow, RedirectRow, Row
from tests.live_hub import OTHER_STORE
from tests.proxy import Network
from tests.sync.hub.builders import Sender
from tests.sync.hub.rights import Office
from tests.sync.near_hub import count
from tests.sync.quiet import Pair, the_member, together
from tests.sync.test_read_again import put, sweep, take
from tests.sync.test_two_tills import profile
from tests.sync.test_worth import CREAM, SERUM, buy, purse, shop
from tests.tills import ATill, NewTill

ONE, TWO = "13916882045", "13816882046"
LONG_AGO = datetime(2026, 3, 8, tzinfo=UTC)


def merge(work: Work, old_id: str, keep_id: str) -> None:
    work.note(MembersMerged(old_id=old_id, keep_id=keep_id))


def separate(work: Work, member_id: str) -> None:
    work.note(MembersSeparated(member_id=member_id))


def correct_others(work: Work) -> None:
    for n in range(2000):
        work.note(MemberAmended(member_id=f"other-{n}", fields={"name": "许文静"}))


def effort(work: Work) -> int:
    """How many tens of steps SQLite takes to find what is to be laid over one member."""
    steps: list[None] = []
    raw = work.session.connection().connection.driver_connection
    assert raw is not None
    raw.set_progress_handler(lambda: steps.append(None), 10)
    unseen(work.session, "member", ["m1"])
    raw.set_progress_handler(None, 10)
    return len(steps)


def member_with_a_visit(till: ATill, phone: str, name: str) -> str:
    """The code of a new member who was served once, with a preference."""
    new = till.desk.do(enrol, Application(phone=phone, name=name, consents=("service",))).result()
    till.desk.do(serve, new.member_id).result()
    till.desk.do(note_preference, "skin", name).result()
    till.desk.do(finish_visit).result()
    return new.code


def seen(desk: Desk, code: str) -> tuple[str, int, set[str]]:
    """The name that a code leads to, how many visits they had, and what is known of their skin."""
    found = profile(desk, code)
    return found.name, len(desk.read(visits_of, found.member_id)), {each.value for each in found.preferences}


def test_a_merge_and_its_undoing_reach_every_till(new_till: NewTill, network: Network) -> None:
    one, two, far = new_till("one", url=network.url), new_till("two"), new_till("far", store=OTHER_STORE)
    keep, old = member_with_a_visit(one, ONE, "许女士"), member_with_a_visit(one, TWO, "许小姐")
    for till in (one, two, far):
        till.sync()
    alone = {code: seen(two.desk, code) for code in (keep, old)}
    keep_id, old_id = (profile(one.desk, code).member_id for code in (keep, old))

    network.unplug()
    one.desk.do(merge, old_id, keep_id).result()
    assert seen(one.desk, old) == alone[old]  # only the hub merges
    network.plug_in()
    for till in (one, two, far):
        assert till.sync().refused == 0
    for desk in (one.desk, two.desk):
        assert seen(desk, old) == seen(desk, keep) == ("许小姐", alone[keep][1] + alone[old][1], {"许女士", "许小姐"})
    assert profile(far.desk, old).member_id == keep_id

    two.desk.do(separate, old_id).result()
    for till in (two, one, far):
        assert till.sync().refused == 0
    for desk in (one.desk, two.desk):
        assert {code: seen(desk, code) for code in (keep, old)} == alone
    assert profile(far.desk, old).member_id == old_id
    assert profile(far.desk, keep).name == "许女士"


def whose_visits(connection: Connection) -> set[str | None]:
    return set(connection.scalars(select(Visit.member_id)))


def test_a_till_that_was_away_for_long_parts_who_was_parted(office: Office, pair: Pair) -> None:
    """So many enrolled elsewhere that the directory comes in two pages, and its store's rows before the second."""
    till, away = pair
    keep = the_member(till)
    old = till.do(enrol, Application(phone="13900000002", name="友", consents=("service",))).member_id
    till.do(finish_visit)
    together(*pair)
    till.do(merge, old, keep)
    together(*pair)
    assert away.read(whose_visits) == {keep}
    far = Sender(office.hub, "far")
    for first in range(0, MAX_ROWS, 1000):
        far.send(*(far.enrolled(f"far{number}") for number in range(first, first + 1000)))
    till.do(separate, old)
    till.sync()
    away.sync()
    assert away.read(whose_visits) == {keep, old}


def test_what_was_done_for_who_was_parted_from_somebody_erased_stays_done(office: Office, pair: Pair) -> None:
    """Their visit is still held at this till, which hears of the parting and of the erasure at once."""
    till, other = pair
    keep = the_member(till)
    old = till.do(enrol, Application(phone="13900000002", name="友", consents=("service",))).member_id
    till.do(note_preference, "skin", "干性")
    till.do(hold_visit)
    till.do(merge, old, keep)
    together(*pair)
    other.do(separate, old)
    other.sync()
    office.hub.erase(keep)
    till.sync()
    assert count(till.store, Visit, Visit.here, Visit.member_id == old) == 1
    assert not {"VisitHeld", "PreferenceNoted"} & {kind for kind, _ in till.refusals()}


@pytest.fixture
def couple(office: Office, pair: Pair) -> tuple[str, str]:
    """Two members, known to both tills as the products are; the second was there today."""
    one, two = pair
    shop(office)
    keep = the_member(one)
    old: str = one.do(enrol, Application(phone=TWO, name="许小姐", consents=("service",))).member_id
    one.do(void_visit)
    together(one, two)
    return old, keep


def points_of(connection: Connection, member_id: str) -> int:
    return connection.scalar(select(func.sum(Points.amount)).where(Points.member_id == member_id)) or 0


def test_what_a_visit_earns_goes_with_the_visit(pair: Pair, couple: tuple[str, str]) -> None:
    """They were merged while one of them was served, and a thing is taken out after they were separated."""
    one, two = pair
    old, keep = couple
    one.do(serve, old)
    _, serum = buy(one, CREAM, SERUM)
    together(one, two)
    two.do(merge, old, keep)
    together(two, one)
    one.do(finish_visit)
    one.do(undo)
    together(one, two)
    two.do(separate, old)
    two.sync()
    one.do(remove_line, serum)
    together(one, two)
    assert [two.read(points_of, each) for each in couple] == [298, 5]


def test_what_the_days_first_visit_earns_goes_with_that_one(pair: Pair, couple: tuple[str, str]) -> None:
    """It was over before headquarters had any rules, and is counted as soon as they come again."""
    one, two = pair
    other, first = couple
    one.do(merge, first, other)
    together(one, two)
    one.do(serve, other)
    one.do(finish_visit)
    one.do(separate, first)
    together(one, two)
    assert [two.read(points_of, each) for each in couple] == [0, 5]


def test_a_spending_that_was_taken_back_costs_nobody_anything(pair: Pair, couple: tuple[str, str]) -> None:
    one, two = pair
    old, keep = couple
    one.do(earn_points, old, 80, "活动")
    one.do(merge, old, keep)
    together(one, two)
    holder = one if purse(one).points_here else two
    holder.do(spend_points, keep, 60, "换购")
    holder.do(undo)
    together(one, two)
    one.do(separate, old)
    together(one, two)
    assert [two.read(points_of, each) for each in couple] == [80, 0]


def readings(connection: Connection) -> dict[str, int]:
    return {row.scope[:3]: row.reading for row in connection.execute(select(Cursor.scope, Cursor.reading))}


def test_a_parting_makes_a_till_that_is_up_to_date_read_nothing_anew(pair: Pair, couple: tuple[str, str]) -> None:
    till, other = pair
    till.do(merge, *couple)
    together(*pair)
    till.do(separate, couple[0])
    together(*pair)
    assert set(other.read(readings).values()) == {0}
    other.store.write(read_again, "dir")
    together(*pair)
    assert other.read(readings) == dict.fromkeys(other.read(readings), 0) | {"dir": 1}


def test_what_is_laid_over_a_member_is_found_as_fast_where_much_waits(desk: Desk) -> None:
    little = desk.write(effort)
    desk.write(correct_others)
    assert desk.write(effort) < 2 * little


def test_whom_only_a_merge_told_of_goes_with_it(store: Store) -> None:
    """The hub went back before the page came in which the kept one stands."""
    old = put("directory", "m1", DirectoryRow(code="c1", name="林"), 1)
    take(store, "dir", [old, put("redirect", "m1", RedirectRow(keep="m2"), 2)], more=True)
    assert count(store, Member, Member.id == "m2") == 1
    store.write(read_again, "dir")
    take(store, "dir", [old])
    store.write(pages.undo_merges, "dir")
    sweep(store, "dir")
    assert count(store, Member) == count(store, Member, Member.id == "m1") == 1


def test_whose_a_new_code_is_does_not_hang_on_a_merge_that_headquarters_lost(store: Store) -> None:
    """Two whom it knew as one were parted by its backup, and who was enrolled since is one with the first of them."""
    take(store, "dir", [put("redirect", "m1", RedirectRow(keep="m2"), 1), greeted("m2", 2)], more=True)
    new = store.write(enrol, Application(phone=ONE, name="许女士", consents=("service",)))
    codes = select(Identity.value).where(Identity.member_id == new.member_id, Identity.kind == "code")
    code = store.read(lambda connection: connection.scalar(codes))
    store.write(read_again, "dir")
    take(store, "dir", [greeted("m1", 1), greeted("m2", 2)], more=True)
    go_on(store, "dir", put("redirect", str(new.member_id), RedirectRow(keep="m1"), 3), greeted("m1", 4, code))
    store.write(pages.undo_merges, "dir")
    holders = select(Identity.member_id).where(Identity.value == code)
    assert store.read(lambda connection: connection.scalars(holders).all()) == ["m1"]


def greeted(member_id: str, seq: int, *codes: str) -> Row:
    return put("directory", member_id, DirectoryRow(code=f"c{member_id}", codes=codes, name="林"), seq)


def test_whoever_headquarters_lost_a_merge_of_is_served_though_the_other_is_erased(store: Store) -> None:
    """To this till they are one until the directory was read anew to its end."""
    take(store, "dir", [put("redirect", "m1", RedirectRow(keep="m2"), 1), greeted("m2", 2)], more=True)
    store.write(read_again, "dir")
    erased = put("erasure", "m2", ErasureRow(at=LONG_AGO), 1)
    take(store, "dir", [erased, greeted("m1", 2)], more=True)
    store.write(serve, "m1")
    assert count(store, Visit, Visit.member_id == "m1") == 1


@pytest.mark.parametrize("order", list(permutations(("m1", "m2", "m3"))))
@pytest.mark.parametrize("by_way_of", ["m2", "m3"])
@pytest.mark.parametrize("step", [1, -1])
def test_of_corrections_of_who_are_one_the_last_stays(
    store: Store, order: tuple[str, ...], by_way_of: str, step: int
) -> None:
    """They wait, each by another name: this till had not heard of the merges, which come in any order."""
    take(store, "dir", [greeted("m1", 1), greeted("m2", 2), greeted("m3", 3)], more=True)
    for member_id in order:
        store.write(amend, member_id, name=f"名{member_id}")
    merges = (("m1", by_way_of), ("m2", "m3"))
    for seq, (old, keep) in enumerate(merges[::step], 4):
        go_on(store, "dir", put("redirect", old, RedirectRow(keep=keep), seq))
    name = select(Member.name).where(Member.id == "m3")
    assert store.read(lambda connection: connection.scalar(name)) == f"名{order[-1]}"


@pytest.mark.parametrize("erased", [False, True])
def test_what_waits_for_who_was_parted_is_theirs_again(store: Store, *, erased: bool) -> None:
    """The merge was heard of after the deed; the parting takes the deed's row with it, and so does their erasure."""
    take(store, "dir", [greeted("m1", 1), greeted("m2", 2)], more=True)
    store.write(lambda work: give_consents(work, "m1", ["service"], channel="counter"))
    go_on(store, "dir", put("redirect", "m1", RedirectRow(keep="m2"), 3))
    assert count(store, Consent, Consent.member_id == "m2") == 1
    go_on(store, "dir", Row(op="del", kind="redirect", eid="m1", ver=2, seq=4))
    assert count(store, Consent, Consent.member_id == "m1") == count(store, Consent) == 1
    if erased:
        go_on(store, "dir", put("erasure", "m1", ErasureRow(at=LONG_AGO), 5))
        assert count(store, Consent) == 0


def liking(member_id: str, seq: int) -> Row:
    told = PreferenceRow(member_id=member_id, facet="skin", value="干性", sentiment="likes", noted_at=LONG_AGO)
    return put("preference", "p1", told, seq)


def go_on(store: Store, scope: str, *rows: Row) -> None:
    """The next page of a scope; more are to come."""
    first, last = rows[0].seq - 1, rows[-1].seq
    page = Page(scope=scope, from_=first, to=last, head=last + 1, sum64="", more=True, rows=list(rows))
    store.write(apply_page, page)


def test_who_was_parted_has_what_a_store_told_before_it_told_of_them(store: Store) -> None:
    """It is a page ahead of the directory, and they themselves come with the next: they were renamed since."""

    old, keep = (MemberRow(code=f"c{each}", name="林") for each in (1, 2))
    merged = put("redirect", "m1", RedirectRow(keep="m2"), 1)
    parted = Row(op="del", kind="redirect", eid="m1", ver=2, seq=4)
    take(store, "dir", [merged, put("directory", "m2", DirectoryRow(code="c2", name="林"), 2)])
    take(store, "st:1", [merged, put("member", "m2", keep, 2), liking("m2", 3)])
    go_on(store, "st:1", parted, liking("m1", 5))
    go_on(store, "dir", replace(parted, seq=3), put("directory", "m1", DirectoryRow(code="c1", name="林"), 4))
    go_on(store, "st:1", put("member", "m1", old, 6), put("member", "m2", keep, 7))
    take(store, "st:1", [liking("m1", 5), put("member", "m1", old, 6), put("member", "m2", keep, 7)], compacted=4)
    assert count(store, Preference, Preference.member_id == "m1") == 1


def test_what_is_anothers_outlives_whose_visit_it_was_noted_in(pair: Pair, office: Office) -> None:
    """Two were one when the preference was noted, in a visit that the one who is erased had begun."""
    till, neighbour = pair
    west = Sender(office.hub, "west")
    west.send(west.enrolled("m1"), west.enrolled("m2"), west.did("VisitOpened", visit_id="v1", member_id="m1"))
    west.send(west.did("MembersMerged", old_id="m1", keep_id="m2"))
    said = {"facet": "skin", "value": "干性"}
    west.send(west.did("PreferenceNoted", preference_id="p1", member_id="m2", visit_id="v1", **said))
    west.send(west.did("MembersSeparated", member_id="m1"))
    together(till, neighbour)
    office.hub.erase("m1")
    together(till, neighbour)
    assert ("preference", "p1") in west.own()
    assert count(till.store, Preference, Preference.id == "p1", Preference.member_id == "m2") == 1


def test_of_who_is_parted_and_erased_while_a_till_is_away_no_note_is_left(pair: Pair, office: Office) -> None:
    """To the till the visit was the other's until then."""
    till, neighbour = pair
    first = the_member(till)
    till.do(serve, first)
    till.do(write_note, "怕痒")
    till.do(finish_visit)
    second = till.do(enrol, Application(phone=TWO, name="沈先生", consents=("service",))).member_id
    together(till, neighbour)
    neighbour.do(merge, first, second)
    together(neighbour, till)
    neighbour.do(separate, first)
    neighbour.sync()
    office.hub.erase(first)
    till.sync()
    assert not any("怕痒".encode() in body for body in till.store.second.read())


def test_what_a_newer_program_will_read_is_whose_it_says(store: Store) -> None:
    """Of who was told apart, which this program could not read: here it stands as the other's, who is erased."""
    kept = Row(op="put", kind="something new", eid="p1", ver=2, seq=3, body=Raw(b'{"member_id": "m1"}'))
    take(store, "st:1", [put("member", "m2", MemberRow(code="c2", name="林"), 1), liking("m2", 2)])
    go_on(store, "st:1", kept)
    take(store, "dir", [put("erasure", "m2", ErasureRow(at=LONG_AGO), 1)])
    assert (count(store, Preference), count(store, ParkedIn)) == (0, 1)
