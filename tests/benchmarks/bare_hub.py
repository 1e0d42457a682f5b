"""The least that a hub could do with a push: unpack it and commit its events to one table, durably."""

import io
import json
import socket
import sqlite3
import sys

import uvicorn
import zstandard
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


def make_app(database: str) -> Starlette:
    """One endpoint; the reply names every event, as ours does."""
    connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE event (id PRIMARY KEY, body)"
    )

    async def push(request: Request) -> JSONResponse:
        packed = io.BytesIO(await request.body())
        told = json.loads(zstandard.ZstdDecompressor().stream_reader(packed).read())["events"]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO event VALUES (?, ?)", [(each["id"], json.dumps(each)) for each in told])
        connection.execute("COMMIT")
        return JSONResponse([each["id"] for each in told])

    return Starlette(routes=[Route("/v1/push", push, methods=["POST"])])


def main(database: str) -> None:
    """Serve at a free port and print it."""
    listening = socket.create_server(("127.0.0.1", 0))
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    config = uvicorn.Config(make_app(database), log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


if __name__ == "__main__":
    main(sys.argv[1])
