"""The rules of content: what headquarters wrote, and what guides said of it to members."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from desktop.rules.conditions import Condition
from desktop.rules.shape import ShapeError, build
from sync.hub.deeds import Deed
from sync.hub.documents import Document, Documents
from sync.hub.lines import BadLine, Office, put_changed
from sync.hub.members import check_is_known, serve_member
from sync.hub.payloads import Day, Payload
from sync.protocol import Id
from sync.service_rows import ContentRow, ContentUseRow


class ContentPayload(Payload, frozen=True, kw_only=True):
    """Something happened to one use."""

    use_id: Id


class ContentUsed(ContentPayload, frozen=True, kw_only=True):
    """A member was told."""

    content_id: Id
    member_id: Id
    how: Literal["message", "store"]
    visit_id: Id | None = None


class ContentAnswered(ContentPayload, frozen=True, kw_only=True):
    """They answered."""


class ContentTakenBack(ContentPayload, frozen=True, kw_only=True):
    """They were not told after all."""


class ContentLine(msgspec.Struct):
    """contents.csv: tags separated by spaces; audience is a condition as JSON; until is the last day"""

    kind: Literal["talk", "article", "notice"]
    title: Annotated[str, Meta(min_length=1, max_length=80)]
    text: Annotated[str, Meta(min_length=1, max_length=4000)]
    id: Id
    tags: Annotated[str, Meta(max_length=200)] | None = None
    audience: Annotated[str, Meta(max_length=4000)] | None = None
    until: Day | None = None


def put_content(documents: Documents, _office: Office, line: ContentLine) -> None:
    """Found again by its id."""
    body = ContentRow(
        kind=line.kind, title=line.title, text=line.text, tags=tuple((line.tags or "").split()),
        audience=_condition(line.audience), until=line.until,
    )  # fmt: skip
    put_changed(documents, line.id, body)


def use_content(documents: Documents, deed: Deed, data: ContentUsed) -> None:
    """Once."""
    if documents.get(ContentUseRow, data.use_id):
        return
    member_id = serve_member(documents, deed, data.member_id) or data.member_id
    body = ContentUseRow(
        content_id=data.content_id, member_id=member_id, how=data.how, visit_id=data.visit_id, at=deed.at,
        guide_id=deed.guide_id,
    )  # fmt: skip
    documents.put(Document(data.use_id, body, member_id=member_id))


def note_answer(documents: Documents, deed: Deed, data: ContentAnswered) -> None:
    """The first time counts."""
    use = _known(documents, deed, data.use_id)
    held = use.body.answered_at
    if held is None or deed.at < held:
        documents.put(replace(use, body=replace(use.body, answered_at=deed.at)))


def take_back(documents: Documents, deed: Deed, data: ContentTakenBack) -> None:
    """For good."""
    use = _known(documents, deed, data.use_id)
    if not use.body.taken_back:
        documents.put(replace(use, body=replace(use.body, taken_back=True)))


def _known(documents: Documents, deed: Deed, use_id: str) -> Document[ContentUseRow]:
    use = documents.need(ContentUseRow, use_id)
    check_is_known(documents, deed, use.member_id)
    return use


def _condition(text: str | None) -> Any:
    """The condition as plain data, if it is one."""
    if not text:
        return None
    try:
        told = msgspec.json.decode(text)
        build(Condition, told)  # type: ignore[arg-type]
    except (ShapeError, msgspec.MsgspecError) as error:
        raise BadLine(f"audience: {error}") from None
    return told
