"""Kill the till at random moments and see that every answered deed is there, once: ``make torture``.

A till serves through ``main.py drive`` against a live hub and is killed with SIGKILL, again and again, at times
in the middle of an exchange. Then one more start and one more exchange. The till itself must hold all that it answered
and nothing that it was not asked for: one line for a scan, one member for an enrolment. The hub's events, its documents
and a second till of the store must hold just what the till holds, as often.
"""

import argparse
import contextlib
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, select

import resources
from desktop.data.exchange import Till
from desktop.rules.gtin import normalise_gtin
from desktop.services.people import normal_phone
from sync.hub.embedded import EmbeddedHub
from sync.till import open_till
from tests.accounts import Account, accepted_from, compare, of_documents, of_events, of_till, sent_by

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[1]
STORE = "上海南京西路店"
PRODUCTS = [line.split(",")[0] for line in resources.path("sample/products.csv").read_text("utf-8").splitlines()[1:]]


@dataclass
class Told:
    """What a till was asked for, and what it has answered. asked: the GTINs that were scanned for a phone, in order."""

    asked: dict[str, list[str]] = field(default_factory=dict)
    answered: Account = field(default_factory=Counter)

    @property
    def scans(self) -> int:
        """How many were answered."""
        return sum(times for (_, what), times in self.answered.items() if what.isdigit())

    def allows(self, made: Account) -> Account:
        """What a till that made so much may have made: for each phone its first scans, as many as there are lines."""
        allowed: Account = Counter()
        for phone, gtins in self.asked.items():
            lines = sum(times for (whose, what), times in made.items() if whose == phone and what.isdigit())
            allowed.update([(phone, "member"), (phone, "visit"), *((phone, gtin) for gtin in gtins[:lines])])
        return allowed


class Drive:
    """One run of ``main.py drive``, of this version of the program or of another."""

    def __init__(self, home: Path, *arguments: str, program: Path = ROOT) -> None:
        command = [sys.executable, "main.py", "drive", "--home", str(home), *arguments]
        self._process = subprocess.Popen(command, cwd=program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout

    def ask(self, **command: object) -> dict[str, Any]:
        """Send a command and wait for its answer."""
        self.send(**command)
        return self.read()

    def send(self, **command: object) -> None:
        """Send a command and do not wait."""
        self._in.write(json.dumps(command) + "\n")
        self._in.flush()

    def read(self) -> dict[str, Any]:
        """The next answer."""
        answer: dict[str, Any] = json.loads(self._out.readline())
        return answer

    def kill(self, after: float = 0.0) -> list[dict[str, Any]]:
        """SIGKILL, so many seconds from now; what had been answered by then and was not read yet."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(after)
        self._process.kill()
        self._process.wait()
        return [json.loads(line) for line in self._out if line.endswith("\n")]

    def close(self) -> None:
        """The end of the input ends it."""
        self._in.close()
        self._process.wait(30)
        self._out.close()


def main() -> int:
    """Torture for so many cycles; 1 if anything answered was lost or came twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--cycles", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        return torture(Path(folder), options.cycles, random.Random(options.seed))


def torture(folder: Path, cycles: int, chance: random.Random) -> int:
    """Serve, be killed, and count."""
    hub, one, two = EmbeddedHub(folder / "hub"), folder / "one", folder / "two"
    hub.stock(resources.sample_catalogue())
    hub.start()
    try:
        told = _many_lives(one, hub, cycles, chance)
        _exchange(one, "--hub", hub.url)
        _exchange(two, "--hub", hub.url, "--ticket", hub.ticket(STORE))
    finally:
        hub.stop()
    sys.stdout.write(f"{cycles} kills, {len(told.asked)} enrolments and {told.scans} scans answered\n")
    counts = count(told, one, hub.database, two)
    sys.stdout.writelines(f"{where}: {lost} lost, {more} too many\n" for where, (lost, more) in counts.items())
    return 1 if any(map(any, counts.values())) else 0


def count(told: Told, one: Path, database: str, two: Path) -> dict[str, tuple[int, int]]:
    """What is lost and what is too many, at the till that was told, at its hub and at another till."""
    made, sent, device = (_look(one, query) for query in (of_till, sent_by, _device))
    owed = made | told.answered
    with create_engine(database).connect() as hub:
        return {
            "the till": compare(made, owed=told.answered, made=told.allows(made)),
            "numbers at the hub": compare(accepted_from(hub, device), owed=sent, made=sent),
            "events at the hub": compare(of_events(hub), owed=owed, made=made),
            "documents at the hub": compare(of_documents(hub), owed=owed, made=made),
            "the second till": compare(_look(two, of_till), owed=owed, made=made),
        }


def _look(home: Path, query: Callable[[Connection], T]) -> T:
    with contextlib.closing(open_till(home)) as desk:
        return desk.read(query)


def _device(connection: Connection) -> str:
    return str(connection.scalar(select(Till.device_id)))


def _many_lives(home: Path, hub: EmbeddedHub, cycles: int, chance: random.Random) -> Told:
    """What was asked and answered before each kill."""
    _exchange(home, "--hub", hub.url, "--ticket", hub.ticket(STORE))
    told = Told()
    for cycle in range(cycles):
        _one_life(Drive(home, "--hub", hub.url), cycle, chance, told)
    return told


def _one_life(drive: Drive, cycle: int, chance: random.Random, told: Told) -> None:
    """Serve somebody new, pour scans and exchanges in, and kill after some answer; now and then before the first."""
    if chance.random() < 0.1:
        drive.kill(after=chance.uniform(0, 1.5))
        return
    phone = f"139{cycle:08d}"
    assert drive.ask(do="enrol", phone=phone, name=f"会员{cycle}", consents=["service"])["ok"]
    whose = str(normal_phone(phone))
    scans = told.asked[whose] = []
    for _ in range(60):
        text = chance.choice(PRODUCTS)
        does = "sync" if chance.random() < 0.2 else "scan"
        drive.send(do=does, text=text)
        scans += [str(normalise_gtin(text))] if does == "scan" else []
    answers = [drive.read() for _ in range(chance.randrange(40))] + drive.kill()
    lines = [answer["line"]["gtin"] for answer in answers if "line" in answer]
    told.answered.update([(whose, "member"), (whose, "visit"), *((whose, gtin) for gtin in lines)])


def _exchange(home: Path, *arguments: str) -> None:
    """All that waits at a till goes to the hub, and what is new comes; the hub may ask for patience first."""
    drive = Drive(home, *arguments)
    while not (answer := drive.ask(do="sync"))["ok"]:
        assert answer["error"]["code"] == "rate_limited", answer
    drive.close()
    assert (answer["waiting"], answer["refused"]) == (0, 0), answer


if __name__ == "__main__":
    sys.exit(main())
