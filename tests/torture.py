"""Kill the till at random moments and see that every answered deed is there, once: ``make torture``.

A till serves through ``main.py drive`` against a live hub and is killed with SIGKILL, again and again, at times
in the middle of an exchange. Then one more start and one more exchange; a second till of the store must have every
line that was answered, and none twice.
"""

import argparse
import contextlib
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import resources
from sync.hub.embedded import EmbeddedHub

ROOT = Path(__file__).resolve().parents[1]
STORE = "上海南京西路店"
PRODUCTS = [line.split(",")[0] for line in resources.path("sample/products.csv").read_text("utf-8").splitlines()[1:]]


class Drive:
    """One run of ``main.py drive``."""

    def __init__(self, home: Path, *arguments: str) -> None:
        command = [sys.executable, "main.py", "drive", "--home", str(home), *arguments]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
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
    hub = EmbeddedHub(folder / "hub")
    hub.stock(resources.sample_catalogue())
    hub.start()
    try:
        codes, lines = _many_lives(folder, hub, cycles, chance)
        found = _seen_elsewhere(folder, hub, codes)
    finally:
        hub.stop()
    lost, doubled = set(lines) - found.keys(), [line for line, times in found.items() if times > 1]
    sys.stdout.write(
        f"{cycles} kills, {len(codes)} enrolments and {len(lines)} scans answered: "
        f"{len(lost)} lost, {len(doubled)} doubled at the hub\n"
    )
    return 1 if lost or doubled else 0


def _many_lives(folder: Path, hub: EmbeddedHub, cycles: int, chance: random.Random) -> tuple[list[str], list[str]]:
    """The codes and the lines that were answered before each kill."""
    first = Drive(folder / "till", "--hub", hub.url, "--ticket", hub.ticket(STORE))
    assert first.ask(do="sync")["ok"]
    first.close()
    codes, lines = [], []
    for cycle in range(cycles):
        answers = _one_life(folder / "till", hub.url, cycle, chance)
        codes += [answer["code"] for answer in answers if answer["ok"] and "code" in answer]
        lines += [answer["line"]["id"] for answer in answers if answer["ok"] and answer.get("kind") == "product"]
    return codes, lines


def _one_life(home: Path, url: str, cycle: int, chance: random.Random) -> list[dict[str, Any]]:
    """Serve somebody new, pour scans and exchanges in, and kill after some answer; now and then before the first."""
    drive = Drive(home, "--hub", url)
    if chance.random() < 0.1:
        return drive.kill(after=chance.uniform(0, 1.5))
    answers = [drive.ask(do="enrol", phone=f"139{cycle:08d}", name=f"会员{cycle}", consents=["service"])]
    for _ in range(60):
        drive.send(do="sync" if chance.random() < 0.2 else "scan", text=chance.choice(PRODUCTS))
    answers += [drive.read() for _ in range(chance.randrange(40))]
    return answers + drive.kill()


def _seen_elsewhere(folder: Path, hub: EmbeddedHub, codes: list[str]) -> Counter[str]:
    """How often each line stands in the second till's profiles, after both have exchanged."""
    till = Drive(folder / "till", "--hub", hub.url)
    answer = till.ask(do="sync")
    assert answer["ok"], answer
    till.close()
    assert (answer["waiting"], answer["refused"]) == (0, 0), answer
    second = Drive(folder / "second", "--hub", hub.url, "--ticket", hub.ticket(STORE))
    assert second.ask(do="sync")["ok"]
    profiles = [second.ask(do="profile", text=code) for code in codes]
    second.close()
    return Counter(line["id"] for profile in profiles for visit in profile["visits"] for line in visit["lines"])


if __name__ == "__main__":
    sys.exit(main())
