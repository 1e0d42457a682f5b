"""Twelve months of what a member paid, in the stores and by other channels."""

from datetime import date

import pytest

from desktop.rules.facts import Fact, Person, Purchase
from desktop.views.facts import Known
from desktop.views.spending import spending_of

TODAY = date(2026, 2, 28)


def paid(day: date, amount: int, channel: str = "store") -> Purchase:
    return Purchase(f"{day}{amount}", day, amount, quantity=1 if amount > 0 else -1, channel=channel)


def known(*facts: Fact) -> Known:
    return Known(Person("m1"), facts, (), "CNY", (), (), {})


def test_each_month_has_what_was_paid_less_what_came_back_by_where_it_was_paid() -> None:
    spending = spending_of(
        known(
            paid(date(2025, 2, 28), 1),  # a month too early
            paid(date(2025, 3, 1), 500),
            paid(date(2026, 1, 31), 19900),
            paid(date(2026, 1, 2), 5000, "天猫"),
            paid(date(2026, 2, 1), -19900),
            paid(date(2026, 2, 2), 700, "online"),
        ),
        TODAY,
    )
    assert spending is not None
    assert [month.first for month in spending.months] == [date(2025, month, 1) for month in range(3, 13)] + [
        date(2026, 1, 1), date(2026, 2, 1),
    ]  # fmt: skip
    told = {month.first: (month.store, month.online) for month in spending.months if month.store or month.online}
    assert told == {date(2025, 3, 1): (500, 0), date(2026, 1, 1): (19900, 5000), date(2026, 2, 1): (-19900, 700)}
    assert (spending.store, spending.online, spending.currency) == (500, 5700, "CNY")


@pytest.mark.parametrize("facts", [(), (paid(date(2024, 1, 1), 500),), (paid(date(2026, 2, 1), 0),)])
def test_who_paid_nothing_in_a_year_has_no_spending(facts: tuple[Fact, ...]) -> None:
    assert spending_of(known(*facts), TODAY) is None
