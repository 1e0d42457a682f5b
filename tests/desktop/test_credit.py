"""Who gets how much of a sale: every figure opens to its events, and nothing is given twice."""

from datetime import date, timedelta

from desktop.data.orders import OrderLine
from desktop.desk import Desk
from desktop.rules.definitions import STANDARD
from desktop.services.appointments import book
from desktop.services.guides import sign_on
from desktop.services.tasks import finish_task, open_task
from desktop.services.visits import add_line, change_line, finish_visit, serve, void_visit
from desktop.views.credit import FIGURES, CreditPage, GuideCredit, Share, find_credit, find_credit_events
from desktop.views.sales import Term
from desktop.views.till import find_guides, find_till
from desktop.work import Work
from tests.clock import SetClock
from tests.desktop.test_visits import CREAM, SERUM, a_member

RULES = STANDARD


def today(desk: Desk) -> date:
    return desk.clock.now().astimezone().date()


def term(desk: Desk, days: int = 1) -> Term:
    return Term(today(desk) - timedelta(days - 1), today(desk), desk.read(find_till).store_id)


def page(desk: Desk) -> CreditPage:
    return desk.read(find_credit, term(desk), RULES)


def of(desk: Desk, guide_id: str) -> GuideCredit:
    return next(each for each in page(desk).guides if each.guide_id == guide_id)


def buy(desk: Desk, gtin: str, action: str = "bought") -> str:
    line = desk.do(add_line, gtin).result()
    desk.do(change_line, line, action).result()
    return line


def two_guides(desk: Desk) -> tuple[str, str]:
    one, two = (each.id for each in desk.read(find_guides)[:2])
    return one, two


def test_a_sale_is_shared_by_who_served_who_won_them_and_whose_member_they_are(stocked: Desk) -> None:
    one, two = two_guides(stocked)
    stocked.do(sign_on, one).result()
    member = a_member(stocked)
    stocked.do(sign_on, two).result()
    stocked.do(serve, member).result()
    buy(stocked, SERUM)
    total = page(stocked).total
    assert (of(stocked, one).enrolled, of(stocked, one).sales, of(stocked, two).sales) == (1, 0, 1)
    assert of(stocked, one).credit == round(total * 0.3)
    assert of(stocked, one).credit + of(stocked, two).credit == total
    (event,) = stocked.read(find_credit_events, term(stocked), RULES, one, "credit")
    assert event.why
    assert (event.amount, event.why.rule) == (of(stocked, one).credit, "credit_owner_recruited")


def test_two_guides_in_one_visit_have_each_what_they_put_in(stocked: Desk) -> None:
    one, two = two_guides(stocked)
    stocked.do(sign_on, one).result()
    stocked.do(serve, None).result()
    buy(stocked, SERUM)
    stocked.do(sign_on, two).result()
    buy(stocked, CREAM)
    assert (of(stocked, one).sales, of(stocked, two).sales) == (1, 1)
    assert of(stocked, one).credit + of(stocked, two).credit == page(stocked).total
    assert (of(stocked, one).visits, of(stocked, one).closed, of(stocked, two).visits) == (1, 1, 0)


def test_what_is_brought_back_takes_its_credit_back(stocked: Desk) -> None:
    stocked.do(serve, a_member(stocked)).result()
    buy(stocked, SERUM)
    buy(stocked, SERUM, "returned")
    assert page(stocked).total == 0
    assert {each.credit for each in page(stocked).guides} == {0}


def test_every_figure_opens_to_exactly_its_events(stocked: Desk) -> None:
    member = a_member(stocked)
    guide = stocked.read(find_till).guide_id or ""
    stocked.do(serve, member).result()
    buy(stocked, SERUM)
    buy(stocked, CREAM)
    stocked.do(finish_visit).result()
    task = stocked.do(open_task, member, "打电话", today(stocked)).result()
    stocked.do(finish_task, task, "reached", contact="phone").result()
    stocked.do(book, member, "护理", stocked.clock.now() + timedelta(minutes=5), 30).result()
    stocked.do(serve, member).result()
    figures = of(stocked, guide)
    assert (figures.visits, figures.enrolled, figures.tasks, figures.appointments) == (3, 1, 1, 1)
    for who, of_them in ((guide, figures), (None, page(stocked).everybody)):
        for figure in FIGURES:
            events = stocked.read(find_credit_events, term(stocked), RULES, who, figure)
            told = sum(each.amount or 0 for each in events) if figure == "credit" else len(events)
            assert told == getattr(of_them, figure), figure
            assert {each.member_id for each in events} == {member}


def test_a_void_visit_and_another_day_do_not_count(stocked: Desk) -> None:
    stocked.do(serve, a_member(stocked)).result()
    buy(stocked, SERUM)
    stocked.do(void_visit).result()
    assert page(stocked).total == 0
    yesterday = today(stocked) - timedelta(1)
    assert stocked.read(find_credit, Term(yesterday, yesterday), RULES).guides == ()


def a_visit(desk: Desk, clock: SetClock, member: str | None, *gtins: str, minutes: int) -> None:
    desk.do(serve, member).result()
    for gtin in gtins:
        buy(desk, gtin)
    clock.forward(minutes=minutes)
    desk.do(finish_visit).result()


def test_how_long_a_visit_takes_is_the_median_without_what_was_carried_over_a_break(
    stocked: Desk, clock: SetClock
) -> None:
    for minutes in (2, 4, 30, 121):
        a_visit(stocked, clock, None, minutes=minutes)
    stocked.do(serve, None).result()
    figures = page(stocked).everybody
    assert (figures.visits, figures.paced, figures.pace) == (5, 3, 240)
    events = stocked.read(find_credit_events, term(stocked), RULES, None, "paced")
    assert [each.seconds for each in events] == [1800, 240, 120]


def test_of_those_who_were_no_members_it_is_told_who_joined_that_day(stocked: Desk, clock: SetClock) -> None:
    a_visit(stocked, clock, None, minutes=3)
    member = a_member(stocked)
    a_visit(stocked, clock, member, minutes=3)
    figures = page(stocked).everybody
    assert (figures.visits, figures.strangers, figures.joined) == (3, 2, 1)
    events = stocked.read(find_credit_events, term(stocked), RULES, None, "strangers")
    assert [(each.member_id, each.joined) for each in events] == [(member, True), (None, False)]
    clock.forward(days=1)
    a_visit(stocked, clock, member, minutes=3)
    assert page(stocked).everybody.strangers == 0


def test_who_bought_on_an_earlier_day_is_no_new_customer(stocked: Desk, clock: SetClock) -> None:
    member = a_member(stocked)
    a_visit(stocked, clock, member, SERUM, minutes=3)
    first = page(stocked).everybody
    assert (first.new.visits, first.new.sales, first.old) == (2, 1, Share())
    clock.forward(days=1)
    a_visit(stocked, clock, member, SERUM, CREAM, minutes=3)
    a_visit(stocked, clock, None, SERUM, minutes=3)
    later = page(stocked).everybody
    assert (later.new, later.old) == (Share(), Share(1, 2, first.amount + later.amount - 2 * first.amount))
    sold = stocked.read(find_credit_events, term(stocked), RULES, None, "sales")
    assert [each.customer for each in sold] == ["unknown", "old", "old"]


def an_order(work: Work, member_id: str, order_id: str = "o1", *, amount: int = 10_001, by: str | None = None) -> None:
    """As headquarters tells it."""
    told = {"number": "T1", "channel": "天猫", "title": "香水", "currency": "CNY", "product_id": None, "guide_id": by}
    pieces, now = 1 if amount > 0 else -1, work.clock.now()
    work.session.add(OrderLine(id=order_id, member_id=member_id, at=now, quantity=pieces, amount=amount, **told))


def test_a_later_online_purchase_is_credited_to_whose_member_it_is_and_who_won_them(stocked: Desk) -> None:
    one, two = two_guides(stocked)
    stocked.do(sign_on, one).result()
    member = a_member(stocked)
    stocked.do(an_order, member).result()
    assert (of(stocked, one).credit, of(stocked, "").amount, page(stocked).total) == (3_000, 10_001, 10_001)
    (event,) = stocked.read(find_credit_events, term(stocked), RULES, one, "credit")
    assert event.why
    assert (event.what, event.channel, event.why.rule) == ("香水", "天猫", "credit_owner_recruited")
    stocked.do(an_order, member, "o2", amount=-10_001).result()
    assert (of(stocked, one).credit, page(stocked).total) == (0, 0)
    stocked.do(an_order, member, "o3", by=two).result()
    assert (of(stocked, two).sales, of(stocked, two).credit, of(stocked, one).credit) == (1, 7_001, 3_000)
    assert [each.id for each in stocked.read(find_credit_events, term(stocked), RULES, None, "sales")] == [
        "o3", "o2", "o1",
    ]  # fmt: skip


def test_an_order_is_one_stores_and_makes_its_member_an_old_customer(stocked: Desk, clock: SetClock) -> None:
    member = a_member(stocked)
    stocked.do(an_order, member).result()
    elsewhere = Term(today(stocked), today(stocked), "another-store")
    assert stocked.read(find_credit, elsewhere, RULES).total == 0
    assert (page(stocked).everybody.new.sales, page(stocked).everybody.old.sales) == (1, 0)
    clock.forward(days=1)
    stocked.do(serve, member).result()
    buy(stocked, SERUM)
    assert (page(stocked).everybody.new.sales, page(stocked).everybody.old.sales) == (0, 1)
