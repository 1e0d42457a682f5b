"""Tills and their hub in one process and without a network: the real code of both ends, as fast as it goes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from desktop.clock import milliseconds
from desktop.data.escrow import Coupon, Lease, Redemption
from desktop.data.exchange import Outbox, Till
from desktop.data.members import Member
from desktop.services.coupons import redeem_coupon
from desktop.services.visits import serve
from sync.exchange import Exchange, converse
from sync.failures import HubRefused
from sync.hub.clock import HubClock
from sync.hub.hub import Hub
from sync.protocol import PullRequest
from sync.till import open_store
from tests.clock import SetClock
from tests.sync.near_hub import Carrier


class SharedClock(HubClock):
    """The hub's clock, which tells what a till's clock tells."""

    def __init__(self, clock: SetClock) -> None:
        self._clock = clock

    def now_ms(self) -> int:
        return milliseconds(self._clock.now())


class QuietTill:
    """A till whose exchanges happen when they are asked for."""

    def __init__(self, hub: Hub, store_id: str, home: Path, clock: SetClock) -> None:
        self.store = open_store(home, clock)
        self.carrier = Carrier(hub, self.store)
        self.clock = clock
        self.device: str = self.store.read(lambda connection: connection.scalars(select(Till.device_id)).one())
        self._exchange = Exchange(self.store, url="quiet", ticket=hub.issue_ticket(store_id))

    def do(self, operation: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """A clerk's deed, a moment after the last."""
        self.clock.forward(milliseconds=5)

        def deed(work: Any) -> Any:
            result = operation(work, *args, **kwargs)
            work.remember(operation.__name__)
            return result

        return self.store.write(deed)

    def read(self, query: Callable[..., Any], *args: Any) -> Any:
        """What ``query`` finds."""
        return self.store.read(query, *args)

    def sync(self) -> None:
        """Whole rounds until nothing waits."""
        while True:
            self.clock.forward(milliseconds=5)
            try:
                converse(self._exchange.round(), self.carrier)
            except HubRefused as refusal:
                if refusal.code != "cursor_ahead":  # what a restored hub has lost is read anew in the next round
                    raise
            else:
                if not self.read(_waiting):
                    return

    def tell(self) -> None:
        """Send what waits and hear its verdicts; then the network is gone, before anything is read."""
        talk = self._exchange.round()
        message = next(talk)
        while not isinstance(message, PullRequest):
            message = talk.send(self.carrier(message))
        talk.close()

    def restart(self, ticket: str | None = None) -> None:
        """The program begins anew, and has heard nobody yet."""
        self.clock.reboot()
        self._exchange = Exchange(self.store, url="quiet", ticket=ticket)

    def tidy(self) -> None:
        """Do away with all that nobody will ask for again."""
        while self.store.write(self.store.second.tidy):
            continue

    def events(self) -> set[str]:
        """The ids of all that is in the outbox."""
        return self.read(outbox_ids)

    def refusals(self) -> list[tuple[str, str | None]]:
        """What the hub refused, and why."""
        refused = select(Outbox.kind, Outbox.code).where(Outbox.state == "rejected")
        return [tuple(row) for row in self.read(lambda connection: connection.execute(refused).all())]


def _waiting(connection: Connection) -> bool:
    return connection.execute(select(Outbox.n).where(Outbox.state == "pending").limit(1)).first() is not None


PHONE = "13916882045"
Pair = tuple[QuietTill, QuietTill]
NewTill = Callable[..., QuietTill]


def together(*tills: QuietTill) -> None:
    """Everybody has heard what everybody did."""
    for _ in range(3):
        for till in tills:
            till.sync()


def the_member(till: QuietTill) -> str:
    return till.read(lambda connection: connection.scalars(select(Member.id)).one())


def outbox_ids(connection: Connection) -> set[str]:
    return set(connection.scalars(select(Outbox.event_id)))


def leases(connection: Connection) -> dict[str, int]:
    return {row.object_id: row.amount for row in connection.execute(select(Lease).where(Lease.amount > 0))}


def state_of(till: QuietTill, coupon_id: str = "c1") -> str:
    return till.read(lambda connection: connection.scalars(select(Coupon.state).where(Coupon.id == coupon_id)).one())


def redeem(till: QuietTill, coupon_id: str = "c1") -> None:
    """As a clerk does who serves the member."""
    till.do(serve, the_member(till))
    till.do(redeem_coupon, coupon_id)


def unleased(connection: Connection) -> int:
    """How many coupons were accepted without a lease."""
    return len(connection.execute(select(Redemption.id).where(~Redemption.leased)).all())
