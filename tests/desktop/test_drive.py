"""The counter without a window: every line gets its answer, and nothing is lost."""

import io
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import text

from desktop.desk import Desk
from desktop.drive import LONGEST_LINE, answer, drive
from desktop.drive_commands import COMMANDS
from desktop.drive_counter import Counter, Hub
from desktop.rules.member_codes import member_code
from desktop.scanning.cards import save_card
from desktop.status import HubStatus, Link
from desktop.views.visit import find_running_visit
from resources import Words
from sync.till import open_till
from tests.desktop.test_portraits import send
from tests.setback import KEPT, LOST, Setback

CHEN = "SGM13P15NVGC7D8W6W6WQQ"
SERUM, CREAM = "6901230010019", "6901230010026"
NOBODY = member_code(b"0123456789")
PAYMENT = "134567890123456789"

Answer = dict[str, Any]


def status(link: Link, desk: Desk, problem: str | None = None) -> HubStatus:
    return HubStatus(link, desk.clock.now(), problem=problem)


def counter_of(desk: Desk, link: Link = Link.ALONE, problem: str | None = None) -> Counter:
    hub = Hub(lambda: status(link, desk, problem), lambda: status(link, desk, problem))
    return Counter(desk, hub, Words("zh"))


class Driven:
    """Sends lines the way another program would, and reads the answers."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    def __call__(self, do: str, **fields: Any) -> Answer:
        return self.lines(json.dumps({"do": do, **fields}).encode())[0]

    def lines(self, source: bytes) -> list[Answer]:
        sink = io.BytesIO()
        drive(self.counter, io.BytesIO(source), sink)
        return [json.loads(line) for line in sink.getvalue().splitlines()]


@pytest.fixture
def till(shop: Desk) -> Driven:
    return Driven(counter_of(shop))


def test_a_visit_from_the_first_scan_to_the_end(till: Driven) -> None:
    member = till("scan", text=CHEN)
    assert (member["kind"], member["member"]["name"], member["visit"]["state"]) == ("member", "陈思雨", "open")
    line = till("scan", text=SERUM)["line"]
    assert (line["name"], line["action"]) == ("舒缓修护精华 30ml", "seen")
    assert till("action", line=line["id"], action="declined", reason="price")["line"]["reason"] == "price"
    assert till("prefer", value="怕香")["visit"]["learned"][0]["facet"] == "other"
    assert till("note", text="下周再来")["visit"]["notes"][0]["text"] == "下周再来"
    assert till("finish")["visit"]["state"] == "finished"
    visit = till("profile", text=CHEN)["visits"][0]
    assert (visit["state"], visit["guide"], len(visit["lines"]), len(visit["notes"])) == ("finished", "林晓", 1, 1)
    assert visit["started"] <= visit["finished"]


def test_an_answer_tells_the_stage_by_the_definitions_that_hold(till: Driven, shop: Desk) -> None:
    assert till("scan", text=CHEN)["member"]["stage"] == "loyal"
    send(shop, stage={"loyal_days": 99})
    told = till("profile", text=CHEN)
    assert told["member"]["stage"] == told["portrait"]["stage"]["value"] == "bought"


def test_enrolment_answers_with_the_code_that_then_leads_to_the_member(till: Driven) -> None:
    new = till(
        "enrol", phone="139 1688 2045", name="许女士", consents=["service"], channel="poster",
        impressions=[["skin", "干皮"]],
    )  # fmt: skip
    found = till("profile", text=new["code"])
    assert found["member"]["name"] == "许女士"
    assert [consent["purpose"] for consent in found["consents"] if consent["agreed"]] == ["service"]
    assert [each["value"] for each in found["preferences"]] == ["干皮"]


def test_no_answer_tells_a_whole_phone_number(till: Driven) -> None:
    new = till("enrol", phone="13916882045", name="许女士", consents=["service"])
    for told in (new, till("scan", text=new["code"]), till("find", text="2045"), till("profile", text=new["code"])):
        assert told["ok"]
        assert "13916882045" not in json.dumps(told)
        assert "139 **** 2045" in json.dumps(told)


def test_an_unknown_member_code_offers_to_enrol_with_it(till: Driven) -> None:
    told = till("scan", text=NOBODY)
    assert (told["ok"], told["error"]["code"], told["offer"]) == (False, "member_unknown", "enrol")
    assert till("enrol", phone="13916882045", consents=["service"], code=NOBODY)["code"] == NOBODY
    assert till("enrol", phone="13916882046", consents=["service"], code=NOBODY)["error"]["code"] == "code_taken"


@pytest.mark.parametrize(
    ("scanned", "code"),
    [
        ("6901230010018", "gtin_check_digit"),
        ("6901234567892", "product_unknown"),
        (CHEN[:-1] + "0", "member_code_damaged"),
        ("https://example.com/x", "text_unknown"),
        ("", "code_empty"),
    ],
)
def test_a_scan_that_leads_nowhere_says_why(till: Driven, scanned: str, code: str) -> None:
    told = till("scan", text=scanned)
    assert (told["ok"], told["error"]["code"]) == (False, code)
    assert told["error"]["words"]


@pytest.mark.parametrize("do", ["scan", "profile", "find"])
def test_a_payment_code_leaves_no_trace(till: Driven, do: str) -> None:
    told = till(do, text=PAYMENT)
    assert PAYMENT not in json.dumps(told)
    for name in till.counter.desk.read(tables):
        assert PAYMENT not in till.counter.desk.read(dump, name)
    assert do == "find" or told["error"]["code"] == "payment_code"


def tables(connection: Any) -> list[str]:
    return list(connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars())


def dump(connection: Any, table: str) -> str:
    return repr(connection.execute(text(f'SELECT * FROM "{table}"')).all())


def test_a_payment_code_is_no_code_to_enrol_with(till: Driven) -> None:
    told = till("enrol", phone="13916882045", consents=["service"], code=PAYMENT)
    assert told["error"]["code"] == "payment_code"
    assert PAYMENT not in json.dumps(told)


def test_a_picture_is_read_like_a_scan(till: Driven, tmp_path: Path) -> None:
    save_card(CHEN, "陈思雨", tmp_path / "card.png")
    assert till("scan_image", path=str(tmp_path / "card.png"))["member"]["code"] == CHEN
    Image.new("L", (200, 200), 255).save(tmp_path / "blank.png")
    assert till("scan_image", path=str(tmp_path / "blank.png"))["error"]["code"] == "picture_without_code"
    assert till("scan_image", path=str(tmp_path / "gone.png"))["error"]["code"] == "picture_missing"
    assert till("scan_image", path=str(tmp_path))["error"]["code"] == "picture_unreadable"


def test_holding_recalling_voiding_and_undoing(till: Driven) -> None:
    first = till("scan", text=CHEN)["visit"]["id"]
    assert till("hold")["visit"]["state"] == "held"
    second = till("anonymous")["visit"]["id"]
    assert till("void")["visit"]["id"] == second
    assert till("recall", visit=first)["visit"]["state"] == "open"
    till("note", text="写错了")
    undone = till("undo")
    assert (undone["undone"], undone["visit"]["notes"]) == ("write_note", [])
    line = till("scan", text=CREAM)["line"]["id"]
    assert till("remove", line=line)["visit"]["lines"] == []


def test_particulars_and_consents_of_a_member(till: Driven) -> None:
    assert till("amend", text=CHEN, birthday="12/9")["member"]["birthday"] == "12-09"
    assert till("profile", text=CHEN)["member"]["name"] == "陈思雨"
    for agreed in (True, False):
        consents = till("consent", text=CHEN, purpose="marketing", agreed=agreed)["consents"]
        assert {each["purpose"]: each["agreed"] for each in consents}["marketing"] is agreed


@pytest.mark.parametrize("name", ["L002", "周宁", "01960000-0000-7000-8000-000000000202"])
def test_a_guide_is_known_by_badge_name_or_id(till: Driven, name: str) -> None:
    assert till("guide", text=name)["guide"]["badge"] == "L002"
    assert till("status")["guide"] == "周宁"
    assert till("guide", text="nobody")["error"]["code"] == "guide_unknown"


def test_status_tells_the_till_in_short(till: Driven) -> None:
    till("scan", text=CHEN)
    till("hold")
    told = till("status")
    assert (told["ok"], told["link"], told["store"], told["guide"]) == (True, "alone", "上海南京西路店", "林晓")
    assert (told["visit"], [visit["member_name"] for visit in told["parked"]]) == (None, ["陈思雨"])
    assert {"waiting", "refused", "last_contact", "since"} <= told.keys()
    assert 0 < len(told["events"]) <= 20


@pytest.mark.parametrize(
    ("link", "problem", "code"),
    [
        (Link.ALONE, None, "no_hub"),
        (Link.OFFLINE, "unreachable", "unreachable"),
        (Link.TROUBLE, "device_revoked", "device_revoked"),
        (Link.TROUBLE, "something_new", "something_new"),
        (Link.TROUBLE, "feed_gap", "feed_gap"),
    ],
)
def test_a_sync_that_failed_says_why_and_how_things_stand(
    desk: Desk, link: Link, problem: str | None, code: str
) -> None:
    told = Driven(counter_of(desk, link, problem))("sync")
    assert (told["ok"], told["error"]["code"], told["link"]) == (False, code, link.value)
    assert told["error"]["words"]


def test_a_sync_that_went_well_tells_the_status(desk: Desk) -> None:
    told = Driven(counter_of(desk, Link.ONLINE))("sync")
    assert (told["ok"], told["link"], told["waiting"]) == (True, "online", 0)


def test_what_headquarters_lost_goes_when_it_is_agreed_to_and_not_before(desk: Desk, tmp_path: Path) -> None:
    with closing(Setback(desk, tmp_path)) as setback:
        till = Driven(Counter(desk, Hub(setback.status, setback.exchange), Words("zh")))
        assert till("let_go")["error"]["code"] == "no_question"
        assert [till("sync")["vanishing"] for _ in range(2)] == [LOST, LOST]
        assert setback.known() == KEPT + LOST
        assert till("let_go") == {"ok": True, "rows": LOST}
        assert (till("sync")["vanishing"], setback.known()) == (0, KEPT)
        assert till("let_go")["error"]["code"] == "no_question"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"nonsense", "bad_command"),
        (b'{"do": "stat', "bad_command"),
        (b'"status"', "bad_command"),
        (b"[1, 2]", "bad_command"),
        (b"\xff\xfe\x00", "bad_command"),
        (b"[" * 100_000, "bad_command"),
        (b'{"do": "scan", "text": "\\ud800"}', "bad_command"),
        (b"{}", "command_unknown"),
        (b'{"do": 7}', "command_unknown"),
        (b'{"do": "explode"}', "command_unknown"),
        (b'{"do": "scan"}', "command_incomplete"),
        (b'{"do": "scan", "text": 5}', "command_incomplete"),
        (b'{"do": "enrol", "phone": "1", "consents": "service"}', "command_incomplete"),
        (b'{"do": "note", "text": "' + b"x" * LONGEST_LINE + b'"}', "line_too_long"),
    ],
)
def test_a_bad_line_is_answered_and_the_next_one_served(till: Driven, line: bytes, code: str) -> None:
    bad, good = till.lines(line + b'\n{"do": "status"}\n')
    assert (bad["ok"], bad["error"]["code"]) == (False, code)
    assert bad["error"]["words"]
    assert good["ok"]


def test_blank_lines_count_for_nothing_and_the_last_line_needs_no_end(till: Driven) -> None:
    assert [told["ok"] for told in till.lines(b'\n  \r\n{"do": "anonymous"}\n\n{"do": "finish"}')] == [True, True]


def test_a_byte_order_mark_does_no_harm(till: Driven) -> None:
    assert till.lines(b'\xef\xbb\xbf{"do": "status"}\r\n')[0]["ok"]


@pytest.mark.parametrize("mark", [7, "a", None, [1, {"b": 2}]])
def test_the_id_of_a_command_comes_back(till: Driven, mark: Any) -> None:
    assert till("status", id=mark)["id"] == mark
    assert till("explode", id=mark)["id"] == mark
    assert "id" not in till("status")


@pytest.mark.noisy
def test_a_bug_is_answered_and_told_to_the_log(shop: Desk) -> None:
    def broken() -> HubStatus:
        raise ZeroDivisionError

    bad, good = Driven(Counter(shop, Hub(broken, broken), Words("en"))).lines(b'{"do":"status"}\n{"do":"anonymous"}')
    assert (bad["error"]["code"], "ZeroDivisionError" in bad["error"]["words"]) == ("bug", True)
    assert good["ok"]


def test_what_was_answered_is_there_for_the_next_program(shop: Desk, till: Driven) -> None:
    till("scan", text=CHEN)
    other = open_till(shop.home)
    running = other.read(find_running_visit)
    other.close()
    assert running is not None
    assert running.member_name == "陈思雨"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(["text", "line", "action", "value", "facet", "phone", "consents", "visit", "agreed", "id"])


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(do=st.sampled_from(sorted(set(COMMANDS) - {"scan_image"})), fields=st.dictionaries(names, json_values))
def test_whatever_a_command_holds_it_is_answered_and_never_a_bug(stocked: Desk, do: str, fields: Answer) -> None:
    told = answer(counter_of(stocked), json.dumps({**fields, "do": do}).encode())
    assert told["ok"] or told["error"]["code"] != "bug"


def test_who_is_merged_or_forgotten_is_asked_for_by_an_event_that_waits(shop: Desk, till: Driven) -> None:
    assert till("merge", text=CHEN, into=CHEN)["error"]["code"] == "members_same"
    assert till("separate", member="nobody")["error"]["code"] == "merge_unknown"
    assert till("merge", text=CHEN, into="SGM1TE918P13TX3828CVQF", reason="同一个人")["ok"]
    assert till("undo")["ok"]
    assert till("erase", text=CHEN)["ok"]
    newest = "SELECT kind FROM outbox ORDER BY n DESC LIMIT 4"
    kinds = shop.read(lambda connection: connection.exec_driver_sql(newest).scalars().all())
    assert kinds == ["ErasureRequested", "RequestMade", "MembersSeparated", "MembersMerged"]


def examples() -> Iterator[tuple[Answer, Answer]]:
    page = (Path(__file__).parents[2] / "docs" / "drive.md").read_text("utf-8")
    for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL):
        asked, told = (json.loads(line) for line in block.splitlines())
        yield asked, told


def test_the_page_about_drive_shows_every_command() -> None:
    assert {asked["do"] for asked, _ in examples()} == set(COMMANDS)


def test_the_page_about_drive_shows_answers_as_they_are(till: Driven) -> None:
    till("anonymous")
    for asked, told in examples():
        if not {"line", "visit", "event"} & asked.keys():  # those name rows that only the page has
            real = till(**asked)
            if real["ok"] == told["ok"]:
                assert real.keys() == told.keys(), asked
            till("anonymous")


def test_a_card_that_only_the_hub_may_know_begins_a_visit(shop: Desk) -> None:
    till = Driven(counter_of(shop, Link.OFFLINE))
    answer = till("scan", text=NOBODY)
    assert (answer["kind"], answer["visit"]["code"], answer["visit"]["member_id"]) == ("code", NOBODY, None)
    assert till("scan", text=NOBODY)["visit"]["id"] == answer["visit"]["id"]
