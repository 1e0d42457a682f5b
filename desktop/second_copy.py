"""SecondCopy: what the store asks of whoever keeps every event a second time, outside the database."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, Protocol

from sqlalchemy import Connection

from desktop.clock import Clock
from desktop.data.installation import Installation
from desktop.errors import StorageTrouble
from desktop.work import Work

# How the data was left: closed well, by a crash or a power cut, or it is not what it was: restored, or begun anew.
Since = Literal["close", "crash", "loss"]


class SecondCopy(Protocol):
    """Where every event is kept a second time. trouble: why the last ones could not be; they are kept with the next."""

    trouble: StorageTrouble | None

    def append(self, events: Sequence[bytes]) -> None:
        """Keep them; they are on disk when this returns, or else ``trouble`` says why not."""

    def weigh(self, connection: Connection) -> None:
        """Of those that are kept for the next time, let go of what the data holds no more."""

    def portray(self, till: Installation) -> bytes:
        """Who this till is, in the transaction that may have changed it."""

    def sign(self, portrait: bytes) -> None:
        """Keep who this till is, once that is committed."""

    def catch_up(self, work: Work, since: Since) -> bool:
        """Put into the data what only the second copy has, and the other way; whether the data had gone back."""

    def tidy(self, work: Work) -> bool:
        """Drop some of what nobody will ask for again, here and in the data; whether there may be more."""

    def forget(self, is_about: Callable[[bytes], bool]) -> bool:
        """Drop such events: somebody was erased; false if it must be tried again."""

    def holds_something(self) -> bool:
        """Whether there is anything that the right key would open."""

    def opens(self) -> bool:
        """Whether this key opens any of it."""

    def close(self) -> None:
        """Let go of the files."""


OpenSecondCopy = Callable[[Path, bytes, Clock], SecondCopy]
