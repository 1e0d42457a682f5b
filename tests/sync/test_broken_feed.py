"""What is read and does not add up: it is read again, holds up nothing else, and headquarters hears of it."""

import msgspec
import pytest
from sqlalchemy import select, update

from desktop.data.exchange import Outbox
from desktop.data.members import Member
from sync.cursors import read_again
from sync.exchange import Exchange, converse
from sync.failures import HubUnreachable
from sync.hub.tables import feed_head
from sync.hub.tills import list_tills
from sync.pages import FeedBroken
from sync.protocol import Message, PullReply
from tests.sync.hub.builders import Sender
from tests.sync.hub.rights import Office
from tests.sync.near_hub import count
from tests.sync.quiet import NewTill, QuietTill


def miscount(office: Office, scope: str) -> str:
    """The hub tells a checksum that is not that of its rows; gives the one that was."""
    here = feed_head.c.scope == scope
    with office.hub.database.read() as connection:
        right = str(connection.scalar(select(feed_head.c.sum64).where(here)))
    tell_sum(office, scope, "00000000deadbeef")
    return right


def tell_sum(office: Office, scope: str, sum64: str) -> None:
    """What the hub tells as the checksum of a scope."""
    told = update(feed_head).where(feed_head.c.scope == scope).values(sum64=sum64)
    office.hub.database.retry(lambda connection: connection.execute(told))


def broken(office: Office, till: QuietTill) -> int:
    """How often the till has read what did not add up, as headquarters knows it."""
    with office.hub.database.read() as connection:
        return next(line.broken for line in list_tills(connection) if line.id == till.device)


def test_a_scope_that_does_not_add_up_holds_up_no_other(office: Office, quiet_till: NewTill) -> None:
    till, west = quiet_till("one"), Sender(office.hub, "west")
    office.guides("小周")
    miscount(office, "cfg")
    west.send(west.enrolled("m1"))
    west.send(west.enrolled("m2"))
    office.hub.erase("m1")
    with pytest.raises(FeedBroken):
        till.sync()
    assert count(till.store, Member) == 1
    assert count(till.store, Outbox, Outbox.kind == "ErasureCarriedOut") == 1


def test_headquarters_hears_of_a_scope_that_did_not_add_up(office: Office, quiet_till: NewTill) -> None:
    till = quiet_till("one")
    office.guides("小周")
    right = miscount(office, "cfg")
    for _ in range(2):
        with pytest.raises(FeedBroken):
            till.sync()
    tell_sum(office, "cfg", right)
    till.clock.forward(minutes=11)  # a hello is said every ten minutes
    till.sync()
    till.sync()
    assert broken(office, till) == 2


def test_a_hub_that_leaves_a_scope_out_is_not_asked_for_it_again_at_once(office: Office, quiet_till: NewTill) -> None:
    till, west = quiet_till("one"), Sender(office.hub, "west")
    west.send(west.enrolled("m1"))
    till.sync()
    till.store.write(read_again, "st:west")

    def leave_out(message: Message) -> Message:
        reply = till.carrier(message)
        if not isinstance(reply, PullReply):
            return reply
        return msgspec.structs.replace(reply, pages=[page for page in reply.pages if page.scope != "st:west"])

    with pytest.raises(HubUnreachable):
        converse(Exchange(till.store, url="quiet").round(), leave_out)
