"""A signed code counts for its minutes, its store and its issuer, and for nobody else's."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from nacl.signing import SigningKey

from desktop.rules.member_codes import member_code
from desktop.rules.signed_codes import TokenBody, VoucherBody, issue_token, issue_voucher
from desktop.rules.trust_bundle import seal_bundle
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import MemberToken, Voucher
from desktop.scanning.trust import FRESH, Issuer, TrustBundle, open_bundle, revokes, verify_token, verify_voucher
from tests.desktop.scanning.refusals import refusal

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
SECONDS = int(NOW.timestamp())
DAY = 86_400
ROOT, KEY, OTHER = (SigningKey(bytes([number]) * 32) for number in (1, 2, 3))
MEMBER = bytes(range(8))
ISSUER = Issuer(5, KEY.verify_key.encode(), SECONDS - DAY, SECONDS + DAY, frozenset({"token", "voucher"}))
BUNDLE = TrustBundle(7, SECONDS - DAY, SECONDS + 20 * DAY, (ISSUER,))


def sign(key: SigningKey, message: bytes) -> bytes:
    return key.sign(message).signature


def token(key: SigningKey = KEY, kid: int = 5, not_after: int = SECONDS) -> MemberToken:
    code = parse_code(issue_token(TokenBody(kid, MEMBER, not_after), lambda message: sign(key, message)))
    assert isinstance(code, MemberToken)
    return code


def voucher(key: SigningKey = KEY, expires_on: date = TODAY, scope: int = 0) -> Voucher:
    body = VoucherBody(5, b"serial01", 9, 5000, expires_on, scope)
    code = parse_code(issue_voucher(body, lambda message: sign(key, message)))
    assert isinstance(code, Voucher)
    return code


def sealed(bundle: TrustBundle = BUNDLE, key: SigningKey = ROOT) -> str:
    return seal_bundle(bundle, lambda message: sign(key, message))


def opened(text: str, held: TrustBundle | None = None, now: datetime = NOW) -> TrustBundle:
    return open_bundle(text, ROOT.verify_key.encode(), held=held, now=now)


@pytest.mark.parametrize("away", [-FRESH, 0, FRESH])
def test_a_token_counts_two_minutes_either_side(away: int) -> None:
    verify_token(token(not_after=SECONDS + away), BUNDLE, NOW)


@pytest.mark.parametrize(("away", "code"), [(-FRESH - 1, "token_expired"), (FRESH + 1, "token_not_yet")])
def test_a_token_counts_no_longer(away: int, code: str) -> None:
    assert refusal(verify_token, token(not_after=SECONDS + away), BUNDLE, NOW) == (code, {})


def test_a_token_of_a_key_that_is_not_the_issuers_is_forged() -> None:
    assert refusal(verify_token, token(OTHER), BUNDLE, NOW)[0] == "signature_wrong"


@pytest.mark.parametrize(
    "changed", [{"member": bytes(8)}, {"not_after": SECONDS + 1}, {"flags": 1}, {"signature": bytes(64)}]
)
def test_no_part_of_a_token_can_be_changed(changed: dict[str, object]) -> None:
    assert refusal(verify_token, replace(token(), **changed), BUNDLE, NOW)[0] == "signature_wrong"


@pytest.mark.parametrize(
    ("bundle", "code"),
    [
        (None, "trust_missing"),
        (replace(BUNDLE, expires=SECONDS - 1), "bundle_expired"),
        (replace(BUNDLE, issued=SECONDS + FRESH + 1), "till_clock_behind"),
        (replace(BUNDLE, issuers=()), "issuer_unknown"),
        (replace(BUNDLE, revoked_kids=frozenset({5})), "issuer_revoked"),
        (replace(BUNDLE, issuers=(replace(ISSUER, purposes=frozenset({"voucher"})),)), "issuer_not_for_this"),
        (replace(BUNDLE, issuers=(replace(ISSUER, until=SECONDS - 1),)), "issuer_out_of_time"),
        (replace(BUNDLE, issuers=(replace(ISSUER, since=SECONDS + 1),)), "issuer_out_of_time"),
        (replace(BUNDLE, issuers=(replace(ISSUER, pub=b"short"),)), "signature_wrong"),
        (replace(BUNDLE, revoked_cards=frozenset({MEMBER})), "card_revoked"),
    ],
)
def test_every_doubt_about_a_token_has_its_reason(bundle: TrustBundle | None, code: str) -> None:
    assert refusal(verify_token, token(), bundle, NOW)[0] == code


def test_two_issuers_overlap_while_one_takes_over() -> None:
    following = Issuer(6, OTHER.verify_key.encode(), SECONDS - 60, SECONDS + 30 * DAY, frozenset({"token"}))
    both = replace(BUNDLE, issuers=(ISSUER, following))
    verify_token(token(), both, NOW)
    verify_token(token(OTHER, kid=6), both, NOW)
    assert refusal(verify_token, token(OTHER, kid=5), both, NOW)[0] == "signature_wrong"


def test_a_voucher_counts_to_the_end_of_its_last_day_in_its_stores() -> None:
    verify_voucher(voucher(), BUNDLE, NOW, today=TODAY)
    verify_voucher(voucher(scope=12), BUNDLE, NOW, today=TODAY, scopes={12, 13})


def test_every_doubt_about_a_voucher_has_its_reason() -> None:
    late = voucher(expires_on=TODAY - timedelta(days=1))
    assert refusal(verify_voucher, late, BUNDLE, NOW, today=TODAY) == (
        "voucher_expired",
        {"expires_on": TODAY - timedelta(days=1)},
    )
    assert refusal(verify_voucher, voucher(scope=12), BUNDLE, NOW, today=TODAY, scopes={13})[0] == "voucher_elsewhere"
    assert refusal(verify_voucher, voucher(OTHER), BUNDLE, NOW, today=TODAY)[0] == "signature_wrong"
    assert refusal(verify_voucher, replace(voucher(), value=9000), BUNDLE, NOW, today=TODAY)[0] == "signature_wrong"
    assert refusal(verify_voucher, voucher(), None, NOW, today=TODAY)[0] == "trust_missing"


def test_a_token_signed_for_members_is_no_voucher() -> None:
    """The same bytes under the same key, but said of another kind."""
    body = VoucherBody(5, b"serial01", 9, 5000, TODAY)
    forged = issue_voucher(body, lambda _: sign(KEY, TokenBody(5, MEMBER, SECONDS).signed_bytes()[:18] + body.packed()))
    code = parse_code(forged)
    assert isinstance(code, Voucher)
    assert refusal(verify_voucher, code, BUNDLE, NOW, today=TODAY)[0] == "signature_wrong"


def test_a_lost_card_is_known_by_how_its_id_begins() -> None:
    bundle = replace(BUNDLE, revoked_cards=frozenset({MEMBER}))
    assert member_code(MEMBER + b"\x08\x09").startswith("SGM1")
    assert revokes(bundle, MEMBER + b"\x08\x09")
    assert not revokes(bundle, b"another567")
    assert not revokes(None, MEMBER + b"\x08\x09")


def test_a_bundle_travels_and_comes_back() -> None:
    full = replace(BUNDLE, revoked_kids=frozenset({1, 2}), revoked_cards=frozenset({MEMBER}))
    assert opened(sealed(full)) == full


def test_only_a_newer_bundle_is_taken() -> None:
    assert opened(sealed(), held=replace(BUNDLE, ver=6)) == BUNDLE
    for held in (7, 8):
        assert refusal(opened, sealed(), held=replace(BUNDLE, ver=held)) == (
            "bundle_not_newer",
            {"ver": 7, "held": held},
        )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (sealed(key=OTHER), "bundle_signature_wrong"),
        (sealed().replace('\\"ver\\":7', '\\"ver\\":8'), "bundle_signature_wrong"),
        (sealed(replace(BUNDLE, expires=SECONDS + 40 * DAY)), "bundle_lives_too_long"),
        (sealed(replace(BUNDLE, expires=SECONDS - 1)), "bundle_expired"),
        (sealed(replace(BUNDLE, issued=SECONDS + 600)), "till_clock_behind"),
        ("", "bundle_unreadable"),
        ("[]", "bundle_unreadable"),
        ('{"bundle": 1, "signature": ""}', "bundle_unreadable"),
        ('{"bundle": "{}", "signature": "zz"}', "bundle_unreadable"),
        ('{"bundle": "{}", "signature": "00"}', "bundle_signature_wrong"),
    ],
)
def test_every_doubt_about_a_bundle_has_its_reason(text: str, code: str) -> None:
    assert refusal(opened, text)[0] == code


@pytest.mark.parametrize("inner", ["{}", "[]", "7", '{"ver": 1, "issued": 1, "expires": 2, "issuers": [3]}'])
def test_a_signed_text_that_is_no_bundle_is_unreadable(inner: str) -> None:
    signature = sign(ROOT, b"storeguide-trust-1" + inner.encode()).hex()
    text = json.dumps({"bundle": inner, "signature": signature})
    assert refusal(opened, text)[0] == "bundle_unreadable"
