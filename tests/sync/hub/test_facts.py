"""Preferences and consent: facts are added, and taking back wins."""

from collections.abc import Callable

from tests.sync.hub.builders import Sender

ATill = Callable[..., Sender]
DRY = {"preference_id": "p1", "visit_id": None, "facet": "skin", "value": "干性"}


def test_a_preference_withdrawn_stays_withdrawn(till: Sender) -> None:
    noted = till.did("PreferenceNoted", member_id="m1", **DRY)
    withdrawn = till.did("PreferenceWithdrawn", preference_id="p1")
    again = till.did("PreferenceNoted", member_id="m1", **DRY)
    assert till.verdicts(till.enrolled("m1"), noted, withdrawn, withdrawn, again)[-1] == "accepted"
    assert till.body("preference", "p1")["withdrawn"] is True


def test_withdrawing_a_preference_waits_for_it(a_till: ATill) -> None:
    one, other = a_till(), a_till()
    assert one.verdicts(one.did("PreferenceWithdrawn", preference_id="p1")) == ["parked:wait_member"]
    other.send(other.did("PreferenceNoted", member_id=None, **DRY))
    assert one.body("preference", "p1")["withdrawn"] is True


def test_a_preference_of_nobody_known_stays_in_the_store_of_its_visit(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(west.did("VisitOpened", visit_id="v1", member_id=None))
    west.send(west.did("PreferenceNoted", member_id=None, **{**DRY, "visit_id": "v1"}))
    assert ("preference", "p1") in west.own()
    assert east.own() == {}


def test_a_store_writes_in_its_own_visits_only(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    west.send(west.did("VisitOpened", visit_id="v1", member_id=None))
    deed = east.did("PreferenceNoted", member_id=None, **{**DRY, "visit_id": "v1"})
    assert east.verdicts(deed) == ["rejected:wrong_store"]
    assert ("preference", "p1") not in west.own()


def test_a_preference_is_withdrawn_by_a_store_that_knows_the_member(a_till: ATill) -> None:
    west, east = a_till("west"), a_till("east")
    withdrawn = [east.did("PreferenceWithdrawn", preference_id="p1") for _ in range(2)]
    west.send(west.enrolled("m1"), west.did("PreferenceNoted", member_id="m1", **DRY))
    assert east.verdicts(withdrawn[0]) == ["rejected:wrong_store"]
    east.send(east.did("VisitOpened", visit_id="v1", member_id="m1"))
    assert east.verdicts(withdrawn[1]) == ["accepted"]
    assert west.body("preference", "p1")["withdrawn"] is True


def test_the_consent_ledger_keeps_every_line_as_it_was_first_told(till: Sender) -> None:
    told = {"member_id": "m1", "purpose": "marketing", "text_version": "3", "text_hash": "ab", "seen": ["c0"]}
    till.send(
        till.enrolled("m1"),
        till.did("ConsentGiven", {"clk": "g1"}, consent_id="c1", **told),
        till.did("ConsentGiven", consent_id="c1", **{**told, "purpose": "personal"}),
        till.did("ConsentWithdrawn", consent_id="c2", member_id="m1", purpose="marketing"),
    )
    given, withdrawn = till.body("consent", "c1"), till.body("consent", "c2")
    assert (given["granted"], given["purpose"], given["seen"], given["guide_id"]) == (True, "marketing", ["c0"], "g1")
    assert (withdrawn["granted"], withdrawn["member_id"]) == (False, "m1")


def test_consent_without_the_text_that_was_shown_is_refused(till: Sender) -> None:
    given = till.did("ConsentGiven", consent_id="c1", member_id="m1", purpose="marketing")
    assert till.verdicts(till.enrolled("m1"), given) == ["accepted", "rejected:schema_invalid"]
