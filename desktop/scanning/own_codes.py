"""Codes of our own making, by their prefix: member, recruit, badge, token and voucher."""

from collections.abc import Callable

from desktop.errors import BadInput
from desktop.rules.crockford import ALPHABET, check2, decode_number
from desktop.rules.member_codes import BADGE_PREFIX, MEMBER_PREFIX, RECRUIT_PREFIX
from desktop.rules.signed_codes import TOKEN_PREFIX, VOUCHER_PREFIX, read_token, read_voucher
from desktop.scanning.kinds import BadgeCode, MemberCode, MemberToken, RecruitCode, Voucher

OwnCode = MemberCode | RecruitCode | BadgeCode | MemberToken | Voucher

_ALIKE = str.maketrans("ILO", "110")
_LENGTH = 22  # prefix 4, public id 16, check 2


def own_code(typed: str) -> OwnCode | None:
    """What ``typed`` (no gaps, Shift undone) is of ours; None if it is nothing of ours. Signatures are not looked at.

    Raises BadInput ``member_code_damaged``, ``recruit_code_damaged``, ``badge_code_damaged``, ``token_damaged``,
    ``voucher_damaged``.
    """
    read = _READERS.get(_canonical(typed[:4]))
    return read(_canonical(typed)) if read else None


def _canonical(text: str) -> str:
    return text.upper().translate(_ALIKE)


def _member(text: str) -> MemberCode:
    if not _is_sound(text):
        raise BadInput("member_code_damaged")
    return MemberCode(text)


def _recruit(text: str) -> RecruitCode:
    if not _is_sound(text):
        raise BadInput("recruit_code_damaged")
    return RecruitCode(text)


def _badge(text: str) -> BadgeCode:
    if not _is_sound(text):
        raise BadInput("badge_code_damaged")
    return BadgeCode(text)


def _token(text: str) -> MemberToken:
    try:
        body, signature = read_token(text)
    except ValueError as error:
        raise BadInput("token_damaged") from error
    return MemberToken(text, body.kid, body.member, body.not_after, body.flags, signature)


def _voucher(text: str) -> Voucher:
    try:
        body, signature = read_voucher(text)
    except ValueError as error:
        raise BadInput("voucher_damaged") from error
    return Voucher(
        text, body.kid, body.serial, body.campaign, body.value, body.expires_on, body.scope, body.flags, signature
    )


def _is_sound(text: str) -> bool:
    body, check = text[4:-2], text[-2:]
    return len(text) == _LENGTH and set(body) <= set(ALPHABET) and check == check2(decode_number(body))


_READERS: dict[str, Callable[[str], OwnCode]] = {
    MEMBER_PREFIX: _member,
    RECRUIT_PREFIX: _recruit,
    BADGE_PREFIX: _badge,
    TOKEN_PREFIX: _token,
    VOUCHER_PREFIX: _voucher,
}
