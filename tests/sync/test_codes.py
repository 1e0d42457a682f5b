"""What codes mean reaches every till, and what two tills say of one code is settled by rule."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import SigningKey

from desktop.data.catalogue import Gtin, Product
from desktop.data.members import Member
from desktop.errors import BadInput, NotFound, NotNow
from desktop.rules.member_codes import member_code
from desktop.rules.products import product_id
from desktop.rules.signed_codes import TokenBody, issue_token
from desktop.services.members import Application, enrol
from desktop.services.recruiting import make_recruit_code
from desktop.services.teaching import forget_taught, teach_member, teach_product
from desktop.services.trust import accept_bundle, serve_shown
from desktop.services.undo import undo
from desktop.services.visits import add_line, change_line, finish_visit, serve, void_visit
from desktop.views.code_rules import find_rules
from desktop.views.items import ItemView, find_item
from desktop.views.lookup import (
    MemberSeen,
    NewCard,
    ProductSeen,
    RecruitSeen,
    TokenSeen,
    UnknownText,
    look_up,
)
from desktop.views.recruits import RecruitView, find_recruits
from desktop.views.till import find_till
from desktop.views.visit import find_running_visit
from sync.code_rows import CodeRulesRow, OldCardRow, TrustRow
from sync.hub.archive import Archive
from sync.hub.code_orders import RULES_ID, change
from sync.hub.documents import Documents
from sync.hub.feed import publish
from sync.hub.imports import import_file
from sync.hub.issuing import tokens_for
from sync.hub.lines import put_changed
from sync.hub.restore import back_up
from sync.hub.trust import Renewal, renew
from tests.clock import SetClock
from tests.sync.hub.rights import Office
from tests.sync.near_hub import Carrier
from tests.sync.quiet import Pair, QuietTill, SharedClock, the_member, together

ROOT = SigningKey(b"r" * 32)
SERUM, CREAM = "06901230010019", "06901230010026"
UNIT = f"(01){SERUM}(17)291231(10)L7(21)A1B2C3D4"
CARD = "VIP00017"
CODE = member_code(b"0123456789")


def stocked(till: QuietTill) -> QuietTill:
    """With two products."""

    def stock(work: Any) -> None:
        for gtin in (SERUM, CREAM):
            work.session.merge(Product(id=product_id(gtin), name=f"商品 {gtin[-4:]}", price=10000, currency="CNY"))
            work.session.flush()
            work.session.merge(Gtin(gtin=gtin, product_id=product_id(gtin)))

    till.store.write(stock)
    return till


@pytest.fixture
def tills(pair: Pair) -> Pair:
    return stocked(pair[0]), stocked(pair[1])


def at_hub(office: Office, change: Callable[[Documents], Any]) -> None:
    def step(connection: Any) -> None:
        documents = Documents(Archive(connection))
        change(documents)
        documents.keep()
        publish(connection, documents)

    office.hub.database.retry(step)


def told_keys(office: Office, *tills: QuietTill) -> None:
    """Headquarters has keys now; the tills, which enrolled before that, hear of the root when they say hello again."""
    keys(office)
    tills[0].clock.forward(minutes=11)
    together(*tills)


def keys(office: Office, **order: Any) -> None:
    told = Renewal(now=office.hub.clock.now_ms() // 1000, **order)
    office.hub.database.retry(lambda connection: renew(connection, ROOT, office.hub.keyring, told))


def token(office: Office, code: str) -> str:
    now = office.hub.clock.now_ms() // 1000
    with office.hub.database.read() as connection:
        return tokens_for(connection, office.hub.keyring, code, now=now, seconds=120)[0].code


def seen(till: QuietTill, text: str) -> Any:
    return till.read(look_up, text, till.clock.now())


def unit(till: QuietTill) -> ItemView:
    sight = seen(till, UNIT)
    assert isinstance(sight, ProductSeen)
    return till.read(find_item, sight.product.gtin, sight.label, date(2026, 11, 22))


def scan(till: QuietTill, text: str = UNIT) -> str:
    """Into the visit, as a clerk's scan does."""
    sight = seen(till, text)
    return till.do(add_line, sight.product.gtin, label=sight.label)


# Whom a till believes


def test_a_members_code_makes_sure_once(office: Office, tills: Pair) -> None:
    one, _ = tills
    one.do(enrol, Application(phone="13916882046", consents=("service",), code=CODE))
    one.do(finish_visit)
    told_keys(office, one)
    shown = token(office, CODE)
    assert isinstance(seen(one, shown), TokenSeen)
    assert one.do(serve_shown, shown).sure
    assert one.do(serve_shown, shown).sure  # twice in one visit is the same showing
    assert one.read(find_running_visit).verified_until > one.clock.now()
    one.do(finish_visit)
    assert not one.do(serve_shown, shown).sure
    assert one.read(find_running_visit).verified_until is None


def test_of_whoever_is_served_instead_nobody_is_sure(office: Office, tills: Pair) -> None:
    """The code was shown in a visit without a name; that is undone, and the visit becomes another's."""
    one, _ = tills
    one.do(enrol, Application(phone="13916882046", consents=("service",), code=CODE))
    one.do(finish_visit)
    other = one.do(enrol, Application(phone="13916882047", consents=("service",))).member_id
    one.do(finish_visit)
    told_keys(office, one)
    one.do(serve, None)
    assert one.do(serve_shown, token(office, CODE)).sure
    one.do(undo)
    one.do(serve, other)
    assert one.read(find_running_visit).verified_until is None


def test_a_forged_or_unknown_code_leads_nowhere(office: Office, tills: Pair) -> None:
    one, _ = tills
    forged = issue_token(TokenBody(1, b"01234567", one_minute(office)), lambda message: ROOT.sign(message).signature)
    with pytest.raises(BadInput, match="trust_missing"):
        seen(one, forged)
    told_keys(office, one)
    forged = issue_token(TokenBody(1, b"01234567", one_minute(office)), lambda message: ROOT.sign(message).signature)
    with pytest.raises(BadInput, match="signature_wrong"):
        seen(one, forged)


def one_minute(office: Office) -> int:
    return office.hub.clock.now_ms() // 1000 + 60


def test_a_genuine_code_of_somebody_not_known_here_asks_for_another(office: Office, tills: Pair) -> None:
    one, two = tills
    told_keys(office, one, two)
    two.do(enrol, Application(phone="13916882046", consents=("service",), code=CODE))
    two.sync()
    with pytest.raises(NotFound, match="token_member_unknown"):
        seen(one, token(office, CODE))
    one.sync()
    assert isinstance(seen(one, token(office, CODE)), TokenSeen)


def test_no_bundle_takes_the_place_of_a_newer_or_with_another_seal(office: Office, tills: Pair) -> None:
    one, _ = tills
    keys(office)
    with office.hub.database.read() as connection:
        first = Documents(Archive(connection, lock=False)).get(TrustRow, "trust").body.sealed
    told_keys(office, one)
    with pytest.raises(BadInput, match="bundle_not_newer"):
        one.store.write(lambda work: accept_bundle(work.session, first))
    with pytest.raises(BadInput, match="bundle_signature_wrong"):
        one.store.write(lambda work: accept_bundle(work.session, first.replace('ver\\":1', 'ver\\":9')))


# Single units


def test_a_unit_that_was_sold_is_known_at_the_other_till(tills: Pair) -> None:
    one, two = tills
    assert unit(one).warning is None
    line = scan(one)
    one.do(change_line, line, "bought")
    together(one, two)
    assert (unit(two).warning, unit(two).times) == ("sold", 2)
    again = scan(two)
    view = two.read(find_running_visit).lines[-1]
    assert (view.id, view.serial, view.batch, view.item.warning) == (again, "A1B2C3D4", "L7", "sold")
    together(one, two)
    assert unit(one).times == 3


def test_a_void_visit_has_seen_nothing(tills: Pair) -> None:
    one, two = tills
    scan(one)
    one.do(void_visit)
    together(one, two)
    assert unit(two).before == ()


def test_one_serial_number_on_two_products_is_told(tills: Pair) -> None:
    one, two = tills
    scan(one)
    together(one, two)
    other = seen(two, UNIT.replace(SERUM, CREAM))
    assert two.read(find_item, CREAM, other.label, date(2026, 11, 22)).other == f"商品 {SERUM[-4:]}"
    assert two.read(find_item, CREAM, other.label, date(2030, 1, 1)).expired


# What clerks teach


def test_a_taught_code_leads_there_at_every_till_until_it_is_forgotten(tills: Pair) -> None:
    one, two = tills
    assert isinstance(seen(two, "TM-650112"), UnknownText)
    one.do(teach_product, "TM-650112", SERUM)
    together(one, two)
    assert seen(two, "TM-650112").product.gtin == SERUM
    with pytest.raises(NotNow, match="code_known"):
        two.do(teach_product, "TM-650112", CREAM)
    two.do(forget_taught, "TM-650112")
    together(one, two)
    assert isinstance(seen(one, "TM-650112"), UnknownText)


def test_two_tills_that_teach_one_code_differently_end_up_alike(tills: Pair) -> None:
    one, two = tills
    one.do(teach_product, "TM-650112", SERUM)
    two.do(teach_product, "TM-650112", CREAM)
    together(one, two)
    assert (one.refusals(), two.refusals()) == ([], [("CodeTaught", "code_taken")])
    assert seen(two, "TM-650112").product.gtin == seen(one, "TM-650112").product.gtin == SERUM


def test_a_code_is_a_card_or_a_product_and_not_both(tills: Pair) -> None:
    one, two = tills
    one.do(teach_member, CARD, the_member(one))
    two.do(teach_product, CARD, CREAM)
    together(one, two)
    assert two.refusals() == [("CodeTaught", "code_taken")]
    assert seen(two, CARD) == MemberSeen(the_member(two), "card")
    one.do(forget_taught, CARD)
    together(one, two)
    assert isinstance(seen(two, CARD), UnknownText)


def test_teaching_a_card_can_be_undone(tills: Pair) -> None:
    one, two = tills
    one.do(teach_member, CARD, the_member(one))
    together(one, two)
    one.do(undo)
    together(one, two)
    assert isinstance(seen(one, CARD), UnknownText)
    assert isinstance(seen(two, CARD), UnknownText)


# Recruiting, and cards of older systems


def test_rules_that_a_restored_hub_has_lost_hold_no_longer(
    office: Office, tills: Pair, tmp_path: Path, clock: SetClock
) -> None:
    one, _ = tills
    back_up(office.url, tmp_path / "backup.db")
    rules = CodeRulesRow(separator_sent=True)
    change(office.hub, lambda documents: put_changed(documents, RULES_ID, rules))
    one.sync()
    assert one.read(find_rules).separator_sent
    one.carrier = Carrier(office.restore(tmp_path / "backup.db", SharedClock(clock)), one.store)
    one.sync()
    assert not one.read(find_rules).separator_sent


def test_what_a_poster_costs_is_headquarters_word_and_nobody_guesses(
    office: Office, tills: Pair, tmp_path: Path
) -> None:
    one, _ = tills
    office.guides("小王")
    store = one.read(find_till).store_id
    free = one.do(make_recruit_code, "poster", "自己打印")

    def told(cost: str) -> None:
        path = tmp_path / "recruits.csv"
        path.write_text(f"channel,label,store,cost\nposter,一楼扶梯口,{store},{cost}\n", "utf-8")
        assert list(import_file(office.hub, "recruits", path).bad) == []
        together(*tills)

    def found() -> dict[str, RecruitView]:
        return {each.label: each for each in one.read(find_recruits)}

    told("800")
    assert (found()["一楼扶梯口"].cost, found()["一楼扶梯口"].each) == (80000, None)
    assert (found()["自己打印"].code, found()["自己打印"].cost) == (free, None)
    for phone in ("13916882047", "13916882048", "13916882049"):
        one.do(enrol, Application(phone=phone, consents=("service",), recruit=found()["一楼扶梯口"].code))
    assert found()["一楼扶梯口"].each == 26667
    told("")
    assert found()["一楼扶梯口"].cost == 80000
    told("900.5")
    assert found()["一楼扶梯口"].cost == 90050


def test_whom_a_poster_wins_is_its_guides_member(office: Office, tills: Pair) -> None:
    one, two = tills
    office.guides("小王")
    together(one, two)
    code = one.do(make_recruit_code, "poster", "一楼扶梯口")
    together(one, two)
    assert isinstance(seen(two, code), RecruitSeen)
    new = two.do(enrol, Application(phone="13916882047", consents=("service",), recruit=code))
    together(one, two)
    member = one.read(lambda connection: connection.execute(Member.__table__.select().where(
        Member.id == new.member_id)).one())  # fmt: skip
    assert (member.channel, member.recruit) == ("poster", code)
    assert [each.won for each in one.read(find_recruits)] == [1]
    one.do(undo)


def test_headquarters_rules_know_old_cards(office: Office, tills: Pair) -> None:
    one, two = tills
    rules = CodeRulesRow(legacy=(OldCardRow(name="老卡", prefix="VIP"),))
    at_hub(office, lambda documents: put_changed(documents, RULES_ID, rules))
    together(one, two)
    assert seen(one, CARD) == NewCard("老卡", "00017")
    one.do(teach_member, CARD, the_member(one))
    together(one, two)
    assert seen(two, CARD) == MemberSeen(the_member(two), "card")
    assert seen(two, "00017") == MemberSeen(the_member(two), "card")
