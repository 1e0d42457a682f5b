"""Every change to vouchers at this till."""

from desktop.code_events import VoucherReturned, VoucherTaken
from desktop.data.codes import Voucher as Taken
from desktop.errors import BadInput, NotFound, NotNow
from desktop.rules.code_ids import voucher_id
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import Voucher
from desktop.services.coupons import check_floor
from desktop.services.leases import find_lease, moment
from desktop.services.visits import running_or_new
from desktop.views.vouchers import check_voucher
from desktop.work import Work


def take_voucher(work: Work, text: str) -> str:
    """Accept a voucher in the running visit, or in one for nobody known; gives its id.

    Offline it takes this till's lease, or the floor limit. Raises BadInput as ``verify_voucher``, NotNow
    ``voucher_used``, ``voucher_void``, and ``voucher_needs_hub`` when the floor limit does not bear it.
    """
    code = parse_code(text)
    if not isinstance(code, Voucher):
        raise BadInput("not_a_voucher")
    check_voucher(work.session.connection(), code, work.clock.now())
    known, at = voucher_id(code.serial), moment(work)
    taken = work.session.get(Taken, known)
    if taken is not None and taken.state != "issued":
        raise NotNow("voucher_used" if taken.state == "redeemed" else "voucher_void")
    lease = find_lease(work, "voucher", known, 1, at)
    if lease is None:
        check_floor(work, code.value, at, "voucher_needs_hub")
    names = {"voucher_id": known, "redemption_id": work.clock.new_id(), "visit_id": running_or_new(work)}
    told = {"lease_id": lease.id, "signed": lease.signed} if lease else {}
    work.note(VoucherTaken(**names, code=code.text, **told), undo=VoucherReturned(**names))
    return known


def return_voucher(work: Work, text: str) -> str:
    """Give a voucher back that was taken by mistake; gives its id."""
    code = parse_code(text)
    taken = work.session.get(Taken, voucher_id(code.serial)) if isinstance(code, Voucher) else None
    if taken is None or taken.redemption_id is None:
        raise NotFound("voucher_not_taken")
    told = {"voucher_id": taken.id, "redemption_id": taken.redemption_id, "visit_id": taken.visit_id or ""}
    work.note(VoucherReturned(**told))
    return told["voucher_id"]
