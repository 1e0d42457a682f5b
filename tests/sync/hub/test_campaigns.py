"""A coupon's terms are judged at the hub too, a rule issues it once, and of two redemptions the later is settled."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.rules.leases import lease_id
from sync.hub.__main__ import main
from sync.hub.hub import Hub
from tests.sync.hub.builders import Sender
from tests.sync.hub.rights import Office, earned, lease, redeemed, reversed_, spent, under

ATill = Callable[..., Sender]


@pytest.fixture
def office(hub: Hub, tmp_path: Path) -> Iterator[Office]:
    """Headquarters, whose books are right at the end of every test."""
    office = Office(hub, tmp_path)
    yield office
    office.check_books()


@pytest.fixture
def pair(a_till: ATill, office: Office) -> tuple[Sender, Sender]:
    """The till that holds the lease on m1's coupon c1 of 满 300 减 50, and the other one of the store."""
    one, two = a_till(), a_till()
    one.send(one.enrolled("m1"))
    office.campaign(policy="ask")
    office.coupon(amount="50")
    return (one, two) if lease(one, "coupon", "c1") else (two, one)


def bought(till: Sender, *prices: int) -> list[Any]:
    """A visit v1 of m1 with bought products at these prices."""
    lines = [
        till.did("LineAdded", visit_id="v1", line_id=f"l{place}", product_id="p1", gtin="06901234567892",
                 action="bought", price=price, currency="CNY")
        for place, price in enumerate(prices)
    ]  # fmt: skip
    return [till.did("VisitOpened", visit_id="v1", member_id="m1"), *lines]


def test_what_the_terms_allow_is_accepted_with_its_value(pair: tuple[Sender, Sender]) -> None:
    holder, _ = pair
    deed = redeemed(holder, value=5000, **under(holder, "coupon", "c1"))
    assert set(holder.verdicts(*bought(holder, 20_000, 12_000), deed)) == {"accepted"}
    assert holder.body("coupon", "c1")["value"] == 5000
    assert not holder.rows("settlement")


@pytest.mark.parametrize(("prices", "value"), [((20_000,), 5000), ((40_000,), 6000)])
def test_a_promise_beyond_the_terms_stands_and_is_settled(
    pair: tuple[Sender, Sender], prices: tuple[int, ...], value: int
) -> None:
    holder, _ = pair
    deed = redeemed(holder, value=value, **under(holder, "coupon", "c1"))
    assert set(holder.verdicts(*bought(holder, *prices), deed)) == {"accepted"}
    row = holder.body("settlement", "r1")
    assert (row["reason"], row["state"], row["value"]) == ("terms", "open", value)


def test_without_a_lease_the_terms_must_hold(a_till: ATill, office: Office) -> None:
    till = a_till("west")
    till.send(till.enrolled("m1"))
    office.campaign()
    office.floor("100")
    office.coupon(member="code-m1", amount="50")
    held = lease(till, "coupon", "c1")
    assert held is not None
    till.send(till.did("LeaseReturned", of="coupon", object_id="c1", spent=0, **under(till, "coupon", "c1")))
    assert till.verdicts(*bought(till, 100), redeemed(till, value=5000))[-1] == "rejected:coupon_terms"


def test_one_redemption_of_two_coupons_is_refused_alone(pair: tuple[Sender, Sender], office: Office) -> None:
    """Of both another counted before; what its till did besides arrives."""
    holder, other = pair
    office.coupon(coupon_id="c2", title="满 300 减 30", amount="50")
    for coupon in ("c1", "c2"):
        first = next(till for till in pair if lease(till, "coupon", coupon))
        first.send(redeemed(first, f"r-{coupon}", coupon_id=coupon, **under(first, "coupon", coupon)))
    assert other.verdicts(redeemed(other, "r9", coupon_id="c1")) == ["accepted"]
    again = redeemed(other, "r9", coupon_id="c2")
    assert other.verdicts(again, other.enrolled("m2")) == ["rejected:schema_invalid", "accepted"]
    assert holder.body("settlement", "r9")["coupon_id"] == "c1"


@pytest.mark.parametrize(("policy", "state"), [("honour", "honoured"), ("reverse", "reversed"), ("ask", "open")])
def test_of_two_redemptions_the_later_is_settled_by_policy(
    pair: tuple[Sender, Sender], office: Office, policy: str, state: str
) -> None:
    holder, other = pair
    office.campaign(policy=policy)
    first = redeemed(holder, value=5000, **under(holder, "coupon", "c1"))
    holder.send(*bought(holder, 32_000), first)
    assert other.verdicts(redeemed(other, "r2", value=5000)) == ["accepted"]
    assert other.body("settlement", "r2")["state"] == state
    assert other.body("coupon", "c1")["redemption_id"] == "r1"


def test_a_settlement_is_decided_by_headquarters(pair: tuple[Sender, Sender], office: Office) -> None:
    holder, other = pair
    holder.send(*bought(holder, 32_000), redeemed(holder, value=5000, **under(holder, "coupon", "c1")))
    other.send(redeemed(other, "r2", value=5000))
    assert main(["settle", "r2", "honour", "--database", office.plain_url]) == 0
    assert other.body("settlement", "r2")["state"] == "honoured"
    assert main(["settle", "nothing", "honour", "--database", office.plain_url]) == 1


def test_who_takes_the_second_back_has_nothing_to_settle(pair: tuple[Sender, Sender]) -> None:
    holder, other = pair
    holder.send(*bought(holder, 32_000), redeemed(holder, value=5000, **under(holder, "coupon", "c1")))
    assert other.verdicts(redeemed(other, "r2"), reversed_(other, "r2")) == ["accepted"] * 2
    assert other.body("settlement", "r2")["state"] == "withdrawn"
    assert other.body("coupon", "c1")["redemption_id"] == "r1"


@pytest.mark.parametrize("policy", ["honour", "reverse", "ask"])
def test_a_coupon_that_was_used_twice_is_free_when_both_uses_were_taken_back(
    pair: tuple[Sender, Sender], office: Office, policy: str
) -> None:
    holder, other = pair
    office.campaign(policy=policy)
    holder.send(*bought(holder, 32_000), redeemed(holder, value=5000, **under(holder, "coupon", "c1")))
    other.send(redeemed(other, "r2", visit_id="v2", value=4000))
    holder.send(reversed_(holder, "r1"))
    coupon = other.body("coupon", "c1")
    assert [coupon.get(name) for name in ("state", "redemption_id", "visit_id", "value")] == [
        "redeemed", "r2", "v2", 4000,
    ]  # fmt: skip
    assert other.body("settlement", "r2")["state"] == "honoured"
    office.check_books()
    other.send(reversed_(other, "r2"))
    assert other.body("coupon", "c1").get("state", "issued") == "issued"
    assert other.body("settlement", "r2")["state"] == "withdrawn"
    assert holder.verdicts(redeemed(holder, "r3", **under(holder, "coupon", "c1"))) == ["accepted"]


def test_a_visit_that_earns_a_coupon_earns_it_once(a_till: ATill, office: Office) -> None:
    till = a_till()
    till.send(till.enrolled("m1"))
    office.campaign(issue="basket", issue_basket="300")
    till.send(*bought(till, 32_000), till.did("VisitFinished", visit_id="v1"))
    till.send(till.did("VisitReopened", visit_id="v1"), till.did("VisitFinished", visit_id="v1"))
    [coupon] = till.rows("coupon").values()
    assert (coupon["campaign"], coupon["amount"], coupon["title"]) == ("满减", 5000, "满 300 减 50")


def test_a_visit_that_earned_a_coupon_takes_it_along_and_earns_no_other(a_till: ATill, office: Office) -> None:
    """m1 was one with m2 when they came, and is not any more."""
    till = a_till()
    office.campaign(issue="basket", issue_basket="300")
    till.send(till.enrolled("m1"), till.enrolled("m2"), till.did("MembersMerged", old_id="m1", keep_id="m2"))
    till.send(*bought(till, 32_000), till.did("VisitFinished", visit_id="v1"))
    [coupon] = till.rows("coupon").values()
    assert coupon["member_id"] == "m2"
    till.send(till.did("MembersSeparated", member_id="m1"))
    till.send(till.did("VisitReopened", visit_id="v1"), till.did("VisitFinished", visit_id="v1"))
    [coupon] = till.rows("coupon").values()
    assert coupon["member_id"] == "m1"


def test_a_visit_earns_its_coupon_though_whose_it_is_is_heard_later(a_till: ATill, office: Office) -> None:
    """By a card that nobody here had heard of; who carries it was enrolled at a till without the network."""
    till, other = a_till(), a_till()
    office.campaign(issue="basket", issue_basket="300")
    _, *lines = bought(till, 32_000)
    joined = till.did("VisitJoined", visit_id="v1", member_id=None, code="code-m1")
    opened, finished = till.did("VisitOpened", visit_id="v1", member_id=None), till.did("VisitFinished", visit_id="v1")
    assert "parked:wait_member" in till.verdicts(opened, joined, *lines, finished)
    other.send(other.enrolled("m1"))
    assert [coupon["member_id"] for coupon in till.rows("coupon").values()] == ["m1"]


def test_a_visit_earns_its_coupon_though_what_was_bought_is_heard_later(a_till: ATill, office: Office) -> None:
    """As by a hub that came back from a backup, where another till had taken up the visit."""
    till, other = a_till(), a_till()
    office.campaign(issue="basket", issue_basket="300")
    opened, *lines = bought(till, 32_000)
    till.send(till.enrolled("m1"), opened)
    other.send(other.did("VisitFinished", visit_id="v1"))
    till.send(*lines)
    assert len(till.rows("coupon")) == 1


def test_a_small_basket_earns_no_coupon(a_till: ATill, office: Office) -> None:
    till = a_till()
    till.send(till.enrolled("m1"))
    office.campaign(issue="basket", issue_basket="300")
    till.send(*bought(till, 29_999), till.did("VisitFinished", visit_id="v1"))
    assert not till.rows("coupon")


def test_a_tier_is_headquarters_word_and_may_issue(a_till: ATill, office: Office) -> None:
    till = a_till()
    till.send(till.enrolled("m1", phone="+8613800010001"))
    office.tier("+8613800010001", "gold")
    assert till.body("member", "m1")["tier"] == "gold"
    office.campaign(issue="tier", issue_tiers="gold")
    till.send(*bought(till), till.did("VisitFinished", visit_id="v1"))
    assert len(till.rows("coupon")) == 1


def test_a_birthday_brings_a_coupon_once_a_year(
    a_till: ATill, office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    till = a_till()
    till.send(till.enrolled("m1", birthday="12-08"), till.enrolled("m2", birthday="06-01"))
    office.campaign(issue="birthday", issue_days="7", once_in_days="300")
    for day, told in (("2026-12-01", 1), ("2026-12-02", 0), ("2026-12-08", 0)):
        assert main(["daily", "--day", day, "--database", office.plain_url]) == 0
        assert f"coupons: {told} issued" in capsys.readouterr().out
    [coupon] = till.rows("coupon").values()
    assert coupon["member_id"] == "m1"


def test_a_reward_given_back_may_be_given_again(a_till: ATill, office: Office) -> None:
    till = a_till()
    till.send(till.enrolled("m1"))
    office.reward(total="1")
    till.send(till.did("LeaseAsked", of="quota", object_id="w1", lease_id=lease_id("quota", "w1", till.id), amount=1))
    told = {"quota_id": "w1", "member_id": "m1", **under(till, "quota", "w1")}
    first, second = (till.did("GiftGiven", gift_id=each, **told) for each in ("g1", "g2"))
    back = till.did("GiftReturned", gift_id="g1", quota_id="w1")
    assert till.verdicts(first, back, back, second) == ["accepted", "accepted", "duplicate", "accepted"]
    assert till.body("gift", "g1")["amount"] == 0


def test_points_taken_back_never_leave_less_than_nothing(a_till: ATill, office: Office) -> None:
    """What a till may be spending by now is asked back first; what was spent is taken of what is earned next."""
    till = a_till()
    till.send(till.enrolled("m1"), earned(till, "e1", 80))
    till.send(spent(till, "s1", 50))
    told = {"member_id": "m1", "amount": 80, "reason": "return"}
    assert till.verdicts(till.did("PointsReversed", entry_id="x1", **told)) == ["accepted"]
    held = lease(till, "points", "m1")
    assert held is not None
    assert held.wanted
    assert [till.body("points", "x1")[name] for name in ("amount", "owed")] == [0, 80]
    office.check_books()
    till.send(till.did("LeaseReturned", of="points", object_id="m1", spent=50, **under(till, "points", "m1")))
    assert [till.body("points", "x1")[name] for name in ("amount", "owed")] == [-30, 50]
    till.send(earned(till, "e2", 70))
    assert [till.body("points", "x1")[name] for name in ("amount", "owed")] == [-80, 0]
