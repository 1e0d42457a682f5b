"""A WeChat id leads to one member: typed in any case, found only whole, and shown to nobody who does not ask."""

import pytest

from desktop.desk import Desk
from desktop.errors import BadInput, NotNow
from desktop.services.members import Application, amend, enrol
from desktop.services.undo import undo
from desktop.views.lookup import MemberSeen, UnknownText, look_up
from desktop.views.member_page import MemberPage, find_page
from desktop.views.phone import whole_wechat
from desktop.views.search import find_members


def joined(desk: Desk, wechat: str | None = None, phone: str = "13916882045") -> str:
    form = Application(phone=phone, name="许女士", consents=("service",), wechat=wechat)
    return desk.do(enrol, form).result().member_id


def page(desk: Desk, member_id: str) -> MemberPage:
    found = desk.read(find_page, member_id)
    assert found is not None
    return found


def found_by(desk: Desk, words: str) -> list[str]:
    return [each.member_id for each in desk.read(find_members, words)]


def test_a_whole_wechat_id_finds_its_member_and_a_part_finds_nobody(stocked: Desk) -> None:
    member = joined(stocked, " Chen_SiYu-88 ")
    assert found_by(stocked, "chen_siyu-88") == found_by(stocked, "CHEN_SIYU-88") == [member]
    assert found_by(stocked, "chen_siyu") == []
    assert stocked.read(look_up, "chen_siyu-88") == MemberSeen(member, "wechat")
    assert stocked.read(look_up, "chen_siyu-8") == UnknownText("chen_siyu-8")


def test_it_is_masked_until_somebody_asks(stocked: Desk) -> None:
    member = joined(stocked, "chen_siyu-88")
    assert page(stocked, member).wechat == "ch****88"
    assert "chen_siyu-88" not in str(page(stocked, member))
    assert stocked.read(whole_wechat, member) == "chen_siyu-88"
    assert stocked.read(whole_wechat, "nobody") is None


def test_one_that_is_taken_leads_to_its_member(stocked: Desk) -> None:
    member = joined(stocked, "chen_siyu-88")
    with pytest.raises(NotNow, match="wechat_taken") as refused:
        joined(stocked, "CHEN_SIYU-88", "13916882046")
    assert refused.value.facts["member_id"] == member
    other = joined(stocked, None, "13916882046")
    with pytest.raises(NotNow, match="wechat_taken"):
        stocked.do(amend, other, wechat="chen_siyu-88").result()


def test_it_is_corrected_taken_away_and_the_old_one_is_free(stocked: Desk) -> None:
    member = joined(stocked, "chen_siyu-88")
    stocked.do(amend, member, wechat="chen_siyu-88").result()  # their own is not taken
    stocked.do(amend, member, wechat="siyu_2026").result()
    assert (found_by(stocked, "siyu_2026"), found_by(stocked, "chen_siyu-88")) == ([member], [])
    stocked.do(undo).result()
    assert (found_by(stocked, "siyu_2026"), found_by(stocked, "chen_siyu-88")) == ([], [member])
    stocked.do(amend, member, wechat="").result()
    assert (page(stocked, member).wechat, found_by(stocked, "chen_siyu-88")) == ("", [])


@pytest.mark.parametrize("text", ["88chen", "ab", "陈思雨陈思雨", "a" * 41, "ch****88"])
def test_what_cannot_be_one_is_refused(stocked: Desk, text: str) -> None:
    with pytest.raises(BadInput, match="wechat_invalid"):
        joined(stocked, text)
