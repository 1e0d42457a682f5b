"""Events about what the law lets a person ask for: a copy, a correction, to be forgotten; each with a clock."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from desktop.event import Event

Wish = Literal["access", "correction", "erasure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMade(Event):
    """A member asked for something that must be answered within fifteen days."""

    row: ClassVar[str] = "request"
    key: ClassVar[str] = "request_id"
    request_id: str
    member_id: str
    wants: Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestMet(Event):
    """It was answered, by whoever serves. how: json or pdf for a copy that was handed out, amended, or told."""

    row: ClassVar[str] = "request"
    key: ClassVar[str] = "request_id"
    request_id: str
    how: str
