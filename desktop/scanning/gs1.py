"""GS1 codes in all their dress: element strings with and without separators, in brackets, as web addresses."""

import re

from desktop.errors import BadInput
from desktop.scanning.code_rules import CodeRules
from desktop.scanning.folding import GS, Scan
from desktop.scanning.gs1_elements import cut, cut_brackets
from desktop.scanning.gs1_items import item_of
from desktop.scanning.gs1_link import link_elements
from desktop.scanning.gs1_table import identifier_at
from desktop.scanning.kinds import ItemCode, ProductCode
from desktop.scanning.product_codes import is_gtin

# What scanners say before a GS1-128, DataMatrix, QR, DotCode or DataBar; CapsLock turns some around.
_MARKS = {"C1", "c1", "D2", "d2", "Q3", "q3", "J1", "j1", "e0", "e1", "e2"}
_BRACKET = re.compile(r"\((\d{2,4})\)")


def is_marked(scan: Scan) -> bool:
    """Whether the scanner itself said that this is GS1; an EAN-13 under CapsLock says the same as a DataBar."""
    return scan.aim in _MARKS and not (scan.aim == "e0" and len(scan.text) in (8, 12, 13))


def read_gs1(scan: Scan, rules: CodeRules) -> ItemCode | ProductCode | None:
    """The item or product; None if ``scan`` is no GS1 code.

    Raises BadInput ``item_code_damaged``, ``item_code_ambiguous`` (gtin), ``item_without_product``,
    ``item_date_wrong`` (text), ``gtin_check_digit`` (gtin, expected), ``code_too_long``.
    """
    if elements := link_elements(scan.text):
        return item_of(elements, scan.text)
    if scan.text.startswith("(") and (bracketed := _bracketed(scan)):
        return bracketed
    if not (is_marked(scan) or scan.text[:2].isdigit()):
        return None
    # A control character in an odd place need not be a separator: what cannot be read with it is read without.
    return _element_string(scan, scan.separated(), rules) or _element_string(scan, scan.respelled(), rules)


def _bracketed(scan: Scan) -> ItemCode | ProductCode | None:
    pieces = _BRACKET.split("".join(scan.text.split()))
    if pieces[0] or "01" not in pieces[1::2]:
        return None
    return item_of(cut_brackets(pieces[1:]), scan.text)


def _element_string(scan: Scan, body: str, rules: CodeRules) -> ItemCode | ProductCode | None:
    if is_marked(scan) or _begins_like_an_item(body.lstrip(GS)):
        return item_of(cut(body, rules), scan.text)
    if GS in body and identifier_at(body.lstrip(GS)[:4]):
        return _perhaps(scan, body, rules)
    return None


def _begins_like_an_item(body: str) -> bool:
    gtin, after = body[2:16], body[16:].lstrip(GS)
    if not (body.startswith("01") and len(gtin) == 14 and is_gtin(gtin)):
        return False
    return not after or identifier_at(after[:4]) is not None


def _perhaps(scan: Scan, body: str, rules: CodeRules) -> ItemCode | ProductCode | None:
    """An item that does not begin with its GTIN and is not marked either: only if all of it can be read."""
    try:
        return item_of(cut(body, rules), scan.text)
    except BadInput:
        return None
