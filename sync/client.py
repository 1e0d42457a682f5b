"""HubClient: the messages of the protocol over HTTP, and nothing else believed."""

from typing import Any, TypeVar

import msgspec
import requests
import zstandard

from sync.protocol import (
    EnrolReply,
    EnrolRequest,
    HelloReply,
    HelloRequest,
    Problem,
    PullReply,
    PushReply,
    PushRequest,
    canonical,
)

M = TypeVar("M")

_TIMEOUT = (5.0, 30.0)


class HubUnreachable(Exception):
    """No answer that can be believed: no network, no name, a time-out, a proxy's page, half a body."""


class HubRefused(Exception):
    """The hub itself said no; ``code`` is stable, ``retry_after`` in seconds if it named a time."""

    def __init__(self, code: str, detail: str, *, retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.retry_after = retry_after


class HubClient:
    """One till's connection to one hub. ``session`` may carry its own adapters, for tests of bad networks."""

    def __init__(self, url: str, token: str | None = None, *, session: requests.Session | None = None) -> None:
        self._url = url.rstrip("/")
        self._session = session or requests.Session()
        self._session.headers["Accept"] = "application/json"
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def enrol(self, request: EnrolRequest) -> EnrolReply:
        """Exchange a ticket for a token."""
        return self._post("/v1/enrol", request, EnrolReply)

    def hello(self, request: HelloRequest) -> HelloReply:
        """Say who calls, and hear what holds for this connection."""
        return self._post("/v1/hello", request, HelloReply)

    def push(self, request: PushRequest) -> PushReply:
        """Send events; the reply has one verdict for each."""
        return self._post("/v1/push", request, PushReply)

    def pull(self, cursors: dict[str, int], limit: int) -> PullReply:
        """One page of each scope after its cursor."""
        scopes = [("scope", f"{scope}:{seq}") for scope, seq in cursors.items()]
        return self._ask("GET", "/v1/pull", PullReply, params=[*scopes, ("limit", str(limit))])

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

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
