"""Enrolment, corrections and consent at the till."""

from datetime import date
from pathlib import Path

import pytest

from desktop.data.members import Redirect
from desktop.desk import Desk
from desktop.errors import BadInput, NotNow
from desktop.rules.stage import Stage
from desktop.services.consents import give_consents, withdraw_consent
from desktop.services.imported_members import MEMBERS
from desktop.services.imports import import_file
from desktop.services.members import Application, amend, enrol
from desktop.services.undo import undo
from desktop.services.visits import add_line, finish_visit, serve
from desktop.views.lookup import MemberSeen, NewMemberCode, look_up
from desktop.views.portrait import portrait_of
from desktop.views.profile import Profile, find_profile
from desktop.views.visit import find_running_visit

PHONE = "139 1688 2045"


def profile(desk: Desk, member_id: str) -> Profile:
    found = desk.read(find_profile, member_id, date(2026, 11, 21))
    assert found is not None
    return found


def agreed(desk: Desk, member_id: str) -> set[str]:
    return {consent.purpose for consent in profile(desk, member_id).consents if consent.agreed}


def test_an_enrolled_member_is_served_at_once_and_known_by_the_new_code(stocked: Desk) -> None:
    form = Application(
        phone=PHONE, name=" 许  女士 ", consents=("service", "personal"), channel="poster", birthday="3/8"
    )
    new = stocked.do(enrol, form).result()
    member = profile(stocked, new.member_id)
    assert (member.name, member.phone, member.birthday, member.channel) == (
        "许 女士",
        "139 **** 2045",
        "03-08",
        "poster",
    )
    assert (member.store, member.guide) == ("上海南京西路店", "林晓")
    assert stocked.read(look_up, new.code) == MemberSeen(new.member_id)
    running = stocked.read(find_running_visit)
    assert running is not None
    assert running.member_id == new.member_id


def test_enrolment_names_the_person_of_the_running_anonymous_visit(stocked: Desk) -> None:
    stocked.do(add_line, "06901230010019").result()
    new = stocked.do(enrol, Application(phone=PHONE, consents=("service",))).result()
    running = stocked.read(find_running_visit)
    assert running is not None
    assert (running.id, running.member_id, len(running.lines)) == (new.visit_id, new.member_id, 1)


def test_a_phone_that_is_taken_leads_to_its_member(stocked: Desk) -> None:
    first = stocked.do(enrol, Application(phone=PHONE, consents=("service",))).result()
    with pytest.raises(NotNow) as caught:
        stocked.do(enrol, Application(phone="+86 13916882045", consents=("service",))).result()
    assert caught.value.code == "phone_taken"
    assert caught.value.facts == {"member_id": first.member_id, "member_code": first.code}


def test_a_scanned_blank_card_becomes_the_members_card(stocked: Desk) -> None:
    code = "SGM13P15NVGC7D8W6W6WQQ"
    assert stocked.read(look_up, code) == NewMemberCode(code)
    new = stocked.do(enrol, Application(phone=PHONE, consents=("service",), code=code)).result()
    assert stocked.read(look_up, code.lower()) == MemberSeen(new.member_id)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"phone": ""}, "phone_missing"),
        ({"phone": "1391688"}, "phone_invalid"),
        ({"phone": "not a phone"}, "phone_invalid"),
        ({"phone": PHONE, "name": "名" * 81}, "name_too_long"),
        ({"phone": PHONE, "channel": "x" * 81}, "name_too_long"),
        ({"phone": PHONE, "birthday": "1" * 5000 + "-1"}, "birthday_invalid"),
        ({"phone": PHONE, "birthday": "02-30"}, "birthday_invalid"),
        ({"phone": PHONE, "birthday": "1990-02-29"}, "birthday_invalid"),
        ({"phone": PHONE, "consents": ()}, "consent_service_missing"),
        ({"phone": PHONE, "consents": ("service", "everything")}, "consent_unknown"),
    ],
)
def test_a_wrong_form_is_refused_whole(stocked: Desk, form: dict, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        stocked.do(enrol, Application(**{"consents": ("service",), **form})).result()
    assert caught.value.code == code
    assert stocked.read(find_running_visit) is None


@pytest.mark.parametrize("typed", ["139 1688 2045", "+86-13916882045", "13916882045", "13９16882045", "139168820٤٥"])
def test_a_phone_is_one_number_however_it_is_typed(stocked: Desk, typed: str) -> None:
    stocked.do(enrol, Application(phone=PHONE, consents=("service",))).result()
    with pytest.raises(NotNow, match="phone_taken"):
        stocked.do(enrol, Application(phone=typed, consents=("service",))).result()


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("12-08", "12-08"), ("12月8日", "12-08"), ("1990/2/28", "1990-02-28"), ("19920229", "1992-02-29"), (" ", None)],
)
def test_a_birthday_may_be_typed_in_any_usual_way(stocked: Desk, typed: str, kept: str | None) -> None:
    new = stocked.do(enrol, Application(phone=PHONE, consents=("service",), birthday=typed)).result()
    assert profile(stocked, new.member_id).birthday == kept


def test_an_amended_name_is_found_by_its_new_pinyin_and_can_be_undone(stocked: Desk) -> None:
    new = stocked.do(enrol, Application(phone=PHONE, name="许女士", consents=("service",))).result()
    stocked.do(amend, new.member_id, name="许文").result()
    assert profile(stocked, new.member_id).name == "许文"
    stocked.do(undo).result()
    assert profile(stocked, new.member_id).name == "许女士"


class TestConsent:
    def test_is_only_what_was_ticked(self, stocked: Desk) -> None:
        new = stocked.do(enrol, Application(phone=PHONE, consents=("service", "marketing"))).result()
        assert agreed(stocked, new.member_id) == {"service", "marketing"}

    def test_withdrawn_counts_at_once_and_may_be_given_again(self, stocked: Desk) -> None:
        new = stocked.do(enrol, Application(phone=PHONE, consents=("service", "marketing"))).result()
        stocked.do(withdraw_consent, new.member_id, "marketing").result()
        assert agreed(stocked, new.member_id) == {"service"}
        stocked.do(give_consents, new.member_id, ["marketing"], channel="counter").result()
        assert agreed(stocked, new.member_id) == {"service", "marketing"}

    def test_keeps_the_version_and_the_hash_of_the_text_that_was_shown(self, stocked: Desk) -> None:
        new = stocked.do(enrol, Application(phone=PHONE, consents=("service",))).result()
        shown = profile(stocked, new.member_id).consents[0]
        assert (shown.purpose, shown.text_version) == ("service", "2026-11")


def test_a_profile_adds_up_only_what_was_bought_within_twelve_months(shop: Desk) -> None:
    found = shop.read(look_up, "SGM13P15NVGC7D8W6W6WQQ")
    assert isinstance(found, MemberSeen)
    chen = shop.read(find_profile, found.member_id, date.today())
    assert chen is not None
    assert (chen.name, chen.visits) == ("陈思雨", 5)
    assert shop.read(portrait_of, chen.member_id, date.today()).rules.stage.stage is Stage.LOYAL
    assert chen.spent is not None
    assert chen.spent.amount == 29800 + 12800 + 12800
    assert chen.preferences[0].value == "换季泛红"
    assert chen.recent[0].product == "舒缓修护精华 30ml"


def test_serving_somebody_who_was_merged_away_serves_the_one_who_was_kept(stocked: Desk) -> None:
    kept = stocked.do(enrol, Application(phone=PHONE, consents=("service",))).result()
    stocked.do(finish_visit).result()
    stocked.do(lambda work: work.session.add(Redirect(id="merged-away", keep=kept.member_id))).result()
    stocked.do(serve, "merged-away").result()
    running = stocked.read(find_running_visit)
    assert running is not None
    assert running.member_id == kept.member_id


def test_nobody_has_no_profile(stocked: Desk) -> None:
    assert stocked.read(find_profile, "nobody", date(2026, 11, 21)) is None


def test_a_screen_that_still_shows_who_was_merged_away_corrects_the_one_who_was_kept(stocked: Desk) -> None:
    kept = stocked.do(enrol, Application(phone=PHONE, consents=("service", "marketing"))).result().member_id
    stocked.do(withdraw_consent, kept, "marketing").result()
    stocked.do(lambda work: work.session.add(Redirect(id="merged-away", keep=kept))).result()
    stocked.do(amend, "merged-away", name="许文静").result()
    stocked.do(give_consents, "merged-away", ("marketing",), channel="counter").result()
    seen = profile(stocked, kept)
    assert seen.name == "许文静"
    assert {consent.purpose for consent in seen.consents if consent.agreed} == {"service", "marketing"}


def test_an_old_card_number_works_even_if_it_looks_like_a_damaged_product(stocked: Desk, tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text("card,name\n6901230010018,老会员\n", encoding="utf-8")
    import_file(stocked, MEMBERS, file, lambda *_: None)
    assert isinstance(stocked.read(look_up, "6901230010018"), MemberSeen)
    with pytest.raises(BadInput, match="gtin_check_digit"):
        stocked.read(look_up, "6901230010017")
