"""Connections that can be cut from another thread, whatever they wait for."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from functools import partial
from typing import Any
from weakref import WeakSet

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection


class CuttableAdapter(HTTPAdapter):
    """Knows every connection it made."""

    def __init__(self) -> None:
        super().__init__()
        self._connections: WeakSet[HTTPConnection] = WeakSet()

    def cut(self) -> None:
        """Whoever reads or writes is told that the other end has gone."""
        for connection in list(self._connections):
            if connection.sock is not None:
                with contextlib.suppress(OSError):  # it is closed already
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)

    @contextlib.contextmanager
    def limited(self, seconds: float) -> Iterator[None]:
        """Cut what has not ended by then. A socket's own time-out never strikes while single bytes drip in."""
        timer = threading.Timer(seconds, self.cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        """The pool for a request, which makes its connections here."""
        pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
        if not isinstance(pool.ConnectionCls, partial):
            pool.ConnectionCls = partial(self._make, pool.ConnectionCls)
        return pool

    def _make(self, kind: type[HTTPConnection], **options: Any) -> HTTPConnection:
        connection = kind(**options)
        self._connections.add(connection)
        return connection
