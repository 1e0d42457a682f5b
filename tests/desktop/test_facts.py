"""What the rules read is what happened at the counter."""

from datetime import timedelta

from desktop.desk import Desk
from desktop.rules import facts as f
from desktop.services.appointments import book
from desktop.services.preferences import note_preference
from desktop.services.visits import add_line, change_line, finish_visit, serve, void_visit
from desktop.views.facts import facts_of
from tests.desktop.test_visits import CREAM, SERUM, a_member


def test_what_happened_becomes_facts_with_the_ids_of_their_rows(stocked: Desk) -> None:
    member = a_member(stocked)
    stocked.do(book, member, "护理", stocked.clock.now() + timedelta(days=2), 30).result()
    stocked.do(serve, member).result()
    bought = stocked.do(add_line, SERUM, "bought").result()
    tried = stocked.do(add_line, CREAM, "tried").result()
    noted = stocked.do(note_preference, "skin", "敏感肌").result()
    stocked.do(finish_visit).result()
    known = stocked.read(facts_of, member)
    assert known is not None
    by_kind = {type(fact).__name__: fact for fact in known.facts}
    assert (by_kind["Purchase"].id, by_kind["Trial"].id, by_kind["PreferenceFact"].id) == (bought, tried, noted)
    purchase = by_kind["Purchase"]
    assert isinstance(purchase, f.Purchase)
    assert (purchase.amount, purchase.category, known.currency) == (36800, "精华", "CNY")
    assert by_kind["AppointmentFact"].day > by_kind["VisitDay"].day
    assert by_kind["Joining"].id == known.person.id == member


def test_what_was_brought_back_is_less_than_nothing(stocked: Desk) -> None:
    member = a_member(stocked)
    stocked.do(serve, member).result()
    line = stocked.do(add_line, SERUM, "bought").result()
    stocked.do(change_line, line, "returned").result()
    known = stocked.read(facts_of, member)
    assert known is not None
    (purchase,) = (fact for fact in known.facts if isinstance(fact, f.Purchase))
    assert (purchase.amount, purchase.quantity) == (-36800, -1)


def test_a_visit_opened_by_mistake_is_no_fact(stocked: Desk) -> None:
    member = a_member(stocked)
    before = stocked.read(facts_of, member)
    stocked.do(serve, member).result()
    stocked.do(add_line, SERUM, "bought").result()
    stocked.do(void_visit).result()
    assert stocked.read(facts_of, member) == before


def test_of_nobody_nothing_is_known(stocked: Desk) -> None:
    assert stocked.read(facts_of, "nobody") is None
