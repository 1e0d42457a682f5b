"""What a voucher is worth at this counter."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from desktop.data.catalogue import Store
from desktop.data.codes import Voucher as VoucherTable
from desktop.data.escrow import FloorLimit, Lease
from desktop.data.exchange import Till
from desktop.rules.code_ids import store_number, voucher_id
from desktop.rules.leases import Floor
from desktop.scanning.kinds import Voucher
from desktop.scanning.trust import verify_voucher
from desktop.views.trust import find_bundle, trusted_time

CURRENCY = "CNY"


@dataclass(frozen=True, slots=True)
class VoucherView:
    """A voucher whose signature is good. amount: minor units. here: this till holds its lease.

    state: issued, redeemed (then ``used_at`` and ``used_in``, the store, may be known) or void. small: within
    what headquarters lets a till take without a lease.
    """

    id: str
    code: str
    amount: int
    currency: str
    campaign: int
    expires_on: date
    state: str
    used_at: datetime | None
    used_in: str | None
    here: bool
    small: bool


def find_voucher(connection: Connection, code: Voucher, now: datetime) -> VoucherView:
    """What the voucher is worth. Raises BadInput as ``verify_voucher`` does."""
    check_voucher(connection, code, now)
    known = voucher_id(code.serial)
    query = select(VoucherTable.state, VoucherTable.at, Store.name).outerjoin(Store, Store.id == VoucherTable.store_id)
    row = connection.execute(query.where(VoucherTable.id == known)).first()
    held = select(Lease.id).where(Lease.of == "voucher", Lease.object_id == known, Lease.amount > 0)
    largest = connection.scalar(select(FloorLimit.largest))
    return VoucherView(
        known, code.text, code.value, CURRENCY, code.campaign, code.expires_on, row.state if row else "issued",
        row.at if row else None, row.name if row else None, connection.scalar(held) is not None,
        code.value <= (Floor().largest if largest is None else largest),
    )  # fmt: skip


def check_voucher(connection: Connection, code: Voucher, now: datetime) -> None:
    """Raises BadInput as ``verify_voucher`` does, by the time and for the store of this till."""
    at, store_id = trusted_time(connection, now), connection.scalar(select(Till.store_id))
    scopes = {store_number(store_id)} if store_id else set()
    verify_voucher(code, find_bundle(connection), at, today=at.astimezone().date(), scopes=scopes)
