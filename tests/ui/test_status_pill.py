"""Promises of the status pill: the colour and the words say the same, and what needs a person comes first."""

from datetime import UTC, datetime, timedelta

import pytest

from desktop.status import HubStatus, Link
from resources import Words
from ui.widgets.pill import ago, pill_text

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
SINCE = NOW - timedelta(minutes=28)
SINCE_SHOWN = f"{SINCE.astimezone():%H:%M}"


@pytest.mark.parametrize(
    ("link", "waiting", "refused", "tone", "text"),
    [
        (Link.ONLINE, 0, 0, "accent", "已同步 · 刚刚"),
        (Link.ONLINE, 3, 0, "info", "正在同步 · 3 条"),
        (Link.OFFLINE, 0, 0, "warn", f"离线 {SINCE_SHOWN} 起"),
        (Link.OFFLINE, 3, 0, "warn", f"离线 {SINCE_SHOWN} 起 · 3 条待同步"),
        (Link.TROUBLE, 0, 0, "danger", "总部未接受本机"),
        (Link.ALONE, 5, 0, "muted", "单机(未连接总部)"),
        (Link.OFFLINE, 3, 2, "danger", "2 条被拒"),
    ],
)
def test_each_state_has_its_colour_and_its_words(
    link: Link, waiting: int, refused: int, tone: str, text: str, words: Words
) -> None:
    status = HubStatus(link, SINCE, waiting, refused, last_contact=NOW, problem="unreachable")
    assert pill_text(words, status, NOW) == (tone, text)


@pytest.mark.parametrize(
    ("gone", "told"),
    [
        (timedelta(seconds=59), "刚刚"),
        (timedelta(minutes=5), "5 分钟前"),
        (timedelta(hours=3), "3 小时前"),
        (timedelta(days=4), "4 天前"),
    ],
)
def test_time_gone_is_told_roughly(gone: timedelta, told: str, words: Words) -> None:
    assert ago(words, NOW - gone, NOW) == told


def test_a_till_that_never_reached_the_hub_says_so(words: Words) -> None:
    assert ago(words, None, NOW) == "还没有连接过"


def test_before_the_first_answer_nothing_is_claimed(words: Words) -> None:
    assert pill_text(words, HubStatus(Link.OFFLINE, SINCE, 3), NOW) == ("muted", "正在连接总部…")


def test_a_till_that_loads_says_how_far_it_is(words: Words) -> None:
    status = HubStatus(Link.OFFLINE, SINCE, loading=(1200, 6000))
    assert pill_text(words, status, NOW) == ("info", "正在装载资料 1,200/6,000")


def test_records_that_would_go_need_a_person(words: Words) -> None:
    status = HubStatus(Link.ONLINE, SINCE, vanishing=600)
    assert pill_text(words, status, NOW) == ("danger", "600 条资料待确认")
