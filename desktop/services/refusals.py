"""What a clerk does about deeds that the hub has refused."""

from sqlalchemy import select

from desktop.data.exchange import Outbox
from desktop.errors import NotFound
from desktop.work import Work


def acknowledge(work: Work, event_id: str) -> None:
    """The clerk has seen why it was refused and dealt with it; it is kept, but no longer shown."""
    refused = select(Outbox).where(Outbox.event_id == event_id, Outbox.state == "rejected")
    row = work.session.scalars(refused).first()
    if row is None:
        raise NotFound("refusal_unknown")
    row.acknowledged = True
    work.touched.add(("outbox", event_id))
