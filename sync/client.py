"""HubClient: the messages of the protocol over HTTP, and nothing else believed."""

import contextlib
import gzip
import zlib
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
import requests
import urllib3
import zstandard

from sync.cuttable import CuttableAdapter
from sync.failures import HubRefused, HubUnreachable
from sync.loads import MemberReply, MemberRequest, SnapshotPart, SnapshotRequest, Snapshots, SnapshotsRequest
from sync.privacy_rows import ErasureQuestion, ErasureReply
from sync.protocol import (
    MAX_REPLY,
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

_CONNECT = 5.0
_DEADLINE = 4  # times the silence: a line may be slow, but a round must end
_MALFORMED = (msgspec.MsgspecError, UnicodeDecodeError, EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError)


class HubClient:
    """One till's connection to one hub; one request at a time.

    silence: seconds to wait for the next byte; a whole answer may take four times as long.
    """

    def __init__(self, url: str, token: str | None = None, *, silence: float = 30.0) -> None:
        self._url = url.rstrip("/")
        self._silence = silence
        self._wires = CuttableAdapter()
        self._session = requests.Session()
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, self._wires)
        self._session.headers.update({"Accept": "application/json", "Accept-Encoding": "zstd, gzip"})
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, message: Message) -> Message:
        """The hub's reply to any message; from the first contact on, as the till that it let in."""
        reply = self._send(message)
        if isinstance(reply, EnrolReply):
            self._session.headers["Authorization"] = f"Bearer {reply.token}"
        return reply

    def cut(self) -> None:
        """Let a request that is under way fail now; from another thread."""
        self._wires.cut()

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
            case SnapshotsRequest():
                return self._ask("GET", "/v1/snapshots", Snapshots)
            case SnapshotRequest():
                return self._fetch(message)
            case MemberRequest(key=key):
                return self._ask("GET", f"/v1/member/{quote(key, safe='')}", MemberReply)
            case ErasureQuestion(key=key):
                return self._ask("GET", f"/v1/erasure/{quote(key, safe='')}", ErasureReply)
        raise TypeError(type(message).__name__)

    def _post(self, path: str, message: object, reply: type[M]) -> M:
        body = zstandard.compress(canonical(message), level=1)
        headers = {"Content-Type": "application/json", "Content-Encoding": "zstd"}
        return self._ask("POST", path, reply, data=body, headers=headers)

    def _fetch(self, wanted: SnapshotRequest) -> SnapshotPart:
        headers = {
            "If-Match": f'"{wanted.sha256}"',
            "Range": f"bytes={wanted.start}-{wanted.start + wanted.length - 1}",
            "Accept-Encoding": "identity",
        }
        return self._ask("GET", "/v1/snapshot", SnapshotPart, params={"scope": wanted.scope}, headers=headers)

    def _ask(self, method: str, path: str, reply: type[M], **rest: Any) -> M:
        rest |= {"timeout": (_CONNECT, self._silence), "allow_redirects": False, "stream": True}
        try:
            with (
                self._wires.limited(_DEADLINE * self._silence),
                self._session.request(method, self._url + path, **rest) as answer,
            ):
                return self._read(answer, reply)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, *_MALFORMED) as error:
            raise HubUnreachable(str(error)) from error

    def _read(self, answer: requests.Response, reply: type[M]) -> M:
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        if answer.status_code == 200 and kind == "application/json":
            return msgspec.json.decode(read_body(answer), type=reply)
        if answer.status_code == 206 and kind == "application/zstd":
            return msgspec.convert({"body": read_body(answer)}, reply)  # of a snapshot, whose hash will be checked
        retry_after = _seconds(answer.headers.get("Retry-After"))
        if kind == "application/problem+json":
            with contextlib.suppress(*_MALFORMED):  # a problem, but not of our hub
                problem = msgspec.json.decode(read_body(answer), type=Problem)
                raise HubRefused(problem.code, problem.detail, retry_after=retry_after)
        raise HubUnreachable(f"{answer.status_code} {kind or 'without a type'}", retry_after=retry_after)


def read_body(answer: requests.Response, limit: int = MAX_REPLY) -> bytes:
    """The plain bytes of an answer, never more than ``limit`` of them in memory: a small body can be a large one."""
    encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
    body: bytes = _unpacked(answer.raw, encoding).read(limit + 1)
    if len(body) > limit:
        raise HubUnreachable(f"an answer of more than {limit} bytes")
    return body


def _unpacked(raw: Any, encoding: str) -> Any:
    """A file of the plain bytes, unpacked as they are read."""
    match encoding:
        case "identity":
            return raw
        case "gzip":
            return gzip.GzipFile(fileobj=raw)
        case "zstd":
            return zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024).stream_reader(raw, read_size=8192)
    raise HubUnreachable(f"an answer packed as {encoding}")


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isascii() and header.isdigit() else None
