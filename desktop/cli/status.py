"""``main.py status``: the till's state at rest."""

import msgspec

from desktop.cli.said import say
from desktop.desk import Desk
from desktop.drive_counter import Counter, Hub
from desktop.drive_status import status_facts
from desktop.status import HubStatus, Link
from desktop.views.till import find_backlog, find_till
from resources import Words


def run_status(desk: Desk, words: Words) -> int:
    """Print it as drive's ``status`` tells it. A till with a hub is off line as long as nothing runs."""
    counter = Counter(desk, Hub(lambda: status, lambda: status), words)
    status = _at_rest(desk)
    say(msgspec.json.encode(status_facts(counter, status), enc_hook=str).decode())
    return 0


def _at_rest(desk: Desk) -> HubStatus:
    till, backlog = desk.read(find_till), desk.read(find_backlog)
    return HubStatus(
        Link.OFFLINE if till.hub_url else Link.ALONE,
        till.contacted_at or desk.clock.now(),
        backlog.waiting,
        backlog.refused,
        till.contacted_at,
        clock_skew_ms=till.clock_skew_ms,
    )
