"""What a bad network does to one request of a till."""

import asyncio
import zlib
from collections.abc import Callable
from typing import Any

import zstandard

from tests.proxy import Call, Fault, pass_on

PORTAL = b"<html><body>Welcome to free mall WiFi. Please log in.</body></html>"
FLUSH = {"gzip": zlib.Z_SYNC_FLUSH, "zstd": zstandard.COMPRESSOBJ_FLUSH_BLOCK}


async def cut_before(call: Call) -> None:
    """The request never reaches the hub."""
    call.hang_up()


async def cut_after(call: Call) -> None:
    """The hub has done it; its answer is lost."""
    await call.ask()
    call.hang_up()


async def reset_in_the_body(call: Call) -> None:
    """RST when half of the answer's body was sent."""
    await call.tell(half(await call.ask()))
    call.reset()


async def truncate(call: Call) -> None:
    """Half of the body, and the Content-Length of the whole."""
    await call.tell(half(await call.ask()))
    call.hang_up()


async def repeat(call: Call) -> None:
    """The hub hears the request twice, the till the second answer."""
    await call.ask()
    await pass_on(call)


async def swallow(call: Call) -> None:
    """Nothing ever comes back, and the connection stays."""
    await call.ask()
    await call.network.pause(None)


def drip(seconds: float) -> Fault:
    """The answer, one byte each time so many seconds have passed."""

    async def fault(call: Call) -> None:
        for byte in await call.ask():
            await call.tell(bytes([byte]))
            await call.network.pause(seconds)

    return fault


def answer(status: str, kind: str, body: bytes = b"", *headers: str) -> Fault:
    """Somebody else answers; the hub hears nothing."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers, "", ""]

    async def fault(call: Call) -> None:
        await call.tell("\r\n".join(lines).encode() + body)

    return fault


def meddle(change: Callable[[bytes], bytes]) -> Fault:
    """The hub's answer, plain, its body changed."""

    async def fault(call: Call) -> None:
        call.request = without_line(call.request, b"accept-encoding")
        head, _, body = (await call.ask()).partition(b"\r\n\r\n")
        body = await asyncio.to_thread(change, body)
        length = b"Content-Length: %d" % len(body)
        await call.tell(without_line(head, b"content-length") + b"\r\n" + length + b"\r\n\r\n" + body)

    return fault


def bomb(encoding: str) -> Fault:
    """A small answer that has no end once it is unpacked: zeros, packed as gzip or zstd."""

    async def fault(call: Call) -> None:
        kind = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        await call.tell(f"{kind}Content-Encoding: {encoding}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        packer: Any = zlib.compressobj(wbits=31) if encoding == "gzip" else zstandard.ZstdCompressor().compressobj()
        while packed := packer.compress(bytes(1 << 24)) + packer.flush(FLUSH[encoding]):
            await call.tell(b"%x\r\n%s\r\n" % (len(packed), packed))

    return fault


def without_line(head: bytes, name: bytes) -> bytes:
    """A head without one of its lines."""
    lines = head.split(b"\r\n")
    return b"\r\n".join(line for line in lines if not line.lower().startswith(name + b":"))


def half(answer: bytes) -> bytes:
    """Up to the middle of the body."""
    head, gap, body = answer.partition(b"\r\n\r\n")
    return head + gap + body[: len(body) // 2]
