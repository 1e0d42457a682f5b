"""GS1 Digital Links: web addresses on any domain that carry a GTIN. They are read, and never opened."""

import re

from desktop.errors import BadInput
from desktop.rules.gtin import LENGTHS
from desktop.scanning.gs1_elements import Element, Elements, is_element
from desktop.scanning.product_codes import are_digits, check_gtin, is_gtin

_ADDRESS = re.compile(r"(?:https?://)?[^/?#\s]+\.[^/?#\s]+(?P<path>/[^?#]*)(?:\?(?P<query>[^#]*))?(?:#.*)?", re.I)
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_CHINESE = str.maketrans("。、", "./")  # what an input method makes of the keys
_ALIASES = {"gtin": "01", "cpv": "22", "lot": "10", "ser": "21", "tpx": "235", "exp": "17", "expdt": "7003"}
_QUALIFIERS = {"22", "10", "21", "235"}


def link_elements(text: str) -> Elements | None:
    """What a Digital Link says; None if ``text`` is none.

    Raises BadInput ``item_code_damaged``, ``gtin_check_digit`` (gtin, expected).
    """
    address = _ADDRESS.fullmatch(text.translate(_CHINESE))
    if address is None:
        return None
    steps = [_unescaped(step) for step in address["path"].split("/")[1:]]
    place = next((place for place in range(len(steps) - 1) if _is_product(*steps[place : place + 2])), None)
    if place is None:
        return None
    said = [("01", check_gtin(steps[place + 1])), *_qualifiers(steps[place + 2 :]), *_asked(address["query"] or "")]
    if not all(is_element(*element) for element in said):
        raise BadInput("item_code_damaged")
    return tuple(said)


def _is_product(step: str, value: str) -> bool:
    """Fewer than 14 digits may be a date or a page of any other address, unless their check digit is right."""
    return _identifier(step) == "01" and (is_gtin(value) or (are_digits(value) and len(value) == max(LENGTHS)))


def _qualifiers(steps: list[str]) -> list[Element]:
    pairs = [(_identifier(step), value) for step, value in zip(steps[::2], steps[1::2], strict=False)]
    end = next((place for place, (ai, _) in enumerate(pairs) if ai not in _QUALIFIERS), len(pairs))
    return pairs[:end]


def _asked(query: str) -> list[Element]:
    """The elements after the question mark; whatever else stands there is the web site's own."""
    pairs = (part.partition("=") for part in re.split("[&;]", query))
    asked = [(_identifier(_unescaped(key)), _unescaped(value)) for key, _, value in pairs]
    return [(ai, value) for ai, value in asked if ai in _DATED or is_element(ai, value)]


def _identifier(step: str) -> str:
    return _ALIASES.get(step.lower(), step)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text)


_DATED = {"17", "7003"}  # an expiry that cannot be read must not be passed over
