"""A voucher is taken once, at whichever till it is, and stays so until it is given back."""

from datetime import date
from pathlib import Path

import pytest

from desktop.errors import NotNow
from desktop.events import ErasureRequested
from desktop.services.leases import ask_for, show_leases
from desktop.services.members import Application, enrol
from desktop.services.undo import undo
from desktop.services.vouchers import return_voucher, take_voucher
from desktop.views.lookup import VoucherSeen
from sync.hub.issuing import VoucherOrder, issue_vouchers
from sync.hub.restore import back_up
from sync.outbox import pending
from tests.clock import SetClock
from tests.sync.hub.rights import Office
from tests.sync.quiet import Pair, SharedClock, together
from tests.sync.test_codes import seen, told_keys


def voucher(office: Office, value: int = 2000) -> str:
    order = VoucherOrder(12, value, date(2027, 12, 31))
    hub = office.hub
    return hub.database.retry(
        lambda connection: issue_vouchers(
            connection, hub.keyring, order, now=hub.clock.now_ms() // 1000, random=hub.clock.random
        )
    )[0]


def test_the_first_who_takes_a_voucher_has_it(office: Office, pair: Pair) -> None:
    one, two = pair
    told_keys(office, one, two)
    code = voucher(office)
    one.do(take_voucher, code)
    two.do(take_voucher, code)
    together(one, two)
    assert (one.refusals(), two.refusals()) == ([], [("VoucherTaken", "voucher_used")])
    assert (seen(two, code).voucher.state, seen(two, code).voucher.used_at is not None) == ("redeemed", True)
    with pytest.raises(NotNow, match="voucher_used"):
        two.do(take_voucher, code)


def test_a_large_voucher_needs_a_lease_and_comes_back_whole(office: Office, pair: Pair) -> None:
    one, two = pair
    told_keys(office, one, two)
    code = voucher(office, value=50000)
    sight = seen(one, code)
    assert isinstance(sight, VoucherSeen)
    assert (sight.voucher.amount, sight.voucher.here) == (50000, False)
    with pytest.raises(NotNow, match="voucher_needs_hub"):
        one.do(take_voucher, code)
    one.do(ask_for, "voucher", sight.voucher.id)
    together(one, two)
    assert seen(one, code).voucher.here
    one.do(take_voucher, code)
    together(one, two)
    assert seen(two, code).voucher.state == "redeemed"
    one.do(return_voucher, code)
    together(one, two)
    assert seen(two, code).voucher.state == "issued"
    assert one.refusals() == []


def test_a_right_that_came_to_nothing_is_not_shown_to_a_restored_hub(office: Office, pair: Pair) -> None:
    """The voucher was gone when it was asked for."""
    one, two = pair
    told_keys(office, one, two)
    code = voucher(office)
    two.do(take_voucher, code)
    two.sync()
    one.do(ask_for, "voucher", seen(one, code).voucher.id)
    together(one, two)
    one.do(show_leases)
    assert one.read(pending, 1) == []


def test_what_a_refusal_told_goes_with_the_hub_that_forgets_it(
    office: Office, pair: Pair, clock: SetClock, tmp_path: Path
) -> None:
    one, two = pair
    told_keys(office, one, two)
    code = voucher(office)
    back_up(office.url, tmp_path / "backup.db")
    one.do(take_voucher, code)
    one.sync()
    two.do(take_voucher, code)
    two.tell()
    assert seen(two, code).voucher.state == "redeemed"
    restored = office.restore(tmp_path / "backup.db", SharedClock(clock))
    for till in pair:
        till.carrier.hub = restored
    one.do(return_voucher, code)
    together(one, two)
    assert [seen(till, code).voucher.state for till in pair] == ["issued", "issued"]


def test_a_voucher_stays_taken_when_whoever_was_served_is_forgotten(office: Office, pair: Pair) -> None:
    one, two = pair
    told_keys(office, one, two)
    member = one.do(enrol, Application(phone="13916882046", consents=("service",))).member_id
    told, untold = voucher(office), voucher(office)
    one.do(take_voucher, told)
    together(one, two)
    one.do(take_voucher, untold)
    two.do(lambda work: work.note(ErasureRequested(member_id=member)))
    two.sync()
    together(one, two)
    assert [(seen(till, told).voucher.state, seen(till, untold).voucher.state) for till in pair] == [
        ("redeemed", "issued"),
        ("redeemed", "issued"),
    ]


def test_taking_a_voucher_can_be_undone(office: Office, pair: Pair) -> None:
    one, two = pair
    told_keys(office, one, two)
    code = voucher(office)
    one.do(take_voucher, code)
    one.do(undo)
    two.do(take_voucher, code)
    together(one, two)
    assert (one.refusals(), two.refusals()) == ([], [])
