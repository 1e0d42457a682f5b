"""The commands of drive about the till itself: how it stands to its hub, and what waits."""

from desktop.drive_counter import Command, Counter, Facts
from desktop.errors import NotNow
from desktop.services.agreement import let_go
from desktop.services.refusals import acknowledge
from desktop.status import HubStatus, Link
from desktop.views.shop import find_shop
from desktop.views.till import find_till, list_waiting
from desktop.views.visit import parked_visits

_SHOWN_EVENTS = 20


class Status(Command, frozen=True):
    """How the till stands to its hub, and what is open, parked and waiting."""

    def run(self, counter: Counter) -> Facts:
        return status_facts(counter, counter.hub.status())


class Sync(Command, frozen=True):
    """An exchange with the hub now; the answer comes when it has ended."""

    def run(self, counter: Counter) -> Facts:
        status = counter.hub.sync_now()
        facts = status_facts(counter, status)
        return facts if status.link is Link.ONLINE else {"error": _hub_trouble(counter, status), **facts}


class Acknowledge(Command, frozen=True):
    """A refused event was dealt with, and is not shown any more."""

    event: str

    def run(self, counter: Counter) -> Facts:
        counter.desk.do(acknowledge, self.event).result()
        return {}


class LetGo(Command, frozen=True):
    """So many rows as the hub no longer has may go here too; status tells their number as ``vanishing``."""

    def run(self, counter: Counter) -> Facts:
        return {"rows": counter.desk.do(let_go).result()}


def status_facts(counter: Counter, status: HubStatus) -> Facts:
    """The till in short."""
    till, shop = counter.desk.read(find_till), counter.desk.read(find_shop, counter.today)
    return {
        "link": status.link,
        "since": status.since,
        "problem": status.problem,
        "waiting": status.waiting,
        "refused": status.refused,
        "last_contact": status.last_contact,
        "clock_skew_ms": status.clock_skew_ms,
        "loading": status.loading and {"done": status.loading[0], "rows": status.loading[1]},
        "vanishing": status.vanishing,
        "rules": shop.definitions.version if shop.told else None,
        "storage": [counter.tell(trouble) for trouble in counter.desk.store.troubles()],
        "device": till.device_id,
        "hub": till.hub_url,
        "store": till.store,
        "guide": till.guide,
        "visit": counter.running(),
        "parked": counter.desk.read(parked_visits),
        "events": counter.desk.read(list_waiting, _SHOWN_EVENTS),
    }


# What the loop may report in words of its own; any other code is the hub's refusal.
_OWN_WORDS = {"unreachable": "unreachable", "feed_gap": "feed_broken", "checksum_differs": "feed_broken"} | {
    code: code for code in ("ticket_unknown", "ticket_used", "ticket_expired", "ticket_elsewhere", "other_hub")
}


def _hub_trouble(counter: Counter, status: HubStatus) -> Facts:
    if status.link is Link.ALONE:
        return counter.tell(NotNow("no_hub"))
    code = status.problem or "unreachable"
    if code in _OWN_WORDS:
        return {"code": code, "words": counter.words(f"error.{_OWN_WORDS[code]}")}
    problem = counter.words(f"verdict.{code}") if f"verdict.{code}" in counter.words else code
    return {"code": code, "words": counter.words("error.hub_refused", problem=problem)}
