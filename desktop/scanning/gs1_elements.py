"""Cuts a GS1 element string into its elements, also when the scanner has lost the separators.

With separators there is one way to cut. Without any (and unless the scanner is known to send them) an element of open
length may end wherever what follows reads as a batch, a serial or a date that was not there before, down to the end
of the text; or it may take all the rest. One such reading: taken. Two: refused, for either would be a guess.
The shop can say how long its own batches and serials are (``CodeRules.element_lengths``), which leaves one.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from desktop.errors import BadInput
from desktop.scanning.code_rules import CodeRules
from desktop.scanning.folding import GS
from desktop.scanning.gs1_table import Identifier, identifier_at

Element = tuple[str, str]  # identifier, value
Elements = tuple[Element, ...]

_MAY_FOLLOW = {"10", "11", "13", "15", "17", "21"}  # what labels in retail say after an element of open length
_NONE_USED: frozenset[str] = frozenset()
_THE_END: tuple[Elements, ...] = ((),)
_LONGEST_TAIL = 2 * (2 + 20) + 4 * (2 + 6)  # one of each that may follow
_ENOUGH = 64  # readings to look at; a text with more is hopeless


def cut(text: str, rules: CodeRules) -> Elements:
    """The elements of ``text``, separators as GS. Raises BadInput ``item_code_damaged``, ``item_code_ambiguous``."""
    if GS in text or rules.separator_sent:
        return tuple(element for part in text.split(GS) for element in _greedy(part))
    readings = list(islice(_readings(text), _ENOUGH if rules.element_lengths else 2))
    own = [each for each in readings if _has_lengths(each, rules.element_lengths)]
    if len(own) == 1:
        return own[0]
    if len(readings) > 1:
        raise BadInput("item_code_ambiguous", gtin=dict(readings[0]).get("01", ""))
    return readings[0] if readings else tuple(_greedy(text))


def cut_brackets(pieces: list[str]) -> Elements:
    """The elements of ``["01", "06901234567892", "10", "L7"]``. Raises BadInput ``item_code_damaged``."""
    elements = tuple(zip(pieces[::2], pieces[1::2], strict=True))
    if not all(is_element(ai, value) for ai, value in elements):
        raise BadInput("item_code_damaged")
    return elements


def is_element(ai: str, value: str) -> bool:
    """Whether this identifier exists and such a value fits it."""
    identifier = identifier_at(ai[:4])
    return identifier is not None and identifier.ai == ai and identifier.fits(value)


def _greedy(text: str) -> Iterator[Element]:
    while text:
        identifier = identifier_at(text[:4])
        if identifier is None:
            raise BadInput("item_code_damaged")
        end = None if identifier.length is None else len(identifier.ai) + identifier.length
        value, text = text[len(identifier.ai) : end], text[end:] if end else ""
        if not identifier.fits(value):
            raise BadInput("item_code_damaged")
        yield identifier.ai, value


def _readings(text: str, used: frozenset[str] = _NONE_USED, opened: bool = False) -> Iterator[Elements]:
    identifier = identifier_at(text[:4])
    if identifier is None or identifier.ai in used or (opened and identifier.ai not in _MAY_FOLLOW):
        return
    rest, now_used = text[len(identifier.ai) :], used | {identifier.ai}
    for length in _ends(identifier, rest):
        value, after = rest[:length], rest[length:]
        if identifier.could_be(value):
            followed = _readings(after, now_used, opened or identifier.length is None) if after else _THE_END
            yield from (((identifier.ai, value), *more) for more in followed)


def _ends(identifier: Identifier, rest: str) -> Iterable[int]:
    if identifier.length is not None:
        return (identifier.length,)
    nearest = max(1, len(rest) - _LONGEST_TAIL)
    return (end for end in range(nearest, len(rest) + 1) if end == len(rest) or rest[end : end + 2] in _MAY_FOLLOW)


def _has_lengths(elements: Elements, lengths: tuple[tuple[str, int], ...]) -> bool:
    """Whether something of known length was said, and all of that has one of its lengths."""
    known = {ai for ai, _ in lengths}
    told = [(ai, len(value)) for ai, value in elements if ai in known]
    return bool(told) and all(each in lengths for each in told)
