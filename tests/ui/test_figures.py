"""Promises of money and numbers on the screen."""

import pytest

from ui.figures import money
from ui.widgets.phone_field import grouped


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (631200, "CNY", "¥6,312"),
        (9990, "CNY", "¥99.90"),
        (-500, "CNY", "-¥5"),
        (1200, "JPY", "JP¥1,200"),
        (5, "SEK", "SEK 0.05"),
    ],
)
def test_money_shows_cents_only_when_there_are_some(amount: int, currency: str, shown: str) -> None:
    assert money(amount, currency) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("13916882045", "139 1688 2045"),
        ("+86 139-1688-2045", "139 1688 2045"),
        ("+8613916882045", "139 1688 2045"),
        ("139", "139"),
        ("+442071838750", "+442071838750"),
        ("021-6321 0000", "02163210000"),
        ("139168820451", "139168820451"),
    ],
)
def test_a_number_is_grouped_as_people_read_it(typed: str, shown: str) -> None:
    assert grouped(typed) == shown
