"""Promises of amounts in figures."""

import pytest

from desktop.money import in_figures


@pytest.mark.parametrize(
    ("amount", "currency", "mark", "told"),
    [
        (129900, "CNY", "", "1299.00"),
        (129900, "CNY", ",", "1,299.00"),
        (-5, "EUR", "", "-0.05"),
        (1299, "JPY", "", "1299"),
        (1299, "JPY", ",", "1,299"),
    ],
)
def test_a_currency_without_cents_has_no_figures_behind_the_point(
    amount: int, currency: str, mark: str, told: str
) -> None:
    assert in_figures(amount, currency, mark=mark) == told
