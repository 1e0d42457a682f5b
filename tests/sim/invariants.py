"""What always holds of rights to spend, as pure functions of the hub's documents and of what tills were answered.

Each gives what is broken, in words; nothing when all is well.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from sync.code_rows import VoucherRow
from sync.escrow_rows import CouponRow, GiftRow, LeaseRow, PointsRow, QuotaRow
from sync.hub.documents import AnyDocument, Document
from sync.hub.unpublished import Stock

Lease = Document[LeaseRow]
_SPENDING = ("CouponRedeemed", "VoucherTaken", "GiftGiven", "PointsSpent")


class Answered(NamedTuple):
    """One event of a till and what became of it. state: pending, parked, accepted or rejected."""

    body: bytes
    state: str
    code: str | None = None


def broken_rights(documents: Iterable[AnyDocument]) -> list[str]:
    """Every breach of the bounded counters: coupons, vouchers, quotas and points."""
    documents = list(documents)
    alive = [each for each in documents if not each.meta.fate]
    gifts = _of(documents, GiftRow)  # those of a forgotten member too: the pieces are gone all the same
    leases: dict[tuple[str, str], list[Lease]] = defaultdict(list)
    for each in _of(alive, LeaseRow):
        owner = str(each.member_id) if each.body.of == "points" else each.body.object_id
        leases[each.body.of, owner].append(each)
    return [
        *_leases(alive),
        *_once(alive, leases, "coupon", CouponRow),
        *_once(alive, leases, "voucher", VoucherRow),
        *_quotas(alive, leases, gifts),
        *_points(alive, leases),
    ]


def broken_promises(answered: Iterable[Answered]) -> list[str]:
    """What a clerk accepted under a lease and the hub refused; that a person was forgotten breaks no promise."""
    refused = [each for each in answered if each.state == "rejected" and each.code != "erased"]
    told = [(each.code, msgspec.json.decode(each.body)) for each in refused]
    return [f"{event['typ']} {event['id']} refused: {code}" for code, event in told if _is_promise(event)]


def spent_by_strangers(accepted: Iterable[bytes], documents: Iterable[AnyDocument]) -> list[str]:
    """Accepted events by which a till spent under another's lease."""
    holders = {each.id: each.body.holder for each in _of(list(documents), LeaseRow)}
    events = [msgspec.json.decode(body) for body in accepted]
    return [
        f"{event['typ']} {event['id']} of {event['dev']} under a lease of {holder}"
        for event in events
        if _is_promise(event) and (holder := holders.get(event["data"]["lease_id"])) not in (None, event["dev"])
    ]


def _is_promise(event: dict[str, Any]) -> bool:
    return event["typ"] in _SPENDING and event["data"].get("lease_id") is not None


def _leases(documents: list[AnyDocument]) -> Iterator[str]:
    for lease in _of(documents, LeaseRow):
        if not 0 <= lease.meta.spent <= lease.body.amount:
            yield f"lease {lease.id}: {lease.meta.spent} spent of {lease.body.amount}"


def _once(
    documents: list[AnyDocument], leases: dict[tuple[str, str], list[Lease]], of: str, kind: type[Any]
) -> Iterator[str]:
    for each in _of(documents, kind):
        held, state = leases[of, each.id], each.body.state
        left, spent = _left(held), sum(lease.meta.spent for lease in held)
        if left + spent > 1:
            yield f"{of} {each.id}: {left} held and {spent} spent of 1"
        if (state == "issued" and spent) or (state == "redeemed" and left):
            yield f"{of} {each.id} is {state}, with {left} held and {spent} spent"


def _quotas(
    documents: list[AnyDocument], leases: dict[tuple[str, str], list[Lease]], gifts: list[Any]
) -> Iterator[str]:
    out = {each.id: each.body.out for each in _of(documents, Stock)}
    given: dict[str, int] = defaultdict(int)
    for gift in gifts:
        given[gift.body.quota_id] += gift.body.amount
    for quota in _of(documents, QuotaRow):
        held = leases["quota", quota.id]
        granted, spent = sum(lease.body.amount for lease in held), sum(lease.meta.spent for lease in held)
        if not granted == out.get(quota.id, 0) <= quota.body.total:
            yield f"quota {quota.id}: {granted} granted, {out.get(quota.id, 0)} counted, of {quota.body.total}"
        if spent != given[quota.id]:
            yield f"quota {quota.id}: {spent} spent, {given[quota.id]} given"


def _points(documents: list[AnyDocument], leases: dict[tuple[str, str], list[Lease]]) -> Iterator[str]:
    balance: dict[str, int] = defaultdict(int)
    spent: dict[str | None, int] = defaultdict(int)
    for entry in _of(documents, PointsRow):
        balance[str(entry.member_id)] += entry.body.amount
        spent[entry.body.lease_id] -= entry.body.amount
    for member_id, total in balance.items():
        if not 0 <= _left(leases["points", member_id]) <= total:
            yield f"points of {member_id}: {_left(leases['points', member_id])} held of {total}"
        for lease in leases["points", member_id]:
            if lease.meta.spent != spent[lease.id]:
                yield f"lease {lease.id}: {lease.meta.spent} counted, {spent[lease.id]} spent"


def _left(leases: Iterable[Lease]) -> int:
    return sum(lease.body.amount - lease.meta.spent for lease in leases)


def _of(documents: Iterable[AnyDocument], kind: type[Any]) -> list[Any]:
    return [each for each in documents if isinstance(each.body, kind)]
