"""The hub on HTTP: five endpoints, each a thin coat over ``Hub``."""

import asyncio
import contextlib
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

import msgspec
from sqlalchemy.exc import DBAPIError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sync.hub.cases import UNREADABLE, Till
from sync.hub.database import was_busy
from sync.hub.hub import Hub
from sync.hub.payloads import Id
from sync.hub.problems import HubProblem
from sync.hub.pull import Cursor
from sync.hub.wire import problem_reply, read_body, reply
from sync.protocol import MAX_ROWS, EnrolRequest, HelloRequest, Message, PushRequest

log = logging.getLogger(__name__)

SETTLE_EVERY = 60.0
Wanted = TypeVar("Wanted")
Endpoint = Callable[[Hub, Request], Awaitable[Message]]


class Health(Message, frozen=True, kw_only=True):
    """The hub is there."""

    hub: str
    epoch: int
    hub_now: int


def make_app(hub: Hub) -> Starlette:
    """The ASGI application of an open hub. The hub is closed by whoever opened it."""

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        settling = asyncio.create_task(_settle_now_and_then(hub))
        yield
        settling.cancel()

    routes = [
        Route("/v1/health", _guarded(hub, health), methods=["GET"]),
        Route("/v1/enrol", _guarded(hub, enrol), methods=["POST"]),
        Route("/v1/hello", _guarded(hub, hello), methods=["POST"]),
        Route("/v1/push", _guarded(hub, push), methods=["POST"]),
        Route("/v1/pull", _guarded(hub, pull), methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _http_problem})


async def health(hub: Hub, _request: Request) -> Message:
    """Who answers, and what time it is there."""
    return Health(hub=hub.id, epoch=hub.epoch, hub_now=hub.clock.now_ms())


async def enrol(hub: Hub, request: Request) -> Message:
    """A ticket against a token."""
    wanted = decode(await read_body(request), EnrolRequest)
    try:
        msgspec.convert(wanted.device, Id)
    except msgspec.ValidationError:
        raise HubProblem("bad_request", "device is not an id") from None
    return await run_in_threadpool(hub.enrol, wanted)


async def hello(hub: Hub, request: Request) -> Message:
    """Who calls against what holds."""
    received = hub.clock.now_ms()
    till = await authenticate(hub, request)
    told = decode(await read_body(request), HelloRequest)
    return await run_in_threadpool(hub.hello, till, told, received)


async def push(hub: Hub, request: Request) -> Message:
    """Events against verdicts."""
    received = hub.clock.now_ms()
    till = await authenticate(hub, request)
    batch = decode(await read_body(request), PushRequest)
    return await run_in_threadpool(hub.push, till, batch, received)


async def pull(hub: Hub, request: Request) -> Message:
    """Cursors against pages."""
    till = await authenticate(hub, request)
    cursors = [read_cursor(text) for text in request.query_params.getlist("scope")]
    limit = read_count(request.query_params.get("limit", str(MAX_ROWS)))
    if not cursors or limit == 0:
        raise HubProblem("bad_request", "scope=NAME:CURSOR and a limit above 0 are needed")
    return await run_in_threadpool(hub.pull, till, cursors, limit)


async def authenticate(hub: Hub, request: Request) -> Till:
    """The till that the bearer token belongs to."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise HubProblem("unauthenticated")
    return await run_in_threadpool(hub.authenticate, token.strip())


def decode(body: bytes, wanted: type[Wanted]) -> Wanted:
    """A request, or the problem that it is none."""
    try:
        return msgspec.json.decode(body, type=wanted)
    except UNREADABLE as error:
        detail = str(error) if isinstance(error, msgspec.ValidationError) else "not JSON"
        raise HubProblem("bad_request", detail) from None


def read_cursor(text: str) -> Cursor:
    """``st:0412:17`` is scope st:0412 up to row 17."""
    scope, _, seq = text.rpartition(":")
    return Cursor(scope, read_count(seq))


def read_count(text: str) -> int:
    """A whole number, not negative, of at most 15 digits."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise HubProblem("bad_request", "a cursor or limit is a whole number")
    return int(text)


def _guarded(hub: Hub, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint, its problems told as problems. Messages of errors may name people and are never logged or sent."""

    async def respond(request: Request) -> Response:
        try:
            return reply(request, await endpoint(hub, request))
        except HubProblem as problem:
            return problem_reply(request, problem)
        except ClientDisconnect:
            return problem_reply(request, HubProblem("bad_request", "the body ended too soon"))
        except Exception as error:  # noqa: BLE001
            if isinstance(error, DBAPIError) and was_busy(error):
                return problem_reply(request, HubProblem("busy"))
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s failed with %s at\n%s", request.url.path, type(error).__name__, where)
            return problem_reply(request, HubProblem("internal"))

    return respond


async def _http_problem(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: no such path, or not that method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = {404: "not_found", 405: "method_not_allowed"}.get(status, "bad_request")
    response = problem_reply(request, HubProblem(code))
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def _settle_now_and_then(hub: Hub) -> None:
    """Two pushes at one moment can miss each other's news; the second look finds it."""
    while True:
        await asyncio.sleep(SETTLE_EVERY)
        try:
            await run_in_threadpool(hub.settle)
        except DBAPIError as error:
            log.error("parked events could not be settled: %s", type(error).__name__)
