"""What the hub answered, written down: the enrolment, and the verdicts of a push in one transaction."""

from collections.abc import Mapping, Sequence

from sqlalchemy import update

from desktop.clock import milliseconds
from desktop.data.exchange import Cursor
from desktop.data.installation import Installation
from desktop.errors import TillError
from desktop.rules import hlc
from desktop.services.leases import show_leases
from desktop.work import Work
from sync import laying, outbox
from sync.again import be_born_again
from sync.ceilings import note_ceiling
from sync.cursors import heads, list_scopes, read_again, seqs
from sync.letting_go import let_old_store_go, let_scope_go
from sync.protocol import ROW_FORM, Answer, EnrolReply, HelloReply, PushReply

_NOBODY_AGREED = update(Cursor).values(agreed=False)


class OtherHub(TillError):
    """The answer is of another hub than this till's: nothing of it may touch what is here."""

    family = "hub"


def apply_enrolment(work: Work, reply: EnrolReply, url: str) -> None:
    """This till belongs to a store of a hub from now on. Raises OtherHub if it belongs to another already."""
    till = work.till
    _check_hub(till, reply.hub)
    if till.hub_id is None:
        till.hub_id, till.epoch = reply.hub, reply.epoch  # later, an epoch is changed only by ``note_contact``
    till.hub_url = url or till.hub_url
    till.store_id, till.token = reply.store, reply.token
    _allow(work, reply.scopes)
    till.root = reply.root or till.root  # who has a ticket may say whom to believe
    work.touched.add(("till", till.device_id))


def apply_hello(work: Work, reply: HelloReply, asked: int) -> None:
    """A connection begins. asked: by the monotonic clock, when hello was said. Raises OtherHub."""
    _check_hub(work.till, reply.hub)
    _set_stamps_right(work, reply.hub_now, asked)
    note_contact(work, reply.epoch, reply.hub_now)
    _allow(work, reply.scopes)
    if work.till.row_form != ROW_FORM:
        work.till.row_form = ROW_FORM
        _read_all_again(work)
    if reply.root and not work.till.root:
        work.till.root = reply.root
        read_again(work, "cfg")  # what it has sealed may have come already
    ep, n = reply.newest
    if (ep, n) >= (work.till.ep, work.till.next_n):  # this till was set back, or it is a copy of another
        be_born_again(work, above=ep)


def apply_verdicts(work: Work, reply: PushReply, read: Mapping[str, int] | None = None) -> None:
    """Settle every event the reply names; a refused one is taken off the screen again.

    read: how far every scope was read when they were sent; another program may have read on since.
    """
    note_contact(work, reply.epoch, reply.hub_now)
    accepted = [answer for answer in reply.verdicts if _is_plain(answer)]
    for scope in _read_too_soon(work, accepted):
        read_again(work, scope)
    outbox.settle_accepted(work.session, accepted, reply.hub_now)
    let_old_store_go(work, {scope for answer in accepted for scope in answer.at})
    work.touched.update(("outbox", answer.id) for answer in accepted)
    now = seqs(work.session.connection())
    read_on = {scope for scope, seq in now.items() if read is not None and seq != read.get(scope, 0)}
    for answer in reply.verdicts:
        if not _is_plain(answer):
            laying.settle(work, answer, read_on)


def _allow(work: Work, scopes: Sequence[str]) -> None:
    """From now on these may be read. Any other goes, though it was never read: what the hub took there may be here."""
    left = {*list_scopes(work.session), *work.till.scopes.split()} - set(scopes)
    work.till.scopes = " ".join(scopes)
    for scope in sorted(left):
        let_scope_go(work, scope)


def note_contact(work: Work, epoch: int, hub_now: int) -> bool:
    """Remember when the hub answered and how far this till's clock is from it; whether the hub went back in time.

    If so, all that it may have lost waits again, and every scope is read anew.
    """
    till, now = work.till, work.clock.now()
    till.contacted_at, till.clock_skew_ms = now, milliseconds(now) - hub_now
    till.hlc = hlc.witness(till.hlc, hub_now)
    if till.epoch == epoch:
        return False
    till.epoch = epoch
    outbox.send_again(work.session)
    show_leases(work)
    _read_all_again(work)
    return True


def _read_all_again(work: Work) -> None:
    for scope in list_scopes(work.session):
        read_again(work, scope)
    work.session.execute(_NOBODY_AGREED)  # what a clerk has let go was of another reading


def _set_stamps_right(work: Work, hub_now: int, asked: int) -> None:
    """From now on stamps go by the hub's time: the wall clock's, as far as an answer that took so long allows it.

    Where those given so far are ahead of it a ceiling is noted: clamped to whenever the hub hears of them, their events
    would overtake what others do meanwhile.
    """
    till, clock = work.till, work.clock
    till.told_boot, till.told_mono = clock.boot, clock.monotonic_ms()
    latest = hub_now + till.told_mono - asked
    till.told_at = min(max(hub_now, milliseconds(clock.now())), latest)
    if till.hlc > hlc.end_of(latest):
        note_ceiling(till, (till.ep, till.next_n - 1), latest)
        till.hlc = hlc.end_of(latest)


def _check_hub(till: Installation, hub: str) -> None:
    if till.hub_id not in (None, hub):
        raise OtherHub("other_hub")


def _read_too_soon(work: Work, accepted: Sequence[Answer]) -> set[str]:
    """The scopes of which another program was told, while a deed still waited here, what had become of it: the deed was
    laid over that. Of the directory nothing need come again but what it alone tells.
    """
    known = heads(work.session)
    told = {each.id: each.at for each in accepted if any(known.get(scope, 0) >= seq for scope, seq in each.at.items())}
    waiting = outbox.waiting(work.session, told) if told else []
    return {scope for each in waiting for scope in told[each] if scope != "dir" or len(told[each]) == 1}


def _is_plain(answer: Answer) -> bool:
    """All is well, and nothing on the screen changes."""
    return answer.row is None and (answer.v == "accepted" or (answer.v == "duplicate" and answer.was == "accepted"))
