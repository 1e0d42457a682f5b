"""The rules of care tasks and of whose member somebody is."""

from typing import cast

from msgspec.structs import replace

from desktop.rules.tasks import TaskState, later_state
from sync.escrow_rows import TaskRow
from sync.hub.consents import has_agreed
from sync.hub.deeds import Deed, Refused
from sync.hub.documents import Document, Documents, Past
from sync.hub.escrow_payloads import MemberAssigned, TaskCancelled, TaskDone, TaskOpened, TaskPayload, TaskPostponed
from sync.hub.members import Member, check_is_known, known_member, remember, serve_member

_DONE = "done"
_STATES: dict[type[TaskPayload], TaskState] = {TaskCancelled: "cancelled", TaskDone: "done"}


def open_task(documents: Documents, deed: Deed, data: TaskOpened) -> None:
    """Once; what a member has not agreed to is nobody's to do."""
    if documents.get(TaskRow, data.task_id):
        return
    member_id = serve_member(documents, deed, data.member_id) or data.member_id
    may = data.purpose is None or has_agreed(documents, deed, member_id, data.purpose)
    body = TaskRow(
        member_id=member_id, title=data.title, due=data.due, guide_id=deed.guide_id, until=data.until, rule=data.rule,
        purpose=data.purpose, figures=data.figures, facts=data.facts, state="open" if may else "cancelled",
    )  # fmt: skip
    documents.put(Document(data.task_id, body, member_id=member_id))


def postpone_task(documents: Documents, deed: Deed, data: TaskPostponed) -> None:
    """The newest word on the day counts; what lost is kept in the history."""
    task = _known(documents, deed, data.task_id)
    held = task.meta.clocks.get("due", "")
    wins = deed.clock > held
    lost = Past("due", task.body.due, held) if wins else Past("due", data.due, deed.clock)
    meta = replace(task.meta, history=(*task.meta.history, lost))
    if wins:
        meta = replace(meta, clocks={**meta.clocks, "due": deed.clock})
    documents.put(replace(task, meta=meta, body=replace(task.body, due=data.due if wins else task.body.due)))


def end_task(documents: Documents, deed: Deed, data: TaskPayload) -> None:
    """Done wins over cancelled, cancelled over open."""
    task = _known(documents, deed, data.task_id)
    state = later_state(task.body.state, _STATES[type(data)])
    if isinstance(data, TaskDone):
        _write_outcome(documents, deed, task, data)
    elif state != task.body.state:
        documents.put(replace(task, body=replace(task.body, state=state)))


def drop_tasks(documents: Documents, deed: Deed, member_id: str, purpose: str) -> None:
    """A member took a purpose back: nobody is to reach out for it any more."""
    if has_agreed(documents, deed, member_id, purpose):
        return
    for task in cast("list[Document[TaskRow]]", documents.everything_of([member_id], TaskRow)):
        if task.body.purpose == purpose and task.body.state == "open":
            documents.put(replace(task, body=replace(task.body, state="cancelled")))


def drop_unwanted(documents: Documents, deed: Deed, member_id: str) -> None:
    """The same for every purpose, where two members became one, or one became two."""
    tasks = cast("list[Document[TaskRow]]", documents.everything_of([member_id], TaskRow))
    for purpose in sorted({each.body.purpose for each in tasks if each.body.purpose}):
        drop_tasks(documents, deed, member_id, purpose)


def _write_outcome(documents: Documents, deed: Deed, task: Document[TaskRow], data: TaskDone) -> None:
    """Two who did it both did; what the first of them wrote stands, whoever is heard first."""
    first = task.meta.clocks.get(_DONE)
    if first is not None and first <= deed.clock:
        return
    body = replace(
        task.body, state="done", outcome=data.outcome, contact=data.contact, note=data.note, done_at=deed.at,
        done_by=deed.guide_id,
    )  # fmt: skip
    documents.put(replace(task, body=body, meta=replace(task.meta, clocks={**task.meta.clocks, _DONE: deed.clock})))


def assign_member(documents: Documents, deed: Deed, data: MemberAssigned) -> None:
    """Only who saw the guide of now may name another: two shops must not take a member from each other unseen."""
    serve_member(documents, deed, data.member_id)
    member = known_member(documents, data.member_id)

    def assigned(one: Member) -> Member:
        return replace(one, body=replace(one.body, guide_id=data.guide_id))

    if member.body.guide_id not in (data.guide_id, data.base):
        raise Refused("stale", "edit")
    if member.body.guide_id != data.guide_id:
        documents.put(assigned(member))
    remember(documents, data.member_id, assigned)


def _known(documents: Documents, deed: Deed, task_id: str) -> Document[TaskRow]:
    """The task, of a member who is known in the store of the deed; the event waits if the hub has never heard of it."""
    task = documents.need(TaskRow, task_id)
    check_is_known(documents, deed, task.member_id)
    return task
