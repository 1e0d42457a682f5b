"""Ports that stay ours while nobody listens there."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def held_port() -> Iterator[int]:
    """A port of this machine that no other program is given meanwhile. Whoever asks for it by its number may listen
    there, and again after having been away.
    """
    with socket.socket() as holding:
        holding.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: else none could listen
        holding.bind(("127.0.0.1", 0))
        yield holding.getsockname()[1]
