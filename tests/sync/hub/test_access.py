"""Who may do what: every endpoint, asked the same thing by everybody."""

from collections.abc import Callable
from typing import NamedTuple

import msgspec
import pytest
import requests
from starlette.routing import Route

from sync.hub.app import make_app
from sync.hub.hub import Hub
from sync.hub.partners import let_in
from sync.protocol import SPOKEN, EnrolRequest, HelloRequest, Message, PushReply, canonical
from tests.sync.hub.builders import START, Sender
from tests.sync.hub.served import problem_of

OK = "ok"


class Row(NamedTuple):
    """One request about a till of store west, and what comes of it by who sends it."""

    method: str
    path: str
    own: str = OK
    neighbour: str = OK
    other_store: str = OK
    revoked: str = "device_revoked"
    anonymous: str = "unauthenticated"
    garbage: str = "unauthenticated"
    partner: str = "unauthenticated"  # a program of the brand, with its own token
    key: str = "m1"
    query: str = ""
    body: Callable[[Sender], Message] | None = None


def hello_of(till: Sender) -> Message:
    return HelloRequest(nonce="n1", device=till.id, app="0.1.0", proto=SPOKEN, wall_now=START, ep=1)


def push_of(till: Sender) -> Message:
    return till.request(till.enrolled("m1"))


def enrolment_of(till: Sender) -> Message:
    return EnrolRequest(ticket=till.hub.issue_ticket(till.store), device=till.id)


def moving_of(till: Sender) -> Message:
    return EnrolRequest(ticket=till.hub.issue_ticket("east"), device=till.id)


def guess_of(till: Sender) -> Message:
    return EnrolRequest(ticket="0000000000", device=till.id)


WHO = (
    "own",
    "neighbour",
    "other_store",
    "anonymous",
    "garbage",
    "partner",
    "revoked",
)  # a till asks, then it is locked out

EVERYBODY = {"revoked": OK, "anonymous": OK, "garbage": OK, "partner": OK}
NOBODY = dict.fromkeys(WHO, "ticket_unknown")
STAYS = dict.fromkeys(WHO, "ticket_elsewhere") | {"revoked": OK}  # that is the operator's word
NO_TILL = dict.fromkeys(WHO, "unauthenticated") | {"partner": "not_found"}  # it may ask, and there is nobody
SMALL = dict.fromkeys(("own", "neighbour", "other_store"), "not_found")  # too small for a snapshot
NOT_OTHERS = {"neighbour": "wrong_device", "other_store": "wrong_device"}

ROWS = (
    Row("GET", "/v1/health", **EVERYBODY),
    Row("GET", "/v1/openapi.json", **EVERYBODY),
    Row("GET", "/v1/snapshots"),
    Row("GET", "/v1/snapshot", query="scope=dir", **SMALL),
    Row("GET", "/v1/snapshot", query="scope=st:west", **(SMALL | {"other_store": "wrong_store"})),
    Row("GET", "/v1/member/{key}"),  # a store may greet whoever comes in; who asked is written down
    Row("GET", "/v1/erasure/{key}", key="forgotten", other_store="not_found"),  # this store has asked for it
    Row("GET", "/v1/tokens/{key}", **NO_TILL),
    Row("GET", "/v1/trust", **dict.fromkeys(WHO, "no_key")),  # nothing secret; before `keys` there are none
    Row("POST", "/v1/enrol", body=enrolment_of, **EVERYBODY),  # the ticket is what counts
    Row("POST", "/v1/enrol", body=moving_of, **STAYS),
    Row("POST", "/v1/enrol", body=guess_of, **NOBODY),
    Row("POST", "/v1/hello", body=hello_of, **NOT_OTHERS),
    Row("POST", "/v1/push", body=push_of, **NOT_OTHERS),  # the verdict on the one event
    Row("GET", "/v1/pull", query="scope=cfg:0&scope=cat:0&scope=dir:0"),
    Row("GET", "/v1/pull", query="scope=st:west:0", other_store="wrong_store"),
    Row("GET", "/v1/pull", query="scope=dv:{id}:0", neighbour="wrong_store", other_store="wrong_store"),
    Row("GET", "/v1/pull", query="scope=dir:0&scope=st:west:0", other_store="wrong_store"),
)


@pytest.fixture
def tokens(hub: Hub, till: Sender, a_till: Callable[..., Sender]) -> dict[str, str | None]:
    """The token of each who asks; the till itself is locked out last. A member has been erased at its wish."""
    till.send(till.enrolled("forgotten"), till.did("ErasureRequested", member_id="forgotten"))
    return {
        "own": till.enrolment.token,
        "neighbour": a_till("west").enrolment.token,
        "other_store": a_till("east").enrolment.token,
        "revoked": till.enrolment.token,
        "anonymous": None,
        "garbage": "A" * len(till.enrolment.token),
        "partner": hub.database.retry(lambda connection: let_in(connection, hub.ledger, hub.clock, "小程序")),
    }


def test_every_endpoint_has_a_row(hub: Hub) -> None:
    served = {
        (method, route.path) for route in make_app(hub).routes if isinstance(route, Route) for method in route.methods
    }
    assert {(row.method, row.path) for row in ROWS} == {each for each in served if each[0] != "HEAD"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.path} {row.query}{row.body.__name__ if row.body else ''}")
def test_everybody_gets_what_is_theirs(url: str, till: Sender, tokens: dict[str, str | None], row: Row) -> None:
    got = {}
    for who in WHO:
        body = canonical(row.body(till)) if row.body else None
        if who == "revoked":
            assert till.hub.revoke(till.id)
        headers = {"Authorization": f"Bearer {tokens[who]}"} if tokens[who] else {}
        asked = f"{url}{row.path.format(key=row.key)}?{row.query.format(id=till.id)}"
        got[who] = outcome_of(requests.request(row.method, asked, data=body, headers=headers, timeout=10))
    assert got == {who: getattr(row, who) for who in WHO}


def outcome_of(answer: requests.Response) -> str:
    """The code of a problem, or of a push of one event its verdict's; else ok."""
    if answer.status_code != 200:
        return problem_of(answer)[1]
    if not answer.url.partition("?")[0].endswith("/push"):
        return OK
    verdict = msgspec.json.decode(answer.content, type=PushReply).verdicts[0]
    return verdict.code or OK
