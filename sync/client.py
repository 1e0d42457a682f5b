"""HubClient: the messages of the protocol over HTTP, and nothing else believed."""

from typing import Any, TypeVar

import msgspec
import requests
import zstandard

from sync.failures import HubRefused, HubUnreachable
from sync.protocol import (
    EnrolReply,
    EnrolRequest,
    HelloReply,
    HelloRequest,
    Message,
    Problem,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    canonical,
)

M = TypeVar("M", bound=Message)

_TIMEOUT = (5.0, 30.0)


class HubClient:
    """One till's connection to one hub. ``session`` may carry its own adapters, for tests of bad networks."""

    def __init__(self, url: str, token: str | None = None, *, session: requests.Session | None = None) -> None:
        self._url = url.rstrip("/")
        self._session = session or requests.Session()
        self._session.headers["Accept"] = "application/json"
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, message: Message) -> Message:
        """The hub's reply to any message; from the first contact on, as the till that it let in."""
        reply = self._send(message)
        if isinstance(reply, EnrolReply):
            self._session.headers["Authorization"] = f"Bearer {reply.token}"
        return reply

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _send(self, message: Message) -> Message:
        match message:
            case EnrolRequest():
                return self._post("/v1/enrol", message, EnrolReply)
            case HelloRequest():
                return self._post("/v1/hello", message, HelloReply)
            case PushRequest():
                return self._post("/v1/push", message, PushReply)
            case PullRequest(cursors=cursors, limit=limit):
                scopes = [("scope", f"{scope}:{seq}") for scope, seq in cursors.items()]
                return self._ask("GET", "/v1/pull", PullReply, params=[*scopes, ("limit", str(limit))])
        raise TypeError(type(message).__name__)

    def _post(self, path: str, message: object, reply: type[M]) -> M:
        body = zstandard.compress(canonical(message), level=1)
        headers = {"Content-Type": "application/json", "Content-Encoding": "zstd"}
        return self._ask("POST", path, reply, data=body, headers=headers)

    def _ask(self, method: str, path: str, reply: type[M], **rest: Any) -> M:
        try:
            answer = self._session.request(method, self._url + path, timeout=_TIMEOUT, allow_redirects=False, **rest)
            return self._read(answer, reply)
        except (requests.RequestException, msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise HubUnreachable(str(error)) from error

    def _read(self, answer: requests.Response, reply: type[M]) -> M:
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        if answer.status_code == 200 and kind == "application/json":
            return msgspec.json.decode(answer.content, type=reply)
        if kind == "application/problem+json":
            problem = msgspec.json.decode(answer.content, type=Problem)
            raise HubRefused(problem.code, problem.detail, retry_after=_seconds(answer.headers.get("Retry-After")))
        raise HubUnreachable(f"{answer.status_code} {kind or 'without a type'}")


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isascii() and header.isdigit() else None
