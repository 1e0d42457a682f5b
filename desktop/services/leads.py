"""Every change to a lead: noted, moved on, given to a guide, lost, forgotten, and joined by enrolling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from desktop.data.catalogue import Guide
from desktop.data.codes import Recruit
from desktop.data.leads import Lead
from desktop.errors import BadInput, NotFound, NotNow
from desktop.events import ErasureRequested
from desktop.lead_events import LeadAgreed, LeadAssigned, LeadJoined, LeadMoved, LeadNoted
from desktop.rules.leads import FORGOTTEN, MISTAKE, OPEN, OUTREACH, REASONS, STEPS
from desktop.services.known import refuse_taken
from desktop.services.people import normal_name, normal_phone, normal_wechat, one_line
from desktop.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLead:
    """What a clerk fills in about somebody who may become a member, as typed; phone or WeChat id must be there.

    recruit: the code that brought them, which tells the channel. due: the next day, today unless told. mine: whoever
    serves looks after them, not ``for_guide``.
    """

    name: str = ""
    phone: str = ""
    wechat: str = ""
    channel: str | None = None
    recruit: str | None = None
    consent: bool = False
    interest: str = ""
    for_guide: str | None = None
    mine: bool = False
    due: date | None = None


def note_lead(work: Work, form: NewLead) -> str:
    """Somebody may become a member; gives the lead's id.

    Raises BadInput ``lead_unreachable``, NotNow ``phone_taken`` or ``wechat_taken`` of a member, ``lead_known`` (name)
    if they are a lead already, NotFound ``recruit_unknown``, ``guide_unknown``.
    """
    phone = normal_phone(form.phone) if form.phone.strip() else None
    wechat = normal_wechat(form.wechat)
    if not (phone or wechat):
        raise BadInput("lead_unreachable")
    _check_new(work, phone, wechat)
    recruit = work.session.get(Recruit, form.recruit) if form.recruit else None
    if form.recruit and recruit is None:
        raise NotFound("recruit_unknown")
    for_guide = work.till.guide_id if form.mine else form.for_guide
    _check_guide(work, for_guide)
    due = (form.due or work.clock.today()).isoformat() if form.consent else None
    lead_id = work.clock.new_id()
    work.note(
        LeadNoted(
            lead_id=lead_id, name=normal_name(form.name), phone=phone, wechat=wechat,
            channel=normal_name(form.channel or "") or (recruit.channel if recruit else None),
            recruit=form.recruit, consent=form.consent, interest=one_line(form.interest, longest=80),
            for_guide=for_guide, due=due,
        ),
        undo=LeadMoved(lead_id=lead_id, state="lost", reason=MISTAKE),
    )  # fmt: skip
    return lead_id


def follow_up(work: Work, lead_id: str, state: str | None = None, *, due: date | None = None, note: str = "") -> None:
    """How far it is by now, and the next day; what is not told stays.

    Raises BadInput ``lead_state_unknown`` (state), NotNow ``lead_over``, ``lead_no_consent`` if they do not want to be
    contacted.
    """
    lead = _open(work, lead_id)
    if state not in (None, *STEPS):
        raise BadInput("lead_state_unknown", state=state)
    if not lead.consent and (state in OUTREACH or due):
        raise NotNow("lead_no_consent")
    note = one_line(note, longest=500, too_long="note_too_long")
    day = due.isoformat() if due else lead.due
    _move(work, lead, LeadMoved(lead_id=lead.id, state=state or lead.state, due=day, note=note or lead.note))


def close_lead(work: Work, lead_id: str, reason: str, note: str = "") -> None:
    """It will come to nothing. Raises BadInput ``lead_reason_unknown`` (reason), NotNow ``lead_over``."""
    lead = _open(work, lead_id)
    if reason not in REASONS:
        raise BadInput("lead_reason_unknown", reason=reason)
    note = one_line(note, longest=500, too_long="note_too_long")
    _move(work, lead, LeadMoved(lead_id=lead.id, state="lost", note=note or lead.note, reason=reason))


def assign_lead(work: Work, lead_id: str, for_guide: str | None) -> None:
    """Another guide looks after them, None is anybody. Raises NotFound ``guide_unknown``, NotNow ``lead_over``."""
    lead = _open(work, lead_id)
    _check_guide(work, for_guide)
    if for_guide != lead.for_guide:
        work.note(
            LeadAssigned(lead_id=lead.id, for_guide=for_guide),
            undo=LeadAssigned(lead_id=lead.id, for_guide=lead.for_guide),
        )


def hear_consent(work: Work, lead_id: str, consent: bool) -> None:
    """They agree to be contacted from now on, or no longer: then nothing is due. Raises NotNow ``lead_over``."""
    lead = _open(work, lead_id)
    if consent != lead.consent:
        due = work.clock.today().isoformat() if consent else None
        work.note(
            LeadAgreed(lead_id=lead.id, consent=consent, due=due),
            undo=LeadAgreed(lead_id=lead.id, consent=lead.consent, due=lead.due),
        )


def forget_lead(work: Work, lead_id: str) -> None:
    """They want to be forgotten everywhere, for ever; it begins when the hub has heard of it. Raises NotFound
    ``lead_unknown``."""
    lead = _known(work, lead_id)
    if lead.state in OPEN:
        _move(work, lead, LeadMoved(lead_id=lead.id, state="lost", reason=FORGOTTEN))
    work.note(ErasureRequested(member_id=lead.id))


def leads_behind(work: Work, phone: str, wechat: str | None = None, lead_id: str | None = None) -> Sequence[Lead]:
    """The leads that this person is, who enrols with these or from this lead; the first noted comes first."""
    told = ((Lead.phone, phone), (Lead.wechat, wechat), (Lead.id, lead_id))
    theirs = or_(*(column == value for column, value in told if value))
    query = select(Lead).where(theirs, Lead.state != "joined").order_by(Lead.noted_at, Lead.id)
    return work.session.scalars(query).all()


def join(work: Work, leads: Sequence[Lead], member_id: str) -> None:
    """They are a member now."""
    for lead in leads:
        work.note(LeadJoined(lead_id=lead.id, member_id=member_id))


def _move(work: Work, lead: Lead, moved: LeadMoved) -> None:
    before = LeadMoved(lead_id=lead.id, state=lead.state, due=lead.due, note=lead.note, reason=lead.reason)
    if moved != before:
        work.note(moved, undo=before)


def _check_new(work: Work, phone: str | None, wechat: str | None) -> None:
    for kind, value in (("phone", phone), ("wechat", wechat)):
        if value:
            refuse_taken(work, kind, value)
    for known in leads_behind(work, phone or "", wechat):
        if known.state in OPEN:
            raise NotNow("lead_known", name=known.name or known.wechat or "")


def _check_guide(work: Work, guide_id: str | None) -> None:
    guide = work.session.get(Guide, guide_id) if guide_id else None
    if guide_id and (guide is None or not guide.active):
        raise NotFound("guide_unknown")


def _open(work: Work, lead_id: str) -> Lead:
    lead = _known(work, lead_id)
    if lead.state not in OPEN:
        raise NotNow("lead_over")
    return lead


def _known(work: Work, lead_id: str) -> Lead:
    lead = work.session.get(Lead, lead_id)
    if lead is None:
        raise NotFound("lead_unknown")
    return lead
