"""Running the hub under uvicorn until it is told to stop."""

import signal
import socket
import sys

import uvicorn

from sync.hub.app import make_app
from sync.hub.hub import Hub

GRACE_SECONDS = 10


class AnnouncedServer(uvicorn.Server):
    """Says where it listens once it really does, so that whoever started us can go on."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            sys.stdout.write(f"hub ready at http://{host}:{port}\n")
            sys.stdout.flush()


def serve(hub: Hub, host: str, port: int) -> None:
    """Answer requests until SIGTERM or SIGINT, then finish those under way. ``port`` 0 takes a free one."""
    config = uvicorn.Config(
        make_app(hub),
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    # uvicorn raises the signal again once it has stopped; by then there is nothing left to do.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    AnnouncedServer(config).run()
