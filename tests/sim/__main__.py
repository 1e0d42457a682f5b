"""``python -m tests.sim``: run schedules; say what happened in them, or how to see what broke.

Every schedule is decided by its seed: ``--schedules 1 --seed N`` plays it again.
"""

import argparse
import hashlib
import os
import sys
import time
from collections import Counter

from tests.sim.deeds import EVERY
from tests.sim.mutants import MUTANTS
from tests.sim.network import FAULTS
from tests.sim.runs import Outcome, Stage, play_all, shortest
from tests.sim.steps import ALWAYS, SOMETIMES, plan, swarm

ENOUGH = 3000  # schedules in which everything happens that can


def main() -> int:
    """1 if any schedule broke a promise, or if a mutant broke none."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument(
        "--schedules", type=int, default=ENOUGH, help=f"how many (default {ENOUGH}; for mutants the most)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the first schedule (default 1)")
    parser.add_argument("--tills", type=int, default=4, help="at most so many (default 4)")
    parser.add_argument("--swarm", action="store_true", help="a few kinds of step at a time, however rare they are")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: the processors)")
    parser.add_argument("--mutant", choices=("all", *MUTANTS), help="break this part of the program on purpose")
    options = parser.parse_args()
    stage = Stage(options.tills, swarm if options.swarm else plan)
    try:
        if options.mutant:
            names = tuple(MUTANTS) if options.mutant == "all" else (options.mutant,)
            return max(hunt(stage, name, options) for name in names)
        return run(stage, options)
    finally:
        stage.close()


def run(stage: Stage, options: argparse.Namespace) -> int:
    """Play every seed, and tell; stop at the first that breaks a promise."""
    began, total, traces = time.perf_counter(), Counter[str](), dict[int, str]()
    for outcome in play_all(stage, _seeds(options), jobs=options.jobs):
        total += outcome.tally
        traces[outcome.schedule.seed] = outcome.trace
        if outcome.broken:
            tell_broken(shortest(stage, outcome))
            return 1
    tell_figures(total, options.schedules, time.perf_counter() - began)
    _say(f"trace: {hash_of(traces)}")
    missing = sorted(expected() - total.keys()) if options.schedules >= ENOUGH else []
    _say(*(f"never happened: {what}" for what in missing))
    return 1 if missing else 0


def hash_of(traces: dict[int, str]) -> str:
    """Of all that was said, in the order of the seeds; that of one schedule is its own."""
    told = [traces[seed] for seed in sorted(traces)]
    return told[0] if len(told) == 1 else hashlib.blake2b("".join(told).encode(), digest_size=16).hexdigest()


def expected() -> set[str]:
    """All that must happen somewhere in many schedules, or they prove little."""
    steps = {f"step {name}" for name in {*ALWAYS, *SOMETIMES} - {"chaos"}}
    ends = {f"end {name}" for name in ("merged", "late verdicts", "erased", "leases")}
    ends |= {f"start {since}" for since in ("close", "crash", "loss")}
    return steps | ends | {f"deed {name}" for name in EVERY} | {f"fault {name}" for name in FAULTS}


def hunt(stage: Stage, mutant: str, options: argparse.Namespace) -> int:
    """How many schedules a mutant survives; 1 if all of them."""
    for count, outcome in enumerate(play_all(stage, _seeds(options), jobs=options.jobs, mutant=mutant), 1):
        if outcome.broken:
            _say(f"{mutant}: dead after {count} ({outcome.promise}; seed {outcome.schedule.seed})")
            return 0
    _say(f"{mutant}: ALIVE after {options.schedules}")
    return 1


def tell_broken(outcome: Outcome) -> None:
    """The seed, the promise, and the shortest way to break it."""
    _say(f"seed {outcome.schedule.seed}: {outcome.broken}", *outcome.story)


def tell_figures(total: Counter[str], schedules: int, seconds: float) -> None:
    """What really happened."""
    steps = sum(times for what, times in total.items() if what.startswith("step "))
    _say(f"{schedules} schedules, {steps} steps in {seconds:.0f} s: all promises kept "
         f"({schedules / seconds:.1f} schedules and {steps / seconds:.0f} steps a second)")  # fmt: skip
    for group in ("step", "fault", "deed", "could not", "verdict", "start", "end"):
        told = {what.removeprefix(f"{group} "): times for what, times in total.items() if what.startswith(f"{group} ")}
        _say(f"{group}: " + ", ".join(f"{what} {told[what]}" for what in sorted(told)))


def _seeds(options: argparse.Namespace) -> range:
    return range(options.seed, options.seed + options.schedules)


def _say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
