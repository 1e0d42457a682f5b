"""What must be true, once all is quiet, of what clerks do for members besides serving them."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from desktop.views.occasions import find_occasions
from tests.sim.clocks import MONTH
from tests.sim.till import SimTill
from tests.sim.truth import Kept, Truth, expect

if TYPE_CHECKING:
    from tests.sim.world import World

_SLOT = "slot"
_LONG_AGO, _LATE = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def check_care(world: "World", truth: Truth) -> None:
    """Every promise about appointments, seats, tasks, codes and vouchers."""
    _check_hours(truth, datetime.fromtimestamp((world.sky.now - MONTH) / 1000, UTC))
    _check_tasks(truth)
    _check_outreach(truth)
    _check_codes(truth)
    _check_vouchers(truth)
    seated: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for till in world.tills:
        _check_seats(till, seated)


def _check_hours(truth: Truth, oldest: datetime) -> None:
    """A guide has one hour once: who spoke first has it, whoever came second is told by whom it is taken; of what began
    before ``oldest`` the hub's diaries may tell nothing any more."""
    booked: dict[tuple[str, str], list[Kept]] = defaultdict(list)
    for each in truth.of("appointment"):
        body = each.body
        if body.get("state", "booked") == "booked" and body.get("for_guide"):
            booked[body["store_id"], body["for_guide"]].append(each)
        else:
            expect("who takes no hour of a guide takes it from nobody", not body.get("clash"), each)
    for appointments in booked.values():
        stands: list[Kept] = []
        for each in sorted(appointments, key=lambda one: (one.meta["clocks"][_SLOT], one.id)):
            taken = next((other.id for other in stands if _meet(each, other)), None)
            told = each.body.get("clash") == taken or _hour(each)[0] <= oldest
            expect("the hour is whose word came first", told, each, taken)
            stands += [] if taken else [each]


def _meet(one: Kept, other: Kept) -> bool:
    begins, ends = _hour(one)
    return begins < _hour(other)[1] and _hour(other)[0] < ends


def _hour(appointment: Kept) -> tuple[datetime, datetime]:
    begins = datetime.fromisoformat(appointment.body["starts_at"])
    return begins, begins + timedelta(minutes=appointment.body["minutes"])


def _check_tasks(truth: Truth) -> None:
    """Done stays done, whoever cancels; the newest word on the day counts."""
    done = {event.data["task_id"] for event in truth.accepted("TaskDone")}
    cancelled = {event.data["task_id"] for event in truth.accepted("TaskCancelled")}
    due: dict[str, tuple[str, str]] = {}
    for event in truth.accepted("TaskPostponed"):
        key = event.data["task_id"]
        due[key] = max(due.get(key, ("", "")), (event.clock, event.data["due"]))
    for task in truth.of("task"):
        state = task.body.get("state", "open")
        expect("done stays done", (state == "done") == (task.id in done), task)
        expect("what was cancelled is not open", state != "open" or task.id not in cancelled, task)
        expect("the last word on the day stands", task.id not in due or due[task.id][1] == task.body["due"], task)


def _check_outreach(truth: Truth) -> None:
    """Nobody is to reach out for what a member has not agreed to."""
    for task in truth.of("task"):
        if task.body.get("state", "open") == "open" and (purpose := task.body.get("purpose")):
            member = truth.who(task.body["member_id"])
            lines = [
                each for each in truth.of("consent")
                if truth.who(each.body["member_id"]) == member and each.body["purpose"] == purpose
            ]  # fmt: skip
            withdrawn = {each.id for each in lines if not each.body["granted"]}
            agreed = any(each.body["granted"] and withdrawn <= set(each.body.get("seen", ())) for each in lines)
            expect("withdrawn wins over what is to be done", agreed, task)


def _check_codes(truth: Truth) -> None:
    """A code that says nothing by itself leads to one product or to one member, never to both."""
    taught = {each.body["code"] for each in truth.of("code") if each.body["product_id"]}
    cards = [card for each in truth.of("member") for card in each.body.get("cards", ())]
    expect("a code means one thing", taught.isdisjoint(cards), taught, cards)
    expect("a card is one member's", len(cards) == len(set(cards)), cards)


def _check_vouchers(truth: Truth) -> None:
    """Taken once; again only after it was given back. Of a taking in the visit of somebody erased no event tells."""
    returned = {event.data["redemption_id"] for event in truth.accepted("VoucherReturned")}
    taken: dict[str, list[str]] = defaultdict(list)
    for event in truth.accepted("VoucherTaken"):
        if event.data["redemption_id"] not in returned:
            taken[event.data["voucher_id"]].append(event.data["redemption_id"])
    for voucher in truth.of("voucher"):
        stands = [voucher.body["redemption_id"]] if voucher.body.get("redemption_id") else []
        forgotten = truth.erased and not taken[voucher.id]
        expect("a voucher is taken once", forgotten or taken[voucher.id] == stands, voucher, taken[voucher.id])


def _check_seats(till: SimTill, seated: dict[tuple[str, str], list[tuple[str, str]]]) -> None:
    """Never more sit than there are seats, and every till of a store says who they are."""
    store_id = till.store.read(lambda connection: connection.exec_driver_sql("SELECT store_id FROM till").scalar_one())
    for occasion in till.store.read(find_occasions, _LONG_AGO, _LATE, store_id):
        guests = [(guest.appointment_id, guest.seat) for guest in occasion.guests]
        sitting = [guest for guest, seat in guests if seat == "sits"]
        expect("nobody has a seat too many", len(sitting) == min(len(guests), occasion.seats), till.name, guests)
        known = seated.setdefault((store_id, occasion.id), guests)
        expect("all tills seat the same", known == guests, till.name, guests, known)
