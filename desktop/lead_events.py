"""Events about leads: people who may become members."""

from dataclasses import dataclass
from typing import ClassVar

from desktop.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadEvent(Event):
    """Something happened to a lead."""

    row: ClassVar[str] = "lead"
    key: ClassVar[str] = "lead_id"
    lead_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadNoted(LeadEvent):
    """Somebody may become a member: there is a phone or a WeChat id to reach them at.

    ``consent``: they agreed to be contacted; without it there is no ``due`` (YYYY-MM-DD). ``recruit``: the code that
    brought them. ``for_guide``: who looks after them, None is anybody.
    """

    name: str
    phone: str | None = None
    wechat: str | None = None
    channel: str | None = None
    recruit: str | None = None
    consent: bool = False
    interest: str = ""
    for_guide: str | None = None
    due: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadMoved(LeadEvent):
    """How far it is by now, and the next day; ``reason``: why it is lost."""

    state: str
    due: str | None = None
    note: str = ""
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadAssigned(LeadEvent):
    """Another guide looks after them, None is anybody."""

    for_guide: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadAgreed(LeadEvent):
    """They agree to be contacted from now on, or no longer."""

    consent: bool
    due: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadJoined(LeadEvent):
    """They became this member; that wins over whatever else was said."""

    member_id: str
