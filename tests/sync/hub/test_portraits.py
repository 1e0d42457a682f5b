"""What a member is like: the same at headquarters whatever the order in which tills are heard."""

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.hub.__main__ import main
from tests.sync.hub.builders import Sender, lost
from tests.sync.hub.test_erasure import dump

ATill = Callable[..., Sender]


def noted(till: Sender, fields: dict[str, str], *sensitive: str, entity: str = "e1") -> msgspec.Raw:
    """EntityNoted of the skin of m1."""
    told: dict[str, Any] = {"member_id": "m1", "kind": "skin", "fields": fields, "sensitive": sensitive}
    return till.did("EntityNoted", entity_id=entity, **told)


def consent(till: Sender, line: str, *, seen: tuple[str, ...] = ()) -> msgspec.Raw:
    """ConsentGiven to keep what is sensitive."""
    told = {"purpose": "sensitive", "text_version": "1", "text_hash": "00", "seen": seen}
    return till.did("ConsentGiven", consent_id=line, member_id="m1", **told)


@pytest.fixture
def pair(a_till: ATill) -> tuple[Sender, Sender]:
    one, two = a_till(), a_till()
    one.send(one.enrolled("m1"), one.enrolled("m2"))
    return one, two


def later(till: Sender) -> None:
    till.hub.clock.forward(minutes=1)  # type: ignore[attr-defined]


def fields(till: Sender, entity: str = "e1") -> dict[str, str]:
    """What is known of it."""
    return till.body("entity", entity).get("fields", {})


def test_a_removal_takes_only_the_setting_it_had_seen(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(one.did("TagSet", tag_id="t1", member_id="m1", name="常客"))
    again = two.did("TagSet", tag_id="t2", member_id="m1", name="常客")
    assert one.verdicts(one.did("TagRemoved", tag_id="t1")) == ["accepted"]
    two.send(again, two.did("TagSet", tag_id="t1", member_id="m1", name="常客"))
    assert {tag: body.get("removed", False) for tag, body in one.rows("tag").items()} == {"t1": True, "t2": False}


def test_a_removal_waits_for_the_tag_it_names(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    assert one.verdicts(one.did("TagRemoved", tag_id="t1")) == ["parked:wait_member"]
    two.send(two.did("TagSet", tag_id="t1", member_id="m1", name="常客"))
    assert one.body("tag", "t1")["removed"]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_fields_end_the_same_whatever_is_heard_first(a_till: ATill, order: tuple[int, ...]) -> None:
    one, *tills = (a_till() for _ in range(5))
    one.send(one.enrolled("m1"), noted(one, {"shade": "N10"}))
    events = []
    for till, told in zip(tills, ({"type": "dry"}, None, {"type": "oily"}, {"shade": "N20"}), strict=True):
        later(one)
        events.append(noted(till, told) if told else till.did("EntityRemoved", entity_id="e1"))
    for place in order:
        tills[place].send(events[place])
    assert fields(one) == {"shade": "N20", "type": "oily"}


def test_a_removal_takes_what_was_noted_before(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one, {"type": "dry", "shade": "N10"}))
    later(one)
    before = noted(one, {"type": "oily"})
    later(one)
    two.send(two.did("EntityRemoved", entity_id="e1"))
    one.send(before)
    assert fields(one) == {}


def test_what_is_sensitive_is_kept_only_while_it_is_agreed_to(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(noted(one, {"type": "dry", "allergy": "酒精"}, "allergy"))
    assert fields(one) == {"type": "dry"}
    later(one)
    one.send(consent(one, "c1"), noted(one, {"allergy": "酒精"}, "allergy"))
    assert fields(one) == {"type": "dry", "allergy": "酒精"}
    later(one)
    two.send(two.did("ConsentWithdrawn", consent_id="c2", member_id="m1", purpose="sensitive"))
    assert fields(one) == {"type": "dry"}
    later(one)
    one.send(noted(one, {"allergy": "香精"}, "allergy"))  # a till that has not heard of it yet
    assert fields(one) == {"type": "dry"}


def test_who_turns_out_to_have_taken_it_back_has_nothing_sensitive_kept(pair: tuple[Sender, Sender]) -> None:
    one, _ = pair
    one.send(consent(one, "c1"), noted(one, {"type": "dry", "allergy": "nuts"}, "allergy"))
    one.send(one.did("ConsentWithdrawn", consent_id="c2", member_id="m2", purpose="sensitive"))
    assert fields(one) == {"type": "dry", "allergy": "nuts"}
    one.send(one.did("MembersMerged", old_id="m2", keep_id="m1"))
    assert fields(one) == {"type": "dry"}


def test_of_two_ratings_the_later_word_counts(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    one.send(one.did("VisitOpened", visit_id="v1", member_id="m1"))
    first = one.did("VisitRated", visit_id="v1", mood=2)
    later(one)
    two.send(two.did("VisitRated", visit_id="v1", mood=5))
    one.send(first)
    assert one.body("visit", "v1")["mood"] == 5
    wrong = one.did("VisitRated", visit_id="v1", mood=6)
    assert one.verdicts(wrong)[0].startswith("rejected")


def test_what_is_said_of_two_who_are_one_is_said_of_one(pair: tuple[Sender, Sender]) -> None:
    one, _ = pair
    one.send(one.did("TagSet", tag_id="t1", member_id="m1", name="常客"), noted(one, {"type": "dry"}))
    one.send(one.did("MembersMerged", old_id="m1", keep_id="m2"))
    assert [one.body(kind, row)["member_id"] for kind, row in (("tag", "t1"), ("entity", "e1"))] == ["m2", "m2"]
    one.send(one.did("MembersSeparated", member_id="m1"))
    assert [one.body(kind, row)["member_id"] for kind, row in (("tag", "t1"), ("entity", "e1"))] == ["m1", "m1"]


def test_nothing_is_left_of_who_is_forgotten(pair: tuple[Sender, Sender]) -> None:
    one, _ = pair
    one.send(
        one.did("TagSet", tag_id="t1", member_id="m1", name="常客"), noted(one, {"type": "dry"}),
        one.did("VisitOpened", visit_id="v1", member_id="m1"), one.did("VisitRated", visit_id="v1", mood=1),
        one.did("ErasureRequested", member_id="m1"),
    )  # fmt: skip
    assert not {kind for kind, _ in one.own()} & {"tag", "entity"}
    assert one.body("visit", "v1")["mood"] == 0
    assert one.verdicts(noted(one, {"type": "oily"}))[0].startswith("rejected")


def test_definitions_reach_every_till_or_say_where_they_are_wrong(
    a_till: ATill, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    till = a_till()
    database = till.hub.database.engine.url.render_as_string(hide_password=False)
    file = tmp_path / "rules.json"
    told = {"version": "2026-12", "effective": "2026-12-01", "trade": "pet", "stage": {"loyal_days": 3}}
    file.write_text(json.dumps(told))
    assert main(["definitions", str(file), "--database", database]) == 0
    row = till.read("cfg")["definitions", "2026-12"]
    assert msgspec.json.decode(row.body) == {"effective": "2026-12-01", "definitions": told}
    toml = tmp_path / "rules.toml"
    toml.write_text('version = "2027-01"\neffective = 2027-01-01\n[stage]\nloyal_days = "three"\n')
    assert main(["definitions", str(toml), "--database", database]) == 1
    assert "stage.loyal_days" in capsys.readouterr().err
    file.write_text(json.dumps({**told, "trade": "tea"}))
    assert main(["definitions", str(file), "--database", database]) == 1
    assert "trade" in capsys.readouterr().err


# What lost


@pytest.mark.parametrize("heard", [(0, 1), (1, 0)])
def test_of_two_allergies_noted_at_once_both_are_kept(pair: tuple[Sender, Sender], heard: tuple[int, int]) -> None:
    one, two = pair
    one.send(consent(one, "c1"))
    events = [noted(one, {"allergy": "酒精"}, "allergy")]
    later(one)
    events.append(noted(two, {"allergy": "香精", "type": "dry"}, "allergy"))
    for place in heard:
        pair[place].send(events[place])
    assert fields(one) == {"allergy": "香精", "type": "dry"}
    assert lost(one, "entity", "e1") == [("allergy", "酒精")]


@pytest.mark.parametrize("heard", list(permutations(range(3))))
def test_what_a_removal_took_is_kept_too_whatever_is_heard_first(a_till: ATill, heard: tuple[int, ...]) -> None:
    one, *tills = (a_till() for _ in range(4))
    one.send(one.enrolled("m1"), noted(one, {"shade": "N10"}))
    events = []
    for till, told in zip(tills, ({"type": "dry"}, None, {"type": "oily"}), strict=True):
        later(one)
        events.append(noted(till, told) if told else till.did("EntityRemoved", entity_id="e1"))
    for place in heard:
        tills[place].send(events[place])
    assert fields(one) == {"type": "oily"}
    assert lost(one, "entity", "e1") == [("shade", "N10"), ("type", "dry")]


def test_a_word_that_was_said_again_or_was_empty_has_not_lost(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    early = noted(two, {"type": "", "shade": "N20"})
    for told in ({"shade": "N10"}, {"shade": "N20", "type": "dry"}, {"shade": "N20"}):
        later(one)
        one.send(noted(one, told))
    two.send(early)
    assert lost(one, "entity", "e1") == [("shade", "N10")]


def test_what_was_sensitive_is_lost_for_good_when_it_is_agreed_to_no_more(pair: tuple[Sender, Sender]) -> None:
    one, two = pair
    late = noted(two, {"allergy": "乳糖"}, "allergy")
    later(one)
    one.send(consent(one, "c1"))
    for told in ({"type": "dry", "allergy": "酒精"}, {"type": "oily", "allergy": ""}):
        one.send(noted(one, told, "allergy"))
    assert lost(one, "entity", "e1") == [("allergy", "酒精"), ("type", "dry")]
    one.send(one.did("ConsentWithdrawn", consent_id="c2", member_id="m1", purpose="sensitive"))
    assert lost(one, "entity", "e1") == [("type", "dry")]
    two.send(late)
    assert lost(one, "entity", "e1") == [("type", "dry")]


def test_what_lost_goes_with_whose_it_is(pair: tuple[Sender, Sender]) -> None:
    one, _ = pair
    one.send(noted(one, {"type": "dry"}), noted(one, {"type": "oily"}))
    for told in (
        one.did("MembersMerged", old_id="m1", keep_id="m2"),
        noted(one, {"type": "mixed"}),
        one.did("MembersSeparated", member_id="m1"),
    ):
        assert one.verdicts(told) == ["accepted"]
    assert (one.body("entity", "e1")["member_id"], fields(one)) == ("m1", {"type": "mixed"})
    assert lost(one, "entity", "e1") == [("type", "dry"), ("type", "oily")]


def test_of_what_lost_the_newest_words_are_kept(pair: tuple[Sender, Sender]) -> None:
    one, _ = pair
    one.send(*(noted(one, {"shade": f"N{each}"}) for each in range(60)))
    assert lost(one, "entity", "e1") == [("shade", f"N{each}") for each in range(9, 59)]


def test_no_word_that_lost_is_left_of_who_is_forgotten(pair: tuple[Sender, Sender]) -> None:
    one, _ = pair
    one.send(noted(one, {"type": "沙漠干皮"}), noted(one, {"type": "油皮"}))
    assert lost(one, "entity", "e1") == [("type", "沙漠干皮")]
    one.send(one.did("ErasureRequested", member_id="m1"))
    assert lost(one, "entity", "e1") == []
    assert "沙漠干皮" not in dump(one.hub)
