"""Whose member somebody is: claimed, released and handed over, and what a page shows of them."""

import pytest

from desktop.data.catalogue import Guide
from desktop.data.exchange import Outbox
from desktop.desk import Desk
from desktop.errors import NotNow
from desktop.services.guides import sign_on
from desktop.services.ownership import assign_member, claim, claim_again, hand_over, let_go, release
from desktop.services.tasks import open_task
from desktop.services.undo import undo
from desktop.views.member_page import find_page, lost_claim
from desktop.views.search import find_served, recent_members
from desktop.views.tasks import open_tasks
from desktop.views.till import GuideView, find_guides, find_till
from desktop.work import Work


def guide_of(desk: Desk, member: str) -> str | None:
    page = desk.read(find_page, member)
    assert page is not None
    return page.guide_id


def somebody(desk: Desk) -> str:
    return desk.read(recent_members, 1)[0].member_id


def busiest(desk: Desk) -> GuideView:
    return max(desk.read(find_guides), key=lambda each: len(desk.read(find_served, each.id)))


def test_whom_nobody_has_can_be_claimed_and_the_claim_undone(shop: Desk) -> None:
    member, me = somebody(shop), shop.read(find_till).guide_id
    shop.do(release, member).result()
    assert guide_of(shop, member) is None
    assert member in [each.member_id for each in shop.read(find_served, None)]
    shop.do(claim, member).result()
    assert guide_of(shop, member) == me
    shop.do(undo).result()
    assert guide_of(shop, member) is None


def test_a_claim_of_somebody_elses_member_says_whose_it_is(shop: Desk) -> None:
    member = somebody(shop)
    other = next(each for each in shop.read(find_guides) if each.id != shop.read(find_till).guide_id)
    shop.do(assign_member, member, other.id).result()
    with pytest.raises(NotNow) as refused:
        shop.do(claim, member).result()
    assert (refused.value.code, refused.value.facts) == ("member_taken", {"guide": other.name})


def test_nobody_serves_so_nobody_claims(shop: Desk) -> None:
    member = somebody(shop)
    shop.do(release, member).result()
    shop.do(_nobody_serves).result()
    with pytest.raises(NotNow, match="guide_missing"):
        shop.do(claim, member).result()


def test_all_members_of_a_guide_are_handed_over_a_few_at_a_time(shop: Desk) -> None:
    one = busiest(shop)
    two = next(each for each in shop.read(find_guides) if each.id != one.id)
    theirs = shop.read(find_served, one.id, limit=500)
    had = len(shop.read(find_served, two.id, limit=500))
    assert len(theirs) > 1
    left = shop.do(hand_over, one.id, two.id, 1).result()
    assert left == len(theirs) - 1
    while left:
        left = shop.do(hand_over, one.id, two.id, 2).result()
    assert shop.read(find_served, one.id) == ()
    assert len(shop.read(find_served, two.id, limit=500)) == had + len(theirs)


def test_undo_takes_nothing_else_back_for_members_who_were_handed_over(shop: Desk) -> None:
    one = busiest(shop)
    task = shop.do(open_task, somebody(shop), "到货通知", shop.clock.today()).result()
    shop.do(hand_over, one.id, None).result()
    for _ in range(2):
        with pytest.raises(NotNow, match="cannot_undo"):
            shop.do(undo).result()
    assert task in [each.id for each in shop.read(open_tasks, shop.clock.today())]


def test_a_guide_cannot_be_handed_to_themselves(shop: Desk) -> None:
    one = shop.read(find_guides)[0]
    with pytest.raises(NotNow, match="guides_same"):
        shop.do(hand_over, one.id, one.id).result()


def test_a_refused_claim_names_who_has_the_member_and_can_be_made_again(shop: Desk) -> None:
    member = somebody(shop)
    other = next(each for each in shop.read(find_guides) if each.id != shop.read(find_till).guide_id)
    shop.do(release, member).result()
    shop.do(claim, member).result()
    shop.do(_refuse_last_claim, other.id).result()  # as the hub's answer and row do
    lost = shop.read(lost_claim, member)
    assert lost is not None
    assert lost.guide == other.name
    shop.do(claim_again, member).result()
    assert guide_of(shop, member) == shop.read(find_till).guide_id
    assert shop.read(lost_claim, member) is None


def test_a_refused_claim_can_be_left_at_that(shop: Desk) -> None:
    member = somebody(shop)
    shop.do(release, member).result()
    shop.do(claim, member).result()
    shop.do(_refuse_last_claim, shop.read(find_guides)[0].id).result()
    shop.do(let_go, member).result()
    assert shop.read(lost_claim, member) is None


def test_my_members_are_searched_like_all_others(shop: Desk) -> None:
    me = busiest(shop)
    shop.do(sign_on, me.id).result()
    mine = shop.read(find_served, me.id, limit=500)
    first = mine[0]
    assert first in shop.read(find_served, me.id, first.name)
    assert first in shop.read(find_served, me.id, first.phone[-4:])
    assert set(shop.read(find_served, me.id, "zz没有这样的名字")) == set()


def _nobody_serves(work: Work) -> None:
    work.till.guide_id = None


def _refuse_last_claim(work: Work, guide_id: str) -> None:
    entry = work.session.query(Outbox).filter_by(kind="MemberAssigned").order_by(Outbox.n.desc()).first()
    assert entry is not None
    assert work.session.get(Guide, guide_id)
    entry.state, entry.code, entry.fix = "rejected", "stale", "edit"
    assign_member(work, entry.row_id, guide_id)
    work.noted.clear()
