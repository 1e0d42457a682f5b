"""Part of the contract of the wire: the rows of what a store does for its members besides serving them.

Times are RFC 3339 in UTC.
"""

from datetime import datetime
from typing import Literal

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
