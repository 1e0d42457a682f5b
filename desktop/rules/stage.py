"""AIPL: how far a member has come, from dated facts.

Source: Quick Audience "AIPL Model" (2025): the highest stage that fits counts; a trial, a visit or joining is
interest. Loyal means bought on ``loyal_days`` days within a year; sources differ on the number, so it is a
parameter with its usual reading, two.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import IntEnum


class Stage(IntEnum):
    """The stages in their order."""

    AWARE = 1
    INTERESTED = 2
    BOUGHT = 3
    LOYAL = 4


def stage(
    today: date, contacts: Iterable[date], purchases: Iterable[date], *, interest_days: int = 15,
    purchase_days: int = 912, loyal_window_days: int = 365, loyal_days: int = 2,
) -> Stage:  # fmt: skip
    """The stage on ``today``. contacts: days of enrolment, visits and trials; purchases: days of buying."""
    bought = {day for day in purchases if today - timedelta(purchase_days) < day <= today}
    if len([day for day in bought if day > today - timedelta(loyal_window_days)]) >= loyal_days:
        return Stage.LOYAL
    if bought:
        return Stage.BOUGHT
    if any(today - timedelta(interest_days) < day <= today for day in contacts):
        return Stage.INTERESTED
    return Stage.AWARE
