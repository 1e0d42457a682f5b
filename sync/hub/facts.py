"""The rules of facts about a member: preferences and the consent ledger. Facts are only added."""

from msgspec.structs import replace

from desktop.rules.consent import SENSITIVE
from sync.hub.deeds import Deed
from sync.hub.documents import Document, Documents
from sync.hub.members import check_is_known, serve_member
from sync.hub.payloads import ConsentGiven, ConsentWithdrawn, PreferenceNoted, PreferenceWithdrawn
from sync.hub.portraits import drop_sensitive
from sync.hub.tasks import drop_tasks
from sync.hub.visits import own_visit
from sync.protocol import ConsentRow, PreferenceRow


def note_preference(documents: Documents, deed: Deed, data: PreferenceNoted) -> None:
    """Noted once; a preference of nobody known stays with the store of its visit."""
    if documents.get(PreferenceRow, data.preference_id):
        return
    if data.visit_id:
        own_visit(documents, deed, data.visit_id)
    member_id = serve_member(documents, deed, data.member_id)
    body = PreferenceRow(
        facet=data.facet,
        value=data.value,
        sentiment=data.sentiment,
        noted_at=deed.at,
        member_id=member_id,
        visit_id=data.visit_id,
        guide_id=deed.guide_id,
    )
    documents.put(Document(data.preference_id, body, member_id=member_id or data.visit_id, store_id=deed.store_id))


def withdraw_preference(documents: Documents, deed: Deed, data: PreferenceWithdrawn) -> None:
    """Withdrawn wins, whatever comes later; in any store that knows the member, or in that of the visit."""
    preference = documents.need(PreferenceRow, data.preference_id)
    check_is_known(documents, deed, preference.member_id, preference.store_id)
    if not preference.body.withdrawn:
        documents.put(replace(preference, body=replace(preference.body, withdrawn=True)))


def give_consent(documents: Documents, deed: Deed, data: ConsentGiven) -> None:
    """A line of the ledger; whether it counts is read from the whole ledger."""
    member_id = serve_member(documents, deed, data.member_id)
    _write_line(
        documents,
        data.consent_id,
        ConsentRow(
            member_id=member_id or data.member_id,
            purpose=data.purpose,
            granted=True,
            at=deed.at,
            text_version=data.text_version,
            text_hash=data.text_hash,
            channel=data.channel,
            guide_id=deed.guide_id,
            seen=data.seen,
        ),
    )


def withdraw_consent(documents: Documents, deed: Deed, data: ConsentWithdrawn) -> None:
    """A line of the ledger too."""
    member_id = serve_member(documents, deed, data.member_id) or data.member_id
    body = ConsentRow(member_id=member_id, purpose=data.purpose, granted=False, at=deed.at, guide_id=deed.guide_id)
    _write_line(documents, data.consent_id, body)
    drop_tasks(documents, deed, member_id, data.purpose)
    if data.purpose == SENSITIVE:
        drop_sensitive(documents, deed, member_id)


def _write_line(documents: Documents, consent_id: str, body: ConsentRow) -> None:
    """Lines are never changed."""
    if documents.get(ConsentRow, consent_id) is None:
        documents.put(Document(consent_id, body, member_id=body.member_id))
