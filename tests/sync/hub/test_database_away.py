"""A PostgreSQL that is killed, or away: the till is told to come back, and nothing happens twice."""

import pytest
import requests
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from sync.hub.app import make_app
from sync.hub.archive import Archive
from sync.hub.cases import judge, preload, receive
from sync.hub.documents import Documents
from sync.hub.hub import Hub
from sync.hub.verdicts import push
from sync.protocol import Answer, canonical
from tests.sync.hub.builders import Sender
from tests.sync.hub.served import problem_of, served

pytestmark = pytest.mark.parametrize("hub_url", ["postgresql"], indirect=True)

_KILL_ALL = text("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = :name")


def kill_all(server: Engine, hub: Hub) -> None:
    """End every session of the hub, as a restart of the server does."""
    with server.connect() as connection:
        assert connection.scalar(_KILL_ALL, {"name": hub.database.engine.url.database})


def open_the_door(server: Engine, hub: Hub, *, is_open: bool) -> None:
    """Whether the server lets the hub connect."""
    with server.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {hub.database.engine.url.database} ALLOW_CONNECTIONS {is_open}"))


def test_a_push_does_not_notice_that_its_session_was_ended(hub: Hub, till: Sender, server: Engine) -> None:
    till.send(till.enrolled("m1"))
    kill_all(server, hub)
    assert till.verdicts(till.enrolled("m2")) == ["accepted"]


def test_a_push_cut_off_before_its_commit_happens_once(hub: Hub, till: Sender, server: Engine) -> None:
    request, attempts = till.request(till.enrolled("m1")), []

    def step(connection: Connection) -> list[Answer]:
        answers = push(connection, till.till, request, hub.clock.now_ms())
        if not attempts:
            kill_all(server, hub)
        attempts.append(answers)
        return answers

    assert [answer.v for answer in hub.database.retry(step)] == ["accepted"]
    assert len(attempts) == 2
    assert till.verdicts(*request.events) == ["duplicate"]
    assert till.read("dir").keys() == {("directory", "m1")}


def test_a_session_that_ends_while_an_event_is_judged_parks_nothing(hub: Hub, till: Sender, server: Engine) -> None:
    request = till.request(till.enrolled("m1"))
    case = receive(bytes(request.events[0]), till.till, request, hub.clock.now_ms(), None)

    def judge_in_a_session_that_ends() -> None:
        with hub.database.write() as connection:
            documents = Documents(Archive(connection))
            preload([case], documents)
            kill_all(server, hub)
            judge(case, documents)

    with pytest.raises(DBAPIError):
        judge_in_a_session_that_ends()
    assert case.verdict != "parked"
    assert till.verdicts(*request.events) == ["accepted"]


def test_while_the_database_is_away_the_hub_is_busy(hub: Hub, till: Sender, server: Engine) -> None:
    headers = {"Authorization": f"Bearer {till.enrolment.token}"}
    body = canonical(till.request(till.enrolled("m1")))
    with served(make_app(hub)) as url:
        open_the_door(server, hub, is_open=False)
        kill_all(server, hub)
        for _ in range(2):  # the first finds its session ended, the second cannot begin one
            answers = [
                requests.post(f"{url}/v1/push", data=body, headers=headers, timeout=10),
                requests.get(f"{url}/v1/pull?scope=dir:0", headers=headers, timeout=10),
                requests.post(f"{url}/v1/enrol", data=b'{"ticket": "X", "device": "d1"}', timeout=10),
            ]
            assert [problem_of(answer) for answer in answers] == [(503, "busy")] * 3
            assert {answer.headers["Retry-After"] for answer in answers} == {"5"}
        open_the_door(server, hub, is_open=True)
        assert requests.post(f"{url}/v1/push", data=body, headers=headers, timeout=10).ok
    assert till.read("dir").keys() == {("directory", "m1")}
