"""The hub on a real socket of this process, and what its answers say."""

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
    """uvicorn on a thread: ``listening`` is set once it is."""

    def __init__(self, app: Starlette) -> None:
        super().__init__(uvicorn.Config(app, host=HOST, port=0, log_level="warning"))
        self.listening = threading.Event()

    async def startup(self, sockets: list[object] | None = None) -> None:
        await super().startup(sockets)  # type: ignore[arg-type]
        self.listening.set()


@contextlib.contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The address at which the app answers."""
    server = _Server(app)
    thread = threading.Thread(target=server.run)
    thread.start()
    assert server.listening.wait(20)
    yield f"http://{HOST}:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
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
