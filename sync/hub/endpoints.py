"""Every endpoint with what it takes, gives and refuses: router, OpenAPI and tests all read it here."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.responses import FileResponse, Response

from sync.code_rows import TokensReply, TrustReply
from sync.hub.calls import Call
from sync.hub.problems import HubProblem
from sync.hub.pull import Cursor
from sync.hub.snapshots import read_range
from sync.hub.wire import JSON
from sync.loads import MemberReply, Snapshots
from sync.privacy_rows import ErasureReply
from sync.protocol import (
    MAX_ROWS,
    EnrolReply,
    EnrolRequest,
    HelloReply,
    HelloRequest,
    Message,
    PullReply,
    PushReply,
    PushRequest,
)

BODY_PROBLEMS = ("bad_request", "too_large", "unsupported_encoding")
TOKEN_PROBLEMS = ("unauthenticated", "device_revoked")
ZSTD = "application/zstd"
_KEY = re.compile("[0-9A-Za-z_-]{1,64}")
OLD = ("client_too_old", "hub_too_old")


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One thing the hub can be asked.

    answer: called on a thread, with the call and, if it ``takes`` a body, the message. pace: what it counts as, see
    pace.py; "" is not counted. media: of an answer that is not a message, and may come in parts. successes: the
    statuses it comes with. token: whether only a till may ask; or only a partner, and no till. parameters: of the
    query, as OpenAPI has them. refuses: codes beyond those that everything of its kind can have.
    """

    method: str
    path: str
    answer: Callable[..., Message | Response]
    gives: type[Message] | None
    takes: type[Message] | None = None
    successes: tuple[str, ...] = ("200",)
    parameters: tuple[dict[str, Any], ...] = ()
    token: bool = True
    partner: bool = False
    pace: str = "ask"
    media: str = JSON
    refuses: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """Every code it can answer with."""
        known = ("unauthenticated",) if self.partner else TOKEN_PROBLEMS
        own = (*(known if self.token else ()), *(BODY_PROBLEMS if self.takes else ()), *self.refuses)
        return (*own, *(("rate_limited",) if self.pace else ()), "internal", "busy")


class Health(Message, frozen=True, kw_only=True):
    """The hub is there."""

    hub: str
    epoch: int
    hub_now: int


def health(call: Call) -> Health:
    """Who answers, and what time it is there."""
    return Health(hub=call.hub.id, epoch=call.hub.epoch, hub_now=call.received)


def enrol(call: Call, wanted: EnrolRequest) -> EnrolReply:
    """A ticket against a token."""
    return call.hub.enrol(wanted)


def hello(call: Call, told: HelloRequest) -> HelloReply:
    """Who calls against what holds."""
    return call.hub.hello(call.till, told, call.received)


def push(call: Call, batch: PushRequest) -> PushReply:
    """Events against verdicts."""
    return call.hub.push(call.till, batch, call.received)


def pull(call: Call) -> PullReply:
    """Cursors against pages."""
    asked = call.request.query_params
    cursors = [read_cursor(text) for text in asked.getlist("scope")]
    limit = read_count(asked.get("limit", str(MAX_ROWS)))
    if not cursors or limit == 0:
        raise HubProblem("bad_request", "scope=NAME:CURSOR and a limit above 0 are needed")
    return call.hub.pull(call.till, cursors, limit)


def snapshots(call: Call) -> Snapshots:
    """What may be loaded at once."""
    return call.hub.list_snapshots(call.till)


def snapshot(call: Call) -> Response:
    """The bytes of a snapshot, or a range of them; ``If-Match`` names the one that is meant."""
    asked = call.request.headers
    named = asked.get("if-match", "").strip().strip('"') or None
    path, manifest = call.hub.find_snapshot(call.till, call.request.query_params.get("scope", ""), named)
    headers = {"ETag": f'"{manifest.sha256}"', "Cache-Control": "no-store", "Accept-Ranges": "bytes"}
    if "range" not in asked:
        return FileResponse(path, headers=headers, media_type=ZSTD)
    start, body = read_range(path, asked["range"])
    headers["Content-Range"] = f"bytes {start}-{start + len(body) - 1}/{manifest.bytes}"
    return Response(body, 206, headers, ZSTD)


def member(call: Call) -> MemberReply:
    """A member of any store, by id or code; who asked is written down."""
    key = call.request.path_params["key"]
    if not _KEY.fullmatch(key):
        raise HubProblem("bad_request", "neither an id nor a code")
    return call.hub.look_up(call.till, key)


def erasure(call: Call) -> ErasureReply:
    """How far an erasure has come, for a till of the store that asked for it."""
    key = call.request.path_params["key"]
    if not _KEY.fullmatch(key):
        raise HubProblem("bad_request", "neither an id nor a code")
    return call.hub.progress(call.till, key)


def tokens(call: Call) -> TokensReply:
    """A member's short-lived codes for a day ahead, for the program in the member's hand."""
    key = call.request.path_params["key"]
    if not _KEY.fullmatch(key):
        raise HubProblem("bad_request", "neither an id nor a code")
    return call.hub.tokens(key)


def trust(call: Call) -> TrustReply:
    """The published keys, for whoever verifies our codes without a network, such as a partner's cash desk."""
    return call.hub.published_keys()


def read_cursor(text: str) -> Cursor:
    """``st:0412:17`` is scope st:0412 up to row 17."""
    scope, _, seq = text.rpartition(":")
    return Cursor(scope, read_count(seq))


def read_count(text: str) -> int:
    """A whole number, not negative, of at most 15 digits."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise HubProblem("bad_request", "a cursor or limit is a whole number")
    return int(text)


SCOPES = {
    "name": "scope",
    "in": "query",
    "required": True,
    "description": "NAME:CURSOR, once for every scope",
    "schema": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[^:]+(:[^:]+)?:[0-9]{1,15}$"}},
}
LIMIT = {
    "name": "limit",
    "in": "query",
    "description": "rows a page",
    "schema": {"type": "integer", "minimum": 1, "maximum": 10**15 - 1, "default": MAX_ROWS},
}

SCOPE = {
    "name": "scope",
    "in": "query",
    "required": True,
    "schema": {"type": "string"},
}
KEY = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "id or code of a member",
    "schema": {"type": "string", "pattern": "^[0-9A-Za-z_-]{1,64}$"},
}
RANGE = {"name": "Range", "in": "header", "schema": {"type": "string"}}
IF_MATCH = {"name": "If-Match", "in": "header", "schema": {"type": "string"}}

ENDPOINTS = (
    Endpoint(method="GET", path="/v1/health", answer=health, gives=Health, token=False, pace=""),
    Endpoint(
        method="POST", path="/v1/enrol", answer=enrol, takes=EnrolRequest, gives=EnrolReply, token=False, pace="ticket",
        refuses=("ticket_unknown", "ticket_used", "ticket_expired", "ticket_elsewhere"),
    ),
    Endpoint(
        method="POST", path="/v1/hello", answer=hello, takes=HelloRequest, gives=HelloReply,
        refuses=("wrong_device", *OLD),
    ),
    Endpoint(method="POST", path="/v1/push", answer=push, takes=PushRequest, gives=PushReply, pace="push"),
    Endpoint(
        method="GET", path="/v1/pull", answer=pull, gives=PullReply, parameters=(SCOPES, LIMIT), pace="pull",
        refuses=("bad_request", "wrong_store", "cursor_ahead", *OLD),
    ),
    Endpoint(method="GET", path="/v1/snapshots", answer=snapshots, gives=Snapshots, refuses=OLD),
    Endpoint(
        method="GET", path="/v1/snapshot", answer=snapshot, gives=None, media=ZSTD, pace="pull",
        successes=("200", "206"), parameters=(SCOPE, RANGE, IF_MATCH),
        refuses=("wrong_store", "not_found", "snapshot_gone", "bad_range", *OLD),
    ),
    Endpoint(
        method="GET", path="/v1/member/{key}", answer=member, gives=MemberReply, parameters=(KEY,), pace="profile",
        refuses=("bad_request", *OLD),
    ),
    Endpoint(
        method="GET", path="/v1/erasure/{key}", answer=erasure, gives=ErasureReply, parameters=(KEY,),
        refuses=("bad_request", "not_found"),
    ),
    Endpoint(
        method="GET", path="/v1/tokens/{key}", answer=tokens, gives=TokensReply, parameters=(KEY,), pace="tokens",
        partner=True, refuses=("bad_request", "not_found", "no_key"),
    ),
    Endpoint(
        method="GET", path="/v1/trust", answer=trust, gives=TrustReply, token=False, pace="tokens", refuses=("no_key",)
    ),
)  # fmt: skip
