"""Runs a command beside a throw-away PostgreSQL server: ``python tests/postgres.py pytest …``.

The command finds the server's URL in HUB_TEST_POSTGRES and may create databases there. Without a PostgreSQL on this
machine the command runs all the same, and the hub is tested on SQLite alone.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "HUB_TEST_POSTGRES"
# Durable for minutes only: what is lost in a power cut is thrown away anyway.
_SETTINGS = "-c listen_addresses= -c max_connections=300 -c fsync=off -c full_page_writes=off -c autovacuum=off"


def find_programs() -> Path | None:
    """The folder of the newest PostgreSQL server: Debian keeps it off the PATH."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    found = str(debian[-1]) if debian else shutil.which("initdb")
    return Path(found).parent if found else None


@contextlib.contextmanager
def throw_away_server(programs: Path) -> Iterator[str]:
    """A new server on a socket of its own, as an unprivileged user; gives its URL, and leaves nothing behind."""
    user = _unprivileged_user()
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # the path of a socket may have 107 bytes
    os.chown(home, user.pw_uid, user.pw_gid)
    control = [str(programs / "pg_ctl"), "-D", str(home / "data"), "-w", "-s"]
    try:
        _run(user, [str(programs / "initdb"), "-D", str(home / "data"), "-A", "trust", "-U", "hub", "-E", "UTF8", "-N"])
        _run(user, [*control, "-l", str(home / "log"), "-o", f"-k {home} {_SETTINGS}", "start"])
        try:
            yield f"postgresql+psycopg://hub@/postgres?host={home}"
        finally:
            _run(user, [*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(home)


def main(command: list[str]) -> int:
    """Run ``command``; its exit code."""
    programs = find_programs()
    if os.environ.get(VARIABLE):
        return subprocess.call(command)
    if programs is None:
        _say("no PostgreSQL server is installed: the hub is tested on SQLite alone")
        return subprocess.call(command)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped then, too
    with throw_away_server(programs) as url:
        _say(f"the hub is tested on SQLite and on PostgreSQL {programs.parent.name}")
        return subprocess.call(command, env={**os.environ, VARIABLE: url})


def _unprivileged_user() -> pwd.struct_passwd:
    """PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return pwd.getpwuid(os.getuid())
    users = {entry.pw_name: entry for entry in pwd.getpwall()}
    return users.get("postgres") or users["nobody"]


def _run(user: pwd.struct_passwd, command: list[str]) -> None:
    other = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if os.getuid() == 0 else {}
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    subprocess.run(command, check=True, cwd="/", env=environment, stdout=subprocess.DEVNULL, **other)


def _say(text: str) -> None:
    sys.stderr.write(f"tests: {text}\n")


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
