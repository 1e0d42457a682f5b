"""What happens at one till is seen at the other, once."""

from datetime import date
from queue import SimpleQueue

from desktop.desk import Desk
from desktop.services.consents import give_consents, withdraw_consent
from desktop.services.members import Application, amend, enrol
from desktop.services.preferences import note_preference
from desktop.services.undo import undo
from desktop.services.visits import add_line, change_line, finish_visit, serve, write_note
from desktop.status import HubStatus, Link
from desktop.views.lookup import MemberSeen, look_up
from desktop.views.profile import Profile, find_profile
from desktop.views.search import find_members
from desktop.views.till import find_backlog, find_guides, find_till
from desktop.views.visit import visits_of
from sync.hub.embedded import EmbeddedHub
from tests.live_hub import OTHER_STORE
from tests.tills import NewTill

SERUM = "06901230010019"
PHONE = "13916882045"


def profile(desk: Desk, code: str) -> Profile:
    seen = desk.read(look_up, code)
    assert isinstance(seen, MemberSeen)
    found = desk.read(find_profile, seen.member_id, date.today())
    assert found is not None
    return found


def test_the_first_contact_brings_the_store_its_guides_and_the_catalogue(new_till: NewTill) -> None:
    till = new_till("one")
    assert till.sync().link is Link.ONLINE
    assert till.desk.read(find_till).store == "上海南京西路店"
    assert [guide.name for guide in till.desk.read(find_guides)] == ["周宁", "林晓"]
    assert till.desk.do(add_line, SERUM).result()


def test_a_visit_at_one_till_stands_on_the_other(new_till: NewTill) -> None:
    one, two = new_till("one"), new_till("two")
    one.sync()
    new = one.desk.do(enrol, Application(phone=PHONE, name="许女士", consents=("service",))).result()
    line_id = one.desk.do(add_line, SERUM).result()
    one.desk.do(change_line, line_id, "tried").result()
    one.desk.do(note_preference, "skin", "敏感肌").result()
    one.desk.do(write_note, "不刺痛").result()
    one.desk.do(finish_visit).result()
    assert one.sync().waiting == 0
    two.sync()
    seen = profile(two.desk, new.code)
    assert (seen.name, seen.phone, seen.full, seen.visits) == ("许女士", "139 **** 2045", True, 1)
    assert [preference.value for preference in seen.preferences] == ["敏感肌"]
    assert {consent.purpose for consent in seen.consents if consent.agreed} == {"service"}
    (visit,) = two.desk.read(visits_of, seen.member_id)
    assert (visit.state, visit.lines[0].action, visit.notes[0].text) == ("finished", "tried", "不刺痛")
    assert [found.name for found in two.desk.read(find_members, "xns")] == ["许女士"]


def test_another_store_knows_enough_to_greet(new_till: NewTill) -> None:
    one, far = new_till("one"), new_till("far", store=OTHER_STORE)
    new = one.desk.do(enrol, Application(phone=PHONE, name="许女士", consents=("service",))).result()
    one.sync()
    far.sync()
    seen = profile(far.desk, new.code)
    assert (seen.name, seen.phone, seen.full, seen.visits) == ("许女士", "**** 2045", False, 0)


def test_a_member_served_in_another_store_is_wholly_known_there(new_till: NewTill) -> None:
    one, far = new_till("one"), new_till("far", store=OTHER_STORE)
    one.sync()
    new = one.desk.do(enrol, Application(phone=PHONE, name="许女士", consents=("service",))).result()
    one.desk.do(add_line, SERUM).result()
    one.desk.do(finish_visit).result()
    one.sync()
    far.sync()
    far.desk.do(serve, new.member_id).result()
    far.sync()
    seen = profile(far.desk, new.code)
    assert (seen.phone, seen.full, seen.visits) == ("139 **** 2045", True, 2)


def test_two_tills_that_enrol_one_phone_end_with_one_member(new_till: NewTill) -> None:
    one, two = new_till("one"), new_till("two")
    one.sync()
    two.sync()
    first = one.desk.do(enrol, Application(phone=PHONE, name="许女士", consents=("service",))).result()
    one.desk.do(add_line, SERUM).result()
    one.desk.do(finish_visit).result()
    second = two.desk.do(enrol, Application(phone=PHONE, name="许文", consents=("service", "marketing"))).result()
    two.desk.do(add_line, SERUM).result()
    two.desk.do(finish_visit).result()
    for till in (one, two, one):
        assert till.sync().refused == 0
    pictures = [profile(till.desk, code) for till in (one, two) for code in (first.code, second.code)]
    assert len({picture.member_id for picture in pictures}) == 1
    assert {picture.visits for picture in pictures} == {2}
    assert len({picture.name for picture in pictures}) == 1
    assert [len(till.desk.read(find_members, "2045")) for till in (one, two)] == [1, 1]


def test_each_field_keeps_its_last_writer(new_till: NewTill) -> None:
    one, two = new_till("one"), new_till("two")
    new = one.desk.do(enrol, Application(phone=PHONE, name="许女士", consents=("service",))).result()
    one.sync()
    two.sync()
    one.desk.do(amend, new.member_id, name="许文").result()
    two.desk.do(amend, new.member_id, birthday="03-08").result()
    for till in (one, two, one):
        till.sync()
    for till in (one, two):
        seen = profile(till.desk, new.code)
        assert (seen.name, seen.birthday) == ("许文", "03-08")


def test_a_withdrawal_nobody_had_seen_wins_over_a_grant(new_till: NewTill) -> None:
    one, two = new_till("one"), new_till("two")
    new = one.desk.do(enrol, Application(phone=PHONE, consents=("service", "marketing"))).result()
    one.sync()
    two.sync()
    two.desk.do(withdraw_consent, new.member_id, "marketing").result()
    one.desk.do(give_consents, new.member_id, ["marketing"], channel="counter").result()  # later, and without knowing
    for till in (two, one, two):
        till.sync()
    for till in (one, two):
        agreed = {consent.purpose for consent in profile(till.desk, new.code).consents if consent.agreed}
        assert agreed == {"service"}


def test_an_undone_line_disappears_from_the_other_till_too(new_till: NewTill) -> None:
    one, two = new_till("one"), new_till("two")
    new = one.desk.do(enrol, Application(phone=PHONE, consents=("service",))).result()
    one.sync()
    one.desk.do(add_line, SERUM).result()
    one.sync()
    one.desk.do(undo).result()
    one.sync()
    two.sync()
    (visit,) = two.desk.read(visits_of, new.member_id)
    assert visit.lines == ()


def test_a_day_without_the_hub_and_the_evening_after(hub: EmbeddedHub, new_till: NewTill) -> None:
    one, two = new_till("one"), new_till("two")
    one.sync()
    hub.stop()
    codes = []
    for number in range(20):
        form = Application(phone=f"139000000{number:02d}", name=f"会员{number}", consents=("service",))
        codes.append(one.desk.do(enrol, form).result().code)
        one.desk.do(add_line, SERUM).result()
        one.desk.do(finish_visit).result()
    status = one.sync()
    assert (status.link, status.waiting) == (Link.OFFLINE, 20 * 5)
    hub.start()
    status = one.sync()
    assert (status.link, status.waiting, status.refused) == (Link.ONLINE, 0, 0)
    two.sync()
    assert {profile(two.desk, code).visits for code in codes} == {1}


def test_a_new_deed_wakes_the_loop_by_itself(new_till: NewTill) -> None:
    told: SimpleQueue[HubStatus] = SimpleQueue()
    one = new_till("one", on_status=told.put)
    one.sync()
    one.desk.do(add_line, SERUM).result()
    while not told.get(timeout=60).waiting:
        continue
    while told.get(timeout=60).waiting:
        continue
    assert one.desk.read(find_backlog).waiting == 0
