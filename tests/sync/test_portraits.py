"""What two tills say of one member ends the same at both: real tills, a real hub."""

from sqlalchemy import Connection, select

from desktop.data.portraits import Entity
from desktop.services.consents import give_consents, withdraw_consent
from desktop.services.portraits import note_entity, rate_visit, remove_tag, set_tag
from desktop.services.visits import finish_visit, serve
from desktop.views.facts import facts_of
from desktop.views.portrait import find_portrait
from desktop.views.shop import find_shop
from sync.hub.code_orders import change
from sync.hub.lines import put_changed
from sync.service_rows import DefinitionsRow
from tests.sync.hub.rights import Office
from tests.sync.quiet import Pair, QuietTill, the_member, together


def tags(till: QuietTill) -> list[str]:
    portrait = till.read(find_portrait, the_member(till), till.clock.now().date())
    assert portrait is not None
    return [tag.names["zh"] for tag in portrait.rules.tags if tag.source == "hand"]


def skin(till: QuietTill) -> dict[str, str]:
    known = till.read(facts_of, the_member(till))
    assert known is not None
    return known.entities[0].fields if known.entities else {}


def test_a_tag_taken_off_stays_where_another_till_set_it_meanwhile(pair: Pair) -> None:
    one, two = pair
    tag = one.do(set_tag, the_member(one), "常客")
    together(*pair)
    one.do(remove_tag, tag)
    two.do(remove_tag, tag)
    two.do(set_tag, the_member(two), "常客")
    together(*pair)
    assert [tags(till) for till in pair] == [["常客"], ["常客"]]


def test_two_tills_write_one_skin_field_by_field(pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    first = one.do(note_entity, member, "skin", {"type": "dry", "shade": "N10"})
    assert two.do(note_entity, member, "skin", {"shade": "N20", "moisture": "41"}) == first
    together(one, two)
    assert [skin(till) for till in pair] == [{"type": "dry", "shade": "N20", "moisture": "41"}] * 2


def test_a_withdrawn_consent_takes_what_is_sensitive_from_every_till(pair: Pair) -> None:
    one, two = pair
    member = the_member(one)
    one.do(give_consents, member, ("sensitive",), channel="counter")
    one.do(note_entity, member, "skin", {"type": "dry", "allergy": "酒精"})
    together(*pair)
    assert [skin(till) for till in pair] == [{"type": "dry", "allergy": "酒精"}] * 2
    one.do(withdraw_consent, member, "sensitive")
    two.do(note_entity, member, "skin", {"allergy": "香精"})  # it has not heard of it yet
    together(*pair)
    kept = [till.read(_sensitive) for till in pair]
    assert [skin(till) for till in pair] == [{"type": "dry"}] * 2
    assert all("香精" not in each and "酒精" not in each for each in kept)


def test_how_content_they_left_is_known_at_the_other_till(pair: Pair) -> None:
    one, _ = pair
    one.do(serve, the_member(one))
    one.do(rate_visit, 4)
    one.do(finish_visit)
    together(*pair)
    for till in pair:
        known = till.read(facts_of, the_member(till))
        assert known is not None
        assert 4 in [getattr(fact, "mood", 0) for fact in known.facts]


def test_both_ends_judge_by_the_definitions_that_hold(office: Office, pair: Pair) -> None:
    one, two = pair
    told = {"version": "2026-12", "effective": "2026-01-01", "trade": "pet", "stage": {"interest_days": 1}}
    row = DefinitionsRow(effective="2026-01-01", definitions=told)
    unreadable = DefinitionsRow(effective="2026-01-02", definitions={"version": "x", "surprise": 1})
    change(office.hub, lambda documents: put_changed(documents, "2026-12", row))
    change(office.hub, lambda documents: put_changed(documents, "x", unreadable))
    together(one, two)
    for till in pair:
        shop = till.read(find_shop, till.clock.now().date())
        assert (shop.definitions.version, shop.trade.key) == ("2026-12", "pet")


def _sensitive(connection: Connection) -> str:
    return " ".join(connection.scalars(select(Entity.fields)))
