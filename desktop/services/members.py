"""Every change to a member: enrolment, corrections, merging two who are one, and being forgotten."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from desktop.data.codes import Recruit
from desktop.data.leads import Lead
from desktop.data.members import Identity, Member, Redirect
from desktop.data.projections import resolve
from desktop.errors import BadInput, NotFound, NotNow
from desktop.events import ErasureRequested, MemberAmended, MemberEnrolled, MembersMerged, MembersSeparated
from desktop.privacy_events import RequestMade
from desktop.rules.birthdays import GUARDED_BELOW, is_child
from desktop.rules.consent import MARKETING, SERVICE
from desktop.rules.member_codes import PUB_ID_BYTES, member_code
from desktop.rules.wishes import FIELDS as WISHES
from desktop.scanning.codes import read_member_code
from desktop.services.care import respect_wishes
from desktop.services.consents import give_consents
from desktop.services.known import refuse_taken
from desktop.services.leads import join, leads_behind
from desktop.services.people import normal_birthday, normal_name, normal_phone, normal_wechat, normal_wish
from desktop.services.preferences import note_preference
from desktop.services.visits import serve
from desktop.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a clerk fills in to enrol somebody, as typed. impressions: pairs of facet and value.

    code: an unknown member code that was scanned, if that is how it began; card: a card of an older system, likewise;
    recruit: the code that won them, which tells channel and guide. guardian: a child's guardian is here and agrees.
    lead: whom the form was opened for; of a lead channel and recruit code count, where nothing else is told.
    """

    phone: str
    name: str = ""
    consents: tuple[str, ...] = ()
    channel: str | None = None
    birthday: str | None = None
    code: str | None = None
    card: str | None = None
    recruit: str | None = None
    impressions: tuple[tuple[str, str], ...] = ()
    guardian: bool = False
    lead: str | None = None
    wechat: str | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A new member with the code of the card, and the visit that began."""

    member_id: str
    code: str
    visit_id: str


def enrol(work: Work, form: Application) -> Enrolled:
    """Make a member and begin to serve them. Raises NotNow ``phone_taken`` or ``wechat_taken`` when the phone or the
    WeChat id leads to a member already."""
    phone, wechat = normal_phone(form.phone), normal_wechat(form.wechat)
    refuse_taken(work, "phone", phone)
    if wechat:
        refuse_taken(work, "wechat", wechat)
    if SERVICE not in form.consents:
        raise BadInput("consent_service_missing")
    birthday = normal_birthday(form.birthday)
    child = is_child(birthday or "", work.clock.today())
    if child:
        _check_child(form)
    leads = leads_behind(work, phone, wechat, form.lead)
    won = _recruit(work, form.recruit) or _brought(work, leads)
    member_id, code = work.clock.new_id(), _code(work, form.code)
    told = [normal_name(form.channel or ""), won.channel if won else None, *(lead.channel for lead in leads)]
    work.note(
        MemberEnrolled(
            member_id=member_id,
            code=code,
            phone=phone,
            name=normal_name(form.name),
            channel=next(filter(None, told), None),
            birthday=birthday,
            card=_card(work, form.card),
            wechat=wechat or _wechat(work, leads),
            recruit=won.id if won else None,
            recruiter=won.guide_id if won else None,
        )
    )
    join(work, leads, member_id)
    give_consents(work, member_id, form.consents, channel="guardian" if child else "counter")
    visit_id = serve(work, member_id)
    for facet, value in form.impressions:
        note_preference(work, facet, value)
    return Enrolled(member_id, code, visit_id)


def amend(work: Work, member_id: str, /, **fields: str | None) -> None:
    """Correct the named fields (name, birthday, gender, channel, wechat, and those of ``rules.wishes``); the others
    keep what anyone else wrote. Raises NotNow ``wechat_taken`` when the WeChat id leads to another member."""
    member = work.session.get(Member, resolve(work.session, member_id))
    if member is None:
        raise NotFound("member_unknown")
    if unknown := fields.keys() - _NORMAL.keys():
        raise BadInput("field_unknown", field=", ".join(sorted(unknown)))
    new = {field: _NORMAL[field](value or "") or None for field, value in fields.items()}
    if "name" in new and new["name"] is None:
        raise BadInput("name_missing")
    if new.get("wechat"):
        refuse_taken(work, "wechat", str(new["wechat"]), but=member.id)
    changed = {field: value for field, value in new.items() if value != (getattr(member, field) or None)}
    if changed:
        before = {field: getattr(member, field) for field in changed}
        work.note(
            MemberAmended(member_id=member.id, fields=changed, base=before),
            undo=MemberAmended(member_id=member.id, fields=before, base=changed),
        )
    if changed.keys() & set(WISHES):
        respect_wishes(work, member)


def merge(work: Work, old_id: str, keep_id: str, reason: str | None = None) -> None:
    """Say that two members are one person. Only the hub merges: both stay as they are until its rows come."""
    old, keep = resolve(work.session, old_id), resolve(work.session, keep_id)
    if old is None or keep is None or old == keep:
        raise BadInput("members_same")
    work.note(MembersMerged(old_id=old, keep_id=keep, reason=reason), undo=MembersSeparated(member_id=old))


def separate(work: Work, member_id: str) -> None:
    """Say that a merge was a mistake; ``member_id`` is whoever was merged into the other."""
    if work.session.get(Redirect, member_id) is None:
        raise NotFound("merge_unknown")
    work.note(MembersSeparated(member_id=member_id))


def ask_to_forget(work: Work, member_id: str) -> None:
    """A member wants to be erased everywhere, for ever; it begins when the hub has heard of it."""
    work.note(RequestMade(request_id=work.clock.new_id(), member_id=member_id, wants="erasure"))
    work.note(ErasureRequested(member_id=member_id))


def _check_child(form: Application) -> None:
    """A child's guardian agrees for them, and never to advertising."""
    if not form.guardian:
        raise BadInput("minor_needs_guardian", age=GUARDED_BELOW)
    if MARKETING in form.consents:
        raise BadInput("minor_no_marketing", age=GUARDED_BELOW)


def _recruit(work: Work, code: str | None) -> Recruit | None:
    recruit = work.session.get(Recruit, code) if code else None
    if code and recruit is None:
        raise NotFound("recruit_unknown")
    return recruit


def _brought(work: Work, leads: Sequence[Lead]) -> Recruit | None:
    """The code that brought them when they were a lead, if this till knows it."""
    codes = (work.session.get(Recruit, lead.recruit) for lead in leads if lead.recruit)
    return next(filter(None, codes), None)


def _wechat(work: Work, leads: Sequence[Lead]) -> str | None:
    """The WeChat id that they left as a lead, unless it is somebody else's."""
    told = [lead.wechat for lead in leads if lead.wechat]
    taken = select(Identity.value).where(Identity.kind == "wechat", Identity.value.in_(told))
    others = set(work.session.scalars(taken)) if told else set()
    return next((each for each in told if each not in others), None)


def _card(work: Work, number: str | None) -> str | None:
    """The card of an older system, which is nobody's yet."""
    theirs = select(Identity.member_id).where(Identity.kind == "card", Identity.value == number).limit(1)
    if number and work.session.scalar(theirs):
        raise NotNow("card_taken")
    return number or None


def _code(work: Work, text: str | None) -> str:
    """The scanned code of a card that nobody has yet, or a new one."""
    if not text:
        return member_code(secrets.token_bytes(PUB_ID_BYTES))
    code = read_member_code(text)
    if work.session.scalar(select(Identity.member_id).where(Identity.kind == "code", Identity.value == code).limit(1)):
        raise NotNow("code_taken")
    return code


_NORMAL = {"name": normal_name, "birthday": normal_birthday, "gender": normal_name, "channel": normal_name}
_NORMAL |= {"wechat": lambda text: normal_wechat(text) or ""}
_NORMAL |= {field: partial(normal_wish, field) for field in WISHES}
