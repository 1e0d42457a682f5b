"""The rules of vouchers: the hub knows its own signature again, and the first who takes one has it."""

from msgspec.structs import replace
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from desktop.rules.code_ids import store_number, voucher_id
from desktop.rules.leases import GRACE_MS, lease_id
from desktop.rules.signed_codes import VoucherBody, read_voucher
from desktop.rules.trust_bundle import open_seal, read_bundle
from sync.code_rows import TrustRow, VoucherRow
from sync.escrow_rows import LeaseRow
from sync.hub.code_payloads import VoucherReturned, VoucherTaken
from sync.hub.deeds import Deed, Refused, in_ms
from sync.hub.documents import Document, Documents
from sync.hub.leases import check_floor, end_of_day, spend

Voucher = Document[VoucherRow]
TRUST_ID = "trust"
CURRENCY = "CNY"


def take_voucher(documents: Documents, deed: Deed, data: VoucherTaken) -> None:
    """First valid wins: by the lease, or within the floor limit while no till holds the lease."""
    voucher = documents.get(VoucherRow, data.voucher_id) or _proven(documents, deed, data)
    if data.redemption_id in (voucher.body.redemption_id, *voucher.meta.gone):
        return
    if voucher.body.state == "redeemed":
        raise Refused("voucher_used", "call_hq")
    if voucher.body.state == "void" and not data.signed:
        raise Refused("voucher_void", "call_hq")
    documents.put(voucher)
    if data.signed:
        spend(documents, deed, "voucher", voucher.id, signed=data.signed, amount=1)
    else:
        _check_floor(documents, deed, voucher)
    body = replace(voucher.body, state="redeemed", redemption_id=data.redemption_id, visit_id=data.visit_id,
                   store_id=deed.store_id, redeemed_at=deed.at)  # fmt: skip
    documents.put(replace(voucher, body=body, meta=replace(voucher.meta, device=deed.device)))


def return_voucher(documents: Documents, deed: Deed, data: VoucherReturned) -> None:
    """That taking counts no more, whenever it is heard of; the till that did it has its right back."""
    voucher = documents.need(VoucherRow, data.voucher_id)
    meta = replace(voucher.meta, gone={**voucher.meta.gone, data.redemption_id: deed.clock})
    if voucher.body.redemption_id != data.redemption_id:
        documents.put(replace(voucher, meta=meta))
        return
    lease = documents.get(LeaseRow, lease_id("voucher", voucher.id, str(voucher.meta.device)))
    if lease and lease.meta.spent:
        documents.put(replace(lease, meta=replace(lease.meta, spent=lease.meta.spent - 1)))
    state = "void" if voucher.body.state == "void" else "issued"
    body = replace(voucher.body, state=state, redemption_id=None, visit_id=None, store_id=None, redeemed_at=None)
    documents.put(replace(voucher, body=body, meta=replace(meta, device=None)))


def new_voucher(body: VoucherBody) -> Voucher:
    """What the hub knows of a voucher that it has signed."""
    row = VoucherRow(amount=body.value, currency=CURRENCY, campaign=body.campaign,
                     expires_on=body.expires_on.isoformat())  # fmt: skip
    return Document(voucher_id(body.serial), row)


def _proven(documents: Documents, deed: Deed, data: VoucherTaken) -> Voucher:
    """A voucher that the hub has forgotten, after a restore say, by its own signature."""
    try:
        body, signature = read_voucher(data.code)
        _check_signature(documents, body, signature)
    except (ValueError, BadSignatureError):
        raise Refused("voucher_forged", "call_hq") from None
    if voucher_id(body.serial) != data.voucher_id:
        raise Refused("schema_invalid", "call_hq")
    if body.scope not in (0, store_number(deed.store_id)):
        raise Refused("voucher_elsewhere", "call_hq")
    return new_voucher(body)


def _check_signature(documents: Documents, body: VoucherBody, signature: bytes) -> None:
    trust = documents.get(TrustRow, TRUST_ID)
    bundle = read_bundle(open_seal(trust.body.sealed)[0]) if trust else None
    issuers = bundle.issuers if bundle and body.kid not in bundle.revoked_kids else ()
    key = next((each.pub for each in issuers if each.kid == body.kid and "voucher" in each.purposes), None)
    if key is None:
        raise ValueError("nobody we know signs with this key")
    VerifyKey(key).verify(body.signed_bytes(), signature)


def _check_floor(documents: Documents, deed: Deed, voucher: Voucher) -> None:
    """Without a lease: not after its day, and only if that is allowed at all."""
    if in_ms(deed.at) > in_ms(end_of_day(voucher.body.expires_on)) + GRACE_MS:
        raise Refused("voucher_expired", "call_hq")
    check_floor(documents, deed, "voucher", voucher.id, voucher.body.amount)
