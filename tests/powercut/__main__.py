"""``python -m tests.powercut``: so many power cuts, or so many disk errors of each kind; 1 if the till failed any.

Power cuts without ``--synchronous`` are followed by fewer with settings that are known to lose, and errors by a disk
that lies: if those pass, the test is broken, and the result is 1 too.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.powercut.bench import Bench, Tally
from tests.powercut.cuts import cut
from tests.powercut.deeds import record
from tests.powercut.faults import KINDS, LIE, fail

_OURS, _CONTROLS = "FULL", ("NORMAL", "OFF")
_SHARE = 20  # of all the cuts, one in so many goes to each control


def main() -> int:
    """Cut, or fail, and count."""
    parser = argparse.ArgumentParser(prog="python -m tests.powercut", description=__doc__)
    parser.add_argument("--cuts", type=int, default=20_000)
    parser.add_argument("--faults", type=int, help="so many disk errors of each kind instead")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--synchronous", choices=(_OURS, *_CONTROLS), help="this setting only")
    parser.add_argument("--people", type=int, default=60, help="in the file that is brought in")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(record(Path(folder), options.people).transactions)
    sys.stdout.write(f"{len(bench.transactions)} transactions, seed {options.seed}\n")
    passed = _faults(bench, options) if options.faults else _cuts(bench, options)
    return 0 if passed else 1


def _cuts(bench: Bench, options: argparse.Namespace) -> bool:
    few = max(1, options.cuts // _SHARE)
    plan = {_OURS: options.cuts, **dict.fromkeys(_CONTROLS, few)}
    if options.synchronous:
        plan = {options.synchronous: options.cuts}
    verdicts = []
    for setting, cuts in plan.items():
        tally = _told(f"cuts with {setting}", partial(cut, bench, cuts, options.seed, setting))
        verdicts.append((tally.bad == 0) == (setting == _OURS))
    return all(verdicts)


def _faults(bench: Bench, options: argparse.Namespace) -> bool:
    plan = {**dict.fromkeys(KINDS, options.faults), LIE: max(1, options.faults // _SHARE)}
    verdicts = []
    for kind, faults in plan.items():
        tally = _told(kind, partial(fail, bench, faults, options.seed, kind))
        verdicts.append((tally.bad == 0) == (kind in KINDS))
    return all(verdicts)


def _told(name: str, work: Callable[[], Tally]) -> Tally:
    began = time.monotonic()
    tally = work()
    pace = tally.total / (time.monotonic() - began)
    sys.stdout.write(f"{tally.total} {name}: {tally} ({pace:.0f}/s)\n")
    sys.stdout.flush()
    return tally


if __name__ == "__main__":
    sys.exit(main())
