"""What a member may ask for by law: a copy that somebody answers for, a clock, and an end."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from desktop.copies import save_copy
from desktop.desk import Desk
from desktop.errors import BadInput, NotFound, NotNow
from desktop.scanning.pages import save_pages
from desktop.services.members import amend
from desktop.services.privacy import give_copy, make_request, meet_request
from desktop.views.requests import open_requests, requests_of
from desktop.views.search import recent_members
from desktop.views.till import find_till
from resources import Words


def somebody(desk: Desk) -> str:
    return desk.read(recent_members, 1)[0].member_id


def test_a_copy_holds_what_is_known_and_says_who_handed_it_out(shop: Desk, tmp_path: Path, words: Words) -> None:
    member, file = somebody(shop), tmp_path / "copy.json"
    shop.do(amend, member, contact_by="phone", contact_hours="18-21").result()
    save_copy(shop, member, file, words)
    told = json.loads(file.read_text("utf-8"))
    assert told["member"]["id"] == member
    assert told["member"]["phone"].startswith("+86")
    assert (told["member"]["contact_by"], told["member"]["contact_hours"]) == ("phone", "18-21")
    assert told["visits"]
    assert told["consents"]
    assert told["profile"]["conclusions"]["stage"]
    assert file.stat().st_mode & 0o077 == 0
    today = shop.clock.now().astimezone().date()
    line = shop.read(requests_of, member, today)[0]
    assert (line.wants, line.done, line.how, line.guide) == ("access", True, "json", shop.read(find_till).guide)


def test_a_copy_can_be_read_on_paper(shop: Desk, tmp_path: Path, words: Words) -> None:
    file = tmp_path / "copy.pdf"
    save_copy(shop, somebody(shop), file, words)
    assert file.read_bytes().startswith(b"%PDF")
    assert file.stat().st_size > 10_000


def test_the_oldest_open_request_is_the_one_a_copy_answers(shop: Desk) -> None:
    member, today = somebody(shop), shop.clock.now().astimezone().date()
    asked = shop.do(make_request, member, "access").result()
    assert [each.id for each in shop.read(open_requests, today)] == [asked]
    assert shop.do(give_copy, member, "pdf").result() == asked
    assert shop.read(open_requests, today) == []


def test_the_clock_of_a_request_runs_fifteen_days(shop: Desk) -> None:
    today = shop.clock.now().astimezone().date()
    shop.do(make_request, somebody(shop), "correction").result()
    assert shop.read(open_requests, today)[0].days_left == 15
    assert shop.read(open_requests, today + timedelta(days=16))[0].days_left == -1


def test_a_request_is_answered_once(shop: Desk) -> None:
    asked = shop.do(make_request, somebody(shop), "correction").result()
    shop.do(meet_request, asked, "amended").result()
    with pytest.raises(NotNow, match="request_met"):
        shop.do(meet_request, asked, "told").result()


def test_what_the_law_does_not_know_is_refused(shop: Desk, tmp_path: Path, words: Words) -> None:
    member = somebody(shop)
    with pytest.raises(BadInput, match="wish_unknown"):
        shop.do(make_request, member, "discount").result()
    with pytest.raises(BadInput, match="copy_format"):
        save_copy(shop, member, tmp_path / "copy.exe", words)
    with pytest.raises(NotFound, match="member_unknown"):
        save_copy(shop, "nobody", tmp_path / "copy.json", words)


def test_a_long_copy_has_several_pages(tmp_path: Path) -> None:
    lines = [f"{number} {'很长的一行字' * 30}" for number in range(60)]
    count = save_pages("副本", [("往来", lines)], "{}/{}".format, tmp_path / "a.pdf")
    assert count > 3
