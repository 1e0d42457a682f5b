"""Bench: the transactions, what the database holds after each of them, and the verdict on what is found later."""

import hashlib
from collections import Counter
from dataclasses import dataclass, field

import apsw

from tests.powercut.deeds import Transaction
from tests.powercut.disk import Disk
from tests.powercut.shim import Shim, carry_out

CORRUPT = -1
HALF = -2


@dataclass(slots=True)
class Tally:
    """What became of the data, by verdict: fine, lost, half, corrupt; and where the first of each bad kind was."""

    verdicts: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def add(self, verdict: str, place: str) -> None:
        """Count one."""
        self.verdicts[verdict] += 1
        if verdict != "fine":
            self.first.setdefault(verdict, place)

    @property
    def total(self) -> int:
        """How many were counted."""
        return self.verdicts.total()

    @property
    def bad(self) -> int:
        """How many of them are not fine."""
        return self.total - self.verdicts["fine"]

    def __str__(self) -> str:
        named = dict.fromkeys(("corrupt", "half", "lost", *self.first))
        found = ", ".join(f"{self.verdicts[verdict]} {verdict}" for verdict in named)
        return found + "".join(f"; first {verdict}: {place}" for verdict, place in self.first.items())


class Bench:
    """A state is the number of transactions that the database contains; every page of it tells which.

    A transaction that leaves every page as it was cannot be lost, and is left out.
    """

    def __init__(self, transactions: list[Transaction]) -> None:
        self.transactions: list[Transaction] = []
        self.shim = Shim()
        connection = self.shim.connect(Disk())
        before = _digest(connection)
        self._states = {before: 0}
        for transaction in transactions:
            carry_out(connection, transaction)
            after = _digest(connection)
            if after != before:
                assert after not in self._states
                assert _is_whole(connection)
                self.transactions.append(transaction)
                self._states[after] = len(self.transactions)
            before = after
        connection.close()

    def state(self, connection: apsw.Connection) -> int:
        """CORRUPT or HALF if the database is not as it was after some transaction.

        Pages that are, one by one, those of a state that was found whole need not be checked once more.
        """
        try:
            state = self._states.get(_digest(connection))
            if state is None:
                return HALF if _is_whole(connection) else CORRUPT
        except apsw.Error:
            return CORRUPT
        return state

    def look(self, disk: Disk) -> int:
        """The state that the till finds when it opens what is left on the disk."""
        try:
            connection = self.shim.connect(disk)
            connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)  # it is looked at, not used
            state = self.state(connection)
            connection.close()
        except apsw.Error:
            return CORRUPT
        return state


def judge(found: int, acknowledged: int) -> str:
    """The verdict on a state. One transaction more than were answered may have got through."""
    if found in (CORRUPT, HALF):
        return "corrupt" if found == CORRUPT else "half"
    if found > acknowledged + 1:
        return "half"
    return "fine" if found >= acknowledged else "lost"


def _digest(connection: apsw.Connection) -> bytes:
    """Of all pages, but for the change counter in the header: it counts openings too."""
    pages = memoryview(connection.serialize("main"))
    digest = hashlib.sha256()
    for kept in (pages[:24], pages[28:92], pages[96:]):
        digest.update(kept)
    return digest.digest()


def _is_whole(connection: apsw.Connection) -> bool:
    return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
