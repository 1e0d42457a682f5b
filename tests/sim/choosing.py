"""Seeded choices: of what is there, and of words that say whose they are."""

import random
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from tests.sim.till import SimTill

PHONES = tuple(f"1390000000{digit}" for digit in range(5))  # of everybody there is


def one(till: SimTill, query: str, chance: random.Random) -> Any:
    """One of the first values that a query finds at this till; None if it finds nothing."""
    found: Sequence[Any] = till.store.read(_ids, query)
    return chance.choice(found) if found else None


def word(kind: str, chance: random.Random) -> str:
    """A word that was never said before, so that one sees whose word it was."""
    return f"{kind}{chance.getrandbits(40):x}"


def _ids(connection: Connection, query: str) -> Sequence[Any]:
    return connection.exec_driver_sql(query).scalars().all()
