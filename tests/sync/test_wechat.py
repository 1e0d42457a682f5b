"""Two tills that enrol one WeChat id without the network end with one member: real tills, a real hub."""

from sqlalchemy import select

from desktop.data.members import Identity, Member
from desktop.services.members import Application, ask_to_forget, enrol
from desktop.services.visits import finish_visit
from desktop.views.search import find_members
from tests.sync.quiet import NewTill, the_member, together


def test_two_offline_enrolments_of_one_wechat_id_end_with_one_member(quiet_till: NewTill) -> None:
    one, two = quiet_till("one"), quiet_till("two")
    for till, phone in ((one, "13916882045"), (two, "13916882046")):
        till.do(enrol, Application(phone=phone, name="许女士", consents=("service",), wechat="chen_siyu-88"))
        till.do(finish_visit)
    together(one, two)
    assert the_member(one) == the_member(two)
    for words in ("chen_siyu-88", "2045"):
        assert [each.member_id for each in two.read(find_members, words)] == [the_member(one)]
    assert two.read(lambda connection: connection.scalars(select(Member.wechat)).one()) == "chen_siyu-88"
    one.do(ask_to_forget, the_member(one))
    together(one, two)
    for till in (one, two):
        assert till.read(lambda connection: connection.scalars(select(Identity.value)).all()) == []
