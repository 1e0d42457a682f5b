"""Running schedules: one, or many on all processors; each is decided by its seed alone."""

import gc
import multiprocessing
import os
import shutil
import signal
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import NamedTuple

os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # keys stay in the simulated folders

from tests.sim import template
from tests.sim.mutants import mutated
from tests.sim.steps import Schedule, plan
from tests.sim.truth import Broken
from tests.sim.world import World, fresh_folder, read_template

PATIENCE = 30.0  # seconds of the processor's time, however busy it is; no schedule takes a tenth of it
STANDSTILL = 600.0  # seconds of real time: then whoever waits waits for nobody


class Outcome(NamedTuple):
    """trace: hash of all that was said. broken: the promise, None if all were kept. story: what happened, by step."""

    schedule: Schedule
    trace: str
    broken: str | None
    story: list[str]
    tally: Counter[str]

    @property
    def promise(self) -> str:
        """The broken promise without its facts."""
        return (self.broken or "").partition(":")[0]


class Stage:
    """A place for worlds: a template made once, and a folder for one world at a time and process. draw: what makes a
    schedule of a seed and the most tills there may be.
    """

    def __init__(self, tills: int = 4, draw: Callable[..., Schedule] = plan) -> None:
        memory = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(prefix="sim-", dir=memory if memory.is_dir() else None))
        self.tills, self._draw = tills, draw
        self._start = template.build(self.folder / "template", tills)

    def play_seed(self, seed: int, mutant: str | None = None) -> Outcome:
        """Run the schedule of a seed."""
        return self.play(self._draw(seed, tills=self.tills), mutant)

    def open(self, schedule: Schedule) -> World:
        """A world of its own, as the template left it; of this process only one at a time."""
        place = self.folder / f"world-{os.getpid()}"
        fresh_folder(read_template(self.folder / "template"), place, schedule.tills)
        return World(place, schedule, self._start)

    def play(self, schedule: Schedule, mutant: str | None = None) -> Outcome:
        """Run a schedule from the beginning, with one part of the program replaced by a broken one if told so."""
        world = self.open(schedule)
        trace, broken = "", None
        try:
            with mutated(mutant), _patience():
                trace = world.run()
        except Broken as promise:
            broken = str(promise)
        except Exception as error:  # noqa: BLE001 - whatever the program does not survive is a finding
            where = traceback.extract_tb(error.__traceback__)[-1]
            broken = f"the program must not fail: {error!r} at {where.filename}:{where.lineno}"
        finally:
            world.close()
        return Outcome(schedule, trace, broken, world.story, world.tally)

    def close(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder)


def play_all(stage: Stage, seeds: Iterable[int], *, jobs: int, mutant: str | None = None) -> Iterator[Outcome]:
    """The outcome of every seed, as they come."""
    play = partial(stage.play_seed, mutant=mutant)
    if jobs == 1:
        yield from map(play, seeds)
        return
    with multiprocessing.Pool(jobs, initializer=_spare_the_collector) as pool:
        yield from pool.imap_unordered(play, seeds, chunksize=4)


def shortest(stage: Stage, outcome: Outcome, mutant: str | None = None, tries: int = 200) -> Outcome:
    """The same promise broken with as few steps as can be found by leaving some out."""
    size = len(outcome.schedule.steps) // 2
    while size:
        for start in range(0, len(outcome.schedule.steps), size):
            steps = outcome.schedule.steps
            fewer = outcome.schedule._replace(steps=steps[:start] + steps[start + size :])
            tries -= 1
            told = stage.play(fewer, mutant)
            if told.promise == outcome.promise:
                outcome = told
                break
            if tries <= 0:
                return outcome
        else:
            size //= 2
    return outcome


def _spare_the_collector() -> None:
    """A tenth of the time otherwise: what a world leaves behind is small."""
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)


@contextmanager
def _patience() -> Iterator[None]:
    """What turns in a circle, or waits for ever, is broken too."""

    def give_up(number: int, frame: FrameType | None) -> None:
        raise Broken("the program must not turn in a circle: " + "".join(traceback.format_stack(frame, 3)))

    timers = ((signal.ITIMER_PROF, signal.SIGPROF, PATIENCE), (signal.ITIMER_REAL, signal.SIGALRM, STANDSTILL))
    before = [signal.signal(number, give_up) for _, number, _ in timers]
    for timer, _, seconds in timers:
        signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        for (timer, number, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)
