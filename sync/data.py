"""What an exchange needs of a till: its data, and messages that come and go."""

from collections.abc import Callable, Generator
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection

from desktop.clock import Clock
from desktop.work import Work
from sync.protocol import Message

P = ParamSpec("P")
T = TypeVar("T")
G = TypeVar("G")

# Yields what to ask the hub; is sent its replies, or has HubUnreachable or HubRefused thrown into it; gives ``G``.
Talk = Generator[Message, Any, G]


class TillData(Protocol):
    """The data of a till: a Desk, or a Store by itself."""

    clock: Clock

    def read(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``query`` finds."""

    def write(self, operation: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``operation`` gives, once it is durable."""

    def cleanse(self, is_about: Callable[[bytes], bool]) -> bool:
        """Take such events out of every file; False if somebody is reading, and it must be tried again."""
