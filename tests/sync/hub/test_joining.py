"""What somebody gets for joining comes from the hub, and once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.hub.hub import Hub
from sync.hub.restore import back_up
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.hub.rights import Office, lease, redeemed, under

ATill = Callable[..., Sender]
PHONE = "+8613800010001"


@pytest.fixture
def office(hub: Hub, tmp_path: Path) -> Iterator[Office]:
    """Headquarters that welcomes with a coupon and 50 points, and whose books are right at the end."""
    office = Office(hub, tmp_path)
    office.campaign(name="新人礼", issue="joining", kind="gift", gift="旅行装", lasts_days="60")
    office.definitions(earning={"joining": 50})
    yield office
    office.check_books()


@pytest.mark.usefixtures("office")
def test_two_tills_that_enrol_one_phone_give_one_gift(a_till: ATill) -> None:
    one, two = a_till(), a_till()
    one.send(one.enrolled("m1", phone=PHONE))
    two.send(two.enrolled("m2", phone=PHONE))
    [coupon] = one.rows("coupon").values()
    [points] = one.rows("points").values()
    assert (coupon["member_id"], coupon["campaign"]) == ("m1", "新人礼")
    assert (points["member_id"], points["amount"], points["reason"]) == ("m1", 50, "joining")


@pytest.mark.usefixtures("office")
def test_a_till_at_home_may_give_it_without_the_network(a_till: ATill) -> None:
    till = a_till()
    till.send(till.enrolled("m1", phone=PHONE))
    [coupon_id] = till.rows("coupon")
    held = lease(till, "coupon", coupon_id)
    assert held is not None
    assert held.amount == 1


@pytest.mark.usefixtures("office")
def test_a_finished_visit_and_a_second_telling_bring_no_more(a_till: ATill) -> None:
    till = a_till()
    enrolled = till.enrolled("m1", phone=PHONE)
    till.send(enrolled, till.did("VisitOpened", visit_id="v1", member_id="m1"))
    till.send(enrolled, till.did("VisitFinished", visit_id="v1"))
    assert (len(till.rows("coupon")), len(till.rows("points"))) == (1, 1)


def test_a_restored_hub_gives_it_once_though_it_hears_another_till_first(
    hub_clock: SteadyClock, tmp_path: Path
) -> None:
    office = Office(Hub.open(f"sqlite:///{tmp_path / 'hub.db'}", hub_clock), tmp_path)
    office.campaign(name="新人礼", issue="joining", threshold="0")
    one, two = Sender(office.hub, "west"), Sender(office.hub, "east")
    back_up(office.url, tmp_path / "saved.db")
    first, second = one.enrolled("m1", phone=PHONE), two.enrolled("m2", phone=PHONE)
    one.send(first)
    two.send(second)
    [given] = one.rows("coupon")
    used = redeemed(one, coupon_id=given, **under(one, "coupon", given))
    one.hub = two.hub = office.restore(tmp_path / "saved.db", hub_clock)
    two.send(second)
    assert one.verdicts(first, used) == ["accepted", "accepted"]
    states = {each: row["state"] for each, row in one.rows("coupon").items()}
    assert states.pop(given) == "redeemed"
    assert set(states.values()) == {"void"}, "what it gave instead"
    office.check_books()
    office.hub.close()


def test_who_is_known_to_headquarters_is_no_newcomer(a_till: ATill, office: Office) -> None:
    office.member(PHONE, "west")
    till = a_till("west")
    till.send(till.enrolled("m1", phone=PHONE))
    assert not till.rows("coupon") | till.rows("points")


def test_a_campaign_that_is_over_welcomes_nobody(a_till: ATill, office: Office) -> None:
    office.campaign(name="新人礼", issue="joining", last_day="2026-01-31")
    till = a_till()
    till.send(till.enrolled("m1", phone=PHONE))
    assert not till.rows("coupon")
