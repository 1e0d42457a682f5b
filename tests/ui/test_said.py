"""Promises of what the clerk is told."""

from datetime import UTC, datetime

from desktop.views.visit import ParkedVisit
from resources import Words
from ui.said import who_in

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_a_member_without_a_name_is_still_a_member(words: Words) -> None:
    assert who_in(words, ParkedVisit("visit", "member", None, NOW, 0)) == "会员"
    assert who_in(words, ParkedVisit("visit", None, None, NOW, 0)) == "匿名"
