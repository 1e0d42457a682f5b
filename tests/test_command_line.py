"""main.py as other programs meet it: real processes, plain sentences, honest exit codes."""

import csv
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import resources
from desktop.desk import Desk
from desktop.scanning.cards import save_card
from tests import nursery
from tests.test_architecture import ROOT

CHEN = "SGM13P15NVGC7D8W6W6WQQ"
RECRUIT = "SGR1000G40R40M30E209TT"
COMMANDS = ("run", "drive", "status", "scan", "import", "export", "card", "poster", "doctor")
MAIN = (sys.executable, "main.py")


def run(*arguments: object, lines: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [*MAIN, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, input=lines, capture_output=True, timeout=120, check=False)
    assert b"Traceback" not in done.stderr
    return done


def run_warm(*arguments: object, lines: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The same without the wait for imports, where a test is about what a command does."""
    done = nursery.run(nursery.TILL, *map(str, arguments), lines=lines)
    assert b"Traceback" not in done.stderr
    return done


def complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one sentence on stderr of a command that failed."""
    assert done.returncode != 0
    (line,) = done.stderr.decode().splitlines()
    return line


def answers(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def home(shop: Desk) -> Path:
    """The data directory of a till with the sample shop, at rest."""
    shop.close()
    return shop.home


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_every_command_explains_itself(command: tuple[str, ...]) -> None:
    done = run(*command, "--help")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"usage: main.py")


@pytest.mark.parametrize(
    "arguments", [(), ("explode",), ("scan",), ("import", "shops", "x.csv"), ("export", "visits"), ("status", "--x")]
)
def test_wrong_arguments_are_told_in_one_sentence(arguments: tuple[str, ...]) -> None:
    done = run(*arguments, "--language", "en")
    assert done.returncode == 2
    assert complaint(done).startswith("The command line is wrong:")


def test_help_does_not_wait_for_the_data_layer() -> None:
    code = "import sys; sys.argv = ['main.py']; import main; print('sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_drive_answers_every_line_and_ends_with_its_input(home: Path) -> None:
    lines = b'{"do":"scan","text":"%s","id":1}\n\nnonsense\n{"do":"finish"}' % CHEN.encode()
    done = run("drive", "--home", home, lines=lines)
    assert (done.returncode, done.stderr) == (0, b"")
    scan, bad, finish = answers(done)
    assert (scan["id"], scan["member"]["name"], bad["ok"], finish["visit"]["state"]) == (1, "陈思雨", False, "finished")
    again = run_warm("drive", "--home", home, lines=b'{"do":"profile","text":"%s"}' % CHEN.encode())
    assert answers(again)[0]["visits"][0]["id"] == finish["visit"]["id"]


def test_what_was_answered_survives_being_killed(home: Path) -> None:
    command = [*MAIN, "drive", "--home", str(home)]
    noted: list[str] = []
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as drive:
        assert drive.stdin is not None
        assert drive.stdout is not None
        for line in (b'{"do":"anonymous"}\n', *(b'{"do":"note","text":"%d"}\n' % number for number in range(20))):
            drive.stdin.write(line)
            drive.stdin.flush()
            noted.append(json.loads(drive.stdout.readline()).get("note"))
        drive.stdin.write(b'{"do":"note","text":"asked and not answered"}\n' * 50)
        drive.stdin.flush()
        drive.send_signal(signal.SIGKILL)
    visit = answers(run_warm("status", "--home", home))[0]["visit"]
    assert {note["id"] for note in visit["notes"]} >= set(noted[1:])


def test_several_drives_share_one_till(tmp_path: Path) -> None:
    """All at once, on a data directory that is not there yet."""
    drives = []
    for till in range(3):
        enrol = [
            json.dumps({"do": "enrol", "phone": f"1390000{till}{number:03d}", "consents": ["service"]})
            for number in range(15)
        ]
        (tmp_path / f"{till}.in").write_text("\n".join(enrol), "utf-8")
        with (tmp_path / f"{till}.in").open("rb") as source, (tmp_path / f"{till}.out").open("wb") as sink:
            command = [*MAIN, "drive", "--home", str(tmp_path / "home")]
            drives.append(subprocess.Popen(command, cwd=ROOT, stdin=source, stdout=sink))
    assert [drive.wait(120) for drive in drives] == [0, 0, 0]
    told = [json.loads(line) for till in range(3) for line in (tmp_path / f"{till}.out").read_bytes().splitlines()]
    assert [answer for answer in told if not answer["ok"]] == []
    codes = {answer["code"] for answer in told}
    asked = "\n".join(json.dumps({"do": "profile", "text": code}) for code in codes).encode()
    again = answers(run_warm("drive", "--home", tmp_path / "home", lines=asked))
    assert len(codes) == 45
    assert all(answer["ok"] for answer in again)


def test_a_hub_that_is_away_is_told_and_nobody_waits_for_it(home: Path) -> None:
    lines = b'{"do":"anonymous"}\n{"do":"sync"}\n'
    done = run_warm("drive", "--home", home, "--hub", "http://127.0.0.1:9", "--ticket", "T", lines=lines)
    kept, sync = answers(done)
    assert done.returncode == 0
    assert kept["ok"]
    assert (sync["ok"], sync["error"]["code"], sync["link"]) == (False, "unreachable", "offline")


def test_a_reader_who_leaves_is_no_drama(home: Path) -> None:
    command = [*MAIN, "drive", "--home", str(home)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as drive:  # type: ignore[call-overload]
        drive.stdout.close()
        drive.stdin.write(b'{"do":"status"}\n' * 20)
        drive.stdin.close()
        assert drive.wait(60) == 1
        assert drive.stderr.read() == b""


@pytest.fixture
def heard_ctrl_c() -> Iterator[None]:
    """A suite that was started in the background ignores Ctrl+C, and its children would inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard_ctrl_c")
def test_ctrl_c_ends_with_a_sentence(home: Path) -> None:
    command = [*MAIN, "drive", "--home", str(home), "--language", "en"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as drive:  # type: ignore[call-overload]
        drive.stdin.write(b'{"do":"status"}\n')
        drive.stdin.flush()
        assert json.loads(drive.stdout.readline())["ok"]
        drive.send_signal(signal.SIGINT)
        assert drive.wait(60) == 130
        assert drive.stderr.read().decode().startswith("Interrupted")


def test_scan_tells_what_is_in_each_file_and_goes_on(tmp_path: Path) -> None:
    save_card(CHEN, "陈思雨", tmp_path / "card.png")
    Image.new("L", (100, 100), 255).save(tmp_path / "blank.png")
    (tmp_path / "text.png").write_text("no picture", "utf-8")
    files = [tmp_path / name for name in ("card.png", "text.png", "gone.png", "blank.png")]
    done = run_warm("scan", *files, "--json")
    card, bad, gone, blank = answers(done)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 2)
    assert [(code["text"], code["kind"], code["symbology"]) for code in card["codes"]] == [(CHEN, "member", "QRCode")]
    assert (bad["error"]["code"], gone["error"]["code"]) == ("picture_unreadable", "picture_missing")
    assert (blank["ok"], blank["codes"]) == (True, [])
    plain = run_warm("scan", files[0], "-", lines=CHEN.encode())
    assert plain.returncode == 0
    assert plain.stdout.decode().count(CHEN) == 2


def test_a_file_comes_in_once_and_its_bad_rows_are_told(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_bytes(resources.path("sample/products.csv").read_bytes() + b"12345,bad,,\n")
    first = run_warm("import", "products", path, "--home", tmp_path / "home", "--language", "en")
    assert first.returncode == 1
    assert first.stdout.decode().strip().endswith("new, 0 changed, 0 unchanged, 1 refused")
    assert complaint(first).startswith(f"{path}:{len(path.read_bytes().splitlines())}: ")
    again = run_warm("import", "products", path, "--home", tmp_path / "home", "--language", "en")
    assert again.stdout.decode().startswith("0 new, 0 changed")


@pytest.mark.parametrize(
    "arguments", [("import", "members", "absent.csv"), ("status", "--home", "main.py"), ("card", "6021")]
)
def test_a_command_tells_the_same_without_the_wait_for_imports(arguments: tuple[str, ...], tmp_path: Path) -> None:
    given = arguments if "--home" in arguments else (*arguments, "--home", tmp_path / "home")
    cold, warm = run(*given), run_warm(*given)
    assert (cold.returncode, cold.stderr, cold.stdout) == (warm.returncode, warm.stderr, warm.stdout)


def test_visits_are_exported(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "visits.csv"
    done = run_warm("export", "visits", "--out", out, "--home", home)
    assert (done.returncode, done.stderr) == (0, b"")
    with out.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) > 10


def test_a_card_is_drawn_for_whoever_is_meant_clearly(home: Path, tmp_path: Path) -> None:
    assert run_warm("card", "6021", "--out", tmp_path / "card.png", "--home", home).returncode == 0
    read = run_warm("scan", tmp_path / "card.png", "--json")
    assert answers(read)[0]["codes"][0]["text"] == CHEN
    assert (tmp_path / "card.png").exists()
    nobody = run_warm("card", "nobody", "--out", tmp_path / "other.pdf", "--home", home, "--language", "en")
    assert complaint(nobody) == "This till does not know the member"


def test_a_poster_is_drawn_for_a_recruit_code_and_for_no_other(home: Path, tmp_path: Path) -> None:
    done = run_warm("poster", RECRUIT.lower(), "--out", tmp_path / "poster.png", "--paper", "a5", "--home", home)
    assert (done.returncode, done.stderr) == (0, b"")
    read = run_warm("scan", tmp_path / "poster.png", "--json")
    assert [(code["kind"], code["text"]) for code in answers(read)[0]["codes"]] == [("recruit", RECRUIT)]
    paper = run_warm("poster", RECRUIT, "--print", "no such printer", "--home", home, "--language", "en")
    assert complaint(paper).startswith("This computer has no printer")
    other = run_warm("poster", CHEN, "--out", tmp_path / "other.pdf", "--home", home, "--language", "en")
    assert complaint(other) == "This is not a recruit code; those begin with SGR1"


def test_places_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    for arguments in (
        ("drive", "--home", tmp_path / "file"),
        ("status", "--home", tmp_path / "file" / "home"),
        ("import", "members", tmp_path / "gone.csv", "--home", tmp_path / "home"),
        ("import", "members", tmp_path, "--home", tmp_path / "home"),
    ):
        assert str(tmp_path) in complaint(run_warm(*arguments))


def test_a_full_disk_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*MAIN, "doctor"], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [resources.Words("zh")("error.disk_full")]
