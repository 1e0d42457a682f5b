"""The hub's commands, as an operator gives them."""

import contextlib
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from sync.hub.hub import Hub
from tests import nursery
from tests.sync.hub.builders import Sender

ROOT = Path(__file__).parents[3]


@pytest.fixture
def nowhere(tmp_path: Path) -> str:
    """Where no hub is yet."""
    return f"sqlite:///{tmp_path / 'hub.db'}"


@pytest.fixture
def database(nowhere: str) -> str:
    """Where an empty hub is."""
    Hub.open(nowhere).close()
    return nowhere


def run(*arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of the hub's program."""
    done = nursery.run(nursery.HUB, *arguments)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("arguments", [["devices"], ["revoke", "nobody"], ["serve", "--port", "99999"]])
def test_the_command_line_tells_what_the_program_tells(database: str, arguments: list[str]) -> None:
    given = [*arguments, "--database", database]
    command = [sys.executable, "-m", "sync.hub", *given]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == run(*given)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ('[[variable]]\nprefix = "31"', "a label of a scale begins with 02 or 20 to 29, not with '31'"),
        ('[[variable]]\nprefix = "21"\nitem_digits = 9', "the digits of prefix 21 do not add up"),
        ('[[legacy]]\nname = "blue"\npattern = "(\\\\d{8}"', "the pattern of 'blue' is wrong here: (\\d{8}"),
        ('[[legacy]]\nname = "blue"\nprefix = "88"\n' * 2, "two rules are called 'blue'"),
    ],
)
def test_a_rule_that_no_till_would_take_is_refused_in_words(
    database: str, tmp_path: Path, rules: str, told: str
) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(rules, "utf-8")
    code, _, said = run("rules", str(file), "--database", database)
    assert (code, said.strip()) == (1, f"hub: {file} holds no rules: {told}")


def test_a_hub_serves_until_it_is_told_to_stop(database: str) -> None:
    command = [sys.executable, "-m", "sync.hub", "serve", "--port", "0", "--database", database]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        ready = re.fullmatch(r"hub ready at (http://127\.0\.0\.1:\d+)\n", process.stdout.readline())
        assert ready is not None
        assert requests.get(f"{ready[1]}/v1/health", timeout=10).ok
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["ticket", "--store", "west"],
        ["revoke", "t1"],
        ["require", "--app", "0.2"],
        ["erase", "m1"],
        ["devices"],
        ["backup", "saved.db"],
        ["restored"],
    ],
)
def test_a_slip_in_the_name_of_the_database_makes_no_hub(nowhere: str, tmp_path: Path, arguments: list[str]) -> None:
    assert run(*arguments, "--database", nowhere) == (1, "", f"hub: there is no hub in {nowhere}\n")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_is_no_hub(nowhere: str, tmp_path: Path) -> None:
    (tmp_path / "hub.db").touch()
    assert run("devices", "--database", nowhere) == (1, "", f"hub: there is no hub in {nowhere}\n")


def test_a_hub_says_that_it_is_new(nowhere: str, tmp_path: Path) -> None:
    (tmp_path / "stores.csv").write_text("name\n西湖店\n", encoding="utf-8")
    importing = ("import", "stores", str(tmp_path / "stores.csv"), "--database", nowhere)
    told = "stores: 1 new, 0 changed, 0 known, 0 bad\n"
    assert run(*importing) == (0, told, f"hub: there was none in {nowhere}: this is a new one\n")
    assert run(*importing)[2] == ""


def test_a_shop_is_set_up_by_hand(database: str, tmp_path: Path) -> None:
    (tmp_path / "stores.csv").write_text("name\n西湖店\n\n,\n", encoding="utf-8")
    code, out, err = run("import", "stores", str(tmp_path / "stores.csv"), "--database", database)
    assert (code, out) == (1, "stores: 1 new, 0 changed, 0 known, 1 bad\n")
    assert err.startswith(f"{tmp_path / 'stores.csv'}:4: ")
    code, out, err = run("ticket", "--store", "西湖店", "--database", database)
    assert (code, err) == (0, "")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{10}\n", out)
    assert run("require", "--app", "0.2", "--database", database) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["ticket", "--store", "nowhere"], 1),
        (["revoke", "nobody"], 1),
        (["require", "--app", "the newest"], 1),
        (["import", "stores", "absent.csv"], 1),
        (["ticket", "--store", "x", "--database", "mysql://x"], 1),
        (["ticket", "--store", "x", "--database", "sqlite:////absent/hub.db"], 1),
        (["serve", "--port", "99999"], 2),
        (["import", "tills", "x.csv"], 2),
        (["erase", "nobody"], 1),
        (["backup", "/absent/hub.db"], 1),
        (["backup", f"{__file__}/hub.db"], 1),
        (["erase", "\udcff"], 2),
        (["revoke", "\udcff"], 2),
        (["ticket", "--store", "\udcff"], 1),
        (["ticket", "--store", "x", "--database", "postgresql://localhost:port/hub"], 1),
        (["devices", "--ledger", "/absent/hub.ledger"], 1),
        ([], 2),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(database: str, arguments: list[str], code: int) -> None:
    given = arguments if "--database" in arguments or not arguments else [*arguments, "--database", database]
    exit_code, out, err = run(*given)
    assert (exit_code, out) == (code, "")
    assert "Traceback" not in err
    assert err.strip()


def test_an_operator_backs_up_and_comes_back(database: str, tmp_path: Path) -> None:
    file = tmp_path / "hub.db"
    with contextlib.closing(Hub.open(database)) as hub:
        till = Sender(hub, "west")
        till.send(till.enrolled("m1", code="SGM1"))
    assert run("backup", str(tmp_path / "saved.db"), "--database", database) == (0, "", "")
    code, out, _ = run("erase", "SGM1", "--database", database)
    assert (code, out) == (0, "m1 is erased; 0 of 1 tills confirmed\nnot yet: till (west)\n")
    for each in tmp_path.glob("hub.db-*"):
        each.unlink()
    file.write_bytes((tmp_path / "saved.db").read_bytes())
    code, out, err = run("serve", "--port", "0", "--database", database)
    assert (code, out) == (1, "")
    assert re.fullmatch(r"hub: the database is older than .*\n", err)
    assert run("restored", "--database", database) == (0, "epoch 2\n", "")
    with contextlib.closing(Hub.open(database)) as hub:
        assert hub.epoch == 2
        late = Sender(hub, "west")
        assert late.verdicts(late.enrolled("m1")) == ["rejected:erased"]


def test_headquarters_sees_its_tills(database: str) -> None:
    with contextlib.closing(Hub.open(database)) as hub:
        till = Sender(hub, "west")
    code, out, err = run("devices", "--database", database)
    assert (code, err) == (0, "")
    heading, line = out.splitlines()
    assert heading.split()[:3] == ["store", "name", "app"]
    assert (line.split()[:2], line.split()[-1]) == (["west", "till"], till.id)
    told = json.loads(run("devices", "--json", "--database", database)[1])
    assert [(each["id"], each["store"], each["revoked"], each["waiting"]) for each in told] == [
        (till.id, "west", False, 0)
    ]
