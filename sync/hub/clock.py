"""The hub's time, ids and secrets: the only source of any, so that a simulator can replace it."""

import secrets
import time

import uuid_utils.compat as uuid_utils


class HubClock:
    """The machine's clock and random source."""

    def now_ms(self) -> int:
        """Milliseconds since 1970 UTC."""
        return time.time_ns() // 1_000_000

    def new_id(self) -> str:
        """A UUIDv7 in canonical text."""
        return str(uuid_utils.uuid7())

    def random(self, length: int) -> bytes:
        """Bytes that nobody can guess."""
        return secrets.token_bytes(length)
