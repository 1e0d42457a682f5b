"""The rules of what members ask for by law: it is kept with its answer, for who audits it."""

from typing import Annotated, Literal

from msgspec import Meta
from msgspec.structs import replace

from sync.hub.deeds import Deed
from sync.hub.documents import Document, Documents
from sync.hub.members import check_is_known, serve_member
from sync.hub.payloads import Payload
from sync.privacy_rows import RequestRow
from sync.protocol import Id

_MET = "met"


class RequestMade(Payload, frozen=True, kw_only=True):
    """A member asked for something."""

    request_id: Id
    member_id: Id
    wants: Literal["access", "correction", "erasure"]


class RequestMet(Payload, frozen=True, kw_only=True):
    """It was answered."""

    request_id: Id
    how: Annotated[str, Meta(min_length=1, max_length=40)]


def make_request(documents: Documents, deed: Deed, data: RequestMade) -> None:
    """Once; it stays in the store that heard it."""
    if documents.get(RequestRow, data.request_id):
        return
    member_id = serve_member(documents, deed, data.member_id) or data.member_id
    body = RequestRow(member_id=member_id, wants=data.wants, made_at=deed.at, guide_id=deed.guide_id)
    documents.put(Document(data.request_id, body, member_id=member_id, store_id=deed.store_id))


def meet_request(documents: Documents, deed: Deed, data: RequestMet) -> None:
    """Of two answers the first stands, whoever is heard first."""
    request = documents.need(RequestRow, data.request_id)
    check_is_known(documents, deed, request.member_id, request.store_id)
    first = request.meta.clocks.get(_MET)
    if first is not None and first <= deed.clock:
        return
    body = replace(request.body, state="met", how=data.how, met_at=deed.at, met_by=deed.guide_id)
    meta = replace(request.meta, clocks={**request.meta.clocks, _MET: deed.clock})
    documents.put(replace(request, body=body, meta=meta))
