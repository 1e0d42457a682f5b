"""A small flood of texts, every time the tests run; ``make fuzz`` brings a million."""

import pytest

from tests.fuzz_codes import fuzz


@pytest.mark.parametrize("seed", [1, 2])
def test_no_text_gets_past_the_parser_unread(seed: int) -> None:
    tally = fuzz(4000, seed)
    assert tally.faults == []
    assert tally.inputs == 4000
    assert {"MemberCode", "MemberToken", "Voucher", "ItemCode", "MeasuredCode", "PaymentCode"} <= set(tally.became)
