"""Files of members and products: the good rows go in once, the bad ones are told with line and reason."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from desktop.data.members import Member
from desktop.desk import Desk
from desktop.errors import BadInput, StorageTrouble, TillError
from desktop.rules.member_codes import member_code
from desktop.rules.products import product_id
from desktop.services.consents import withdraw_consent
from desktop.services.imported_members import MEMBERS
from desktop.services.imported_products import PRODUCTS
from desktop.services.imports import CHUNK, Kind, Outcome, import_file
from desktop.services.members import Application, enrol
from desktop.views.lookup import MemberSeen, ProductSeen, look_up
from desktop.views.products import find_product
from desktop.views.profile import Profile, find_profile
from desktop.views.search import find_members
from desktop.work import Work

CODE = member_code(b"0123456789")
Bring = Callable[..., Outcome]


def summary(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.new, outcome.changed, outcome.unchanged, len(outcome.refused)


def refusals(outcome: Outcome) -> list[tuple[int, str]]:
    return [(line, error.code) for line, error in outcome.refused]


@pytest.fixture
def bring(desk: Desk, tmp_path: Path) -> Bring:
    """Brings a file of this content in."""

    def bring(kind: Kind[Any], content: str | bytes) -> Outcome:
        path = tmp_path / "file.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_file(desk, kind, path, lambda *_: None)

    return bring


def profile(desk: Desk, code: str) -> Profile:
    seen = desk.read(look_up, code)
    assert isinstance(seen, MemberSeen)
    found = desk.read(find_profile, seen.member_id, desk.clock.now().date())
    assert found is not None
    return found


def outbox_events(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    rows = desk.read(lambda connection: connection.execute(text("SELECT kind, body FROM outbox ORDER BY n")).all())
    return [(row.kind, json.loads(row.body)) for row in rows]


def test_products_come_in_and_a_second_time_changes_nothing(desk: Desk, bring: Bring) -> None:
    content = "gtin,name,brand,price\n6901230010019,精华,山茶,368\n96385074,面霜,,\n"
    assert summary(bring(PRODUCTS, content)) == (2, 0, 0, 0)
    assert summary(bring(PRODUCTS, content)) == (0, 0, 2, 0)
    serum = desk.read(find_product, "06901230010019")
    assert serum is not None
    assert (serum.product_id, serum.price, serum.currency) == (product_id("06901230010019"), 36800, "CNY")
    assert isinstance(desk.read(look_up, "96385074"), ProductSeen)


@pytest.mark.parametrize(
    ("printed", "scanned"),
    [
        ("2100000000128", "2100000000128"),  # looks like a label of the scales: item 00000, price 0.12
        ("0212345000014", "0212345000014"),  # and this one like a label whose price does not check out
        ("01234565", "01234565"),  # as short for 012345000065
        ("012345000065", "01234565"),
    ],
)
def test_a_product_is_found_by_what_is_printed_on_it(desk: Desk, bring: Bring, printed: str, scanned: str) -> None:
    bring(PRODUCTS, f"gtin,name\n{printed},手工皂\n")
    assert isinstance(desk.read(look_up, scanned), ProductSeen)


def test_a_product_that_is_told_otherwise_changes_and_what_is_not_told_stays(desk: Desk, bring: Bring) -> None:
    bring(PRODUCTS, "gtin,name,brand,price\n6901230010019,精华,山茶,368\n")
    assert summary(bring(PRODUCTS, "gtin,name,price\n6901230010019,新精华,\n")) == (0, 1, 0, 0)
    serum = desk.read(find_product, "06901230010019")
    assert serum is not None
    assert (serum.name, serum.brand, serum.price) == ("新精华", "山茶", 36800)


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("6901230010018,x,1", "gtin_check_digit"),
        ("12345,x,1", "gtin_length"),
        ("69012300100l9,x,1", "gtin_not_digits"),
        (",x,1", "gtin_not_digits"),
        ("6901230010019,,1", "product_name_missing"),
        (f"6901230010019,{'x' * 201},1", "name_too_long"),
        ("6901230010019,x,free", "price_invalid"),
        ("6901230010019,x,-1", "price_invalid"),
        ("6901230010019,x,1.005", "price_invalid"),
        ("6901230010019,x,NaN", "price_invalid"),
        ("6901230010019,x,9e999999", "price_invalid"),
        ('6901230010019,"x" y,1', "row_broken"),
    ],
)
def test_a_bad_product_is_refused_with_its_reason_and_the_others_go_in(bring: Bring, row: str, code: str) -> None:
    outcome = bring(PRODUCTS, f"gtin,name,price\n{row}\n6901230010026,面霜,298\n")
    assert (summary(outcome), refusals(outcome)) == ((1, 0, 0, 1), [(2, code)])


@pytest.mark.parametrize(
    ("price", "fen"), [("368", 36800), ("¥1,299.00", 129900), ("¥9.9", 990), ("12.50 元", 1250), ("0", 0)]
)
def test_prices_as_people_write_them(desk: Desk, bring: Bring, price: str, fen: int) -> None:
    bring(PRODUCTS, f'条码,品名,售价\n6901230010019,精华,"{price}"\n')
    found = desk.read(find_product, "06901230010019")
    assert found is not None
    assert found.price == fen


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_files_as_spreadsheets_write_them(desk: Desk, bring: Bring, encoding: str, delimiter: str) -> None:
    rows = [["商品码", " 商品名称 ", "GTIN 旧", "品牌"], ["6901230010019", "舒缓精华", "", "山茶"]]
    content = "\r\n".join(delimiter.join(row) for row in rows)
    assert summary(bring(PRODUCTS, content.encode(encoding))) == (1, 0, 0, 0)
    found = desk.read(find_product, "06901230010019")
    assert found is not None
    assert (found.name, found.brand) == ("舒缓精华", "山茶")


def test_a_row_is_told_by_the_line_where_it_begins(bring: Bring) -> None:
    content = 'gtin,name\n\n6901230010019,"two\nlines"\n12345,x\n6901230010026,"never closed\n'
    outcome = bring(PRODUCTS, content)
    assert (summary(outcome), refusals(outcome)) == ((1, 0, 0, 2), [(5, "gtin_length"), (6, "row_broken")])


def test_the_first_of_two_rows_about_one_product_counts(bring: Bring) -> None:
    content = "gtin,name\n6901230010019,精华\n06901230010019,别的\n"
    outcome = bring(PRODUCTS, content)
    assert (summary(outcome), refusals(outcome)) == ((1, 0, 0, 1), [(3, "row_repeated")])
    assert summary(bring(PRODUCTS, content)) == (0, 0, 1, 1)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"\xef\xbb\xbf\n\n", "file_empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "file_not_csv"),
        ("gtin,name\n".encode("utf-16"), "file_not_csv"),
        (b"\xff\xff\xff\xff", "file_not_csv"),
        (b"name,price\nx,1\n", "columns_missing"),
        (b'{"gtin": 1}', "columns_missing"),
        (b'"gtin,name\n' * 20_000, "file_not_csv"),
    ],
)
def test_a_file_of_another_kind_is_refused_as_a_whole(bring: Bring, content: bytes, code: str) -> None:
    with pytest.raises(BadInput) as caught:
        bring(PRODUCTS, content)
    assert caught.value.code == code


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rubbish=st.binary(max_size=300), kind=st.sampled_from([PRODUCTS, MEMBERS]))
def test_rubbish_never_ends_in_anything_but_a_refusal(bring: Bring, rubbish: bytes, kind: Kind[Any]) -> None:
    heading = b"gtin,name,price,phone,code,card,birthday,channel,consents\n"
    with contextlib.suppress(TillError):
        bring(kind, heading + rubbish)


def test_members_come_in_and_are_found_and_a_second_time_changes_nothing(desk: Desk, bring: Bring) -> None:
    content = (
        "会员码,手机号,卡号,姓名,生日,渠道,同意\n"
        f"{CODE},139 1688 2045,VIP-0042,陈思雨,12/8,wechat,service;marketing\n"
        ",13916882046,,王敏,,,\n"
    )
    assert summary(bring(MEMBERS, content)) == (2, 0, 0, 0)
    before = len(outbox_events(desk))
    assert summary(bring(MEMBERS, content)) == (0, 0, 2, 0)
    assert len(outbox_events(desk)) == before
    chen = profile(desk, CODE)
    assert (chen.name, chen.phone, chen.birthday, chen.channel) == ("陈思雨", "139 **** 2045", "12-08", "wechat")
    assert {each.purpose for each in chen.consents if each.agreed} == {"service", "marketing"}
    assert profile(desk, "VIP-0042").member_id == chen.member_id
    for words in ("csy", "chensiyu", "2045", "0042", "陈思"):
        assert [hit.member_id for hit in desk.read(find_members, words)] == [chen.member_id]
    wang = desk.read(find_members, "2046")[0]
    assert wang.name == "王敏"


def test_every_imported_member_is_an_event_for_the_hub(desk: Desk, bring: Bring) -> None:
    bring(MEMBERS, "phone,name,consents\n13916882045,陈思雨,service\n13916882046,王敏,\n")
    events = outbox_events(desk)
    assert [kind for kind, _ in events] == ["MemberEnrolled", "ConsentGiven", "MemberEnrolled"]
    assert [body["n"] for _, body in events] == [1, 2, 3]
    assert sorted(body["hlc"] for _, body in events) == [body["hlc"] for _, body in events]
    assert (events[0][1]["data"]["channel"], events[0][1]["data"]["phone"]) == ("import", "+8613916882045")
    assert events[1][1]["data"]["member_id"] == events[0][1]["data"]["member_id"] == events[0][1]["mid"]


def test_an_imported_member_is_like_an_enrolled_one(desk: Desk, bring: Bring) -> None:
    """The rows written in bulk are those that the projection of one event writes."""
    bring(MEMBERS, "phone,name,birthday,channel\n13916882045,单小姐,3/8,poster\n")
    form = Application(phone="13916882046", name="单小姐", birthday="3/8", channel="poster", consents=("service",))
    desk.do(enrol, form).result()
    one, other = (row_of(desk, phone) for phone in ("+8613916882045", "+8613916882046"))
    different = {"id", "phone", "phone_reversed"}
    assert one.keys() == other.keys()
    assert {name for name in one if one[name] != other[name]} == different


def row_of(desk: Desk, phone: str) -> dict[str, Any]:
    query = Member.__table__.select().where(Member.phone == phone)
    return dict(desk.read(lambda connection: connection.execute(query).mappings().one()))


def test_a_known_member_is_amended_where_the_file_says_otherwise(desk: Desk, bring: Bring) -> None:
    bring(MEMBERS, f"code,phone,name,channel\n{CODE},13916882045,陈思雨,wechat\n")
    assert summary(bring(MEMBERS, "手机,姓名,生日\n13916882045,陈思语,\n")) == (0, 1, 0, 0)
    assert (profile(desk, CODE).name, profile(desk, CODE).channel) == ("陈思语", "wechat")
    kind, body = outbox_events(desk)[-1]
    assert (kind, body["data"]["fields"]) == ("MemberAmended", {"name": "陈思语"})
    assert body["data"]["base"] == {"name": "陈思雨"}, "what was seen before"


def test_a_new_phone_or_card_of_a_known_member_is_taken_over(desk: Desk, bring: Bring) -> None:
    bring(MEMBERS, f"code,phone\n{CODE},13916882045\n")
    content = f"code,phone,card\n{CODE},13916882099,VIP-0042\n"
    assert summary(bring(MEMBERS, content)) == (0, 1, 0, 0)
    assert summary(bring(MEMBERS, content)) == (0, 0, 1, 0)
    assert [hit.phone for hit in desk.read(find_members, "2099")] == ["139 **** 2099"]
    assert desk.read(find_members, "2045") == ()
    assert profile(desk, "VIP-0042").code == CODE


def test_a_wechat_id_comes_in_and_finds_its_member_again(desk: Desk, bring: Bring) -> None:
    assert summary(bring(MEMBERS, "手机,姓名,微信号\n13916882045,许女士,Siyu_2026\n,王敏,wang_min\n")) == (2, 0, 0, 0)
    assert isinstance(desk.read(look_up, "siyu_2026"), MemberSeen)
    assert summary(bring(MEMBERS, "微信号,生日\nSIYU_2026,05-20\n王敏,\n")) == (0, 1, 0, 1)
    assert summary(bring(MEMBERS, "手机,微信号\n13916882045,siyu_2027\n")) == (0, 1, 0, 0)
    assert [len(desk.read(find_members, each)) for each in ("siyu_2026", "siyu_2027")] == [0, 1]


def test_an_old_file_does_not_overrule_a_withdrawal(desk: Desk, bring: Bring) -> None:
    content = f"code,consents\n{CODE},service;marketing\n"
    bring(MEMBERS, content)
    desk.do(withdraw_consent, profile(desk, CODE).member_id, "marketing").result()
    assert summary(bring(MEMBERS, content)) == (0, 0, 1, 0)
    assert {each.purpose for each in profile(desk, CODE).consents if each.agreed} == {"service"}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (",,,12-08,", "identity_missing"),
        (",123,,,", "phone_invalid"),
        (f"{CODE[:-1]}0,,,,", "member_code_damaged"),
        ("6901230010019,,,,", "not_member_code"),
        ("134567890123456789,,,,", "payment_code"),
        (",,134567890123456789,,", "payment_code"),
        (f",,{'x' * 65},,", "code_too_long"),
        (",13916882045,,31-12,", "birthday_invalid"),
        (f",13916882045,,{'1' * 5000}-1,", "birthday_invalid"),
        (",13916882045,,,everything", "consent_unknown"),
        (f"{member_code(b'9876543210')},13916880000,,,", "code_differs"),
        (f"{CODE},13916880000,,,", "identities_disagree"),
    ],
)
def test_a_bad_member_is_refused_with_its_reason_and_the_others_go_in(bring: Bring, row: str, code: str) -> None:
    bring(MEMBERS, f"code,phone\n{CODE},13916880001\n,13916880000\n")
    outcome = bring(MEMBERS, f"code,phone,card,birthday,consents\n{row}\n,13916882047,\n")
    assert (summary(outcome), refusals(outcome)) == ((1, 0, 0, 1), [(2, code)])


def test_the_same_person_twice_in_a_file_is_one_member(desk: Desk, bring: Bring) -> None:
    outcome = bring(MEMBERS, f"phone,code,name\n139-1688-2045,,a\n+8613916882045,,b\n13916882046,{CODE},c\n,{CODE},d\n")
    assert refusals(outcome) == [(3, "row_repeated"), (5, "row_repeated")]
    assert [error.facts["line"] for _, error in outcome.refused] == [2, 4]
    assert outcome.new == len(outbox_events(desk)) == 2


def test_a_failure_in_the_middle_keeps_whole_chunks_and_a_second_run_does_the_rest(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "members.csv"
    rows = [f"139{number:08d},王敏" for number in range(CHUNK + 10)]
    path.write_text("phone,name\n" + "\n".join(rows), "utf-8")
    chunks = iter(range(2))

    def put(work: Work, entries: list[Any]) -> Outcome:
        outcome = MEMBERS.put(work, entries)
        if next(chunks):
            raise StorageTrouble("disk_full")
        return outcome

    with pytest.raises(StorageTrouble):
        import_file(desk, Kind(MEMBERS.aliases, MEMBERS.needed, MEMBERS.read, put), path, lambda *_: None)
    assert len(outbox_events(desk)) == CHUNK
    assert summary(import_file(desk, MEMBERS, path, lambda *_: None)) == (10, 0, CHUNK, 0)


def test_whoever_watches_is_told_how_far_it_is(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("gtin,name\n12345,x\n6901230010019,精华\n", "utf-8")
    told: list[tuple[int, int, int]] = []
    import_file(desk, PRODUCTS, path, lambda outcome, at, size: told.append((len(outcome.refused), at, size)))
    assert told == [(1, path.stat().st_size, path.stat().st_size)]
