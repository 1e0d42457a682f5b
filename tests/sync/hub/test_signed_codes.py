"""The hub's keys and what it signs with them: tills believe it without asking, and nobody else."""

import re
import stat
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import requests
from nacl.signing import SigningKey

from desktop.errors import BadInput
from desktop.rules.code_ids import voucher_id
from desktop.rules.member_codes import member_code
from desktop.rules.signed_codes import VoucherBody, issue_voucher, read_voucher
from desktop.rules.trust_bundle import TrustBundle
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import MemberToken, Voucher
from desktop.scanning.trust import open_bundle, verify_token, verify_voucher
from sync.code_rows import TokensReply, TrustRow
from sync.hub.hub import Hub
from sync.hub.issuing import VoucherOrder, issue_vouchers, tokens_for
from sync.hub.partners import let_in, shut_out
from sync.hub.problems import HubError, HubProblem
from sync.hub.restore import back_up, ledger_of
from sync.hub.trust import DAY, Renewal, renew
from tests import nursery
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.hub.rights import Office, asked, lease, under
from tests.sync.hub.test_restore import put_back, restored_hub

CODE = member_code(b"0123456789")
ROOT = SigningKey(b"r" * 32)


def now_of(hub: Hub) -> int:
    return hub.clock.now_ms() // 1000


def moment(hub: Hub) -> datetime:
    return datetime.fromtimestamp(now_of(hub), UTC)


def make_keys(hub: Hub, **order: object) -> TrustBundle:
    told = Renewal(**{"now": now_of(hub), **order})
    return hub.database.retry(lambda connection: renew(connection, ROOT, hub.keyring, told))


def told_to(till: Sender) -> TrustBundle:
    """What a till makes of what it was told."""
    row = msgspec.json.decode(till.read("cfg")["trust", "trust"].body, type=TrustRow)
    return open_bundle(row.sealed, bytes(ROOT.verify_key), held=None, now=moment(till.hub))


def codes_of(hub: Hub, told: str = CODE) -> list[str]:
    with hub.database.read() as connection:
        return [slot.code for slot in tokens_for(connection, hub.keyring, told, now=now_of(hub))]


def vouchers(hub: Hub, **order: object) -> list[str]:
    told = VoucherOrder(**{"campaign": 12, "value": 2000, "expires_on": date(2026, 12, 31), **order})
    return hub.database.retry(
        lambda connection: issue_vouchers(connection, hub.keyring, told, now=now_of(hub), random=hub.clock.random)
    )


def the_token(text: str) -> MemberToken:
    code = parse_code(text)
    assert isinstance(code, MemberToken)
    return code


def test_a_members_codes_last_a_day_and_each_a_few_minutes(hub: Hub, till: Sender) -> None:
    till.send(till.enrolled("m1", code=CODE))
    make_keys(hub)
    codes, bundle = codes_of(hub), told_to(till)
    assert len(codes) == 720
    assert the_token(codes[0]).member == b"01234567"
    verify_token(the_token(codes[0]), bundle, moment(hub))
    with pytest.raises(BadInput, match="token_not_yet"):
        verify_token(the_token(codes[-1]), bundle, moment(hub))
    verify_token(the_token(codes[-1]), bundle, moment(hub) + timedelta(days=1))


def test_a_new_key_takes_over_and_the_old_one_ends_in_a_week(hub: Hub, hub_clock: SteadyClock, till: Sender) -> None:
    till.send(till.enrolled("m1", code=CODE))
    first = make_keys(hub)
    old = the_token(codes_of(hub)[0])
    assert make_keys(hub, fresh=True).ver > first.ver
    assert the_token(codes_of(hub)[0]).kid != old.kid
    verify_token(old, told_to(till), moment(hub))
    hub_clock.forward(hours=8 * 24)
    make_keys(hub)
    assert old.kid not in {issuer.kid for issuer in told_to(till).issuers}


def test_a_revoked_key_and_a_revoked_card_are_not_believed(hub: Hub, till: Sender) -> None:
    till.send(till.enrolled("m1", code=CODE))
    make_keys(hub)
    token = the_token(codes_of(hub)[0])
    make_keys(hub, revoked_kids=frozenset({token.kid}))
    with pytest.raises(BadInput, match="issuer_revoked"):
        verify_token(token, told_to(till), moment(hub))
    make_keys(hub, revoked_cards=frozenset({b"01234567"}))
    with pytest.raises(BadInput, match="card_revoked"):
        verify_token(the_token(codes_of(hub)[0]), told_to(till), moment(hub))


def test_a_voucher_says_what_it_is_worth_to_anybody_with_the_bundle(hub: Hub, till: Sender) -> None:
    make_keys(hub)
    one, other = vouchers(hub, count=2)
    code = parse_code(one)
    assert isinstance(code, Voucher)
    assert one != other
    assert (code.value, code.campaign, code.expires_on) == (2000, 12, date(2026, 12, 31))
    verify_voucher(code, told_to(till), moment(hub), today=date(2026, 12, 31))


def taken(till: Sender, code: str) -> list[str]:
    """The verdict on a till's taking this voucher, without a lease."""
    serial, redemption = read_voucher(code)[0].serial, till.hub.clock.new_id()
    told = {"voucher_id": voucher_id(serial), "redemption_id": redemption, "visit_id": "v1"}
    return till.verdicts(till.did("VoucherTaken", **told, code=code))


def test_a_forger_with_a_revoked_key_gets_nothing_through_a_till_that_has_not_heard(hub: Hub, till: Sender) -> None:
    make_keys(hub)
    (ours,) = vouchers(hub, value=100)
    kid = read_voucher(ours)[0].kid
    stolen = hub.keyring.load()[kid]
    forged = [
        issue_voucher(VoucherBody(kid, serial, 12, 100, date(2026, 12, 31)), lambda text: stolen.sign(text).signature)
        for serial in (b"forged 1", b"forged 2")
    ]
    assert taken(till, forged[0]) == ["accepted"]  # nobody knows yet that the key is stolen
    make_keys(hub, revoked_kids=frozenset({kid}))
    assert taken(till, forged[1]) == ["rejected:voucher_forged"]
    assert taken(till, ours) == ["accepted"]  # what the hub knows that it has issued is not lost


def test_of_what_was_taken_while_its_lease_was_forgotten_nothing_is_left(
    tmp_path: Path, hub_clock: SteadyClock
) -> None:
    office = Office(Hub.open(f"sqlite:///{tmp_path / 'hub.db'}", hub_clock), tmp_path)
    one, two = Sender(office.hub, "west"), Sender(office.hub, "east")
    make_keys(office.hub)
    (code,) = vouchers(office.hub, value=100)
    known = voucher_id(read_voucher(code)[0].serial)
    back_up(office.url, tmp_path / "saved.db")
    one.send(asked(one, "voucher", known))
    promised = under(one, "voucher", known)
    one.hub = two.hub = office.restore(tmp_path / "saved.db", hub_clock)
    assert taken(two, code) == ["accepted"]
    one.send(one.did("LeaseAsked", of="voucher", object_id=known, amount=1, **promised))
    held = lease(one, "voucher", known)
    assert held is not None
    assert held.amount == 0
    office.check_books()
    office.hub.close()


def test_no_key_no_code(hub: Hub, till: Sender) -> None:
    till.send(till.enrolled("m1", code=CODE))
    with pytest.raises(HubError, match="no key"):
        codes_of(hub)


def test_another_root_key_is_not_taken(hub: Hub) -> None:
    make_keys(hub)
    told = Renewal(now=now_of(hub))
    with pytest.raises(HubError, match="another root key"):
        hub.database.retry(lambda connection: renew(connection, SigningKey(b"s" * 32), hub.keyring, told))


def test_the_bundle_lives_no_longer_than_was_asked(hub: Hub) -> None:
    bundle = make_keys(hub, life=3 * DAY)
    assert bundle.expires == now_of(hub) + 3 * DAY


def test_a_partner_fetches_codes_until_it_is_shut_out(hub: Hub, till: Sender, url: str) -> None:
    till.send(till.enrolled("m1", code=CODE))
    token = hub.database.retry(lambda connection: let_in(connection, hub.ledger, hub.clock, "小程序"))
    header = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{url}/v1/tokens/{CODE}", headers=header, timeout=10).json()["code"] == "no_key"
    make_keys(hub)
    answer = requests.get(f"{url}/v1/tokens/{CODE}", headers=header, timeout=10)
    assert len(msgspec.json.decode(answer.content, type=TokensReply).tokens) == 720
    assert requests.get(f"{url}/v1/tokens/nobody", headers=header, timeout=10).json()["code"] == "not_found"
    hub.database.retry(lambda connection: shut_out(connection, hub.ledger, "小程序"))
    assert requests.get(f"{url}/v1/tokens/{CODE}", headers=header, timeout=10).status_code == 401


@pytest.mark.parametrize("lost", [False, True])
def test_a_partner_that_was_shut_out_does_not_come_back_by_a_restore(
    hub_clock: SteadyClock, tmp_path: Path, lost: bool
) -> None:
    """lost: the ledger was, and is written anew."""
    file_url = f"sqlite:///{tmp_path / 'hub.db'}"
    with closing(Hub.open(file_url, hub_clock)) as hub:
        token = hub.database.retry(lambda connection: let_in(connection, hub.ledger, hub_clock, "小程序"))
        back_up(file_url, tmp_path / "saved.db")
        assert hub.database.retry(lambda connection: shut_out(connection, hub.ledger, "小程序"))
    if lost:
        ledger_of(file_url).unlink()
        Hub.open(file_url, hub_clock).close()
    put_back(tmp_path / "saved.db", file_url)
    with restored_hub(file_url, hub_clock) as hub, pytest.raises(HubProblem, match="unauthenticated"):
        hub.authenticate_partner(token)


def test_a_voucher_of_keys_younger_than_the_backup_is_taken(hub_clock: SteadyClock, tmp_path: Path) -> None:
    file_url = f"sqlite:///{tmp_path / 'hub.db'}"
    with closing(Hub.open(file_url, hub_clock)) as hub:
        till = Sender(hub, "west")
        back_up(file_url, tmp_path / "saved.db")
        make_keys(hub)
        (code,) = vouchers(hub)
        known = voucher_id(read_voucher(code)[0].serial)
        taken = till.did("VoucherTaken", voucher_id=known, redemption_id="r1", visit_id="v1", code=code)
        assert till.verdicts(taken) == ["accepted"]
        published = hub.published_keys()
    put_back(tmp_path / "saved.db", file_url)
    with restored_hub(file_url, hub_clock) as till.hub:
        assert till.verdicts(taken) == ["accepted"]
        assert till.hub.published_keys() == published


def test_what_was_revoked_after_the_backup_stays_revoked(hub_clock: SteadyClock, tmp_path: Path) -> None:
    file_url = f"sqlite:///{tmp_path / 'hub.db'}"
    with closing(Hub.open(file_url, hub_clock)) as hub:
        stolen = max(each.kid for each in make_keys(hub).issuers)
        back_up(file_url, tmp_path / "saved.db")
        hub_clock.forward(minutes=1)
        make_keys(hub, revoked_kids=frozenset({stolen}), revoked_cards=frozenset({b"12345678"}))
    put_back(tmp_path / "saved.db", file_url)
    with restored_hub(file_url, hub_clock) as hub:
        hub_clock.forward(minutes=1)
        bundle = make_keys(hub)
    assert stolen in bundle.revoked_kids
    assert b"12345678" in bundle.revoked_cards


def run(tmp_path: Path, *arguments: str) -> tuple[int, str, str]:
    done = nursery.run(nursery.HUB, *arguments, "--database", f"sqlite:///{tmp_path / 'hub.db'}")
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_an_operator_makes_keys_vouchers_posters_and_badges(tmp_path: Path) -> None:
    (tmp_path / "stores.csv").write_text("name\n西湖店\n", "utf-8")
    (tmp_path / "guides.csv").write_text("name,store\n小王,西湖店\n", "utf-8")
    for kind in ("stores", "guides"):
        assert run(tmp_path, "import", kind, str(tmp_path / f"{kind}.csv"))[0] == 0
    root = tmp_path / "stick" / "root.key"
    root.parent.mkdir()
    code, out, err = run(tmp_path, "keys", "--root", str(root))
    assert (code, err) == (0, "")
    assert re.fullmatch(r"bundle \d+, 2 keys, until \d{4}-\d\d-\d\d \d\d:\d\d UTC; root [0-9a-f]{64}\n", out)
    assert stat.S_IMODE(root.stat().st_mode) == stat.S_IMODE((tmp_path / "hub.db.issuers").stat().st_mode) == 0o600
    year = date.today().year
    told = ("--campaign", "12", "--value", "50", "--expires", f"{year + 4}-12-31")
    assert run(tmp_path, "voucher", *told) == (1, "", "hub: no key lives that long: vouchers end by then\n")
    code, out, err = run(tmp_path, "voucher", *told[:-1], f"{year + 1}-12-31", "--count", "3")
    assert (code, err, len(re.findall(r"^SGV1[0-9A-Z]{144}$", out, re.MULTILINE))) == (0, "", 3)
    code, out, err = run(tmp_path, "recruit", "--channel", "poster", "--label", "一楼扶梯口")
    assert re.fullmatch(r"SGR1[0-9A-Z]{18}\n", out)
    badge = run(tmp_path, "badge", "小王")[1]
    assert re.fullmatch(r"SGB1[0-9A-Z]{18}\n", badge)
    assert run(tmp_path, "badge", "小王")[1] == badge
    assert run(tmp_path, "token", "nobody")[2] == "hub: there is no member 'nobody' with a code of ours\n"
