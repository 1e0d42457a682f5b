"""A made-up next version of the program: what waits goes through the upgrade as it is, and a kill harms nothing."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlcipher3 import dbapi2

from desktop.data.backups import Backups, is_sound
from desktop.data.engine import connect
from desktop.data.exchange import LoadPart, Outbox
from desktop.data.keys import load_key
from desktop.desk import Desk
from desktop.rules.member_codes import member_code
from desktop.services.imports import CHUNK
from desktop.services.members import Application, enrol
from desktop.services.visits import finish_visit
from desktop.work import Work
from sync.hub.embedded import EmbeddedHub
from sync.till import open_till
from tests.tills import ATill, NewTill
from tests.torture import ROOT, Drive

BODIES = "SELECT event_id, body FROM outbox ORDER BY ep, n"
OUTBOX = "SELECT *, event_id, body FROM outbox ORDER BY ep, n"
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n;\n"
CHANGES = """CREATE TABLE later (id VARCHAR PRIMARY KEY, why VARCHAR);
ALTER TABLE visit ADD COLUMN later VARCHAR;
INSERT INTO later SELECT id, 'was here' FROM member;
UPDATE visit SET later = 'was here';
"""
# Of a kind and a shape that nobody knows, spaced and escaped as nobody would; and one without an envelope.
STRANGE = (
    """{ "v":1,"id":"strange","dev":"%s","ep":1, "n":900,"hlc":"%s","wall":0,\n"typ":"Danced","tv":99,"ent":"dance",
    "eid":"d\\u0031","data":[1.50,{"\\u4e00":null}],"further":[true] }""",
    """{"id":"stranger",  "since":1e2}""",
)


class NextVersion:
    """The program with one migration more."""

    def __init__(self, folder: Path, changes: str) -> None:
        for part in ("desktop", "sync", "resources"):
            shutil.copytree(ROOT / part, folder / part)
        shutil.copy(ROOT / "main.py", folder)
        self.folder = folder
        self._migration = folder / "desktop" / "data" / "migrations" / "9000_later.sql"
        self.change(changes)

    def change(self, changes: str) -> None:
        self._migration.write_text(changes, "utf-8")

    def start(self, home: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "main.py", "status", "--home", str(home)]
        return subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE)


NewVersion = Callable[[str], NextVersion]


@pytest.fixture
def next_version(tmp_path: Path) -> NewVersion:
    return lambda changes: NextVersion(tmp_path / "next", changes)


def rows(home: Path, sql: str, key: bytes) -> list[tuple[Any, ...]]:
    with contextlib.closing(connect(home / "till.db", key, ("busy_timeout=5000",))) as connection:
        return list(connection.execute(sql).fetchall())


def is_locked(home: Path, key: bytes) -> bool:
    """Whether somebody is in the middle of a transaction that writes."""
    with contextlib.closing(connect(home / "till.db", key, ())) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except dbapi2.OperationalError:
            return True
    return False


def kill(process: subprocess.Popen[bytes], when: Callable[[], object]) -> None:
    """As soon as it has come that far, and is still at it."""
    end = time.monotonic() + 60
    try:
        while not when():
            assert time.monotonic() < end, "it does not come that far"
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.005)
            assert process.poll() is None, "it has ended before"
    finally:
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL


def strange_ones(work: Work) -> list[bytes]:
    """They are put among what waits."""
    bodies = [(body % (work.till.device_id, work.till.hlc) if "%" in body else body).encode() for body in STRANGE]
    for number, body in enumerate(bodies, 900):
        row = Outbox(
            ep=1, n=number, event_id=json.loads(body)["id"], kind="Danced", row="dance", row_id="d1", body=body,
            at=work.clock.now(),
        )  # fmt: skip
        work.session.add(row)
    return bodies


def serve_somebody(till: ATill) -> None:
    till.desk.do(enrol, Application(phone="13916882045", consents=("service",))).result()
    till.desk.do(finish_visit).result()


def test_what_waits_goes_through_an_upgrade_and_is_sent_as_it_is(
    hub: EmbeddedHub, new_till: NewTill, next_version: NewVersion
) -> None:
    till = new_till("one")
    till.sync()
    serve_somebody(till)
    strange, _ = till.desk.write(strange_ones)
    till.loop.stop()
    till.desk.close()
    home, key = till.desk.home, till.desk.key.secret
    before = rows(home, OUTBOX, key)
    program = next_version(CHANGES)
    process = program.start(home)
    process.communicate()
    assert process.returncode == 0
    assert rows(home, OUTBOX, key) == before
    assert rows(home, "SELECT DISTINCT later FROM visit", key) == [("was here",)], "it is another version's"
    drive = Drive(home, "--hub", hub.url, program=program.folder)
    assert (answer := drive.ask(do="sync"))["ok"], answer
    drive.close()
    assert (answer["waiting"], answer["refused"]) == (1, 1), "nobody knows the one, nobody can read the other"
    assert rows(home, BODIES, key) == [row[-2:] for row in before]
    with create_engine(hub.database).connect() as database:
        kept = dict(database.execute(text("SELECT id, body FROM event")).all())
    sent = {event_id: body.decode() for event_id, body in rows(home, BODIES, key) if event_id != "stranger"}
    assert sent.items() <= kept.items()
    assert kept["strange"] == strange.decode()


def test_a_kill_in_the_backup_or_in_the_upgrade_harms_nothing(desk: Desk, next_version: NewVersion) -> None:
    desk.do(enrol, Application(phone="13916882045", consents=("service",))).result()
    desk.do(lambda work: work.session.add(LoadPart(scope="dir", start=0, body=os.urandom(4 * 1024 * 1024)))).result()
    desk.close()
    home, key, backups = desk.home, desk.key.secret, Backups(desk.home, desk.key.secret)
    before = rows(home, OUTBOX, key)
    program = next_version(CHANGES + ENDLESS)

    kill(program.start(home), when=(home / "backups" / "fresh.part").exists)
    assert backups.files() == []

    kill(program.start(home), when=lambda: backups.files() and is_locked(home, key))
    assert [is_sound(path, key) for path in backups.files()] == [True]
    assert rows(home, "SELECT name FROM pragma_table_info('visit') WHERE name = 'later'", key) == []
    assert rows(home, OUTBOX, key) == before

    program.change(CHANGES)
    process = program.start(home)
    assert json.loads(process.communicate()[0])["waiting"] == len(before)
    assert rows(home, "SELECT why FROM later", key) == [("was here",)]
    assert rows(home, OUTBOX, key) == before
    assert not (home / "damaged").exists()


def test_an_import_that_is_killed_leaves_whole_chunks_and_is_done_again(tmp_path: Path) -> None:
    file, people = tmp_path / "people.csv", 2 * CHUNK
    lines = (f"{member_code((10**9 + n).to_bytes(10))},137{n:08d}" for n in range(people))
    file.write_text("\n".join(("code,phone", *lines)), "utf-8")
    open_till(home := tmp_path / "home").close()
    key = load_key(home).secret
    command = [sys.executable, "main.py", "import", "--home", str(home), "members", str(file)]
    kill(
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE),
        when=lambda: rows(home, "SELECT 1 FROM member LIMIT 1", key),
    )
    (here,), (waits,) = rows(home, "SELECT count(*) FROM member UNION ALL SELECT count(*) FROM outbox", key)
    assert here == waits
    assert here == CHUNK
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=60)
    assert rows(home, "SELECT count(*), count(DISTINCT row_id) FROM outbox", key) == [(people, people)]
