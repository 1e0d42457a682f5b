"""From GS1 elements to one unit of a product: GTIN, serial, batch and dates."""

import re
from datetime import date

from desktop.errors import BadInput
from desktop.scanning.folding import LONGEST_CODE
from desktop.scanning.gs1_elements import Elements
from desktop.scanning.gs1_table import day_of
from desktop.scanning.kinds import ItemCode, ProductCode
from desktop.scanning.product_codes import check_gtin

_LIKE_BRACKETS = re.compile(r"\(\d{2,4}\)")


def item_of(elements: Elements, scanned: str) -> ItemCode | ProductCode:
    """The item; a plain product if nothing but its GTIN was said. ``scanned`` is the text of that.

    Raises BadInput ``item_without_product``, ``item_code_damaged``, ``item_date_wrong`` (text), ``code_too_long``,
    ``gtin_check_digit`` (gtin, expected).
    """
    said = dict(elements)
    if "01" not in said:
        raise BadInput("item_without_product")
    if len(said) < len(set(elements)) or any(_LIKE_BRACKETS.search(value) for value in said.values()):
        raise BadInput("item_code_damaged")  # one thing said twice, differently; or not to be spelled in brackets
    gtin = check_gtin(said["01"])
    if len(said) == 1:
        return ProductCode(gtin, scanned)
    return ItemCode(
        gtin=gtin,
        text=_spelled(said),
        serial=said.get("21"),
        batch=said.get("10"),
        expires_on=_day(said, "17") or _day(said, "7003"),
        best_before=_day(said, "15"),
        made_on=_day(said, "11"),
    )


def _spelled(said: dict[str, str]) -> str:
    text = "".join(f"({ai}){said[ai]}" for ai in sorted(said))
    if len(text) > LONGEST_CODE:
        raise BadInput("code_too_long", length=len(text), longest=LONGEST_CODE)
    return text


def _day(said: dict[str, str], ai: str) -> date | None:
    if ai not in said:
        return None
    day = day_of(said[ai])
    if day is None:
        raise BadInput("item_date_wrong", text=said[ai])
    return day
