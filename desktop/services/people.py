"""Normal forms of what clerks type about people."""

import re

from desktop.errors import BadInput
from desktop.rules import wechat
from desktop.rules.wishes import NORMAL

_CHINESE_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})$")


def normal_phone(text: str) -> str:
    """E.164 of a phone number typed in any usual way; Chinese unless it says otherwise.

    Raises BadInput ``phone_missing`` or ``phone_invalid``.
    """
    digits = re.sub(r"[\s\-()·.]", "", text)
    if not digits:
        raise BadInput("phone_missing")
    if mobile := _CHINESE_MOBILE.fullmatch(digits):
        return f"+86{mobile[1]}"
    return _any_phone(digits)


def _any_phone(digits: str) -> str:
    import phonenumbers  # 0.1 s to import, and needed only for numbers that are not Chinese mobiles

    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException as error:
        raise BadInput("phone_invalid") from error
    if not phonenumbers.is_valid_number(number):
        raise BadInput("phone_invalid")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_wechat(text: str | None) -> str | None:
    """A WeChat id as ``rules.wechat`` writes it, None for nothing typed. Raises BadInput ``wechat_invalid``."""
    try:
        return wechat.normal_wechat(text) if text and text.strip() else None
    except ValueError as error:
        raise BadInput("wechat_invalid") from error


def normal_name(text: str) -> str:
    """A name without surplus or invisible characters, at most 80 long; may be empty."""
    return one_line(text, longest=80)


def one_line(text: str, *, longest: int, too_long: str = "name_too_long") -> str:
    """``text`` without surplus or invisible characters. Raises BadInput ``too_long`` (limit)."""
    line = " ".join("".join(char for char in re.sub(r"\s", " ", text) if char.isprintable()).split())
    if len(line) > longest:
        raise BadInput(too_long, limit=longest)
    return line


def normal_birthday(text: str | None) -> str | None:
    """MM-DD or YYYY-MM-DD from ``12-08``, ``12/8``, ``12月8日``, ``1990-12-08``; None for nothing typed."""
    if text is None or not text.strip():
        return None
    parts = [int(part[:9]) for part in re.findall(r"\d+", text)]  # nine digits are no day, and no huge number either
    if len(parts) == 1 and re.fullmatch(r"\d{8}", text.strip()):
        parts = [parts[0] // 10000, parts[0] // 100 % 100, parts[0] % 100]
    year, month, day = parts if len(parts) == 3 else [2000, *parts] if len(parts) == 2 else [0, 0, 0]
    if not _is_day(year, month, day):
        raise BadInput("birthday_invalid")
    return f"{year:04d}-{month:02d}-{day:02d}" if len(parts) == 3 else f"{month:02d}-{day:02d}"


def _is_day(year: int, month: int, day: int) -> bool:
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    lengths = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1900 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= lengths[month - 1]


def normal_wish(field: str, text: str) -> str:
    """A wish as ``rules.wishes`` keeps it. Raises BadInput ``contact_…_invalid``."""
    try:
        return NORMAL[field](text)
    except ValueError as error:
        raise BadInput(f"{field}_invalid") from error
