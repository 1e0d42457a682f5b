"""Labels of a shop's own scales: the product by its item number, price or weight of the very piece on the line."""

from desktop.data.catalogue import Gtin, Product
from desktop.data.codes import RuleSet
from desktop.desk import Desk
from desktop.rules.gtin import check_digit
from desktop.rules.products import product_id
from desktop.scanning.code_rules import STANDARD, CodeRules, LegacyRule, VariablePrefix
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import MeasuredCode
from desktop.services.code_rules import set_old_cards
from desktop.services.visits import add_line
from desktop.views.code_rules import HEADQUARTERS, find_rules
from desktop.views.lookup import ProductSeen, look_up
from desktop.views.visit import LineView, find_running_visit
from desktop.work import Work

WEIGHED = CodeRules(variable=(VariablePrefix("21", figure="weight", decimals=3),))


def label(prefix: str, item: str, figure: str) -> str:
    digits = f"{prefix}{item}{figure}"
    return digits + check_digit(digits)


def stock(desk: Desk, scanned: str, price: int) -> None:
    """The product whose labels look like this one."""
    code = parse_code(scanned, WEIGHED if scanned.startswith("21") else STANDARD)
    assert isinstance(code, MeasuredCode)
    gtin = code.gtin

    def put(work: Work) -> None:
        work.session.merge(Product(id=product_id(gtin), name="散装香皂", price=price, currency="CNY"))
        work.session.flush()
        work.session.merge(Gtin(gtin=gtin, product_id=product_id(gtin)))

    desk.do_behind(put).result()


def scan(desk: Desk, text: str) -> LineView:
    sight = desk.read(look_up, text)
    assert isinstance(sight, ProductSeen)
    assert sight.kind == "measured"
    desk.do(add_line, sight.product.gtin, label=sight.label).result()
    visit = desk.read(find_running_visit)
    assert visit is not None
    return visit.lines[-1]


def test_the_price_on_the_label_is_that_of_the_line(desk: Desk) -> None:
    stock(desk, label("25", "12345", "00000"), price=9900)
    line = scan(desk, label("25", "12345", "01280"))
    assert (line.name, line.price, line.weight) == ("散装香皂", 1280, None)


def weigh(work: Work) -> None:
    """Headquarters says what the labels with 21 mean."""
    body = '{"variable":[{"prefix":"21","figure":"weight","decimals":3}]}'
    work.session.merge(RuleSet(id=HEADQUARTERS, body=body))


def test_a_weight_makes_the_products_price_that_of_a_kilogram(desk: Desk) -> None:
    desk.write(weigh)
    stock(desk, label("21", "12345", "00000"), price=9900)
    line = scan(desk, label("21", "12345", "00520"))
    assert (line.price, line.weight) == (5148, 520)


def test_a_rule_of_old_cards_leaves_headquarters_the_labels(desk: Desk) -> None:
    card = LegacyRule("老卡", prefix="VIP")
    desk.do(set_old_cards, (card,)).result()
    desk.write(weigh)
    rules = desk.read(find_rules)
    assert (rules.variable, rules.legacy) == (WEIGHED.variable, (card,))
