"""The rules of recruit codes: whoever made one says what it means, and closing it closes it everywhere."""

from msgspec.structs import replace

from sync.code_rows import RecruitRow
from sync.hub.code_payloads import RecruitCodeClosed, RecruitCodeMade
from sync.hub.deeds import Deed
from sync.hub.documents import Document, Documents


def make_code(documents: Documents, deed: Deed, data: RecruitCodeMade) -> None:
    """Once: its guide and store are those who made it."""
    if documents.get(RecruitRow, data.recruit_id) is None:
        body = RecruitRow(channel=data.channel, label=data.label, partner=data.partner, store_id=deed.store_id,
                          guide_id=deed.guide_id)  # fmt: skip
        documents.put(Document(data.recruit_id, body))


def close_code(documents: Documents, _deed: Deed, data: RecruitCodeClosed) -> None:
    """It stays, so that it can still be said whom it has won."""
    recruit = documents.need(RecruitRow, data.recruit_id)
    if recruit.body.active:
        documents.put(replace(recruit, body=replace(recruit.body, active=False)))
