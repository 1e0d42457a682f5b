"""Product barcodes: every length of GTIN, and the labels of a shop's own scales."""

import re
import unicodedata

from desktop.errors import BadInput
from desktop.rules.gtin import LENGTHS, check_digit, expand_upc_e
from desktop.scanning.code_rules import VariablePrefix
from desktop.scanning.folding import Scan
from desktop.scanning.gs1_table import price_check_digit
from desktop.scanning.kinds import MeasuredCode, ProductCode

_BRACKETS = re.compile(r"\(\d+\)")  # round an area code, say, are no shifted 9 and 0
_FULL_DECIMALS = {"price": 2, "weight": 3}


def product_code(scan: Scan, variable: tuple[VariablePrefix, ...]) -> ProductCode | MeasuredCode | None:
    """The product or label that these digits are; None if they are no barcode.

    Raises BadInput ``gtin_check_digit`` (gtin, expected), ``measured_check_digit``.
    """
    if are_digits(scan.text) and len(scan.text) in LENGTHS:
        return _short(scan) if _could_be_upc_e(scan.text) else _product(scan.text, variable)
    unshifted = scan.unshifted()
    if len(unshifted) < 12 or not is_gtin(unshifted) or _BRACKETS.search(scan.text):
        return None
    return _product(unshifted, variable)  # signs that a check digit proves to be digits


def parse_gtin(text: str) -> str:
    """The GTIN-14 of a field in an imported file.

    Raises BadInput ``gtin_not_digits`` (text), ``gtin_length`` (length), ``gtin_check_digit`` (gtin, expected).
    """
    digits = unicodedata.normalize("NFKC", text).strip()
    if not are_digits(digits):
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


def is_gtin(text: str) -> bool:
    """Whether these are the digits of a GTIN, and its check digit is right."""
    return are_digits(text) and len(text) in LENGTHS and text[-1] == check_digit(text[:-1])


def are_digits(text: str) -> bool:
    """Whether these are digits as a barcode has them, at least one."""
    return text.isascii() and text.isdigit()


def _product(digits: str, variable: tuple[VariablePrefix, ...]) -> ProductCode | MeasuredCode:
    gtin = check_gtin(digits)
    rule = next((each for each in variable if gtin.startswith("0" + each.prefix)), None)
    return _measured(gtin[1:], rule) if rule else ProductCode(gtin, digits)


def _could_be_upc_e(digits: str) -> bool:
    """Whether 8 digits are a UPC-E as far as they tell. Nobody is given an EAN-8 that begins with 0."""
    if len(digits) != 8 or digits[0] not in "01" or not is_gtin(expand_upc_e(digits)):
        return False
    return digits[0] == "0" or not is_gtin(digits)


def _short(scan: Scan) -> ProductCode:
    if scan.aim != "E4":
        return ProductCode(check_gtin(expand_upc_e(scan.text)), scan.text)
    gtin = check_gtin(scan.text)  # the scanner saw an EAN-8; with all its zeros nobody will read it otherwise
    return ProductCode(gtin, gtin)


def _measured(ean: str, rule: VariablePrefix) -> MeasuredCode:
    start = 2 + rule.item_digits
    figure = ean[start + rule.inner_check : 12]
    if rule.inner_check and ean[start] != price_check_digit(figure):
        raise BadInput("measured_check_digit")
    blank = ean[:start].ljust(12, "0")
    amount = int(figure) * 10 ** (_FULL_DECIMALS[rule.figure] - rule.decimals)
    return MeasuredCode((blank + check_digit(blank)).zfill(14), ean, ean[2:start], rule.figure, amount)
