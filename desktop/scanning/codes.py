"""One parser for every text that is scanned or typed as a code: members, products, payment codes, the rest."""

import re
import unicodedata

from desktop.errors import BadInput
from desktop.rules.crockford import ALPHABET, check2, decode_number
from desktop.rules.gtin import LENGTHS, check_digit
from desktop.rules.member_codes import MEMBER_PREFIX
from desktop.scanning.code_rules import STANDARD, CodeRules
from desktop.scanning.kinds import Code, MemberCode, PaymentCode, ProductCode, UnknownCode

__all__ = [
    "ALPHABET",
    "LONGEST_CODE",
    "STANDARD",
    "Code",
    "CodeRules",
    "MemberCode",
    "PaymentCode",
    "ProductCode",
    "UnknownCode",
    "check_gtin",
    "fold",
    "parse_code",
    "parse_gtin",
    "payment_kind",
    "read_member_code",
]

LONGEST_CODE = 512

_DIGITS_OF_PUB_ID = 16
_INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # controls, bidi and zero-width, half surrogates, line separators
_AIM_PREFIX = re.compile(r"(?:\][A-Za-z][0-9A-Za-z]\s*)+")
_SHIFTED = str.maketrans("!@#$%^&*()}", "1234567890]")  # a US keyboard whose Shift hangs
_GAPS = re.compile(r"[\s_-]+")
_ALIKE = str.maketrans("ILO", "110")
_PAYMENT_RULES = {
    "wechat": re.compile(r"1[0-5]\d{16}"),
    "alipay": re.compile(r"(?:2[5-9]|30)\d{14,22}"),
    "unionpay": re.compile(r"62\d{17}"),
}


def parse_code(text: str, rules: CodeRules = STANDARD) -> Code:
    """What ``text`` stands for at a shop with these rules.

    Raises BadInput ``code_empty``, ``code_too_long`` (length, longest), ``member_code_damaged``,
    ``gtin_check_digit`` (gtin, expected).
    """
    del rules
    folded = fold(text)
    keyed = _GAPS.sub("", _AIM_PREFIX.sub("", folded.translate(_SHIFTED), count=1))
    # Payment codes first: nothing that follows may see, keep or quote their digits.
    if kind := payment_kind(keyed):
        return PaymentCode(kind)
    if (member := keyed.upper().translate(_ALIKE)).startswith(MEMBER_PREFIX):
        return MemberCode(_checked_member(member))
    if _are_digits(folded) and len(folded) in LENGTHS:
        return ProductCode(check_gtin(folded), folded)
    if gtin := _gtin_of_databar(folded):
        return ProductCode(gtin, folded)
    return UnknownCode(folded)


def fold(text: str) -> str:
    """``text`` without what scanners, keyboards and pranksters add: one spelling for each code.

    Raises BadInput ``code_empty``, ``code_too_long``.
    """
    if len(text) > LONGEST_CODE:
        raise BadInput("code_too_long", length=len(text), longest=LONGEST_CODE)
    visible = "".join(letter for letter in text if unicodedata.category(letter) not in _INVISIBLE)
    plain = unicodedata.normalize("NFKC", visible).strip()
    if aim := _AIM_PREFIX.match(plain):
        plain = plain[aim.end() :].strip()
    if not plain:
        raise BadInput("code_empty")
    if len(plain) > LONGEST_CODE:  # a few characters unfold into many
        raise BadInput("code_too_long", length=len(plain), longest=LONGEST_CODE)
    return plain


def read_member_code(text: str) -> str:
    """The canonical form of a member code that was typed or stands in a file.

    Raises BadInput ``not_member_code``, ``payment_code`` and what parse_code raises.
    """
    match parse_code(text):
        case MemberCode(text=code):
            return code
        case PaymentCode():
            raise BadInput("payment_code")
    raise BadInput("not_member_code")


def parse_gtin(text: str) -> str:
    """The GTIN-14 of a field in an imported file.

    Raises BadInput ``gtin_not_digits`` (text), ``gtin_length`` (length), ``gtin_check_digit`` (gtin, expected).
    """
    digits = unicodedata.normalize("NFKC", text).strip()
    if not _are_digits(digits):
        raise BadInput("gtin_not_digits", text=text.strip()[:32])
    return check_gtin(digits)


def check_gtin(digits: str) -> str:
    """``digits`` as a GTIN-14. Raises BadInput ``gtin_length`` (length), ``gtin_check_digit`` (gtin, expected)."""
    if len(digits) not in LENGTHS:
        raise BadInput("gtin_length", length=len(digits))
    expected = check_digit(digits[:-1])
    if digits[-1] != expected:
        raise BadInput("gtin_check_digit", gtin=digits, expected=expected)
    return digits.zfill(14)


def payment_kind(digits: str) -> str | None:
    """Whose payment code these digits are: wechat, alipay or unionpay; None if nobody's."""
    if not _are_digits(digits):
        return None
    return next((kind for kind, rule in _PAYMENT_RULES.items() if rule.fullmatch(digits)), None)


def _gtin_of_databar(text: str) -> str | None:
    """DataBar symbols and GS1 readers say ``01`` (the application identifier) before the 14 digits."""
    gtin = text[2:]
    whole = len(gtin) == 14 and text.startswith("01") and _are_digits(gtin)
    return gtin if whole and gtin[-1] == check_digit(gtin[:-1]) else None


def _checked_member(text: str) -> str:
    body, check = text[len(MEMBER_PREFIX) : -2], text[-2:]
    proper = len(body) == _DIGITS_OF_PUB_ID and set(body) <= set(ALPHABET)
    if not proper or check != check2(decode_number(body)):
        raise BadInput("member_code_damaged")
    return text


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
