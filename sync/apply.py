"""What the hub answered, written down: the enrolment, and the verdicts of a push in one transaction."""

from desktop.clock import milliseconds
from desktop.data.exchange import Cursor
from desktop.rules import hlc
from desktop.work import Work
from sync import laying, outbox
from sync.pages import read_again
from sync.protocol import Answer, EnrolReply, PushReply


def apply_enrolment(work: Work, reply: EnrolReply, url: str) -> None:
    """This till belongs to a store of a hub from now on."""
    till = work.till
    till.hub_url, till.hub_id, till.epoch = url, reply.hub, reply.epoch
    till.store_id, till.token, till.scopes = reply.store, reply.token, " ".join(reply.scopes)
    work.touched.add(("till", till.device_id))


def apply_verdicts(work: Work, reply: PushReply) -> None:
    """Settle every event the reply names; a refused one is taken off the screen again."""
    note_contact(work, reply.epoch, reply.hub_now)
    accepted = [answer for answer in reply.verdicts if _is_plain(answer)]
    outbox.settle_accepted(work.session, accepted)
    work.touched.update(("outbox", answer.id) for answer in accepted)
    for answer in reply.verdicts:
        if not _is_plain(answer):
            laying.settle(work, answer)


def note_contact(work: Work, epoch: int, hub_now: int) -> None:
    """Remember when the hub answered and how far this till's clock is from it; a hub that went back is read anew."""
    till, now = work.till, work.clock.now()
    till.contacted_at, till.clock_skew_ms = now, milliseconds(now) - hub_now
    till.hlc = hlc.witness(till.hlc, hub_now)
    if till.epoch != epoch:
        till.epoch = epoch
        outbox.send_again(work.session)
        for cursor in work.session.query(Cursor).all():
            read_again(work, cursor.scope)


def _is_plain(answer: Answer) -> bool:
    """All is well, and nothing on the screen changes."""
    return answer.row is None and (answer.v == "accepted" or (answer.v == "duplicate" and answer.was == "accepted"))
