"""Patterns that a shop may write for its old cards: a small part of regular expressions that can never run away.

Allowed are letters, digits and signs, ``.``, ``\\d \\w \\s``, ``\\`` before a sign, sets like ``[A-Z0-9-]``, brackets,
``|``, and ``? * + {3} {2,4}`` after a single character. Not allowed are a count after brackets, look-around and back
references; and at most LOOSEST parts may have an open length, LOOSEST be in brackets and WIDEST stand after a ``|``,
which keeps the work for the longest card small.
"""

import re
from collections import Counter
from functools import lru_cache

LONGEST_PATTERN = 80
LOOSEST = 3
WIDEST = 8

_TOKEN = re.compile(
    r"""(?P<loose> [*+?] | \{\d{1,2},\d{0,2}\} )
      | (?P<exact> \{\d{1,2}\} )
      | (?P<open> \((?: \?: | \?P<number> )? )
      | (?P<close> \) )
      | (?P<or> \| )
      | (?P<edge> [\^$] )
      | (?P<one> \\[dwsDWS] | \\[^\w\s] | \[\^?(?: \\[dws] | \\[^\w\s] | [^\]\[\\] )+\] | [^\\()\[\]{}*+?|^$] )""",
    re.VERBOSE,
)


def wrong_part(pattern: str) -> str | None:
    """What in ``pattern`` is not allowed or no regular expression; None if all is well."""
    place, before = 0, "open"
    while place < len(pattern):
        token = _TOKEN.match(pattern, place)
        if token is None or (token.lastgroup in ("loose", "exact") and before != "one"):
            return pattern[place:]
        place, before = token.end(), token.lastgroup or ""
    try:
        re.compile(pattern)
    except (re.error, OverflowError):
        return pattern
    return None


def is_too_loose(pattern: str) -> bool:
    """Whether more of ``pattern`` is left open than may be."""
    count = Counter(token.lastgroup for token in _TOKEN.finditer(pattern))
    return max(count["loose"], count["open"]) > LOOSEST or count["or"] > WIDEST


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, ready to fit; small letters and capitals are the same to it."""
    return re.compile(pattern, re.ASCII | re.IGNORECASE)
