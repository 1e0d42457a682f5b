"""Leases: what a till may spend without asking, how the hub counts it, and how it knows its own word again.

A till has one lease on a thing. Its ``amount`` is all that was ever granted and not given back, ``meta.spent`` what the
hub has seen spent under it; the difference is a promise that only this till may keep. Every state of it is signed, and
whoever spends sends that along: a hub restored to before the grant believes its own signature and takes it over.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, NamedTuple, cast

from msgspec.structs import replace

from desktop.rules.leases import LIFE_MS, STANDING_POINTS, Floor, has_lapsed, home_of, lease_id, share
from desktop.rules.points import balance, standing
from sync.code_rows import VoucherRow
from sync.escrow_rows import CouponRow, FloorRow, LeaseRow, PointsRow, QuotaRow
from sync.hub.deeds import HOME_ZONE, Deed, Refused, in_ms
from sync.hub.documents import Body, Document, Documents, Meta
from sync.hub.escrow_payloads import LeaseAsked, LeaseReturned
from sync.hub.grants import Grant, read_grant, sign
from sync.hub.members import known_member, may_be_one
from sync.hub.unpublished import Stock

Lease = Document[LeaseRow]
Of = Literal["coupon", "quota", "points", "voucher"]
FLOOR_ID = "floor"
_LIFE = timedelta(milliseconds=LIFE_MS)


class Thing(NamedTuple):
    """What is leased. owner: the member, or the quota or voucher itself; its leases are found by that. free: rights
    that no till holds. ends: no lease goes beyond that."""

    of: Of
    id: str
    owner: str
    free: int
    ends: datetime | None = None


class Holder(NamedTuple):
    """A till, and the store it stands in."""

    till: str
    store_id: str


def ask_lease(documents: Documents, deed: Deed, data: LeaseAsked) -> None:
    """As much as is free; what is missing is asked back from those who hold it, and granted when they return it."""
    if data.lease_id != lease_id(data.of, data.object_id, deed.device):
        raise Refused("schema_invalid", "call_hq")
    if data.signed:
        proven(documents, deed, data.of, data.object_id, data.signed)
    reclaim(documents, data.of, data.object_id, deed)
    if data.of == "points":
        collect(documents, data.object_id, deed)  # before it is lent again
    thing = find_thing(documents, data.of, data.object_id, deed)
    lease = held_by(documents, thing, deed.device) or _blank(thing, Holder(deed.device, deed.store_id), deed)
    short = max(0, data.amount - left(lease))
    given = min(short, thing.free)
    meta = replace(lease.meta, asked=short - given, clocks={"asked": deed.clock})
    lease = replace(lease, meta=meta, store_id=deed.store_id)  # the till may have moved
    _grant(documents, thing, lease, given, deed)
    waits = data.of == "quota" and (left(lease) + given or not documents.lends(deed.now))
    if short > given and not waits:
        _want_back(documents, thing, keep=deed.device, amount=short - given)


def return_lease(documents: Documents, deed: Deed, data: LeaseReturned) -> None:
    """The holder keeps what it says; the rest is free for who has asked, first of all for who has least."""
    lease, _ = proven(documents, deed, data.of, data.object_id, data.signed)
    shrink(documents, deed, lease, max(data.spent, lease.meta.spent))
    object_id = lease.body.object_id
    if data.of == "points":
        collect(documents, object_id, deed)
    waiting = [each for each in leases_of(documents, data.of, object_id) if _waits(documents, each)]
    for each in sorted(waiting, key=lambda lease: (left(lease), lease.meta.clocks.get("asked", ""))):
        thing = find_thing(documents, data.of, object_id, deed)
        given = min(each.meta.asked, thing.free)
        each = replace(each, meta=replace(each.meta, asked=each.meta.asked - given))
        _grant(documents, thing, each, given, deed)
    if data.of == "points":
        keep_standing(documents, deed, known_member(documents, object_id).id)


def lend(documents: Documents, thing: Thing, holder: Holder, amount: int, deed: Deed) -> None:
    """Grant a till so much more unasked."""
    lease = held_by(documents, thing, holder.till) or _blank(thing, holder, deed)
    _grant(documents, thing, lease, min(amount, thing.free), deed)


def keep_standing(documents: Documents, deed: Deed, member_id: str) -> None:
    """One till of the member's home store can always spend a little without the network."""
    holder = holder_at_home(documents, member_id, known_member(documents, member_id).body.store_id)
    if holder is None:
        return
    lease = documents.get(LeaseRow, lease_id("points", member_id, holder.till))
    held = left(lease) if lease else 0
    if held >= STANDING_POINTS:  # before everything is added up
        return
    thing = find_thing(documents, "points", member_id, deed)
    total = balance(entry.body.amount for entry in owned(documents, PointsRow, member_id))
    more = standing(total, held=held, free=thing.free)
    if more:
        lend(documents, thing, holder, more, deed)


def spend(documents: Documents, deed: Deed, of: Of, object_id: str, *, signed: str, amount: int) -> Lease:
    """Count it under the till's lease; raises Refused ``…_no_lease``.

    Rights of a till that was silent for too long are honoured after all, while nobody else has them.
    """
    lease, grant = proven(documents, deed, of, object_id, signed)
    lease = _reclaimed(documents, deed, lease)
    spent = lease.meta.spent + amount
    missing = max(0, spent - lease.body.amount)
    if missing and (grant.amount < spent or find_thing(documents, of, grant.object_id, deed).free < missing):
        raise Refused(no_lease(of), "ask_online")
    _count_out(documents, of, grant.object_id, missing)
    lease = replace(lease, body=replace(lease.body, amount=lease.body.amount + missing))
    lease = replace(lease, meta=replace(lease.meta, spent=spent))
    documents.put(_signed(documents, deed, lease))
    return lease


def recall(documents: Documents, member_id: str) -> None:
    """Ask all of a member's points back if more of them are lent than there are: while they were merged into another,
    or another into them, what was lent of both was lent in one name.
    """
    leases = leases_of(documents, "points", member_id)
    total = balance(entry.body.amount for entry in owned(documents, PointsRow, member_id))
    if sum(left(lease) for lease in leases) > total:
        for lease in leases:
            if left(lease):
                documents.put(replace(lease, body=replace(lease.body, wanted=True)))


def collect(documents: Documents, member_id: str, deed: Deed) -> None:
    """Take what is owed of points that were taken back, as far as no till may spend them; ask the rest of the tills."""
    for entry in owned(documents, PointsRow, known_member(documents, member_id).id):
        if entry.body.owed:
            taken = min(entry.body.owed, find_thing(documents, "points", member_id, deed).free)
            body = replace(entry.body, amount=entry.body.amount - taken, owed=entry.body.owed - taken)
            documents.put(replace(entry, body=body))
            if body.owed:
                _want_back(documents, find_thing(documents, "points", member_id, deed), amount=body.owed)


def owe_again(documents: Documents, member_id: str) -> None:
    """Of what was taken back while this member was one with another, what they do not have without the other is owed
    again; so is what a till may spend.
    """
    entries = owned(documents, PointsRow, member_id)
    held = sum(left(lease) for lease in leases_of(documents, "points", member_id))
    short = held - balance(entry.body.amount for entry in entries)
    neither_spent_nor_over = (each for each in entries if not (each.body.lease_id or each.body.before))
    taken_back = [each for each in neither_spent_nor_over if each.body.amount < 0]
    for entry in sorted(taken_back, key=lambda entry: (entry.body.at, entry.id), reverse=True):
        if short <= 0:
            return
        back = min(short, -entry.body.amount)
        body = replace(entry.body, amount=entry.body.amount + back, owed=entry.body.owed + back)
        documents.put(replace(entry, body=body))
        short -= back


def reclaim(documents: Documents, of: Of, object_id: str, deed: Deed) -> None:
    """What lapsed leases leave is free again: their holders refuse to spend it by now."""
    for lease in leases_of(documents, of, object_id):
        _reclaimed(documents, deed, lease)


def _waits(documents: Documents, lease: Lease) -> bool:
    """Whether its till has asked for more; one that was locked out gets none."""
    return bool(lease.meta.asked) and lease.body.holder in documents.tills(str(lease.store_id))


def _reclaimed(documents: Documents, deed: Deed, lease: Lease) -> Lease:
    """The lease without what it leaves, if it has lapsed."""
    if left(lease) and has_lapsed(in_ms(lease.body.not_after), in_ms(deed.now)):
        shrink(documents, deed, lease, lease.meta.spent)
    return documents.need(LeaseRow, lease.id)


def shrink(documents: Documents, deed: Deed, lease: Lease, amount: int) -> None:
    """Take rights away; never what was spent."""
    amount = min(lease.body.amount, amount)
    _count_out(documents, lease.body.of, lease.body.object_id, amount - lease.body.amount)
    lease = replace(lease, meta=replace(lease.meta, asked=0), body=replace(lease.body, amount=amount, wanted=False))
    documents.put(_signed(documents, deed, lease))


def proven(documents: Documents, deed: Deed, of: Of, object_id: str, signed: str) -> tuple[Lease, Grant]:
    """The till's lease and the grant it shows; one that the hub has forgotten is taken over from its signature."""
    grant = read_grant(documents.secret, signed)
    if grant is None or (grant.of, grant.holder) != (of, deed.device) or not _same(documents, grant, object_id):
        raise Refused(no_lease(of), "ask_online")
    lease = documents.get(LeaseRow, grant.id)
    if lease is None or lease.meta.turn < grant.turn:
        known, meta = lease.body.amount if lease else 0, replace(lease.meta if lease else Meta(), turn=grant.turn)
        amount = meta.spent if _is_taken(documents, of, grant.object_id) else grant.amount
        _count_out(documents, of, object_id, amount - known)
        body = LeaseRow(of=of, object_id=grant.object_id, holder=grant.holder, amount=amount,
                        not_after=grant.not_after, signed=signed)  # fmt: skip
        owner = _owner(documents, of, grant.object_id)
        lease = Document(grant.id, body, meta=meta, member_id=owner, store_id=deed.store_id)
        documents.put(lease)
        reclaim(documents, of, grant.object_id, deed)  # what it was lent may be what another's had left
        if of == "points":  # they may be two by now who were one when it was lent
            recall(documents, owner)
        lease = documents.need(LeaseRow, grant.id)
    return lease, grant


def left(lease: Lease) -> int:
    """What its holder may still spend."""
    return lease.body.amount - lease.meta.spent


def leases_of(documents: Documents, of: Of, object_id: str) -> list[Lease]:
    """Every till's lease on one thing."""
    owner = _owner(documents, of, object_id)
    held = [lease for lease in owned(documents, LeaseRow, owner) if lease.body.of == of]
    return held if of == "points" else [lease for lease in held if lease.body.object_id == object_id]


def held_by(documents: Documents, thing: Thing, holder: str) -> Lease | None:
    """One till's lease."""
    return documents.get(LeaseRow, lease_id(thing.of, thing.id, holder))


def holder_at_home(documents: Documents, object_id: str, store_id: str | None) -> Holder | None:
    """The till that holds what is handed out unasked, one of the member's home store; None if that has none."""
    till = home_of(object_id, documents.tills(store_id)) if store_id else None
    return Holder(till, store_id) if till and store_id else None


def find_thing(documents: Documents, of: Of, object_id: str, deed: Deed) -> Thing:
    """What may be leased of it now; raises Parked if it is unknown.

    A hub that came back from a backup may have lent it since: it lends nothing before it has heard of all
    tills, or before what it may have lent has lapsed.
    """
    thing = _find_thing(documents, of, object_id)
    return thing if documents.lends(deed.now) else thing._replace(free=0)


def _find_thing(documents: Documents, of: Of, object_id: str) -> Thing:
    owner = _owner(documents, of, object_id)
    if of == "quota":
        quota, stock = documents.get(QuotaRow, object_id), documents.get(Stock, object_id)
        free = quota.body.total - (stock.body.out if stock else 0) if quota else 0
        return Thing(of, object_id, owner, max(0, free))
    held = sum(left(lease) for lease in leases_of(documents, of, object_id))
    if of == "points":
        entries = balance(entry.body.amount for entry in owned(documents, PointsRow, owner))
        return Thing(of, object_id, owner, max(0, entries - held))
    if of == "voucher":
        voucher = documents.need(VoucherRow, object_id)
        free = max(0, (voucher.body.state == "issued") - held)
        return Thing(of, object_id, owner, free, end_of_day(voucher.body.expires_on))
    coupon = known_coupon(documents, object_id)
    open_ = coupon.body.state == "issued"
    return Thing(of, object_id, owner, max(0, open_ - held), coupon.body.valid_until)


def owned(documents: Documents, kind: type[Body], owner: str) -> list[Document[Body]]:
    """What belongs to a member, or to a quota, of one kind."""
    found = [each for each in documents.everything_of([owner], kind) if not each.meta.fate]
    return cast("list[Document[Body]]", found)


def check_floor(documents: Documents, deed: Deed, of: Of, object_id: str, amount: int) -> None:
    """Whether it may be had without a lease: the till counts how many; the hub knows what one may cost, and whom it was
    promised to."""
    reclaim(documents, of, object_id, deed)
    promised = any(left(lease) for lease in leases_of(documents, of, object_id))
    row = documents.get(FloorRow, FLOOR_ID)
    floor = Floor(row.body.largest, row.body.a_day, row.body.in_a_row) if row else Floor()
    if promised or not floor.bears(amount, today=0, unheard=0):
        raise Refused(no_lease(of), "ask_online")


def end_of_day(day: str) -> datetime:
    """When the last day of something is over, where headquarters is."""
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), HOME_ZONE).astimezone(UTC)


def known_coupon(documents: Documents, coupon_id: str) -> Document[CouponRow]:
    """The coupon; the event waits if headquarters has not issued it yet."""
    return documents.need(CouponRow, coupon_id)


def no_lease(of: Of) -> str:
    """The code of a refusal for want of a lease."""
    return f"{'gift' if of == 'quota' else of}_no_lease"


def _owner(documents: Documents, of: Of, object_id: str) -> str:
    if of in ("quota", "voucher"):
        return object_id
    if of == "points":
        return known_member(documents, object_id).id
    return str(known_coupon(documents, object_id).member_id)


def _same(documents: Documents, grant: Grant, object_id: str) -> bool:
    """Whether a grant is on this thing; points of a merged member are the kept one's."""
    if grant.of == "points":
        return may_be_one(documents, grant.object_id, object_id)
    return grant.object_id == object_id


def _is_taken(documents: Documents, of: Of, object_id: str) -> bool:
    """Whether somebody had it without a lease, while the hub did not know that it was promised to another."""
    if of == "coupon":
        coupon = documents.get(CouponRow, object_id)
        return coupon is not None and coupon.body.state == "redeemed"
    voucher = documents.get(VoucherRow, object_id) if of == "voucher" else None
    return voucher is not None and voucher.body.state == "redeemed"


def _blank(thing: Thing, holder: Holder, deed: Deed) -> Lease:
    """A lease on nothing yet."""
    body = LeaseRow(of=thing.of, object_id=thing.id, holder=holder.till, amount=0, not_after=deed.now)
    name = lease_id(thing.of, thing.id, holder.till)
    return Document(name, body, member_id=thing.owner, store_id=holder.store_id)


def _grant(documents: Documents, thing: Thing, lease: Lease, amount: int, deed: Deed) -> None:
    """So many rights more, and a full term for all of them. Who gets none goes on being asked for what they hold."""
    _count_out(documents, thing.of, thing.id, amount)
    not_after = min(deed.now + _LIFE, thing.ends) if thing.ends else deed.now + _LIFE
    wanted = lease.body.wanted and not amount
    body = replace(lease.body, amount=lease.body.amount + amount, not_after=not_after, wanted=wanted)
    lease = replace(lease, body=body)
    documents.put(_signed(documents, deed, lease))
    if thing.of == "coupon" and amount:
        _name_holder(documents, lease)


def _name_holder(documents: Documents, lease: Lease) -> None:
    """Every till of the store can say where this coupon is accepted without the network."""
    coupon = known_coupon(documents, lease.body.object_id)
    name = documents.tills(str(lease.store_id)).get(lease.body.holder)
    documents.put(replace(coupon, body=replace(coupon.body, holder=lease.body.holder, holder_name=name)))


def _want_back(documents: Documents, thing: Thing, *, amount: int, keep: str = "") -> None:
    """Ask all the others; of gifts, which thousands may hold, as many as will give back so much, those who have most
    first: besides whoever was asked before, who may be silent."""
    others = [each for each in leases_of(documents, thing.of, thing.id) if each.body.holder != keep and left(each)]
    for lease in sorted(others, key=left, reverse=True):
        if not lease.body.wanted and amount > 0:
            documents.put(replace(lease, body=replace(lease.body, wanted=True)))
            amount -= share(left(lease)) if thing.of == "quota" else 0


def _count_out(documents: Documents, of: Of, object_id: str, change: int) -> None:
    """Of a quota thousands of tills may hold a part: what is out is counted in one place."""
    if of == "quota" and change:
        stock = documents.get(Stock, object_id) or Document(object_id, Stock())
        documents.put(replace(stock, body=Stock(out=stock.body.out + change)))


def _signed(documents: Documents, deed: Deed, lease: Lease) -> Lease:
    """The next state of a lease, in words that only this hub can write.

    A restored hub that does not lend yet only takes away: its states are no newer than any that it has forgotten.
    """
    lease = replace(lease, meta=replace(lease.meta, turn=lease.meta.turn + documents.lends(deed.now)))
    coupon = documents.get(CouponRow, lease.body.object_id) if lease.body.of == "coupon" else None
    grant = Grant(
        id=lease.id, of=lease.body.of, object_id=lease.body.object_id, holder=lease.body.holder,
        amount=lease.body.amount, not_after=lease.body.not_after, turn=lease.meta.turn,
        coupon=coupon.body if coupon else None,
    )  # fmt: skip
    return replace(lease, body=replace(lease.body, signed=sign(documents.secret, grant)))
