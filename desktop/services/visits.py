"""Every change to a visit: open, hold, recall, lines, notes, finish."""

import re

from sqlalchemy import select

from desktop.data.members import Member
from desktop.data.projections import resolve
from desktop.data.visits import Line, Note, Visit
from desktop.errors import BadInput, NotFound, NotNow
from desktop.events import (
    LineAdded,
    LineChanged,
    LineRemoved,
    NoteRemoved,
    NoteWritten,
    VisitFinished,
    VisitHeld,
    VisitJoined,
    VisitOpened,
    VisitRecalled,
    VisitReopened,
    VisitVoided,
)
from desktop.services.appointments import arrive
from desktop.services.earning import drop_points, settle_points
from desktop.services.guests import want_profile
from desktop.services.people import one_line
from desktop.views.products import PLAIN, Label, ProductView, find_product
from desktop.work import Work

_RUNNING = select(Visit).where(Visit.here, Visit.state == "open").order_by(Visit.started_at.desc()).limit(1)
_LAST_NOTE = select(Note.text).order_by(Note.at.desc(), Note.id.desc()).limit(1)
ACTIONS = ("seen", "tried", "bought", "returned", "declined")
LONGEST_NOTE, LONGEST_REASON = 2000, 200
CURRENCY = "CNY"  # of the labels that a shop's own scales print


def serve(work: Work, member_id: str | None) -> str:
    """Begin to serve a member, or nobody known (None); gives the visit's id.

    The member already served stays; a visit without a name becomes the member's; any other is parked. Who has an
    appointment about now has come for it.
    """
    member_id = resolve(work.session, member_id)
    member = work.session.get(Member, member_id) if member_id is not None else None
    if member_id is not None and member is None:
        raise NotFound("member_unknown")
    if member is not None and not member.full:
        want_profile(work, member.id)
    running = _running(work)
    if running is not None and running.member_id == member_id:
        return running.id
    if running is not None and running.member_id is None and running.code is None:
        visit_id = _join(work, running, member_id)
    else:
        if running is not None:
            _hold(work, running)
        visit_id = _open(work, member_id)
    if member_id is not None:
        arrive(work, member_id, visit_id)
    return visit_id


def serve_code(work: Work, code: str) -> str:
    """Begin to serve whoever a sound member code belongs to, though nobody here answers to it; gives the visit's id.

    When the hub, or a row of it, says who it is, the visit is theirs. As ``serve`` in everything else.
    """
    running = _running(work)
    if running is not None and running.code == code:
        return running.id
    want_profile(work, code)
    if running is not None and running.member_id is None and running.code is None:
        return _join(work, running, None, code)
    if running is not None:
        _hold(work, running)
    return _open(work, None, code)


def current_visit(work: Work) -> Visit:
    """The visit that is open at this till. Raises NotNow ``no_visit``."""
    running = _running(work)
    if running is None:
        raise NotNow("no_visit")
    return running


def hold_visit(work: Work) -> str:
    """Park the running visit; gives its id."""
    running = current_visit(work)
    _hold(work, running)
    return running.id


def recall_visit(work: Work, visit_id: str | None = None) -> str:
    """Take up a parked visit again, the latest unless named; the running one is parked."""
    held = [Visit.here, Visit.state == "held"] + ([Visit.id == visit_id] if visit_id else [])
    parked = work.session.scalars(select(Visit).where(*held).order_by(Visit.started_at.desc()).limit(1)).first()
    if parked is None:
        raise NotNow("nothing_held")
    if running := _running(work):
        _hold(work, running)
    work.note(VisitRecalled(visit_id=parked.id), undo=VisitHeld(visit_id=parked.id))
    return parked.id


def finish_visit(work: Work, note: str = "") -> str:
    """End the running visit; gives its id.

    note: the line that is still being typed. If it is the last line already, it was entered a moment ago. Taking the
    finish back leaves it.
    """
    running = current_visit(work)
    if (text := _note_text(note)) and text != work.session.scalar(_LAST_NOTE.where(Note.visit_id == running.id)):
        work.follow(NoteWritten(visit_id=running.id, note_id=work.clock.new_id(), text=text))
    work.note(VisitFinished(visit_id=running.id), undo=VisitReopened(visit_id=running.id))
    settle_points(work, running.id)
    return running.id


def void_visit(work: Work) -> str:
    """Drop a visit that was opened by mistake; gives its id."""
    running = current_visit(work)
    work.note(VisitVoided(visit_id=running.id))
    settle_points(work, running.id)
    return running.id


def running_or_new(work: Work) -> str:
    """The running visit, or a new one for nobody known; gives its id."""
    running = _running(work)
    return running.id if running else _open(work, None)


def add_line(work: Work, gtin: str, action: str = "seen", *, label: Label = PLAIN) -> str:
    """Put the product of a GTIN-14 into the running visit, or into one for nobody known; gives the line's id.

    label: what the code of this very piece told. A price in it is that of the piece; a weight makes the product's
    price that of a kilogram.
    """
    _check_action(action)
    product = find_product(work.session.connection(), gtin)
    if product is None:
        raise NotFound("product_unknown", gtin=gtin)
    visit_id, line_id = running_or_new(work), work.clock.new_id()
    work.note(
        LineAdded(
            visit_id=visit_id, line_id=line_id, product_id=product.product_id, gtin=gtin, action=action,
            price=_price(product, label), currency=product.currency or (CURRENCY if label.price else None),
            serial=label.serial, batch=label.batch, weight=label.weight,
            expires_on=label.expires_on.isoformat() if label.expires_on else None,
        ),
        undo=LineRemoved(visit_id=visit_id, line_id=line_id),
    )  # fmt: skip
    return line_id


def change_line(work: Work, line_id: str, action: str, reason: str | None = None) -> None:
    """Give a line of the running visit another action; a declined one may say why."""
    _check_action(action)
    reason = one_line(reason or "", longest=LONGEST_REASON, too_long="note_too_long") or None
    line = _line(work, line_id)
    if (line.action, line.reason) != (action, reason):
        before = LineChanged(visit_id=line.visit_id, line_id=line_id, action=line.action, reason=line.reason)
        work.note(LineChanged(visit_id=line.visit_id, line_id=line_id, action=action, reason=reason), undo=before)


def remove_line(work: Work, line_id: str) -> None:
    """Take a line out again."""
    line = _line(work, line_id)
    back = LineAdded(
        visit_id=line.visit_id,
        line_id=work.clock.new_id(),
        product_id=line.product_id,
        gtin=line.gtin,
        action=line.action,
        price=line.price,
        currency=line.currency,
        serial=line.serial,
        batch=line.batch,
        expires_on=line.expires_on,
        weight=line.weight,
        reason=line.reason,
    )
    work.note(LineRemoved(visit_id=line.visit_id, line_id=line_id), undo=back)
    drop_points(work, back.visit_id, line_id)


def write_note(work: Work, text: str) -> str:
    """Add a line of note to the running visit; gives its id."""
    text = _note_text(text)
    if not text:
        raise BadInput("note_empty")
    visit = current_visit(work)
    note_id = work.clock.new_id()
    work.note(
        NoteWritten(visit_id=visit.id, note_id=note_id, text=text),
        undo=NoteRemoved(visit_id=visit.id, note_id=note_id),
    )
    return note_id


def remove_note(work: Work, note_id: str) -> None:
    """Take out a note that was written by mistake."""
    note = work.session.get(Note, note_id)
    if note is None:
        raise NotFound("note_unknown")
    again = NoteWritten(visit_id=note.visit_id, note_id=work.clock.new_id(), text=note.text)
    work.note(NoteRemoved(visit_id=note.visit_id, note_id=note_id), undo=again)


def _note_text(typed: str) -> str:
    text = re.sub(r"[^\S\n]", " ", "\n".join(typed.splitlines()))  # a wide space or a tab keeps words apart
    text = "".join(letter for letter in text if letter.isprintable() or letter == "\n").strip()
    if len(text) > LONGEST_NOTE:
        raise BadInput("note_too_long", limit=LONGEST_NOTE)
    return text


def _price(product: ProductView, label: Label) -> int | None:
    if label.price is not None or product.price is None or label.weight is None:
        return product.price if label.price is None else label.price
    return (product.price * label.weight + 500) // 1000


def _running(work: Work) -> Visit | None:
    return work.session.scalars(_RUNNING).first()


def _open(work: Work, member_id: str | None, code: str | None = None) -> str:
    visit_id = work.clock.new_id()
    work.note(VisitOpened(visit_id=visit_id, member_id=member_id, code=code), undo=VisitVoided(visit_id=visit_id))
    return visit_id


def _join(work: Work, visit: Visit, member_id: str | None, code: str | None = None) -> str:
    """Whoever has shown a code in it before was somebody else."""
    back = VisitJoined(visit_id=visit.id, member_id=None)
    work.note(VisitJoined(visit_id=visit.id, member_id=member_id, code=code), undo=back)
    visit.verified_until = None
    return visit.id


def _hold(work: Work, visit: Visit) -> None:
    work.note(VisitHeld(visit_id=visit.id), undo=VisitRecalled(visit_id=visit.id))


def _line(work: Work, line_id: str) -> Line:
    line = work.session.get(Line, line_id)
    visit = work.session.get(Visit, line.visit_id) if line else None
    if line is None or visit is None or not (visit.here and visit.state in ("open", "held")):
        raise NotFound("line_unknown")
    return line


def _check_action(action: str) -> None:
    if action not in ACTIONS:
        raise BadInput("action_unknown", action=action, allowed=", ".join(ACTIONS))
