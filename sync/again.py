"""What happens a second time: a deed is laid over a row, a till is born."""

import msgspec
from sqlalchemy import delete

from desktop.clock import from_milliseconds
from desktop.data.escrow import Lease
from desktop.data.projections import project
from desktop.events import EVENTS, Stamp
from desktop.work import Work
from sync.protocol import Envelope


def lay_again(work: Work, body: bytes) -> None:
    """Let a recorded event change the tables once more; one of a newer program is only kept."""
    envelope = msgspec.json.decode(body, type=Envelope)
    kind = EVENTS.get(envelope.typ)
    if kind is None:
        return
    stamp = Stamp(
        at=from_milliseconds(envelope.wall), hlc=envelope.hlc, guide_id=envelope.clk, store_id=work.till.store_id
    )
    work.touched |= project(msgspec.convert(envelope.data, kind), work.session, stamp)


def be_born_again(work: Work, above: int = 0) -> None:
    """Go on as another incarnation, with numbers of its own: those of this one may have been used already, here
    before the data went back in time, or by a copy of this till. Leases were granted to the one before.
    """
    till = work.till
    till.ep, till.next_n = max(till.ep, above) + 1, 1
    work.session.execute(delete(Lease))
    work.touched.add(("till", till.device_id))
