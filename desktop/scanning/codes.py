"""One parser for every text that is scanned or typed as a code. Pure: what a code is worth is looked up elsewhere."""

from dataclasses import dataclass

from desktop.errors import BadInput
from desktop.scanning.code_rules import STANDARD, CodeRules
from desktop.scanning.folding import LONGEST_CODE, Scan, fold, take_apart
from desktop.scanning.gs1 import is_marked, read_gs1
from desktop.scanning.kinds import Code, MemberCode, PaymentCode, ProductCode, UnknownCode
from desktop.scanning.legacy_cards import Attempt, attempts, legacy_card
from desktop.scanning.own_codes import own_code
from desktop.scanning.payment_codes import payment_kind
from desktop.scanning.product_codes import check_gtin, parse_gtin, product_code

__all__ = [
    "LONGEST_CODE",
    "STANDARD",
    "Code",
    "CodeRules",
    "MemberCode",
    "PaymentCode",
    "ProductCode",
    "Trial",
    "UnknownCode",
    "check_gtin",
    "fold",
    "parse_code",
    "parse_gtin",
    "payment_kind",
    "read_member_code",
    "try_rules",
]


@dataclass(frozen=True, slots=True)
class Trial:
    """What the test box of the rules shows. tried: every rule in order, none for a payment code.

    code: what the text is in the end; None if it was refused, and ``refusal`` says why.
    """

    tried: tuple[Attempt, ...]
    code: Code | None
    refusal: BadInput | None


def parse_code(text: str, rules: CodeRules = STANDARD) -> Code:
    """What ``text`` stands for at a shop with these rules. Signatures are not verified here.

    Raises BadInput ``code_empty``, ``code_too_long`` (length, longest), ``gtin_check_digit`` (gtin, expected),
    ``measured_check_digit``, and what own_code and read_gs1 raise.
    """
    scan = take_apart(text)
    typed = scan.typed()
    # Payment codes first: nothing that follows may see, keep or quote their digits.
    if kind := payment_kind(typed):
        return PaymentCode(kind)
    # The shop's own rules come before anything that is sold everywhere, and after what nobody may take over.
    if known := own_code(typed) or legacy_card(scan.text, rules.legacy):
        return known
    return _article(scan, rules) or UnknownCode(scan.text)


def try_rules(text: str, rules: CodeRules) -> Trial:
    """Which of the shop's rules knows ``text``, and what it is in the end."""
    try:
        code = parse_code(text, rules)
    except BadInput as refusal:
        tried = () if refusal.code in ("code_empty", "code_too_long") else _tried(text, rules)
        return Trial(tried, None, refusal)
    return Trial(() if isinstance(code, PaymentCode) else _tried(text, rules), code, None)


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


def _article(scan: Scan, rules: CodeRules) -> Code | None:
    # A scanner that says GS1 means identifiers: its 14 digits need not be a GTIN.
    return (None if is_marked(scan) else product_code(scan, rules.variable)) or read_gs1(scan, rules)


def _tried(text: str, rules: CodeRules) -> tuple[Attempt, ...]:
    return tuple(attempts(fold(text), rules.legacy))
