"""Whose member somebody is when two tills say so at once, and what a page tells of a merge. Real tills, a real hub."""

import pytest

from desktop.errors import NotFound
from desktop.services.guides import sign_on
from desktop.services.members import Application, amend, enrol, merge, separate
from desktop.services.ownership import claim, claim_again, hand_over, release
from desktop.services.reviews import settle_review
from desktop.services.visits import finish_visit
from desktop.views.member_page import MemberPage, doubts_of, find_page, lost_claim
from desktop.views.search import find_served
from desktop.views.till import find_guides
from tests.sync.hub.rights import Office
from tests.sync.quiet import Pair, QuietTill, the_member, together


def page(till: QuietTill, member: str) -> MemberPage:
    found = till.read(find_page, member)
    assert found is not None
    return found


def test_a_claim_that_came_too_late_names_who_has_the_member_and_may_be_repeated(office: Office, pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    office.guides("小王", "小李")
    together(*pair)
    guides = one.read(find_guides)
    one.do(release, member)
    together(*pair)
    for till, guide in zip(pair, guides, strict=True):
        till.do(sign_on, guide.id)
        till.do(claim, member)
    together(*pair)
    lost = two.read(lost_claim, member)
    assert lost is not None
    assert lost.guide == guides[0].name
    assert page(two, member).guide == guides[0].name
    two.do(claim_again, member)
    together(two, one)
    assert [page(till, member).guide for till in pair] == [guides[1].name] * 2
    assert two.read(lost_claim, member) is None


def test_the_members_of_a_guide_who_leaves_are_anothers_at_every_till(office: Office, pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    office.guides("小王", "小李")
    together(*pair)
    leaving, staying = one.read(find_guides)
    one.do(sign_on, leaving.id)
    one.do(release, member)
    one.do(claim, member)
    one.do(enrol, Application(phone="13612348888", name="陆小曼", consents=("service",)))
    one.do(finish_visit)
    while one.do(hand_over, leaving.id, staying.id, 1):
        pass
    together(*pair)
    assert len(two.read(find_served, staying.id)) == 2
    assert two.read(find_served, leaving.id) == ()


def test_one_tap_keeps_a_value_or_takes_the_other_and_the_doubt_is_over_everywhere(pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    for take_lost in (False, True):
        one.do(amend, member, name="许文君")
        two.do(amend, member, name="许文军")
        together(*pair)
        doubt = one.read(doubts_of, member)[0]
        one.do(settle_review, doubt.id, take_lost=take_lost)
        together(*pair)
        assert [till.read(doubts_of, member) for till in pair] == [(), ()]
        with pytest.raises(NotFound):
            two.do(settle_review, doubt.id, take_lost=take_lost)
        assert page(two, member).name == (doubt.lost if take_lost else doubt.kept)
        one.do(amend, member, name="许女士")
        together(*pair)


def test_a_merge_is_dated_on_the_page_and_gone_from_it_when_it_was_a_mistake(pair: Pair) -> None:
    one, two = pair
    keep = the_member(one)
    old = one.do(enrol, Application(phone="13612346021", name="许女士", consents=("service",))).member_id
    one.do(finish_visit)
    together(*pair)
    one.do(merge, old, keep)
    together(*pair)
    merged = page(two, keep).merged
    assert [each.id for each in merged] == [old]
    assert merged[0].at is not None
    assert page(two, old).id == keep
    two.do(separate, old)
    together(*pair)
    assert page(one, keep).merged == ()
    assert page(one, old).id == old
