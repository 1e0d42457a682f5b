"""Passport: who this till is to its hub, sealed beside the journal, for the day the database is lost."""

from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from desktop.data.durable import write_private
from desktop.data.installation import Installation
from desktop.data.lock import locked
from sync.ceilings import add_ceilings
from sync.sealed import Sealer

_FIELDS = ("device_id", "ep", "name", "store_id", "hub_url", "hub_id", "epoch", "token", "scopes", "root", "ceilings")


def portray(till: Installation) -> bytes:
    """What a passport says of a till."""
    return msgspec.json.encode({name: getattr(till, name) for name in _FIELDS})


class Passport:
    """The file ``path``; written only when something in it has changed."""

    def __init__(self, path: Path, sealer: Sealer) -> None:
        self._path = path
        self._sealer = sealer
        self._kept: bytes | None = None

    def keep(self, portrait: bytes) -> None:
        """Write down who the till is. Raises OSError if the disk does not take it, or does not give what it has."""
        if self._kept is None:
            self._kept = self._read()
        if portrait != self._kept:
            with locked(self._path.with_name("lock")):  # two programs at once would take each other's fresh file away
                write_private(self._path, self._sealer.seal(portrait))
            self._kept = portrait

    def exists(self) -> bool:
        """Whether there is one."""
        return self._path.exists()

    def opens(self) -> bool:
        """Whether the key opens it."""
        return self._body() is not None

    def give(self, till: Installation) -> None:
        """Make a till that has lost its memory the one it was; its incarnation never goes back."""
        told = self._told()
        ep = max(till.ep, told.get("ep", 0))
        if till.epoch is not None:  # what counts as accepted in the data was so by the hub of that epoch
            told.pop("epoch", None)
        for name, value in told.items():
            setattr(till, name, value)
        till.ep = ep

    def remind(self, till: Installation) -> None:
        """Tell it by when its events had happened: data that somebody put back may be of before that was noted."""
        if told := self._told():
            add_ceilings(till, told["ceilings"])

    def _told(self) -> dict[str, Any]:
        body = self._body()
        return msgspec.json.decode(body) if body else {}

    def _body(self) -> bytes | None:
        with suppress(OSError):  # a till must open; ``keep`` will tell of it
            return self._read()
        return None

    def _read(self) -> bytes | None:
        return next(self._sealer.open_all(self._path.read_bytes()), None) if self._path.exists() else None
