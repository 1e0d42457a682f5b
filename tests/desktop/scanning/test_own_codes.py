"""Posters, badges, tokens and vouchers are read back as they were made, and damage shows."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.rules.member_codes import badge_code, codes_beginning, member_code, recruit_code
from desktop.rules.signed_codes import TokenBody, VoucherBody, issue_token, issue_voucher
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import BadgeCode, MemberToken, RecruitCode, Voucher
from tests.desktop.scanning.refusals import refusal

pub_ids = st.binary(min_size=10, max_size=10)
eight = st.binary(min_size=8, max_size=8)
byte = st.integers(0, 255)
number = st.integers(0, 2**32 - 1)
signatures = st.binary(min_size=64, max_size=64)
tokens = st.builds(TokenBody, byte, eight, number, byte)
vouchers = st.builds(VoucherBody, byte, eight, number, number, st.dates(date(1970, 1, 1)), number, byte)

TOKEN = issue_token(TokenBody(3, b"member01", 1_800_000_000), lambda _: bytes(64))
VOUCHER = issue_voucher(VoucherBody(3, b"serial01", 7, 5000, date(2027, 3, 31)), lambda _: bytes(64))


@given(pub_ids)
def test_posters_and_badges_are_read_back(pub_id: bytes) -> None:
    assert parse_code(recruit_code(pub_id)) == RecruitCode(recruit_code(pub_id))
    assert parse_code(badge_code(pub_id)) == BadgeCode(badge_code(pub_id))


@given(tokens, signatures)
def test_a_token_says_what_its_issuer_said(body: TokenBody, signature: bytes) -> None:
    text = issue_token(body, lambda _: signature)
    assert len(text) == 129
    assert parse_code(text) == MemberToken(text, body.kid, body.member, body.not_after, body.flags, signature)


@given(vouchers, signatures)
def test_a_voucher_says_what_its_issuer_said(body: VoucherBody, signature: bytes) -> None:
    text = issue_voucher(body, lambda _: signature)
    assert len(text) == 148
    assert parse_code(text) == Voucher(
        text, body.kid, body.serial, body.campaign, body.value, body.expires_on, body.scope, body.flags, signature
    )


def test_a_token_and_a_voucher_are_never_signed_by_the_same_bytes() -> None:
    token, voucher = TokenBody(1, bytes(8), 0), VoucherBody(1, bytes(8), 0, 0, date(1970, 1, 1))
    assert token.signed_bytes().startswith(b"storeguide-token-1" + token.packed()[:1])
    assert voucher.signed_bytes().startswith(b"storeguide-voucher-1" + voucher.packed()[:1])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (recruit_code(bytes(10))[:-1], "recruit_code_damaged"),
        (recruit_code(bytes(10))[:-1] + "1", "recruit_code_damaged"),
        (badge_code(bytes(10)) + "0", "badge_code_damaged"),
        (badge_code(bytes(10))[:-1] + "1", "badge_code_damaged"),
        (member_code(bytes(10)).replace("SGM1", "SGB1")[:-1] + "Z", "badge_code_damaged"),
        (TOKEN[:-1], "token_damaged"),
        (TOKEN + "0", "token_damaged"),
        (TOKEN[:-1] + "U", "token_damaged"),
        ("SGT1Z" + TOKEN[5:], "token_damaged"),
        (VOUCHER[:-1], "voucher_damaged"),
        (VOUCHER[:-1] + "张", "voucher_damaged"),
        ("SGV1" + "Z" * 144, "voucher_damaged"),
    ],
)
def test_damage_is_called_by_the_kind_of_code(text: str, code: str) -> None:
    assert refusal(parse_code, text) == (code, {})


@pytest.mark.parametrize(
    "body",
    [
        TokenBody(256, bytes(8), 0),
        TokenBody(1, bytes(7), 0),
        TokenBody(1, bytes(8), 2**32),
        TokenBody(1, bytes(8), 0, -1),
        VoucherBody(1, bytes(9), 0, 0, date(2027, 1, 1)),
        VoucherBody(1, bytes(8), 0, -1, date(2027, 1, 1)),
        VoucherBody(1, bytes(8), 0, 0, date(1969, 12, 31)),
    ],
)
def test_what_does_not_fit_its_place_is_never_issued(body: TokenBody | VoucherBody) -> None:
    with pytest.raises(ValueError, match=r".+"):
        body.packed()


@given(pub_ids)
def test_a_token_leads_to_its_member_by_how_the_code_begins(pub_id: bytes) -> None:
    low, high = codes_beginning(pub_id[:8])
    assert low <= member_code(pub_id) <= high
    other = bytes([pub_id[7] ^ 1])
    assert not low <= member_code(pub_id[:7] + other + pub_id[8:]) <= high


def test_a_public_id_has_no_eleven_bytes() -> None:
    with pytest.raises(ValueError, match="10 bytes"):
        codes_beginning(bytes(11))
    with pytest.raises(ValueError, match="10 bytes"):
        badge_code(bytes(9))
