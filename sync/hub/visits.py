"""The rules of visits: lines and notes are a union by id, the state follows from the newest of each transition."""

from typing import Literal

from msgspec.structs import replace

from sync.hub import items
from sync.hub.coupon_issue import issue_after
from sync.hub.deeds import Deed, Parked
from sync.hub.documents import Document, Documents, Identity, name_of_code
from sync.hub.members import check_is_of, holder_of, known_by, serve_member
from sync.hub.payloads import (
    LineAdded,
    LineChanged,
    LineRemoved,
    NoteRemoved,
    NoteWritten,
    VisitFinished,
    VisitJoined,
    VisitOpened,
    VisitPayload,
)
from sync.protocol import LineRow, NoteRow, VisitRow

Visit = Document[VisitRow]
_MEMBER = "member"


def open_visit(documents: Documents, deed: Deed, data: VisitOpened) -> None:
    """Opened once."""
    if documents.get(VisitRow, data.visit_id):
        own_visit(documents, deed, data.visit_id)
        return
    named = _named(documents, data)
    member_id = serve_member(documents, deed, named)
    body = VisitRow(
        state="open", started_at=deed.at, member_id=member_id, guide_id=deed.guide_id, store_id=deed.store_id
    )
    visit = Document(data.visit_id, body, member_id=member_id, store_id=deed.store_id)
    documents.put(known_by(visit, named))


def join_visit(documents: Documents, deed: Deed, data: VisitJoined) -> None:
    """The newest word on who was served counts."""
    visit = own_visit(documents, deed, data.visit_id)
    if not newer(visit, _MEMBER, deed):
        return
    named = _named(documents, data)
    member_id = serve_member(documents, deed, named)
    after = replace(visit, body=replace(visit.body, member_id=member_id), member_id=member_id)
    _put(documents, deed, visit, marked(known_by(after, named), _MEMBER, deed))


def _named(documents: Documents, data: VisitOpened | VisitJoined) -> str | None:
    """Who is meant: by id, or by a card; the event waits until somebody answers to it."""
    if data.code is None:
        return data.member_id
    member_id = holder_of(documents, Identity("code", data.code))
    if member_id is None:
        raise Parked("wait_member", name_of_code(data.code))
    return member_id


def add_line(documents: Documents, deed: Deed, data: LineAdded) -> None:
    """Once; after a removal only a later adding brings it back."""
    visit = own_visit(documents, deed, data.visit_id)
    if _has(visit, data.line_id) or deed.clock <= visit.meta.gone.get(data.line_id, ""):
        return
    line = LineRow(
        id=data.line_id,
        product_id=data.product_id,
        gtin=data.gtin,
        action=data.action,
        at=deed.at,
        price=data.price,
        currency=data.currency,
        serial=data.serial,
        batch=data.batch,
        expires_on=data.expires_on,
        weight=data.weight,
        reason=data.reason,
        guide_id=deed.guide_id,
    )
    after = marked(visit, data.line_id, deed)
    _put(documents, deed, visit, replace(after, body=replace(visit.body, lines=(*visit.body.lines, line))))


def change_line(documents: Documents, deed: Deed, data: LineChanged) -> None:
    """The newest action counts; a line that is gone stays gone."""
    visit = own_visit(documents, deed, data.visit_id)
    if not _has(visit, data.line_id) or not newer(visit, data.line_id, deed):
        return
    lines = tuple(
        replace(line, action=data.action, reason=data.reason) if line.id == data.line_id else line
        for line in visit.body.lines
    )
    _put(documents, deed, visit, replace(marked(visit, data.line_id, deed), body=replace(visit.body, lines=lines)))


def remove_line(documents: Documents, deed: Deed, data: LineRemoved) -> None:
    """Removed unless it was added again later."""
    visit = own_visit(documents, deed, data.visit_id)
    if newer(visit, data.line_id, deed):
        lines = tuple(line for line in visit.body.lines if line.id != data.line_id)
        _put(
            documents, deed, visit, replace(_without(visit, data.line_id, deed), body=replace(visit.body, lines=lines))
        )


def write_note(documents: Documents, deed: Deed, data: NoteWritten) -> None:
    """As a line is added."""
    visit = own_visit(documents, deed, data.visit_id)
    if _has(visit, data.note_id) or deed.clock <= visit.meta.gone.get(data.note_id, ""):
        return
    note = NoteRow(id=data.note_id, text=data.text, at=deed.at)
    visit = marked(visit, data.note_id, deed)
    documents.put(replace(visit, body=replace(visit.body, notes=(*visit.body.notes, note))))


def remove_note(documents: Documents, deed: Deed, data: NoteRemoved) -> None:
    """As a line is removed."""
    visit = own_visit(documents, deed, data.visit_id)
    if newer(visit, data.note_id, deed):
        notes = tuple(note for note in visit.body.notes if note.id != data.note_id)
        documents.put(replace(_without(visit, data.note_id, deed), body=replace(visit.body, notes=notes)))


def move_visit(documents: Documents, deed: Deed, data: VisitPayload) -> None:
    """Held, recalled, finished, reopened, voided."""
    visit = own_visit(documents, deed, data.visit_id)
    transition = type(data).__name__
    if not newer(visit, transition, deed):
        return
    after = marked(visit, transition, deed)
    state = state_of(after.meta.clocks)
    ended = deed.at if isinstance(data, VisitFinished) else visit.body.finished_at
    body = replace(visit.body, state=state, finished_at=ended if state == "finished" else None)
    _put(documents, deed, visit, replace(after, body=body))


def state_of(clocks: dict[str, str]) -> Literal["open", "held", "finished", "void"]:
    """Void for ever; finished unless reopened later; else what was said last. The same in whatever order we hear it."""
    if "VisitVoided" in clocks:
        return "void"
    reopened = clocks.get("VisitReopened", "")
    if clocks.get("VisitFinished", "") > reopened:
        return "finished"
    return "held" if clocks.get("VisitHeld", "") > max(reopened, clocks.get("VisitRecalled", "")) else "open"


def known_visit(documents: Documents, visit_id: str) -> Visit:
    """The visit; the event waits if the hub has never heard of it."""
    return documents.need(VisitRow, visit_id)


def own_visit(documents: Documents, deed: Deed, visit_id: str) -> Visit:
    """The same, and it belongs to the store of the deed: whoever has learned its id elsewhere may not write in it."""
    visit = known_visit(documents, visit_id)
    check_is_of(documents, deed, visit.store_id)
    return visit


def newer(visit: Visit, mark: str, deed: Deed) -> bool:
    """Whether the deed comes after the last one that set this mark."""
    return deed.clock > visit.meta.clocks.get(mark, "")


def marked(visit: Visit, mark: str, deed: Deed) -> Visit:
    """The visit with this mark set by the deed."""
    return replace(visit, meta=replace(visit.meta, clocks={**visit.meta.clocks, mark: deed.clock}))


def _put(documents: Documents, deed: Deed, before: Visit, after: Visit) -> None:
    """What its lines say of single units is known of those units too. Of a visit that is finished may be heard later
    whose it is, or what was bought: that earns a coupon as well.
    """
    documents.put(after)
    items.follow(documents, before, after)
    if after.body.state == "finished":
        issue_after(documents, deed, after)


def _without(visit: Visit, part_id: str, deed: Deed) -> Visit:
    """The visit, remembering since when a line or note is gone."""
    clocks = {mark: clock for mark, clock in visit.meta.clocks.items() if mark != part_id}
    return replace(visit, meta=replace(visit.meta, clocks=clocks, gone={**visit.meta.gone, part_id: deed.clock}))


def _has(visit: Visit, part_id: str) -> bool:
    return any(line.id == part_id for line in visit.body.lines) or any(note.id == part_id for note in visit.body.notes)
