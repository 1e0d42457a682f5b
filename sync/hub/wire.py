"""Bodies on the wire: their encodings, and the limits that keep a small body from becoming a large one."""

import io
import zlib

import msgspec
import zstandard
from starlette.requests import Request
from starlette.responses import Response

from sync.hub.problems import HubProblem
from sync.protocol import MAX_BODY, Message

JSON = "application/json"
PROBLEM = "application/problem+json"
WORTH_PACKING = 1024
_GZIP = 31  # zlib's window bits for a gzip frame
_ZSTD_LEVEL = 1
_GZIP_LEVEL = 6


async def read_body(request: Request) -> bytes:
    """The plain body; raises ``HubProblem`` too_large, unsupported_encoding or bad_request."""
    packed = bytearray()
    async for part in request.stream():
        packed += part
        if len(packed) > MAX_BODY:
            raise HubProblem("too_large", f"at most {MAX_BODY} bytes")
    return unpack(bytes(packed), request.headers.get("content-encoding", "identity").strip().lower())


def unpack(packed: bytes, encoding: str) -> bytes:
    """The plain bytes, never more than ``MAX_BODY`` of them in memory."""
    if encoding in ("", "identity"):
        return packed
    if encoding not in _UNPACKERS:
        raise HubProblem("unsupported_encoding", "zstd, gzip or identity")
    try:
        plain = _UNPACKERS[encoding](packed)
    except (zlib.error, zstandard.ZstdError, EOFError):
        raise HubProblem("bad_request", f"the body is not {encoding}") from None
    if len(plain) > MAX_BODY:
        raise HubProblem("too_large", f"at most {MAX_BODY} bytes when unpacked")
    return plain


def reply(request: Request, message: Message) -> Response:
    """A message as a response, packed as the till likes it."""
    return _respond(request, message, status=200, media_type=JSON)


def problem_reply(request: Request, problem: HubProblem) -> Response:
    """A problem as a response."""
    response = _respond(request, problem.message(), status=problem.status, media_type=PROBLEM)
    if problem.retry_after:
        response.headers["Retry-After"] = str(problem.retry_after)
    if problem.code == "unauthenticated":
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _respond(request: Request, message: Message, *, status: int, media_type: str) -> Response:
    body = msgspec.json.encode(message)
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    accepted = _accepted(request.headers.get("accept-encoding", ""))
    if len(body) >= WORTH_PACKING and "zstd" in accepted:
        body, headers["Content-Encoding"] = zstandard.compress(body, _ZSTD_LEVEL), "zstd"
    elif len(body) >= WORTH_PACKING and "gzip" in accepted:
        body, headers["Content-Encoding"] = zlib.compress(body, _GZIP_LEVEL, _GZIP), "gzip"
    return Response(body, status, headers, media_type)


def _accepted(header: str) -> set[str]:
    """The encodings a till takes; one with weight 0 it does not."""
    offers = (offer.replace(" ", "").lower().partition(";q=") for offer in header.split(","))
    return {name for name, _, weight in offers if weight.strip("0.") or not weight}


def _gunzip(packed: bytes) -> bytes:
    inflater = zlib.decompressobj(_GZIP)
    plain = inflater.decompress(packed, MAX_BODY + 1)
    if not inflater.eof and len(plain) <= MAX_BODY:
        raise EOFError
    return plain


def _unzstd(packed: bytes) -> bytes:
    # A frame may ask for any window; 8 MiB is the most that a decoder must support (RFC 8878).
    unpacker = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024)
    plain = io.BytesIO()
    with unpacker.stream_reader(packed) as reader:
        while (part := reader.read(64 * 1024)) and plain.tell() <= MAX_BODY:
            plain.write(part)
    return plain.getvalue()


_UNPACKERS = {"gzip": _gunzip, "zstd": _unzstd}
