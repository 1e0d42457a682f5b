"""The rules of a visit, and that each deed is in the outbox with it."""

import pytest
from sqlalchemy import select

from desktop.data.catalogue import Gtin, Product
from desktop.data.exchange import Outbox
from desktop.data.samples import sample
from desktop.desk import Desk
from desktop.errors import BadInput, NotFound, NotNow, TillError
from desktop.services import visits
from desktop.services.members import Application, enrol
from desktop.services.preferences import note_preference
from desktop.services.undo import undo
from desktop.views.visit import VisitView, find_running_visit, find_visit, parked_visits
from desktop.work import Work
from sync import outbox
from tests.clock import SetClock

SERUM, CREAM = (f"0{row['gtin']}" for row, _ in zip(sample("products"), range(2), strict=False))


def a_member(desk: Desk, phone: str = "13900000001", name: str = "许女士") -> str:
    member_id = desk.do(enrol, Application(phone=phone, name=name, consents=("service",))).result().member_id
    desk.do(visits.finish_visit).result()
    return member_id


def running(desk: Desk) -> VisitView:
    visit = desk.read(find_running_visit)
    assert visit is not None
    return visit


def events(desk: Desk) -> list[str]:
    kinds = select(Outbox.kind).order_by(Outbox.n)
    return list(desk.read(lambda connection: connection.execute(kinds).scalars().all()))


def test_a_scanned_product_without_a_visit_begins_an_anonymous_one(stocked: Desk) -> None:
    stocked.do(visits.add_line, SERUM).result()
    assert running(stocked).member_id is None
    assert [line.name for line in running(stocked).lines] == ["舒缓修护精华 30ml"]


def test_the_person_served_without_a_name_becomes_the_member_who_is_scanned(stocked: Desk) -> None:
    member_id = a_member(stocked)
    stocked.do(visits.add_line, SERUM).result()
    visit_id = running(stocked).id
    assert stocked.do(visits.serve, member_id).result() == visit_id
    assert running(stocked).member_id == member_id
    assert len(running(stocked).lines) == 1


def test_scanning_the_same_member_twice_is_one_visit(stocked: Desk) -> None:
    member_id = a_member(stocked)
    assert stocked.do(visits.serve, member_id).result() == stocked.do(visits.serve, member_id).result()


def test_a_second_member_parks_the_first(stocked: Desk) -> None:
    first, second = a_member(stocked), a_member(stocked, "13900000002", "王女士")
    held = stocked.do(visits.serve, first).result()
    stocked.do(visits.serve, second).result()
    assert running(stocked).member_id == second
    assert [visit.id for visit in stocked.read(parked_visits)] == [held]


def test_recall_takes_up_the_parked_visit_and_parks_the_running_one(stocked: Desk, clock: SetClock) -> None:
    first, second = a_member(stocked), a_member(stocked, "13900000002")
    parked = stocked.do(visits.serve, first).result()
    clock.forward(minutes=3)
    other = stocked.do(visits.serve, second).result()
    assert stocked.do(visits.recall_visit).result() == parked
    assert [visit.id for visit in stocked.read(parked_visits)] == [other]


def test_a_finished_visit_keeps_what_was_done_in_it(stocked: Desk) -> None:
    stocked.do(visits.serve, a_member(stocked)).result()
    line_id = stocked.do(visits.add_line, SERUM).result()
    stocked.do(visits.change_line, line_id, "bought").result()
    stocked.do(visits.write_note, "不刺痛").result()
    visit = stocked.read(find_visit, stocked.do(visits.finish_visit).result())
    assert visit is not None
    assert (visit.state, visit.lines[0].action, visit.lines[0].price, visit.notes[0].text) == (
        "finished", "bought", 36800, "不刺痛",
    )  # fmt: skip
    assert stocked.read(find_running_visit) is None


def test_the_note_that_is_being_typed_is_finished_with_the_visit_and_stays_when_that_is_taken_back(
    stocked: Desk,
) -> None:
    visit_id = stocked.do(visits.serve, a_member(stocked)).result()
    stocked.do(visits.write_note, "不刺痛").result()
    assert stocked.do(visits.finish_visit, " 下次带小样\t").result() == visit_id
    assert stocked.do(undo).result().deed == "finish_visit"
    assert [note.text for note in running(stocked).notes] == ["不刺痛", "下次带小样"]
    stocked.do(visits.finish_visit, "下次带小样").result()
    visit = stocked.read(find_visit, visit_id)
    assert visit is not None
    assert [note.text for note in visit.notes] == ["不刺痛", "下次带小样"]


def test_a_visit_whose_note_is_too_long_is_not_finished(stocked: Desk) -> None:
    stocked.do(visits.serve, a_member(stocked)).result()
    with pytest.raises(BadInput) as caught:
        stocked.do(visits.finish_visit, "长" * 2001).result()
    assert caught.value.code == "note_too_long"
    assert running(stocked).state == "open"


def test_a_price_stays_as_it_was_shown(stocked: Desk) -> None:
    stocked.do(visits.add_line, SERUM).result()
    stocked.do(_reprice, SERUM, 1).result()
    assert running(stocked).lines[0].price == 36800


def test_every_deed_is_in_the_outbox_with_it(stocked: Desk) -> None:
    line_id = stocked.do(visits.add_line, SERUM).result()
    stocked.do(visits.change_line, line_id, "tried").result()
    stocked.do(visits.write_note, "喜欢").result()
    stocked.do(visits.finish_visit).result()
    assert events(stocked) == ["VisitOpened", "LineAdded", "LineChanged", "NoteWritten", "VisitFinished"]


def test_a_deed_that_fails_leaves_nothing_behind(stocked: Desk) -> None:
    with pytest.raises(NotFound):
        stocked.do(visits.add_line, "00000000000000").result()
    assert events(stocked) == []
    assert stocked.read(find_running_visit) is None


@pytest.mark.parametrize(
    ("deed", "error", "code"),
    [
        ((visits.finish_visit,), NotNow, "no_visit"),
        ((visits.hold_visit,), NotNow, "no_visit"),
        ((visits.recall_visit,), NotNow, "nothing_held"),
        ((visits.write_note, "写在哪里?"), NotNow, "no_visit"),
        ((visits.write_note, "  "), BadInput, "note_empty"),
        ((visits.write_note, "长" * 2001), BadInput, "note_too_long"),
        ((visits.add_line, SERUM, "stolen"), BadInput, "action_unknown"),
        ((visits.change_line, "no-such-line", "tried"), NotFound, "line_unknown"),
        ((visits.serve, "no-such-member"), NotFound, "member_unknown"),
        ((undo,), NotNow, "nothing_to_undo"),
    ],
)
def test_what_cannot_be_done_says_why(stocked: Desk, deed: tuple, error: type[TillError], code: str) -> None:
    with pytest.raises(error) as caught:
        stocked.do(*deed).result()
    assert caught.value.code == code


def test_what_is_typed_is_kept_without_what_cannot_be_seen(stocked: Desk) -> None:
    line_id = stocked.do(visits.add_line, SERUM).result()
    stocked.do(visits.change_line, line_id, "declined", "太\0贵\u202e\ud800").result()
    stocked.do(note_preference, "skin", "敏感\0\ud800肌").result()
    stocked.do(visits.write_note, "想要\u3000粉底\t两支\r\n下次\0来").result()
    visit = running(stocked)
    assert (visit.lines[0].reason, visit.learned[0].value) == ("太贵", "敏感肌")
    assert visit.notes[0].text == "想要 粉底 两支\n下次来"


def test_a_reason_is_short(stocked: Desk) -> None:
    line_id = stocked.do(visits.add_line, SERUM).result()
    with pytest.raises(BadInput, match="note_too_long"):
        stocked.do(visits.change_line, line_id, "declined", "贵" * 201).result()


class TestUndo:
    def test_takes_the_last_deed_back_and_then_the_one_before(self, stocked: Desk) -> None:
        line_id = stocked.do(visits.add_line, SERUM).result()
        stocked.do(visits.change_line, line_id, "bought").result()
        assert stocked.do(undo).result().deed == "change_line"
        assert running(stocked).lines[0].action == "seen"
        stocked.do(undo).result()
        assert stocked.read(find_running_visit) is None

    def test_a_finished_visit_opens_again(self, stocked: Desk) -> None:
        stocked.do(visits.add_line, SERUM).result()
        stocked.do(visits.finish_visit).result()
        stocked.do(undo).result()
        assert running(stocked).state == "open"
        assert running(stocked).finished is None

    def test_a_removed_line_comes_back_with_all_that_was_said_of_it(self, stocked: Desk) -> None:
        line_id = stocked.do(visits.add_line, CREAM).result()
        stocked.do(visits.change_line, line_id, "declined", "贵").result()
        stocked.do(visits.remove_line, line_id).result()
        stocked.do(undo).result()
        assert [(line.name, line.reason) for line in running(stocked).lines] == [("舒缓面霜 50ml", "贵")]

    def test_an_undone_switch_gives_back_the_first_customer(self, stocked: Desk) -> None:
        first, second = a_member(stocked), a_member(stocked, "13900000002")
        stocked.do(visits.serve, first).result()
        stocked.do(visits.serve, second).result()
        stocked.do(undo).result()
        assert running(stocked).member_id == first
        assert stocked.read(parked_visits) == ()

    def test_an_enrolment_is_not_undone_by_a_key(self, stocked: Desk) -> None:
        stocked.do(enrol, Application(phone="13900000001", consents=("service",))).result()
        with pytest.raises(NotNow, match="cannot_undo"):
            stocked.do(undo).result()

    def test_is_itself_a_fact_for_the_hub(self, stocked: Desk) -> None:
        stocked.do(visits.add_line, SERUM).result()
        stocked.do(undo).result()
        assert events(stocked)[-2:] == ["LineRemoved", "VisitVoided"]
        assert len(stocked.read(outbox.pending, 10)) == 4


def _reprice(work: Work, gtin: str, price: int) -> None:
    product_id = work.session.get_one(Gtin, gtin).product_id
    work.session.get_one(Product, product_id).price = price
