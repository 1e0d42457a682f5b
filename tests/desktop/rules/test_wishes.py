"""Wishes are short texts in one form, however they were typed; what cannot be is refused, or is no wish."""

from datetime import date

import pytest

from desktop.rules.wishes import FIELDS, NORMAL, Wishes, read_wishes


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("contact_by", "phone", "phone"),
        ("contact_by", "", ""),
        ("contact_days", "7, 6", "67"),
        ("contact_days", "1234567", ""),
        ("contact_hours", "18:00–21:00", "18-21"),
        ("contact_hours", "9-", "9-24"),
        ("contact_gap", " 014 ", "14"),
        ("contact_quiet", "2026-12-24, 2026-12-01/2026-12-14", "2026-12-01/2026-12-14 2026-12-24/2026-12-24"),
        ("contact_quiet", "", ""),
    ],
)
def test_a_wish_has_one_form(field: str, typed: str, kept: str) -> None:
    assert NORMAL[field](typed) == kept
    assert NORMAL[field](kept) == kept


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("contact_by", "pigeon"),
        ("contact_days", "8"),
        ("contact_days", "Monday"),
        ("contact_hours", "21-18"),
        ("contact_hours", "18:30-21"),
        ("contact_hours", "0-25"),
        ("contact_gap", "0"),
        ("contact_gap", "often"),
        ("contact_quiet", "2026-12-14/2026-12-01"),
        ("contact_quiet", "2026-01-01/2027-06-01"),
        ("contact_quiet", "tomorrow"),
        ("contact_quiet", " ".join(f"2026-12-{day:02d}" for day in range(1, 12))),
    ],
)
def test_what_is_no_wish_is_refused_and_never_read(field: str, typed: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        NORMAL[field](typed)
    assert read_wishes({field: typed}) == Wishes()


def test_wishes_are_read_from_the_fields_of_a_member() -> None:
    told = {"contact_by": "message", "contact_days": "67", "contact_hours": "18-24", "contact_gap": "30",
            "contact_quiet": "2026-12-01/2026-12-02", "name": "许文", "birthday": None}  # fmt: skip
    assert read_wishes(told).fields() == {name: told[name] for name in FIELDS}
    span = (date(2026, 12, 1), date(2026, 12, 2))
    wishes = read_wishes(told)
    assert wishes == Wishes("message", frozenset([6, 7]), (18, 24), 30, (span,))
    assert wishes.quiet_on(date(2026, 12, 2)) == span
    assert wishes.quiet_on(date(2026, 12, 3)) is None
