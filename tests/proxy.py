"""The network between tills and a real hub: a proxy that misbehaves as told, or is a long and lossy line."""

import asyncio
import queue
import random
import re
import socket
import ssl
import struct
import threading
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.ports import held_port

RETRANSMISSION = 0.2  # seconds until TCP sends a lost segment again
SEGMENT = 1460
CLOSED = re.compile(rb"connection: close\r\n", re.IGNORECASE)
LINGER_NOT = struct.pack("ii", 1, 0)  # close with RST


@dataclass
class Line:
    """How far away the hub seems: one-way delay in ms, and the share of segments that are lost, 0 to 1."""

    delay_ms: float = 0.0
    loss: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    def seconds(self, size: int = 0) -> float:
        """How long so many bytes are under way."""
        segments = 1 + size // SEGMENT if self.loss else 0
        lost = sum(self.chance.random() < self.loss for _ in range(segments))
        return self.delay_ms / 1000 + lost * RETRANSMISSION


class Call:
    """One request of a till, in the hands of a fault."""

    def __init__(self, network: "Network", request: bytes, till: asyncio.StreamWriter) -> None:
        self.request = request
        self.network = network
        self._till = till

    async def ask(self) -> bytes:
        """Let the request reach the hub; gives all that the hub answers."""
        await self.network.pause(self.network.line.seconds(len(self.request)))
        reader, writer = await asyncio.open_connection(*self.network.hub)
        try:
            writer.write(self.request.replace(b"Connection: keep-alive", b"Connection: close", 1))
            answer = await reader.read()
        finally:
            writer.close()
        self.network.passed += 1
        return CLOSED.sub(b"", answer, count=1)

    async def tell(self, data: bytes) -> None:
        """Send bytes to the till."""
        self.network.down += len(data)
        self._till.write(data)
        await self._till.drain()

    def hang_up(self) -> None:
        """Close in good order."""
        self._till.close()

    def reset(self) -> None:
        """Close with RST, and drop what was not sent yet."""
        self._till.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
        self._till.transport.abort()


Fault = Callable[[Call], Awaitable[None]]


async def pass_on(call: Call) -> None:
    """No fault."""
    answer = await call.ask()
    await call.network.pause(call.network.line.seconds(len(answer)))
    await call.tell(answer)


class Network:
    """What lies between tills and the hub at ``hub_url``; a context manager, on a thread of its own.

    url: where tills find the hub by way of it. ``fault`` strikes every request whose path begins with ``on``, until
    another is set. strikes: the path of every request that met a fault. passed: how many reached the hub. connections:
    how many were made. up, down: bytes of HTTP, heads and all, from and to tills. tls: serve HTTPS.
    """

    def __init__(self, hub_url: str, *, line: Line | None = None, tls: ssl.SSLContext | None = None) -> None:
        self.lead_to(hub_url)
        self.line = line or Line()
        self.tls = tls
        self.strikes: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.passed = 0
        self.connections = 0
        self.up = self.down = 0
        self._port = 0
        self._holding = ExitStack()
        self._fault: tuple[Fault, str] = (pass_on, "/")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="network", daemon=True)
        self._calls: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    def __enter__(self) -> "Network":
        self._port = self._holding.enter_context(held_port())  # while it is unplugged, too
        self._thread.start()
        self.plug_in()
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._holding.close()

    @property
    def url(self) -> str:
        """What a till takes for the hub's address."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self._port}"

    def lead_to(self, hub_url: str) -> None:
        """From now on requests reach the hub at this address."""
        address = urlsplit(hub_url)
        self.hub = (address.hostname, address.port)

    def suffer(self, fault: Fault, on: str = "/") -> None:
        """From now on ``fault`` strikes."""
        self._fault = (fault, on)

    def heal(self) -> None:
        """From now on everything passes."""
        self.suffer(pass_on)

    def plug_in(self) -> None:
        """Listen, always at the same port."""
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result()

    def unplug(self) -> None:
        """Break off whatever runs, and refuse connections."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()

    async def pause(self, seconds: float | None) -> None:
        """Let time pass, at most until the cable is pulled; None is for ever."""
        with suppress(TimeoutError):
            if seconds != 0:
                await asyncio.wait_for(asyncio.Event().wait(), seconds)

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, ssl=self.tls)

    async def _close(self) -> None:
        if self._server:
            self._server.close()
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._calls.add(task)
        self.connections += 1
        try:
            await self.pause(2 * self.line.seconds())  # of the handshake
            while not writer.is_closing():
                request = await read_request(reader)
                self.up += len(request)
                await self._treat(Call(self, request, writer))
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            writer.close()
            self._calls.discard(task)

    async def _treat(self, call: Call) -> None:
        fault, on = self._fault
        path = call.request.split(b" ", 2)[1].decode()
        if not path.startswith(on):
            fault = pass_on
        elif fault is not pass_on:
            self.strikes.put(path)
        await fault(call)


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """One request with its body; raises IncompleteReadError when there is none."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + await reader.readexactly(int(lengths[0]) if lengths else 0)
