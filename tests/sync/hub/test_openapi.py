"""What the hub says of itself is true, whatever it is asked: by a till or a stranger, well or badly."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import Case, GenerationMode
from schemathesis.python import asgi
from schemathesis.schemas import BaseSchema
from starlette.applications import Starlette

from sync.hub.app import make_app
from sync.hub.endpoints import ENDPOINTS, Endpoint
from sync.hub.hub import Hub
from sync.hub.pace import PACES, Pace
from sync.hub.problems import PROBLEMS
from tests.sync.hub.builders import Sender
from tests.sync.hub.conftest import SERVER

DOCUMENT = "/v1/openapi.json"
DATABASES = 2 if SERVER else 1  # they share the examples out: each has its own
UNHURRIED = {kind: type(pace)(10**6, pace.multiples) for kind, pace in PACES.items()}


@pytest.fixture
def app(hub: Hub) -> Iterator[Starlette]:
    """The hub's application in this process, for who asks more often than a till may."""
    yield make_app(hub, Pace(UNHURRIED))
    asgi.shutdown_lifespans()


@pytest.fixture
def described(app: Starlette) -> BaseSchema:
    return schemathesis.openapi.from_asgi(DOCUMENT, app)


def test_every_endpoint_and_every_problem_of_it_is_described(described: BaseSchema) -> None:
    document = msgspec.json.decode(msgspec.json.encode(described.raw_schema))
    told = {(method.upper(), path) for path, each in document["paths"].items() for method in each}
    assert told == {(each.method, each.path) for each in ENDPOINTS}
    for endpoint in ENDPOINTS:
        responses = document["paths"][endpoint.path][endpoint.method.lower()]["responses"]
        assert responses.keys() == {*endpoint.successes, *(str(PROBLEMS[code][0]) for code in endpoint.problems)}


def whole(value: Any) -> Any:
    """JSON Schema takes 1.0 for an integer; the protocol's whole numbers have no point."""
    if isinstance(value, dict):
        return {name: whole(each) for name, each in value.items()}
    if isinstance(value, list):
        return [whole(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def runs() -> Iterator[object]:
    """Endpoint, whether a till asks, good or bad requests, how many."""
    for endpoint in ENDPOINTS:
        modes = list(GenerationMode) if endpoint.takes or endpoint.parameters else [GenerationMode.POSITIVE]
        for mode in modes:
            name = f"{endpoint.answer.__name__}-{mode.value}"
            yield pytest.param(endpoint, True, mode, 40 // len(modes) // DATABASES, id=f"{name}-till")
            yield pytest.param(endpoint, False, mode, 10 // DATABASES, id=f"{name}-stranger")


@pytest.mark.parametrize(("endpoint", "known", "mode", "examples"), list(runs()))
def test_no_request_finds_a_hole(
    described: BaseSchema,
    till: Sender,
    hub_url: str,
    endpoint: Endpoint,
    known: bool,
    mode: GenerationMode,
    examples: int,
) -> None:
    headers = {"Authorization": f"Bearer {till.enrolment.token}"} if known else {}
    operation = described[endpoint.path][endpoint.method]

    @seed(1 if hub_url.startswith("sqlite") else 2)
    @settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def ask(case: Case) -> None:
        case.body = whole(case.body)
        case.call_and_validate(headers=headers)

    ask()
