"""Part of the contract of the wire: the rows of what a store does for its members besides serving them.

Times are RFC 3339 in UTC.
"""

from datetime import datetime
from typing import Any, Literal

from sync.protocol import Message


class AppointmentRow(Message, frozen=True, kw_only=True):
    """kind appointment, scope st:; ``guide_id`` is who made it, ``for_guide`` who has the time, None is anybody

    clash: the appointment that has this time of the guide, because it was made before this one.
    """

    member_id: str
    service: str
    starts_at: datetime
    minutes: int
    state: Literal["booked", "cancelled", "missed", "arrived"] = "booked"
    for_guide: str | None = None
    guide_id: str | None = None
    store_id: str | None = None
    visit_id: str | None = None
    clash: str | None = None
    occasion_id: str | None = None


class OccasionRow(Message, frozen=True, kw_only=True):
    """kind occasion, scope cfg; a lecture or a class: of one store, or of all"""

    title: str
    starts_at: datetime
    minutes: int
    seats: int
    place: str = ""
    store_id: str | None = None


class LeadRow(Message, frozen=True, kw_only=True):
    """kind lead, scope st: of its store alone; somebody who may become a member, or became ``member_id``

    ``guide_id`` is who noted them, ``for_guide`` who looks after them, None is anybody. due: YYYY-MM-DD, only of who
    agreed to be contacted.
    """

    name: str
    noted_at: datetime
    phone: str | None = None
    wechat: str | None = None
    channel: str | None = None
    recruit: str | None = None
    consent: bool = False
    interest: str = ""
    for_guide: str | None = None
    guide_id: str | None = None
    store_id: str | None = None
    state: Literal["new", "contacted", "invited", "arrived", "joined", "lost"] = "new"
    due: str | None = None
    note: str = ""
    reason: str | None = None
    member_id: str | None = None


class TagRow(Message, frozen=True, kw_only=True):
    """kind tag, scope st:; one setting of a tag by a guide. until: YYYY-MM-DD, the first day without it"""

    member_id: str
    name: str
    family: str
    set_at: datetime
    until: str | None = None
    guide_id: str | None = None
    removed: bool = False


class EntityRow(Message, frozen=True, kw_only=True):
    """kind entity, scope st:; something a member has, as far as it is known: without fields it is there no longer

    sensitive: the names of those fields that need a consent of their own.
    """

    member_id: str
    kind: str
    noted_at: datetime
    fields: dict[str, str] = {}
    sensitive: tuple[str, ...] = ()


class DefinitionsRow(Message, frozen=True, kw_only=True):
    """kind definitions, scope cfg, id their version: the parameters of every rule from the day ``effective`` on

    definitions: as ``desktop.rules.definitions`` reads them.
    """

    effective: str
    definitions: dict[str, Any]


class ContentRow(Message, frozen=True, kw_only=True):
    """kind content, scope cfg; ``audience`` is a condition of ``desktop.rules.conditions``, None is everybody"""

    kind: Literal["talk", "article", "notice"]
    title: str
    text: str
    tags: tuple[str, ...] = ()
    audience: dict[str, Any] | None = None
    until: str | None = None


class ContentUseRow(Message, frozen=True, kw_only=True):
    """kind content_use, scope st: of every store of its member: a guide told them something"""

    content_id: str
    member_id: str
    how: Literal["message", "store"]
    at: datetime
    visit_id: str | None = None
    guide_id: str | None = None
    answered_at: datetime | None = None
    taken_back: bool = False


class OrderRow(Message, frozen=True, kw_only=True):
    """kind order, scope st: of every store of its member: one product of an order of another channel

    quantity, amount: less than 0 for what was sent back; amount is what was paid for all pieces. guide_id: who
    brought it.
    """

    member_id: str
    number: str
    channel: str
    at: datetime
    title: str
    quantity: int
    amount: int
    currency: str
    product_id: str | None = None
    guide_id: str | None = None
