"""Power cuts: the till's transactions on a disk that goes dark, and what is found when the power is back."""

import random
from typing import Any

from tests.powercut.bench import Bench, Tally, judge
from tests.powercut.disk import Disk, Tracer
from tests.powercut.shim import carry_out

_CHECKPOINTS = (1000, 60, 5)  # pages of log: as the till has it; and less, for a till that has a long day behind it
_LIVES = 4  # on one disk, each but the first after a cut
_SPREAD = 8  # lives at least, that the cuts are spread over

Trace = list[tuple[Any, ...]]


def cut(bench: Bench, cuts: int, seed: int, synchronous: str = "FULL") -> Tally:
    """Cut the power so many times. The same seed finds the same, for the same transactions."""
    chance = random.Random(seed)
    tally = Tally()
    disk, state, life = Disk(), 0, 0
    while tally.total < cuts:
        trace = _live(bench, disk.copy(), state, synchronous=synchronous, checkpoint=chance.choice(_CHECKPOINTS))
        many = min(len(trace), cuts - tally.total, cuts // _SPREAD + 1)
        places = sorted(chance.sample(range(len(trace)), many))
        survivor, found = _Cutter(bench, tally, chance, f"seed {seed} life {life}").along(disk, state, trace, places)
        life += 1
        fresh = life % _LIVES == 0 or found < 0
        disk, state = (Disk(), 0) if fresh else (survivor, found)
    return tally


def _live(bench: Bench, disk: Disk, state: int, *, synchronous: str, checkpoint: int) -> Trace:
    """Carry out what is not there yet, and close; every operation on the disk, and every commit that was answered."""
    tracer = Tracer(disk)
    connection = bench.shim.connect(tracer, synchronous=synchronous, checkpoint=checkpoint)
    for transaction in bench.transactions[state:]:
        carry_out(connection, transaction)
        tracer.trace.append(("acknowledge",))
    connection.close()
    return tracer.trace


class _Cutter:
    """Goes along a trace and cuts the power before some of its operations."""

    def __init__(self, bench: Bench, tally: Tally, chance: random.Random, name: str) -> None:
        self._bench, self._tally, self._chance, self._name = bench, tally, chance, name

    def along(self, disk: Disk, acknowledged: int, trace: Trace, places: list[int]) -> tuple[Disk, int]:
        """One of the survivors, with the state it is in."""
        chosen, wanted = (Disk(), 0), self._chance.choice(places)
        cuts = set(places)
        for place, (operation, *arguments) in enumerate(trace):
            if place in cuts:
                survivor = disk.after_cut(self._chance)
                found = self._bench.look(survivor.copy())
                self._tally.add(judge(found, acknowledged), f"{self._name} operation {place}, {operation}")
                chosen = (survivor, found) if place == wanted else chosen
            if operation == "acknowledge":
                acknowledged += 1
            else:
                disk.do(operation, *arguments)
        return chosen
