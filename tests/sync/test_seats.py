"""Two tills fill a class while they are offline: both say the same of who sits and who waits."""

from datetime import timedelta

from desktop.services.members import Application, enrol
from desktop.services.occasions import invite
from desktop.services.visits import finish_visit
from desktop.views.occasions import find_occasions
from desktop.views.till import find_till
from tests.sync.hub.rights import Office
from tests.sync.quiet import Pair, QuietTill, together


def join(till: QuietTill, phone: str) -> str:
    member: str = till.do(enrol, Application(phone=phone, consents=("service",))).member_id
    till.do(finish_visit)
    return member


def seats(till: QuietTill) -> list[tuple[str, str]]:
    now, month = till.clock.now(), timedelta(days=30)
    store = till.read(find_till).store_id
    (found,) = till.read(find_occasions, now - month, now + month, store)
    return [(guest.member_id, guest.seat) for guest in found.guests]


def test_the_last_seat_is_whose_who_was_asked_first_at_both_tills(office: Office, pair: Pair) -> None:
    one, two = pair
    office.occasion("oc", one.clock.now() + timedelta(days=2), seats=1)
    first, second = join(one, "13900000001"), join(two, "13900000002")
    together(one, two)
    one.do(invite, "oc", first)
    one.clock.forward(seconds=1)
    two.do(invite, "oc", second)
    together(two, one)
    assert seats(one) == seats(two) == [(first, "sits"), (second, "waits")]
