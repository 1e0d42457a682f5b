"""One request on its way: who asks, and what was told."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from sync.hub.cases import UNREADABLE, Till
from sync.hub.hub import Hub
from sync.hub.pace import Pace
from sync.hub.problems import HubProblem

Wanted = TypeVar("Wanted")

NOBODY = Till(id="", store_id="")


@dataclass(frozen=True, slots=True)
class Call:
    """A request to a hub.

    received: the hub's clock when it came in, ms. till: who asks; NOBODY where no token is needed.
    """

    hub: Hub
    request: Request
    received: int
    till: Till = NOBODY


def address_of(request: Request) -> str:
    """Where a request comes from. Behind a balancer uvicorn takes this from its headers (FORWARDED_ALLOW_IPS)."""
    return request.client.host if request.client else ""


async def authenticate(know: Callable[[str], Till], pace: Pace, request: Request) -> Till:
    """The till, or the program, that the bearer token belongs to.

    Every till of a shop has one address, so only what fails is counted by address: a till that was locked out must
    not lock out its neighbour.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer" or not token:
            raise HubProblem("unauthenticated")
        return await run_in_threadpool(know, token.strip())
    except HubProblem:
        pace.admit("stranger", address_of(request))
        raise


def decode(body: bytes, wanted: type[Wanted]) -> Wanted:
    """A request, or the problem that it is none."""
    try:
        return msgspec.json.decode(body, type=wanted)
    except UNREADABLE as error:
        detail = str(error) if isinstance(error, msgspec.ValidationError) else "not JSON"
        raise HubProblem("bad_request", detail) from None
