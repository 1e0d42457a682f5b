"""Every line and every enrolment carries the guide whose deed it was."""

from tests.sync.hub.builders import Sender

ONE, TWO = {"clk": "g1"}, {"clk": "g2"}
LINE = {"visit_id": "v1", "line_id": "l1", "product_id": "p1", "gtin": "06901234567892", "action": "bought"}


def test_a_line_is_of_the_guide_who_put_it_in_and_not_of_who_opened_the_visit(till: Sender) -> None:
    till.send(till.did("VisitOpened", ONE, visit_id="v1", member_id=None), till.did("LineAdded", TWO, **LINE))
    body = till.body("visit", "v1")
    assert (body["guide_id"], body["lines"][0]["guide_id"]) == ("g1", "g2")


def test_whoever_won_a_member_has_done_so_though_another_is_their_guide_now(till: Sender) -> None:
    new = {"member_id": "m1", "code": "c1", "phone": "+8613800000001", "name": "陈思雨"}
    till.send(till.did("MemberEnrolled", ONE, **new))
    till.send(till.did("MemberAssigned", TWO, member_id="m1", guide_id="g2", base="g1"))
    body = till.body("member", "m1")
    assert (body["guide_id"], body["enrolled_by"]) == ("g2", "g1")
