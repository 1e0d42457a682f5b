"""Who may become a member: noted, followed up, lost, forgotten, and joined by enrolling."""

from datetime import date, timedelta

import pytest

from desktop.data.leads import Lead
from desktop.desk import Desk
from desktop.errors import BadInput, NotFound, NotNow
from desktop.rules.leads import STEPS
from desktop.services.leads import (
    NewLead,
    assign_lead,
    close_lead,
    follow_up,
    forget_lead,
    hear_consent,
    join,
    note_lead,
)
from desktop.services.members import Application, enrol
from desktop.services.recruiting import make_recruit_code
from desktop.services.undo import undo
from desktop.views.dossier import find_dossier
from desktop.views.leads import LeadView, count_leads_due, find_lead, joined_on, leads_of, open_leads
from desktop.views.profile import find_profile
from desktop.views.till import find_guides
from desktop.views.timeline import timeline
from resources import Words
from tests.clock import SetClock
from tests.desktop.test_visits import a_member

ZHOU = NewLead(name="周小姐", phone="139 0000 0001", channel="event", consent=True, interest="孕期护肤")


def noted(desk: Desk, form: NewLead = ZHOU) -> str:
    return desk.do(note_lead, form).result()


def lead(desk: Desk, lead_id: str) -> LeadView:
    found = desk.read(find_lead, lead_id)
    assert found is not None
    return found


def today(desk: Desk) -> date:
    return desk.clock.now().astimezone().date()


def in_days(desk: Desk, days: int) -> date:
    return today(desk) + timedelta(days)


def test_who_may_be_called_is_due_today_and_the_others_wait_until_they_come(stocked: Desk) -> None:
    silent = noted(stocked, NewLead(name="吴小姐", wechat="wu_88"))
    later = noted(stocked, NewLead(phone="13900000003", consent=True, due=in_days(stocked, 2)))
    zhou = noted(stocked)
    assert [each.id for each in stocked.read(open_leads)] == [zhou, later, silent]
    assert stocked.read(count_leads_due, today(stocked)) == 1
    told = lead(stocked, zhou)
    assert (told.name, told.phone, told.called, told.due) == (
        "周小姐",
        "139 **** 0001",
        "+8613900000001",
        today(stocked),
    )
    assert (lead(stocked, silent).due, lead(stocked, silent).called) == (None, None)


def test_a_lead_needs_a_way_to_be_reached_and_is_noted_once(stocked: Desk) -> None:
    with pytest.raises(BadInput, match="lead_unreachable"):
        noted(stocked, NewLead(name="无名"))
    noted(stocked)
    with pytest.raises(NotNow, match="lead_known"):
        noted(stocked)
    member = NewLead(phone="13800000001")
    a_member(stocked, "13800000001", "李女士")
    with pytest.raises(NotNow, match="phone_taken"):
        noted(stocked, member)


@pytest.mark.parametrize("state", STEPS)
def test_a_step_and_the_next_day_are_taken_back_together(stocked: Desk, state: str) -> None:
    zhou = noted(stocked)
    stocked.do(follow_up, zhou, state, due=in_days(stocked, 3), note="周六来").result()
    told = lead(stocked, zhou)
    assert (told.state, told.due, told.note) == (state, in_days(stocked, 3), "周六来")
    stocked.do(undo).result()
    told = lead(stocked, zhou)
    assert (told.state, told.due, told.note) == ("new", today(stocked), "")


def test_nobody_reaches_out_to_who_did_not_agree(stocked: Desk) -> None:
    wu = noted(stocked, NewLead(name="吴小姐", wechat="wu_88"))
    for state, due in (("contacted", None), ("invited", None), (None, today(stocked))):
        with pytest.raises(NotNow, match="lead_no_consent"):
            stocked.do(follow_up, wu, state, due=due).result()
    stocked.do(follow_up, wu, "arrived").result()  # they came by themselves
    stocked.do(hear_consent, wu, True).result()
    assert lead(stocked, wu).due == today(stocked)
    stocked.do(hear_consent, wu, False).result()
    assert (lead(stocked, wu).due, lead(stocked, wu).consent) == (None, False)


def test_a_lost_lead_has_a_reason_and_leaves_the_list(stocked: Desk) -> None:
    zhou = noted(stocked)
    with pytest.raises(BadInput, match="lead_reason_unknown"):
        stocked.do(close_lead, zhou, "whatever").result()
    stocked.do(close_lead, zhou, "elsewhere").result()
    assert stocked.read(open_leads) == ()
    with pytest.raises(NotNow, match="lead_over"):
        stocked.do(follow_up, zhou, "arrived").result()
    stocked.do(undo).result()
    assert [each.id for each in stocked.read(open_leads)] == [zhou]


def test_a_lead_is_somebodys(stocked: Desk) -> None:
    zhou, guide = noted(stocked), stocked.read(find_guides)[0]
    stocked.do(assign_lead, zhou, guide.id).result()
    assert lead(stocked, zhou).guide == guide.name
    with pytest.raises(NotFound, match="guide_unknown"):
        stocked.do(assign_lead, zhou, "nobody").result()


def test_enrolling_with_the_phone_of_a_lead_joins_it_and_brings_its_channel(stocked: Desk) -> None:
    zhou = noted(stocked)
    new = stocked.do(enrol, Application(phone="13900000001", name="周一", consents=("service",))).result()
    told = lead(stocked, zhou)
    assert (told.state, told.member_id, told.due) == ("joined", new.member_id, None)
    profile = stocked.read(find_profile, new.member_id, today(stocked))
    assert profile is not None
    assert profile.channel == "event"
    assert [each.id for each in stocked.read(leads_of, new.member_id)] == [zhou]
    assert [each.id for each in stocked.read(joined_on, today(stocked))] == [zhou]
    assert "lead" in {moment.kind for moment in stocked.read(timeline, new.member_id)}
    with pytest.raises(NotNow, match="lead_over"):
        stocked.do(close_lead, zhou, "other").result()


def test_a_lead_without_a_phone_joins_from_its_own_form(stocked: Desk) -> None:
    poster = stocked.do(make_recruit_code, "partner", "瑜伽馆").result()
    wu = noted(stocked, NewLead(name="吴小姐", wechat="wu_88", recruit=poster))
    form = Application(phone="13900000002", consents=("service",), lead=wu, channel="friend")
    new = stocked.do(enrol, form).result()
    profile = stocked.read(find_profile, new.member_id, today(stocked))
    assert profile is not None
    assert (lead(stocked, wu).member_id, lead(stocked, wu).source, profile.channel) == (
        new.member_id,
        "瑜伽馆",
        "friend",
    )


def test_who_turns_out_to_be_a_member_is_shown_as_one_that_day(stocked: Desk, clock: SetClock) -> None:
    member = a_member(stocked, "13800000001", "李女士")
    clock.forward(hours=72)
    wu = noted(stocked, NewLead(name="吴小姐", wechat="wu_88"))
    stocked.do(lambda work: join(work, [work.session.get_one(Lead, wu)], member)).result()  # as the hub may find
    assert [each.id for each in stocked.read(joined_on, today(stocked))] == [wu]
    clock.forward(hours=48)
    assert stocked.read(joined_on, today(stocked)) == ()


def test_who_left_a_wechat_id_is_found_by_it_as_a_member(stocked: Desk) -> None:
    wu = noted(stocked, NewLead(name="吴小姐", wechat="Wu_88"))
    new = stocked.do(enrol, Application(phone="13900000002", consents=("service",), lead=wu)).result()
    with pytest.raises(NotNow, match="wechat_taken"):
        noted(stocked, NewLead(wechat="wu_88"))
    other = stocked.do(enrol, Application(phone="13900000003", consents=("service",))).result()
    assert new.member_id != other.member_id


def test_a_members_copy_says_what_was_kept_of_them_before(stocked: Desk) -> None:
    noted(stocked)
    new = stocked.do(enrol, Application(phone="13900000001", consents=("service",))).result()
    dossier = stocked.read(find_dossier, new.member_id, stocked.clock.now(), Words("zh"))
    assert dossier is not None
    assert dossier.data["leads"][0]["interest"] == "孕期护肤"


def test_a_lead_noted_by_mistake_is_gone(stocked: Desk) -> None:
    noted(stocked)
    stocked.do(undo).result()
    assert stocked.read(open_leads) == ()
    noted(stocked)  # the same person, rightly this time


def test_who_is_unknown_is_told_so(stocked: Desk) -> None:
    with pytest.raises(NotFound, match="lead_unknown"):
        stocked.do(forget_lead, "nobody").result()
