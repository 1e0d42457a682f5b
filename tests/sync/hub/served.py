"""The hub on a real socket of this process, and what its answers say."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator

import msgspec
import requests
import uvicorn
import zstandard
from starlette.applications import Starlette

from sync.protocol import Problem

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """uvicorn on a thread: ``listening`` is set once it is; ``end`` ends it at once, not at the next of its looks."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(uvicorn.Config(app, host=HOST, port=0, log_level="warning"))
        self.listening = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = asyncio.Event()

    def end(self) -> None:
        """May be called on any thread, once it listens."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._ended.set)

    async def startup(self, sockets: list[object] | None = None) -> None:
        await super().startup(sockets)  # type: ignore[arg-type]
        self._loop = asyncio.get_running_loop()
        self.listening.set()

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._ended.wait()


@contextlib.contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The address at which the app answers."""
    server = _Server(app)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert server.listening.wait(20)
    yield f"http://{HOST}:{server.servers[0].sockets[0].getsockname()[1]}"
    server.end()
    thread.join(20)


def plain(answer: requests.Response) -> bytes:
    """The body; requests itself unpacks zstd only where a library for it is found."""
    packed = answer.content.startswith(zstandard.FRAME_HEADER)
    return zstandard.decompress(answer.content) if packed else answer.content


def problem_of(answer: requests.Response) -> tuple[int, str]:
    """Status and code of an answer that must be a problem, and must tell nothing of ours."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = msgspec.json.decode(answer.content, type=Problem)
    assert problem.status == answer.status_code
    assert "Traceback" not in answer.text
    return problem.status, problem.code
