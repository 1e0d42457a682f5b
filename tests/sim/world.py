"""A simulated world: runs a schedule step by step, heals everything at the end, and counts what happened."""

import functools
import hashlib
import os
import random
import shutil
from collections import Counter
from pathlib import Path

from sync import loading, reading, rows
from sync.hub import snapshots
from tests.sim.clocks import DAY, HOUR, MINUTE, MONTH, SECOND, YEAR, HeadClock, Sky, TillClock
from tests.sim.deeds import EVERY, do_something, erase_some, merge_some, separate_some
from tests.sim.headquarters import Headquarters
from tests.sim.network import FAULTS, Network
from tests.sim.promises import check_at_rest, check_overlay, check_second_copy
from tests.sim.steps import Schedule, Step
from tests.sim.template import STORES
from tests.sim.till import Answered, SimTill
from tests.sim.truth import Broken

Template = dict[str, bytes]  # by the names of its files

SWEEPS = 12  # whole rounds of every till within which all must be quiet again

_TOGETHER = rows.TOGETHER
_LARGE = snapshots.LARGE, reading._WORTH_LOADING, loading.PART_BYTES
_NEWER = ("preference", "consent", "points", "coupon")
_PARKABLE = ("MemberAmended", "ConsentWithdrawn", "PreferenceNoted", "LineAdded", "VisitFinished", "MemberEnrolled")


class World:
    """``folder`` holds a copy of a template: the hub's files and those of enrolled tills."""

    def __init__(self, folder: Path, schedule: Schedule, start: int) -> None:
        self.folder = folder
        self.schedule = schedule
        self.sky = Sky(start)
        self.tally: Counter[str] = Counter()
        self.answered: list[Answered] = []
        self.story: list[str] = []
        self.copied = False  # two machines, or one twice, take themselves for the same till: leases are held twice
        self._unread: dict[str, rows.Kind] = {}
        self._stands: dict[str, str] = {}  # tills that were moved, and the store of each
        self.lost: set[str] = set()  # events of a machine that was put back as a whole, its second copy too
        self._trace = hashlib.blake2b(digest_size=16)
        chance = random.Random(schedule.seed)
        self.headquarters = Headquarters(folder / "hub", HeadClock(self.sky, chance), self.sky)
        self.headquarters.page = schedule.page
        self.network = Network(self.headquarters, self.tally)
        self.tills = [self._till(f"till{number}", f"till{number}") for number in range(schedule.tills)]

    def run(self) -> str:
        """Every step, then peace; the hash of all that was said. Raises Broken when a promise was."""
        for step in self.schedule.steps:
            self.take(step)
        self.heal()
        self.tally += check_at_rest(self)
        self.tally.update(f"start {since}" for till in self.tills for since in till.starts)
        return self._trace.hexdigest()

    def take(self, step: Step) -> None:
        """Let one thing happen."""
        self.sky.move(SECOND)
        till, chance = self.tills[step.till % len(self.tills)], random.Random(step.salt)
        already, failed = len(self.answered), len(till.failures)
        self.story.append(f"{step.kind} {till.name}")
        if step.kind in EVERY:
            self._deed(till, chance, step.kind)
        done = step.kind in EVERY or getattr(self, f"_{step.kind}")(till, chance)
        self.tally[f"step {step.kind}"] += done is not False
        self.story[-1] += "".join(f"\n    {each.envelope.typ} {each.envelope.data}" for each in self.answered[already:])
        self.story[-1] += "".join(f"\n    {failure}" for failure in till.failures[failed:])
        self._hear()

    def heal(self) -> None:
        """The network is good, everybody is there, what was held up arrives; then all must come to rest."""
        while self.network.deliver_late(random.Random(0)):
            pass
        if self.headquarters.is_older:
            self.headquarters.restart()
        upgraded = self._upgrade_tills()
        for till in self.tills:
            till.online = True
            if upgraded:
                till.restart()
        waits = True
        for sweep in range(SWEEPS):
            for till in self.tills:
                if waits or not till.is_at_rest(self.headquarters.heads()):
                    self._finish_round(till)
                    till.agree()
                self._hear()
            waits = self.headquarters.has_parked()  # perhaps a deed of a machine that has forgotten it
            if self._is_quiet() and not waits:
                return
            # What waits for something that will not come is given up after a day; by a hub that came back from a backup
            # once it has heard of everybody, or when nobody can hold a lease. Else time would only bring new news.
            self.sky.move((DAY if sweep < SWEEPS // 3 else 15 * DAY) + HOUR if waits else MINUTE)
            self.headquarters.hub.settle()
        told = "; ".join(f"{till.name}: {' | '.join(till.failures[-3:])}" for till in self.tills)
        raise Broken(f"not at rest after {SWEEPS} sweeps; {told}")

    def _finish_round(self, till: SimTill) -> None:
        failed = len(till.failures)
        till.finish_round(self.network, random.Random(0))
        if till.failures[failed:] and till.is_locked_out:
            self._let_in(till)
            till.finish_round(self.network, random.Random(0))

    def close(self) -> None:
        """Close every file, and leave the program as it was."""
        self._upgrade_tills()
        for till in self.tills:
            till.close()
        self.headquarters.close()
        snapshots.LARGE, reading._WORTH_LOADING, loading.PART_BYTES = _LARGE

    def _upgrade_tills(self) -> bool:
        rows._KINDS.update(self._unread)
        rows.TOGETHER = _TOGETHER
        upgraded = bool(self._unread)
        self._unread.clear()
        return upgraded

    def _is_quiet(self) -> bool:
        heads = self.headquarters.heads()
        return all(till.is_at_rest(heads) for till in self.tills)

    def _hear(self) -> None:
        for said in self.network.heard:
            self._trace.update(said)
        self.network.heard.clear()

    def _till(self, name: str, home: str) -> SimTill:
        return SimTill(name, self.folder / home, TillClock(self.sky, name), self.answered)

    def _deed(self, till: SimTill, chance: random.Random, named: str | None = None) -> None:
        name, done = do_something(till, chance, named)
        self.tally[f"deed {name}" if done else f"could not {name}"] += 1
        self._trace.update(f"{till.name} {name} {done} {len(self.answered)}".encode())

    def _talk(self, till: SimTill, chance: random.Random) -> None:
        for _ in range(chance.randint(1, 3)):
            if not till.advance(self.network, self._fault(chance), chance):
                break
        check_overlay(till, self.headquarters.erased)

    def _round(self, till: SimTill, chance: random.Random) -> None:
        while till.advance(self.network, self._fault(chance), chance):
            pass
        check_overlay(till, self.headquarters.erased)

    def _busy(self, till: SimTill, chance: random.Random) -> None:
        """A clerk is at work while a round goes on."""
        while till.advance(self.network, self._fault(chance), chance):
            if chance.random() < 0.5:
                self._deed(till, chance, chance.choice((None, "rename")))
        check_overlay(till, self.headquarters.erased)

    def _twin(self, till: SimTill, chance: random.Random) -> None:
        """For a while two programs sync one till; what one of them is answered it hears after the other went on."""
        twin = till.beside()
        for _ in range(chance.randint(3, 12)):
            one, other = chance.sample((till, twin), 2)
            if chance.random() < 0.4:
                self._deed(one, chance, chance.choice((None, "rename")))
            one.advance(
                self.network, self._fault(chance), chance, meanwhile=lambda other=other: self._talk(other, chance)
            )
        till.failures += twin.failures
        twin.close()
        check_overlay(till, self.headquarters.erased)

    def _fault(self, chance: random.Random) -> str | None:
        return chance.choice(FAULTS) if chance.random() < self.schedule.chaos else None

    def _pause(self, till: SimTill, chance: random.Random) -> None:
        self.sky.move(round(10 ** chance.uniform(3, 9)))

    def _chaos(self, till: SimTill, chance: random.Random) -> None:
        """Chaos is a weather, not a step."""

    def _late(self, till: SimTill, chance: random.Random) -> bool:
        return self.network.deliver_late(chance)

    def _clock(self, till: SimTill, chance: random.Random) -> None:
        match chance.randrange(3):
            case 0:
                till.clock.jump(chance.randint(-HOUR, HOUR))
            case 1:
                till.clock.drift(chance.uniform(-0.01, 0.01))
            case _:
                till.clock.jump(0)

    def _ahead(self, till: SimTill, chance: random.Random) -> None:
        till.clock.jump(chance.randint(HOUR, 10 * YEAR))

    def _behind(self, till: SimTill, chance: random.Random) -> None:
        till.clock.jump(-chance.randint(HOUR, 10 * YEAR))

    def _offline(self, till: SimTill, chance: random.Random) -> None:
        till.online = False
        self.sky.move(round(10 ** chance.uniform(3, 8)))

    def _online(self, till: SimTill, chance: random.Random) -> None:
        till.online = True

    def _restart(self, till: SimTill, chance: random.Random) -> None:
        till.restart()

    def _kill(self, till: SimTill, chance: random.Random) -> None:
        """Between two messages, as a deed goes to disk, or with its disk."""
        if chance.random() < 0.5:
            till.advance(self.network, self._fault(chance), chance)
        match chance.randrange(5):
            case 0 | 1:
                till.kill()
            case 2 | 3:
                till.kill_in(lambda: self._deed(till, chance), chance)
            case _:
                till.kill_with_its_disk(chance)
        check_second_copy(till)

    def _clone(self, till: SimTill, chance: random.Random) -> bool:
        """Somebody copies the whole machine, and both copies go on."""
        if len(self.tills) > self.schedule.tills or self._stands:
            return False
        name = f"{till.name}-clone"
        till.keep_image(self.folder / name, running=chance.random() < 0.5)
        self.tills.append(self._till(name, name))
        self.copied = True
        return True

    def _move_till(self, till: SimTill, chance: random.Random) -> bool:
        """It stands in the other store from now on; what it has not sent goes from there."""
        if len(self.tills) > self.schedule.tills:
            return False
        self._stands[till.name] = chance.choice(STORES)
        self._let_in(till)
        return True

    def _let_in(self, till: SimTill) -> None:
        till.begin_anew(self.headquarters.let_in(till.device, self._stands[till.name]))

    def _image(self, till: SimTill, chance: random.Random) -> None:
        """The whole machine is copied, while it is off or while it runs."""
        till.keep_image(self._image_of(till), running=chance.random() < 0.5)

    def _image_back(self, till: SimTill, chance: random.Random) -> bool:
        """The copy is put back: all of it, or the database alone, beside a journal that has gone on."""
        image = self._image_of(till)
        if not image.exists():
            return False
        whole, since = chance.random() < 0.3, till.since(image)
        if whole:
            self.lost |= since
        till.put_back(image, whole=whole)
        self.copied |= whole or not till.tells_of(since)  # the journal has had its time too
        return True

    def _image_of(self, till: SimTill) -> Path:
        return self.folder / f"{till.name}-image"

    def _merge(self, till: SimTill, chance: random.Random) -> bool:
        return merge_some(till, chance)

    def _separate(self, till: SimTill, chance: random.Random) -> bool:
        return separate_some(till, chance)

    def _erase(self, till: SimTill, chance: random.Random) -> bool:
        return erase_some(till, chance)

    def _hub_erase(self, till: SimTill, chance: random.Random) -> bool:
        return self.headquarters.erase_some(chance)

    def _daily(self, till: SimTill, chance: random.Random) -> None:
        self.headquarters.live_a_day()

    def _hub_restart(self, till: SimTill, chance: random.Random) -> None:
        self.headquarters.restart()

    def _hub_backup(self, till: SimTill, chance: random.Random) -> None:
        self.headquarters.back_up()

    def _hub_restore(self, till: SimTill, chance: random.Random) -> bool:
        return self.headquarters.restore()

    def _hub_downgrade(self, till: SimTill, chance: random.Random) -> None:
        self.headquarters.downgrade(chance.sample(_PARKABLE, 3))

    def _older_till(self, till: SimTill, chance: random.Random) -> None:
        """The tills' program is of before some kinds of rows; after the upgrade it lays what was kept of them."""
        for kind in chance.sample(_NEWER, 2):
            if kind in rows._KINDS:
                self._unread[kind] = rows._KINDS.pop(kind)
        rows.TOGETHER = tuple(kind for kind in _TOGETHER if kind in rows._KINDS)

    def _month(self, till: SimTill, chance: random.Random) -> None:
        """As long as a hub's backup may be old and nothing be lost."""
        self.sky.move(MONTH + HOUR)

    def _tidy(self, till: SimTill, chance: random.Random) -> bool:
        """The caretaker drops what has had its time."""
        return till.tidy()

    def _large(self, till: SimTill, chance: random.Random) -> None:
        """From now on every scope is large: whoever reads it from the beginning loads a snapshot, in many parts."""
        snapshots.LARGE, reading._WORTH_LOADING, loading.PART_BYTES = 1, 1, 700

    def _hub_settle(self, till: SimTill, chance: random.Random) -> None:
        self.sky.move(chance.choice((MINUTE, DAY + HOUR)))
        self.headquarters.hub.settle()


@functools.cache  # in each process: a stage that held it would send it along with every seed
def read_template(folder: Path) -> Template:
    """Its files, so that none has to be read twice."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def fresh_folder(template: Template, folder: Path, tills: int) -> None:
    """Put the template, with so many of its tills, where a world will live."""
    shutil.rmtree(folder, ignore_errors=True)
    wanted = {"hub", *(f"till{number}" for number in range(tills))}
    for name, content in template.items():
        if name.split(os.sep)[0] in wanted:
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)
