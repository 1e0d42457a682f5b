"""Who asks too often is told when to come back; whoever has work to hand in is never slowed to a crawl."""

from collections.abc import Callable, Iterator

import msgspec
import pytest
import requests
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond

from sync.hub.app import make_app
from sync.hub.hub import Hub
from sync.hub.pace import PACES, Pace
from sync.hub.problems import HubProblem
from sync.protocol import MAX_EVENTS, EnrolRequest, PushReply, canonical
from tests.sync.hub.builders import Sender
from tests.sync.hub.served import problem_of, served

TWO = RateLimitItemPerMinute(2)


@pytest.fixture
def strict(hub: Hub) -> Iterator[str]:
    """The address of a hub that takes two requests of each kind a minute, and of pushes two a second."""
    paces = {**dict.fromkeys(PACES, TWO), "push": RateLimitItemPerSecond(2)}
    with served(make_app(hub, Pace(paces))) as url:
        yield url


def pull(url: str, token: str) -> requests.Response:
    return requests.get(f"{url}/v1/pull?scope=dir:0", headers={"Authorization": f"Bearer {token}"}, timeout=10)


def test_a_till_that_asks_too_often_hears_when_to_come_back(strict: str, a_till: Callable[..., Sender]) -> None:
    hasty, patient = a_till(), a_till()
    assert [pull(strict, hasty.enrolment.token).status_code for _ in range(2)] == [200, 200]
    answer = pull(strict, hasty.enrolment.token)
    assert problem_of(answer) == (429, "rate_limited")
    assert 1 <= int(answer.headers["Retry-After"]) <= 60
    assert pull(strict, patient.enrolment.token).status_code == 200


def test_what_was_refused_for_haste_is_taken_later(strict: str, till: Sender) -> None:
    headers = {"Authorization": f"Bearer {till.enrolment.token}"}
    hasty = taken = 0
    body = canonical(till.request(till.enrolled("m0")))
    while taken < 5 or (not hasty and taken < 50):  # on a loaded machine five may take longer than is asked of them
        answer = requests.post(f"{strict}/v1/push", data=body, headers=headers, timeout=10)
        hasty += answer.status_code == 429
        if answer.status_code == 200:
            assert msgspec.json.decode(answer.content, type=PushReply).verdicts[0].v == "accepted"
            taken += 1
            body = canonical(till.request(till.enrolled(f"m{taken}")))
    assert hasty
    assert len(till.read("dir")) == taken


def test_tickets_cannot_be_guessed_for_long(strict: str) -> None:
    guess = canonical(EnrolRequest(ticket="0000000000", device="d1"))
    told = [problem_of(requests.post(f"{strict}/v1/enrol", data=guess, timeout=10))[1] for _ in range(4)]
    assert told == ["ticket_unknown", "ticket_unknown", "rate_limited", "rate_limited"]


def test_a_stranger_does_not_lock_out_the_till_beside_it(strict: str, till: Sender) -> None:
    told = [problem_of(pull(strict, "wrong"))[1] for _ in range(3)]
    assert told == ["unauthenticated", "unauthenticated", "rate_limited"]
    assert pull(strict, till.enrolment.token).status_code == 200


def test_a_hundred_thousand_events_are_handed_in_within_half_a_minute() -> None:
    pushes = 100_000 / MAX_EVENTS + 2  # it begins with 500, then 1,000
    assert pushes / PACES["push"].amount * PACES["push"].get_expiry() <= 30


def test_the_wait_is_never_longer_than_the_window() -> None:
    pace = Pace(dict.fromkeys(PACES, TWO))
    waits = []
    for _ in range(20):
        try:
            pace.admit("push", "d1")
        except HubProblem as problem:
            waits.append(problem.retry_after)
    assert len(waits) == 18
    assert all(wait is not None and 1 <= wait <= 60 for wait in waits)
