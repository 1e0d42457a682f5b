"""The hub on HTTP: every endpoint a thin coat over ``Hub``, every trouble a problem."""

import asyncio
import contextlib
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable

from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from sync.hub.calls import NOBODY, Call, address_of, authenticate, decode
from sync.hub.database import was_busy
from sync.hub.endpoints import ENDPOINTS, Endpoint
from sync.hub.hub import Hub
from sync.hub.openapi import describe
from sync.hub.pace import Pace
from sync.hub.problems import HubProblem
from sync.hub.wire import JSON, problem_reply, read_body, reply
from sync.protocol import Message

log = logging.getLogger(__name__)

SETTLE_EVERY = 60.0
COMPACT_EVERY = 60  # turns of settling
Respond = Callable[[Request], Awaitable[Response]]


def make_app(hub: Hub, pace: Pace | None = None, *, settle_every: float = SETTLE_EVERY) -> Starlette:
    """The ASGI application of an open hub, which is closed by whoever opened it. settle_every: seconds."""
    pace = pace or Pace()

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        settling = asyncio.create_task(_settle_now_and_then(hub, settle_every))
        yield
        settling.cancel()

    routes = [
        Route(each.path, _guarded(hub, pace, each), methods=[each.method], name=each.answer.__name__)
        for each in ENDPOINTS
    ]
    routes.append(Route("/v1/openapi.json", _saying(describe(ENDPOINTS)), methods=["GET"], name="openapi"))
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _http_problem})


def _guarded(hub: Hub, pace: Pace, endpoint: Endpoint) -> Respond:
    """The endpoint, its problems told as problems. Messages of errors may name people and are never logged or sent."""

    async def respond(request: Request) -> Response:
        try:
            answer = await _answer(hub, pace, endpoint, request)
            return answer if isinstance(answer, Response) else reply(request, answer)
        except HubProblem as problem:
            return problem_reply(request, problem)
        except ClientDisconnect:
            return problem_reply(request, HubProblem("bad_request", "the body ended too soon"))
        except Exception as error:  # noqa: BLE001
            if isinstance(error, SQLAlchemyError) and was_busy(error):
                log.info("%s met a database that was busy or away: %s", request.url.path, type(error).__name__)
                return problem_reply(request, HubProblem("busy"))
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("%s failed with %s at\n%s", request.url.path, type(error).__name__, where)
            return problem_reply(request, HubProblem("internal"))

    return respond


async def _answer(hub: Hub, pace: Pace, endpoint: Endpoint, request: Request) -> Message | Response:
    received = hub.clock.now_ms()
    know = hub.authenticate_partner if endpoint.partner else hub.authenticate
    till = await authenticate(know, pace, request) if endpoint.token else NOBODY
    if endpoint.pace:
        pace.admit(endpoint.pace, till.id or address_of(request))
    call = Call(hub, request, received, till)
    told = [decode(await read_body(request), endpoint.takes)] if endpoint.takes else []
    return await run_in_threadpool(endpoint.answer, call, *told)


def _saying(body: bytes) -> Respond:
    async def respond(_request: Request) -> Response:
        return Response(body, media_type=JSON)

    return respond


async def _http_problem(request: Request, error: Exception) -> Response:
    """What Starlette itself refuses: no such path, or not that method."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = {404: "not_found", 405: "method_not_allowed"}.get(status, "bad_request")
    response = problem_reply(request, HubProblem(code))
    response.headers.update(getattr(error, "headers", None) or {})
    return response


async def _settle_now_and_then(hub: Hub, every: float) -> None:
    """Two pushes at one moment can miss each other's news; the second look finds it."""
    turn = 0
    while True:
        await asyncio.sleep(every)
        try:
            await run_in_threadpool(hub.settle)
            turn += 1
            if turn % COMPACT_EVERY == 0:
                await run_in_threadpool(hub.compact)
        except Exception as error:  # noqa: BLE001 - it must go on, or late verdicts never come
            log.error("parked events could not be settled: %s", type(error).__name__)
