"""What a member bought by other channels is known at the till that serves them: a real till, a real hub."""

from sqlalchemy import func, select

from desktop.data.escrow import Points
from desktop.data.orders import OrderLine
from desktop.rules.facts import Purchase
from desktop.rules.stage import Stage
from desktop.services.members import ask_to_forget
from desktop.services.visits import finish_visit, serve
from desktop.views.dossier import find_dossier
from desktop.views.facts import facts_of
from desktop.views.portrait import find_portrait
from desktop.views.profile import find_profile
from desktop.views.standing import find_standing
from desktop.views.timeline import timeline
from resources import Words
from tests.sync.hub.rights import Office
from tests.sync.quiet import PHONE, Pair, QuietTill, the_member, together


def bought(till: QuietTill) -> list[tuple[str, int, int, str]]:
    known = till.read(facts_of, the_member(till))
    facts = [fact for fact in known.facts if isinstance(fact, Purchase)]
    return sorted((fact.product, fact.quantity, fact.amount, fact.channel) for fact in facts)


def test_an_order_counts_as_a_purchase_of_its_channel(pair: Pair, office: Office, words: Words) -> None:
    one, _ = pair
    office.order(PHONE, quantity="2")
    office.order(PHONE, number="T2", quantity="-1", paid="99.50")
    together(*pair)
    assert [bought(till) for till in pair] == [[("面霜", -1, -9950, "天猫"), ("面霜", 2, 19900, "天猫")]] * 2
    member, today = the_member(one), one.clock.now().date()
    portrait, profile = one.read(find_portrait, member, today), one.read(find_profile, member, today)
    assert portrait.rules.stage.stage is Stage.BOUGHT
    assert (profile.spent.amount, [each.product for each in profile.recent]) == (19900, ["面霜", "面霜"])
    assert portrait.rules.worth.value > 0
    told = [(each.what, each.sub, each.where) for each in one.read(timeline, member) if each.kind == "order"]
    assert sorted(told) == [("面霜", "-1", "天猫"), ("面霜", "2", "天猫")]
    copied = one.read(find_dossier, member, one.clock.now(), words)
    assert [(each["number"], each["pieces"], each["price"]) for each in copied.data["orders"]] == [
        ("T2", -1, -9950), ("T1", 2, 19900),
    ]  # fmt: skip


def test_it_is_forgotten_with_its_member(pair: Pair, office: Office) -> None:
    one, two = pair
    office.order(PHONE)
    together(*pair)
    one.do(ask_to_forget, the_member(one))
    together(*pair)
    count = select(func.count()).select_from(OrderLine)
    assert [till.read(lambda connection: connection.scalar(count)) for till in (one, two)] == [0, 0]


def test_an_order_counts_for_the_tier_and_earns_no_points(pair: Pair, office: Office) -> None:
    one, _ = pair
    tiers = [
        {"key": "member", "names": {"zh": "会员"}, "enter": 0, "keep": 0},
        {"key": "gold", "names": {"zh": "金卡"}, "enter": 10_000, "keep": 0},
    ]
    office.definitions(tiers={"measure": "spend", "tiers": tiers})
    office.order(PHONE)
    together(*pair)
    member, today = the_member(one), one.clock.now().date()
    standing = one.read(find_standing, member, today)
    assert (standing.tier, standing.has) == ("gold", 19900)
    one.do(serve, member)
    one.do(finish_visit)
    reasons = one.read(lambda connection: connection.scalars(select(Points.reason)).all())
    assert "purchase" not in reasons
