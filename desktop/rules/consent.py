"""Whether a purpose is agreed to, from the lines of the ledger: withdraw wins."""

from collections.abc import Iterable
from dataclasses import dataclass

SERVICE, PERSONAL, MARKETING, SENSITIVE = "service", "personal", "marketing", "sensitive"
PURPOSES = (SERVICE, PERSONAL, MARKETING, SENSITIVE)


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """One line. seen: ids of the withdrawals a grant knew of."""

    id: str
    purpose: str
    granted: bool
    seen: frozenset[str]


def agreed(lines: Iterable[ConsentLine], purpose: str) -> bool:
    """True if a grant of ``purpose`` knew of every withdrawal of it; a withdrawal nobody had seen wins."""
    about = [line for line in lines if line.purpose == purpose]
    withdrawals = {line.id for line in about if not line.granted}
    return any(line.granted and withdrawals <= line.seen for line in about)
