"""Disk errors: any operation fails, once or from then on, and the deed that met it must say so."""

import contextlib
import random
from dataclasses import dataclass
from typing import Any

import apsw

from tests.powercut.bench import Bench, Tally, judge
from tests.powercut.deeds import Transaction
from tests.powercut.disk import Disk
from tests.powercut.shim import carry_out

KINDS = ("EIO", "ENOSPC", "short read", "fsync")
LIE = "lie"  # half a write, and no error: what no program can bear, so that the test must find it

_DEEDS = 4  # tried on each disk
_SPARED = {"fsync": 6}  # operations at most, before the first fault
_OTHERS_SPARED = 60
_CHECKPOINTS = (1000, 60, 5)
_LOOKS = frozenset({"exists", "size", "read"})
_MET_BY = {
    "EIO": frozenset({*_LOOKS, "create", "write", "truncate", "sync", "delete"}),
    "ENOSPC": frozenset({"create", "write", "truncate"}),
    "short read": frozenset({"read"}),
    "fsync": frozenset({"sync"}),
    LIE: frozenset({"write"}),
}


@dataclass
class FaultyDisk:
    """Stands before a disk. Of the operations that can meet this kind of fault, the one after ``spared`` others does.

    sticky: and so do all that come later. calm: none does for now. Only a journal is really read short: of a page of
    the database SQLite would take the rest for zeros, and it is SQLCipher that refuses it then.
    """

    disk: Disk
    chance: random.Random
    kind: str
    spared: int
    sticky: bool
    calm: bool = False
    met: int = 0

    def do(self, operation: str, *arguments: Any) -> Any:
        """Carry it out, or fail as a disk does: with half of it done."""
        if self.calm or operation not in _MET_BY[self.kind] or (self.met and not self.sticky):
            return self.disk.do(operation, *arguments)
        self.spared -= 1
        if self.spared >= 0:
            return self.disk.do(operation, *arguments)
        self.met += 1
        return self._fail(operation, *arguments)

    def _fail(self, operation: str, *arguments: Any) -> Any:
        if self.kind == "short read" and "-" in arguments[0]:
            return self.disk.do(operation, *arguments)[: self.chance.randrange(arguments[1])]
        if operation == "write":
            name, offset, data = arguments
            self.disk.do("write", name, offset, data[: self.chance.randrange(len(data))])
        elif operation == "sync":
            self.disk.lose(*arguments, self.chance)
        if self.kind == LIE:
            return None
        raise (apsw.FullError if self.kind == "ENOSPC" else apsw.IOError)(self.kind)


def fail(bench: Bench, faults: int, seed: int, kind: str) -> Tally:
    """Meet so many faults of one kind, half of them once and half of them from then on."""
    chance = random.Random(seed)
    tally = Tally()
    starts = {checkpoint: _starts(bench, checkpoint) for checkpoint in _CHECKPOINTS}
    while tally.total < faults:
        state, checkpoint = chance.randrange(len(bench.transactions)), chance.choice(_CHECKPOINTS)
        disk = FaultyDisk(
            disk=starts[checkpoint][state].copy(), chance=chance, kind=kind,
            spared=chance.randrange(_SPARED.get(kind, _OTHERS_SPARED)), sticky=chance.random() < 0.5,
        )  # fmt: skip
        place = f"seed {seed} {kind} number {tally.total}, {'sticky' if disk.sticky else 'once'}, state {state}"
        verdict = _Caller(bench, disk, state).work(checkpoint)
        if disk.met:
            tally.add(verdict, place)
    return tally


def _starts(bench: Bench, checkpoint: int) -> list[Disk]:
    """The disk of a till that was killed after so many transactions."""
    disk, starts = Disk(), []
    connection = bench.shim.connect(disk, checkpoint=checkpoint)
    for transaction in bench.transactions:
        starts.append(disk.copy())
        carry_out(connection, transaction)
    connection.close()
    return starts


class _Caller:
    """Tries some deeds on a faulty disk, each once more if it was refused, and counts what it was answered."""

    def __init__(self, bench: Bench, disk: FaultyDisk, state: int) -> None:
        self._bench, self._disk, self._acknowledged = bench, disk, state

    def work(self, checkpoint: int) -> str:
        """The verdict on what is there at the end, after a cut or after no more than the end of the program."""
        connection = self._open(checkpoint) or self._open(checkpoint)
        verdict = self._deeds(connection) if connection else self._refused()
        with contextlib.suppress(apsw.Error):
            if connection:
                connection.close()
        if verdict != "fine":
            return verdict
        disk, chance = self._disk.disk, self._disk.chance
        left = disk.after_cut(chance) if chance.random() < 0.5 else disk.copy()
        return judge(self._bench.look(left), self._acknowledged)

    def _open(self, checkpoint: int) -> apsw.Connection | None:
        try:
            return self._bench.shim.connect(self._disk, checkpoint=checkpoint)
        except apsw.Error:
            return None

    def _deeds(self, connection: apsw.Connection) -> str:
        for transaction in self._bench.transactions[self._acknowledged :][:_DEEDS]:
            told = self._carry_out(connection, transaction)
            if told and not self._stands(connection):
                told = self._carry_out(connection, transaction)
                if told and not self._stands(connection):
                    return self._refused()
            state = self._state(connection)
            if state != self._acknowledged + 1:
                return "silent" if state == self._acknowledged else judge(state, state)
            self._acknowledged += 1
        return "fine"

    def _carry_out(self, connection: apsw.Connection, transaction: Transaction) -> bool:
        """Whether the caller was told of an error; then the transaction is rolled back, as the till does it."""
        try:
            carry_out(connection, transaction)
        except apsw.Error:
            with contextlib.suppress(apsw.Error):
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
            return True
        return False

    def _stands(self, connection: apsw.Connection) -> bool:
        """apsw tells of an error in the checkpoint after a COMMIT too, which SQLite itself keeps to itself."""
        return self._state(connection) == self._acknowledged + 1

    def _state(self, connection: apsw.Connection) -> int:
        self._disk.calm = True
        state = self._bench.state(connection)
        self._disk.calm = False
        return state

    def _refused(self) -> str:
        """For as long as the trouble lasts that is right; after it, the till must work again."""
        return "fine" if self._disk.sticky else "stuck"
