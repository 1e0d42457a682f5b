"""When two tills do something about one thing: what wins, and what becomes of the other. Real tills, a real hub.

Kept elsewhere: visits, lines and notes are united (``hub/test_visits``); each field of a member or of what they have,
the withdrawal of consent, the enrolment of one person twice (``test_two_tills``, ``hub/test_members``,
``hub/test_portraits``); erasure (``hub/test_erasure``), merges (``hub/test_merges``); coupons, gifts and points
(``test_promises``, ``hub/test_escrow``, ``hub/test_lapsed_rights``).
"""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import Connection, select

from desktop.data.appointments import Appointment
from desktop.data.members import Identity, Member
from desktop.data.tasks import Review, Task
from desktop.events import EVENTS, MemberAmended, MembersMerged
from desktop.rules.member_codes import PUB_ID_BYTES, member_code
from desktop.rules.wishes import FIELDS, Wishes
from desktop.services.appointments import book, move
from desktop.services.members import Application, amend, ask_to_forget, enrol, separate
from desktop.services.ownership import assign_member
from desktop.services.preferences import note_preference, withdraw_preference
from desktop.services.reviews import settle_review
from desktop.services.tasks import cancel_task, finish_task, open_task, postpone_task
from desktop.services.visits import finish_visit, serve
from desktop.views.member_page import doubts_of, find_page
from desktop.views.profile import find_profile
from desktop.views.till import find_guides
from desktop.views.wishes import find_wishes
from sync.hub.cases import Till
from sync.hub.documents import BODIES
from sync.hub.payloads import AmendedFields
from sync.protocol import PushRequest, canonical
from tests.clock import SetClock
from tests.sync.hub.rights import Office
from tests.sync.quiet import PHONE, NewTill, Pair, QuietTill, the_member, together

CODE = member_code(bytes(range(PUB_ID_BYTES)))
FIRST, SECOND = "+8613900000011", "+8613900000022"

# Tasks, appointments, guides, preferences, names


def test_done_wins_over_cancelled_whichever_is_heard_first(pair: Pair) -> None:
    one, two = pair
    tasks = [one.do(open_task, the_member(one), "三天后问候", date(2026, 11, 24)) for _ in range(2)]
    together(*pair)
    for task, first, second in ((tasks[0], one, two), (tasks[1], two, one)):
        first.do(finish_task, task)
        second.do(cancel_task, task)
    together(*pair)
    told = [till.read(lambda connection: connection.scalars(select(Task.state)).all()) for till in pair]
    assert told == [["done", "done"]] * 2


def test_of_two_due_dates_the_later_word_counts(pair: Pair) -> None:
    one, two = pair
    task = one.do(open_task, the_member(one), "三天后问候", date(2026, 11, 24))
    together(*pair)
    one.do(postpone_task, task, date(2026, 11, 25))
    two.do(postpone_task, task, date(2026, 11, 26))
    together(two, one)
    told = [till.read(lambda connection: connection.scalars(select(Task.due)).one()) for till in pair]
    assert told == ["2026-11-26"] * 2


def test_wishes_of_a_member_are_kept_field_by_field(pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    one.do(amend, member, contact_hours="18-21", contact_by="phone")
    two.do(amend, member, contact_days="67", contact_by="message")
    together(two, one)
    wished = Wishes("message", frozenset([6, 7]), (18, 21))
    assert [till.read(find_wishes, member) for till in pair] == [wished] * 2
    one.do(ask_to_forget, member)
    together(*pair)
    assert [till.read(find_wishes, member) for till in pair] == [Wishes()] * 2


def test_two_tills_that_book_one_hour_both_hear_whose_it_is(office: Office, pair: Pair) -> None:
    one, two = pair
    office.guides("小王")
    together(one, two)
    member, guide = the_member(one), one.read(find_guides)[0].id
    at = one.clock.now() + timedelta(hours=3)
    first = one.do(book, member, "护理", at, 30, for_guide=guide)
    second = two.do(book, member, "试妆", at, 30, for_guide=guide)
    together(two, one)
    clashes = select(Appointment.id, Appointment.clash).order_by(Appointment.id)
    told = [dict(tuple(row) for row in till.read(lambda c: c.execute(clashes).all())) for till in pair]
    assert told == [{first: None, second: first}] * 2
    two.do(move, second, at + timedelta(minutes=30), for_guide=guide)
    together(two, one)
    told = [dict(tuple(row) for row in till.read(lambda c: c.execute(clashes).all())) for till in pair]
    assert told == [{first: None, second: None}] * 2


def test_two_shops_take_a_member_from_nobody_unseen(office: Office, pair: Pair) -> None:
    one, two = pair
    office.guides("小王", "小李")
    together(one, two)
    member = the_member(one)
    first, second = (guide.id for guide in one.read(find_guides))
    one.do(assign_member, member, first)
    two.do(assign_member, member, second)
    together(one, two)
    assert two.refusals() == [("MemberAssigned", "stale")]
    told = [till.read(lambda connection: connection.scalars(select(Member.guide_id)).one()) for till in pair]
    assert told == [first, first]
    two.do(assign_member, member, second)
    together(two, one)
    assert one.read(lambda connection: connection.scalars(select(Member.guide_id)).one()) == second


def liked(till: QuietTill) -> list[str]:
    found = till.read(find_profile, the_member(till), date.today())
    assert found is not None
    return [preference.value for preference in found.preferences]


def test_a_preference_withdrawn_goes_however_often_it_was_noted(pair: Pair) -> None:
    one, two = pair
    for till in pair:
        till.do(serve, the_member(till))
        till.do(note_preference, "skin", "干性")
    together(*pair)
    found = one.read(find_profile, the_member(one), date.today())
    assert found is not None
    one.do(withdraw_preference, found.preferences[0].id)
    together(*pair)
    assert (liked(one), liked(two)) == ([], [])


def test_a_withdrawal_takes_only_the_notings_it_had_seen(pair: Pair) -> None:
    one, two = pair
    for till in pair:
        till.do(serve, the_member(till))
    noted = one.do(note_preference, "skin", "干性")
    together(*pair)
    one.do(withdraw_preference, noted)
    two.do(note_preference, "skin", "干性")
    together(*pair)
    assert (liked(one), liked(two)) == (["干性"], ["干性"])


def reviews(connection: Connection) -> list[tuple[str, str, str]]:
    open_ = select(Review.field, Review.kept, Review.lost).where(~Review.settled)
    return [tuple(row) for row in connection.execute(open_)]


def test_two_names_written_at_once_are_both_kept_for_review(pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    one.do(amend, member, name="许文")
    two.do(amend, member, name="许雯", gender="f")
    together(*pair)
    assert [till.read(reviews) for till in pair] == [[("name", "许雯", "许文")]] * 2


def test_a_name_corrected_by_who_had_seen_it_needs_no_review(pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    one.do(amend, member, name="许文")
    together(*pair)
    two.do(amend, member, name="许雯")
    together(*pair)
    assert [till.read(reviews) for till in pair] == [[], []]
    assert one.read(lambda connection: connection.scalars(select(Member.name)).one()) == "许雯"


def rang(till: QuietTill, member: str, phone: str | None, seen: str | None) -> None:
    """A clerk writes the phone of a member, who had ``seen`` until then."""
    told = MemberAmended(member_id=member, fields={"phone": phone}, base={"phone": seen})
    till.do(lambda work: work.note(told))


def led_by(till: QuietTill, member: str) -> set[str]:
    """The phones that lead to a member."""
    phones = select(Identity.value).where(Identity.kind == "phone", Identity.member_id == member)
    return set(till.read(lambda connection: connection.scalars(phones).all()))


@pytest.mark.parametrize("heard", [(0, 1), (1, 0)])
def test_two_phones_written_at_once_both_lead_to_the_member_until_somebody_says_which(
    pair: Pair, heard: tuple[int, int]
) -> None:
    one, two = pair
    member = the_member(one)
    rang(one, member, FIRST, f"+86{PHONE}")
    rang(two, member, SECOND, f"+86{PHONE}")
    together(*(pair[each] for each in heard))
    assert [led_by(till, member) for till in pair] == [{FIRST, SECOND}] * 2
    assert [till.read(reviews) for till in pair] == [[("phone", SECOND, FIRST)]] * 2
    assert {(each.kept, each.lost) for each in two.read(doubts_of, member)} == {("139 **** 0022", "139 **** 0011")}


@pytest.mark.parametrize("take_lost", [False, True])
def test_of_two_phones_the_one_that_was_wrong_is_free_for_another(pair: Pair, *, take_lost: bool) -> None:
    one, two = pair
    member = the_member(one)
    rang(one, member, FIRST, f"+86{PHONE}")
    rang(two, member, SECOND, f"+86{PHONE}")
    together(*pair)
    one.do(settle_review, one.read(doubts_of, member)[0].id, take_lost=take_lost)
    together(*pair)
    right, wrong = (FIRST, SECOND) if take_lost else (SECOND, FIRST)
    assert [(till.read(reviews), led_by(till, member)) for till in pair] == [([], {right})] * 2
    other = newcomer(two, "陈大伟", phone=wrong)
    together(*pair)
    assert (led_by(one, other), led_by(one, member)) == ({wrong}, {right})


def test_a_phone_corrected_by_who_had_seen_it_is_replaced_without_a_question(pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    rang(one, member, FIRST, f"+86{PHONE}")
    together(*pair)
    rang(two, member, SECOND, FIRST)
    together(*pair)
    assert [(till.read(reviews), led_by(till, member)) for till in pair] == [([], {SECOND})] * 2


def test_an_edit_that_had_seen_a_value_beats_it_whatever_the_clocks_say(
    pair: Pair, quiet_till: NewTill, clock: SetClock
) -> None:
    slow = quiet_till("slow", SetClock(clock.now() - timedelta(days=400), seed=9))
    pair[0].do(amend, the_member(pair[0]), name="许文")
    together(*pair, slow)
    slow.do(amend, the_member(slow), name="许雯")
    together(slow, *pair)
    assert pair[0].read(lambda connection: connection.scalars(select(Member.name)).one()) == "许雯"


# Enrolments that lead to one member


def newcomer(till: QuietTill, name: str, birthday: str | None = None, **led: Any) -> str:
    """The id that this till gives whoever joins."""
    form = Application(**{"phone": PHONE} | led, name=name, birthday=birthday, consents=("service",))
    member_id: str = till.do(enrol, form).member_id
    till.do(finish_visit)
    return member_id


def shown(till: QuietTill, member_id: str) -> tuple[str, str | None]:
    """Name and birthday of whoever the id leads to."""
    page = till.read(find_page, member_id)
    return page.name, page.birthday


def test_two_strangers_that_one_phone_makes_one_member_are_both_told(quiet_till: NewTill) -> None:
    one, two = quiet_till("one"), quiet_till("two")
    first = newcomer(one, "许文君", "1970-03-08")
    second = newcomer(two, "陈大伟", "1999-01-01")
    together(one, two)
    for till in (one, two):
        assert shown(till, first) == shown(till, second) == ("陈大伟", "1999-01-01")
        told = {(each.field, each.kept, each.lost) for each in till.read(doubts_of, first)}
        assert told == {("name", "陈大伟", "许文君"), ("birthday", "1999-01-01", "1970-03-08")}


def test_an_older_enrolment_that_is_heard_later_is_told_too(quiet_till: NewTill) -> None:
    one, two = quiet_till("one"), quiet_till("two")
    newcomer(one, "许文君")
    newcomer(two, "陈大伟")
    together(two, one)
    assert [till.read(reviews) for till in (one, two)] == [[("name", "陈大伟", "许文君")]] * 2


@pytest.mark.parametrize("led", [{"wechat": "chen_siyu-88"}, {"card": "8888"}, {"code": CODE}])
def test_whatever_leads_two_strangers_to_one_member_tells_both_names(quiet_till: NewTill, led: dict[str, str]) -> None:
    one, two = quiet_till("one"), quiet_till("two")
    newcomer(one, "许文君", **led)
    newcomer(two, "陈大伟", **led, phone="13612346021")
    together(one, two)
    assert [till.read(reviews) for till in (one, two)] == [[("name", "陈大伟", "许文君")]] * 2


@pytest.mark.parametrize("said", [("许文君", "1970-03-08"), ("许文君", None), ("", None)])
def test_an_enrolment_that_says_the_same_or_nothing_needs_no_review(
    quiet_till: NewTill, said: tuple[str, str | None]
) -> None:
    one, two = quiet_till("one"), quiet_till("two")
    first = newcomer(one, "许文君", "1970-03-08")
    newcomer(two, *said)
    together(one, two)
    assert [till.read(reviews) for till in (one, two)] == [[], []]
    assert shown(two, first) == ("许文君", "1970-03-08")


def test_a_third_enrolment_settles_nothing_and_a_clerk_who_looks_does(quiet_till: NewTill) -> None:
    tills = one, two, three = [quiet_till(name) for name in ("one", "two", "three")]
    member = newcomer(one, "许文君")
    newcomer(two, "陈大伟")
    newcomer(three, "陈大伟")
    together(*tills)
    assert [till.read(reviews) for till in tills] == [[("name", "陈大伟", "许文君")]] * 3
    three.do(settle_review, three.read(doubts_of, member)[0].id, take_lost=True)
    together(*tills)
    assert [(till.read(reviews), shown(till, member)[0]) for till in tills] == [([], "许文君")] * 3


def test_what_was_asked_of_a_merged_member_is_settled_too(quiet_till: NewTill) -> None:
    one, two = quiet_till("one"), quiet_till("two")
    old = newcomer(one, "许文君")
    newcomer(two, "陈大伟")
    keep = newcomer(one, "许女士", phone="13612346022")
    together(one, two)
    one.do(lambda work: work.note(MembersMerged(old_id=old, keep_id=keep, reason="同一人")))
    together(one, two)
    one.do(settle_review, one.read(doubts_of, keep)[0].id, take_lost=True)
    together(one, two)
    assert [till.read(reviews) for till in (one, two)] == [[], []]


def test_strangers_who_are_parted_again_have_each_their_own_and_no_review(quiet_till: NewTill) -> None:
    one, two = quiet_till("one"), quiet_till("two")
    first = newcomer(one, "许文君", "1970-03-08")
    second = newcomer(two, "陈大伟", "1999-01-01")
    together(one, two)
    one.do(separate, second)
    together(one, two)
    for till in (one, two):
        assert (shown(till, first), shown(till, second)) == (("许文君", "1970-03-08"), ("陈大伟", "1999-01-01"))
        assert till.read(reviews) == []


# What headquarters owns


def test_no_event_changes_what_headquarters_owns() -> None:
    """Prices, products, campaigns, tiers and roles come down as rows, and there is no word to send them up."""
    owned = {
        "store", "guide", "product", "quota", "floor", "directory", "review", "order", "campaign", "reward",
        "settlement", "occasion", "content", "definitions", "trust", "code_rules",
    }  # fmt: skip
    assert owned <= {"directory", *BODIES}, "a misspelt kind would be nobody's"
    assert {event.row for event in EVENTS.values()}.isdisjoint(owned)
    theirs = {"name", "phone", "birthday", "gender", "channel", "card", "wechat"}
    assert set(AmendedFields.__struct_fields__) == {*theirs, *FIELDS}


def test_a_till_that_makes_up_a_price_is_not_believed(pair: Pair, office: Office) -> None:
    one, _ = pair
    event = {"typ": "ProductPriced", "ent": "product", "eid": "p1", "data": {"product_id": "p1", "price": 1}}
    told = {"id": "e1", "dev": one.device, "ep": 9, "n": 1, "hlc": "0" * 12 + "-0000", "wall": 0}
    request = PushRequest(device=one.device, ep=9, wall_now=0, boot="", mono_now=0,
                          events=[msgspec.Raw(canonical(told | event))])  # fmt: skip
    (answer,) = office.hub.push(Till(one.device, "west"), request, office.hub.clock.now_ms()).verdicts
    assert answer.v == "parked"
