"""The hub on a real socket: bodies are capped, errors are problems, and nothing of ours leaks."""

import gzip
import logging
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
import requests
import zstandard
from sqlalchemy import update

from sync.hub.app import make_app
from sync.hub.hub import Hub
from sync.hub.tables import event
from sync.protocol import (
    MAX_BODY,
    MAX_EVENTS,
    EnrolReply,
    EnrolRequest,
    PullReply,
    PushReply,
    canonical,
)
from tests.sync.hub.builders import Sender
from tests.sync.hub.served import plain, problem_of, served


@pytest.fixture
def session(till: Sender) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {till.enrolment.token}"
        yield session


@pytest.mark.parametrize(
    ("encoding", "pack"), [(None, bytes), ("gzip", gzip.compress), ("zstd", zstandard.compress), ("identity", bytes)]
)
def test_a_till_enrols_pushes_and_pulls(
    url: str, hub: Hub, till: Sender, session: requests.Session, encoding: str | None, pack: Callable[[bytes], bytes]
) -> None:
    headers = {"Content-Encoding": encoding, "Accept-Encoding": encoding or ""} if encoding else {}
    ticket = EnrolRequest(ticket=hub.issue_ticket("west"), device="d9")
    reply = requests.post(f"{url}/v1/enrol", data=pack(canonical(ticket)), headers=headers, timeout=10)
    assert msgspec.json.decode(plain(reply), type=EnrolReply).store == "west"
    events = [till.enrolled(f"m{each}") for each in range(20)]
    reply = session.post(f"{url}/v1/push", data=pack(canonical(till.request(*events))), headers=headers, timeout=10)
    assert {answer.v for answer in msgspec.json.decode(plain(reply), type=PushReply).verdicts} == {"accepted"}
    asked = [("scope", "dir:0"), ("scope", "st:west:3"), ("limit", "100")]
    reply = session.get(f"{url}/v1/pull", params=asked, headers=headers, timeout=10)
    pages = msgspec.json.decode(plain(reply), type=PullReply).pages
    assert [(page.scope, page.from_, page.to, page.more) for page in pages] == [
        ("dir", 0, 20, False),
        ("st:west", 3, 20, False),
    ]
    if encoding in ("gzip", "zstd"):
        assert reply.headers["Content-Encoding"] == encoding


def test_the_hub_says_who_it_is(url: str, hub: Hub) -> None:
    assert requests.get(f"{url}/v1/health", timeout=10).json()["hub"] == hub.id


def test_without_a_good_token_nothing_is_told(url: str, hub: Hub, till: Sender, session: requests.Session) -> None:
    for token in ("", "Bearer", "Bearer wrong", f"Basic {till.enrolment.token}", "Bearer é"):
        answer = requests.get(f"{url}/v1/pull?scope=dir:0", headers={"Authorization": token.encode()}, timeout=10)
        assert problem_of(answer) == (401, "unauthenticated")
    hub.revoke(till.id)
    assert problem_of(session.get(f"{url}/v1/pull?scope=dir:0", timeout=10)) == (403, "device_revoked")


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("scope=st:east:0", (403, "wrong_store")),
        ("scope=dir:0&scope=cat:0&scope=dir:1", (400, "bad_request")),
        ("scope=dir:99", (409, "cursor_ahead")),
        ("scope=dir:-1", (400, "bad_request")),
        ("scope=dir", (400, "bad_request")),
        ("scope=dir:0&limit=0", (400, "bad_request")),
        ("scope=dir:0&limit=9999999999999999", (400, "bad_request")),
        ("scope=dir:١", (400, "bad_request")),
        ("", (400, "bad_request")),
    ],
)
def test_a_bad_question_gets_a_problem(
    url: str, session: requests.Session, query: str, problem: tuple[int, str]
) -> None:
    assert problem_of(session.get(f"{url}/v1/pull?{query}", timeout=10)) == problem


@pytest.mark.parametrize(
    ("headers", "body", "problem"),
    [
        ({}, b"", (400, "bad_request")),
        ({}, b"[]", (400, "bad_request")),
        ({}, b'{"device": 5}', (400, "bad_request")),
        ({}, b"[" * 100_000, (400, "bad_request")),
        ({}, b" " * (MAX_BODY + 1), (413, "too_large")),
        ({"Content-Encoding": "gzip"}, b"not gzip", (400, "bad_request")),
        ({"Content-Encoding": "gzip"}, gzip.compress(b"{}", mtime=0)[:-4], (400, "bad_request")),
        ({"Content-Encoding": "zstd"}, b"not zstd", (400, "bad_request")),
        ({"Content-Encoding": "br"}, b"{}", (415, "unsupported_encoding")),
    ],
    ids=["empty", "a list", "a number for a text", "deep", "long", "no gzip", "half a gzip", "no zstd", "brotli"],
)
def test_a_bad_body_gets_a_problem(
    url: str, session: requests.Session, headers: dict[str, str], body: bytes, problem: tuple[int, str]
) -> None:
    assert problem_of(session.post(f"{url}/v1/push", data=body, headers=headers, timeout=10)) == problem


def test_a_bomb_is_defused(url: str, session: requests.Session) -> None:
    zeros = bytes(64 * 1024 * 1024)
    for encoding, bomb in (("gzip", zlib.compress(zeros, 9, 31)), ("zstd", zstandard.compress(zeros, 19))):
        assert len(bomb) < MAX_BODY
        answer = session.post(f"{url}/v1/push", data=bomb, headers={"Content-Encoding": encoding}, timeout=10)
        assert problem_of(answer) == (413, "too_large")


def test_too_many_events_are_a_problem(url: str, till: Sender, session: requests.Session) -> None:
    batch = till.request(*[msgspec.Raw(b"{}")] * (MAX_EVENTS + 1))
    assert problem_of(session.post(f"{url}/v1/push", data=canonical(batch), timeout=10)) == (413, "too_large")


def test_a_ticket_that_is_no_good_is_a_problem(url: str) -> None:
    bodies = {b'{"ticket": "X", "device": "d1"}': (403, "ticket_unknown"), b'{"ticket": 1}': (400, "bad_request")}
    bodies[b'{"ticket": "X", "device": "a:b"}'] = (400, "bad_request")
    for body, problem in bodies.items():
        assert problem_of(requests.post(f"{url}/v1/enrol", data=body, timeout=10)) == problem


def test_even_what_is_not_there_is_a_problem(url: str) -> None:
    assert problem_of(requests.get(f"{url}/nothing", timeout=10)) == (404, "not_found")
    assert problem_of(requests.get(f"{url}/v1/push", timeout=10)) == (405, "method_not_allowed")


@pytest.mark.noisy
def test_a_mistake_of_ours_tells_nobody_anything(
    url: str, hub: Hub, till: Sender, session: requests.Session, caplog: pytest.LogCaptureFixture
) -> None:
    till.send(till.enrolled("m1", name="李四光"))
    with hub.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE feed")
    answer = session.get(f"{url}/v1/pull?scope=dir:0", timeout=10)
    assert problem_of(answer) == (500, "internal")
    event = till.enrolled("m2", name="李四光")
    answer = session.post(f"{url}/v1/push", data=canonical(till.request(event)), timeout=10)
    assert problem_of(answer) == (500, "internal")
    assert "Error" in caplog.text
    assert "李四光" not in caplog.text


def test_many_tills_at_once_are_all_answered(url: str, till: Sender) -> None:
    bodies = [canonical(till.request(till.enrolled(f"m{each}"))) for each in range(24)]
    headers = {"Authorization": f"Bearer {till.enrolment.token}"}

    def push(body: bytes) -> str:
        reply = requests.post(f"{url}/v1/push", data=body, headers=headers, timeout=30)
        return msgspec.json.decode(reply.content, type=PushReply).verdicts[0].v

    with ThreadPoolExecutor(8) as crowd:
        assert set(crowd.map(push, bodies)) == {"accepted"}
    assert len(till.own()) == 24


class Listener(logging.Handler):
    """Lets ``count`` more log lines by, then sets ``heard``."""

    def __init__(self, count: int) -> None:
        super().__init__(logging.ERROR)
        self.left = count
        self.heard = threading.Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.left -= 1
        if self.left == 0:
            self.heard.set()


@pytest.mark.noisy
def test_late_verdicts_come_whatever_once_went_wrong(hub: Hub, till: Sender) -> None:
    till.send(till.did("VisitOpened", visit_id="v1", member_id="m1"))
    hub.database.retry(lambda connection: connection.execute(update(event).values(body="torn", waits="m2")))
    till.send(till.enrolled("m3"), till.did("VisitOpened", visit_id="v2", member_id="m3"))
    hub.database.retry(lambda connection: connection.execute(update(event).values(waits="m3")))
    listener = Listener(3)
    logging.getLogger("sync.hub.app").addHandler(listener)
    with served(make_app(hub, settle_every=0.01)):
        assert listener.heard.wait(20)
    logging.getLogger("sync.hub.app").removeHandler(listener)
