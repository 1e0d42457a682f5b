"""Which tills may know what: the scopes of a document, and the row it is in each of them."""

import msgspec

from sync.code_rows import CodeRow, CodeRulesRow, ItemRow, RecruitRow, TrustRow, VoucherRow
from sync.escrow_rows import CampaignRow, FloorRow, GiftRow, LeaseRow, QuotaRow, RewardRow
from sync.hub.documents import KINDS, AnyDocument, Documents, Key
from sync.hub.unpublished import Diary, Shelf, Stock
from sync.privacy_rows import RequestRow
from sync.protocol import (
    Answer,
    DirectoryRow,
    ErasureRow,
    GuideRow,
    MemberRow,
    Message,
    ProductRow,
    RedirectRow,
    Row,
    StoreRow,
    VisitRow,
)
from sync.service_rows import ContentRow, DefinitionsRow, LeadRow, OccasionRow

CONFIGURATION = "cfg"
CATALOGUE = "cat"
DIRECTORY = "dir"
_FIXED: dict[type[Message], str] = {
    StoreRow: CONFIGURATION, GuideRow: CONFIGURATION, QuotaRow: CONFIGURATION, FloorRow: CONFIGURATION,
    TrustRow: CONFIGURATION, CodeRulesRow: CONFIGURATION, RecruitRow: CONFIGURATION, DefinitionsRow: CONFIGURATION,
    ContentRow: CONFIGURATION,
    OccasionRow: CONFIGURATION,
    CampaignRow: CONFIGURATION, RewardRow: CONFIGURATION,
    ProductRow: CATALOGUE, ErasureRow: DIRECTORY,
}  # fmt: skip
_IN_DIRECTORY = {MemberRow, RedirectRow}
_NOBODYS = {VisitRow, GiftRow, RequestRow}  # facts that stay in their store when the member is erased
_TAIL = 4


def store_scope(store_id: str) -> str:
    """Everything about the members of one store."""
    return f"st:{store_id}"


def device_scope(device_id: str) -> str:
    """What concerns one till alone."""
    return f"dv:{device_id}"


def scopes_for(device_id: str, store_id: str) -> tuple[str, ...]:
    """All that a till may read."""
    return (CONFIGURATION, CATALOGUE, DIRECTORY, store_scope(store_id), device_scope(device_id))


def scopes_of(document: AnyDocument, documents: Documents) -> tuple[str, ...]:
    """Where the document is live now."""
    body = type(document.body)
    if document.meta.fate and body not in _NOBODYS:
        return ()
    if body in _FIXED:
        return (_FIXED[body],)
    if isinstance(document.body, CodeRow):
        return (CATALOGUE,) if document.body.product_id else ()
    if isinstance(document.body, VoucherRow):  # whoever may be shown it once more has to know that it was taken
        return () if document.body.state == "issued" else (CATALOGUE,)
    if isinstance(document.body, ItemRow):
        return tuple(sorted(map(store_scope, document.meta.stores)))
    if isinstance(document.body, LeaseRow):
        return (device_scope(document.body.holder),)
    if isinstance(document.body, LeadRow):  # whoever they become a member of, no other store is to call them
        return (store_scope(str(document.store_id)),)
    if body in (Stock, Diary, Shelf):
        return ()
    if body is Answer:
        return (device_scope(str(document.meta.device)),)
    stores = {document.store_id} if document.store_id else set()
    member = documents.get(MemberRow, document.member_id) if document.member_id else None
    stores |= set(member.meta.stores) if member else set()
    return ((DIRECTORY,) if body in _IN_DIRECTORY else ()) + tuple(sorted(store_scope(store) for store in stores))


def row_kind(kind: str, scope: str) -> str:
    """What a document is called in a scope: the directory has its own short row of a member."""
    return "directory" if kind == KINDS[MemberRow] and scope == DIRECTORY else kind


def directory_row(member: MemberRow) -> DirectoryRow:
    """Enough of a member for a store that never served them."""
    tail = member.phone[-_TAIL:] if member.phone else None
    codes = tuple(code for code in member.codes if code != member.code) or msgspec.UNSET
    return DirectoryRow(code=member.code, name=member.name, phone_tail=tail, store_id=member.store_id, codes=codes)


def current_row(key: Key, documents: Documents, readable: tuple[str, ...]) -> Row:
    """A document as a till may see it now, of a member who was merged that of whom they are; ``del`` if there is none,
    or none for it.
    """
    document = documents.peek(_followed(key, documents))
    seen = [scope for scope in readable if document and scope in document.scopes]
    if document is None or not seen:
        return Row(op="del", kind=key.kind, eid=key.id, ver=0)
    scope, body = seen[-1], document.body  # the directory stands before the stores
    kind = row_kind(key.kind, scope)
    if isinstance(body, MemberRow) and kind != key.kind:
        body = directory_row(body)
    return Row(op="put", kind=kind, eid=document.id, ver=document.ver, body=_raw(body), scope=scope)


def _followed(key: Key, documents: Documents) -> Key:
    merged = documents.get(RedirectRow, key.id) if key.kind == KINDS[MemberRow] else None
    return _followed(Key(key.kind, merged.body.keep), documents) if merged else key


def wire_row(document: AnyDocument) -> Row:
    """A document as it is, for whoever may see all of it."""
    return Row(op="put", kind=document.key.kind, eid=document.id, ver=document.ver, body=_raw(document.body))


def _raw(body: Message) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(body))
