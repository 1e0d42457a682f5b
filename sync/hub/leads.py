"""The rules of leads: of all that is said of one the newest word counts, and who joined has joined.

Of a person there is one root: the first lead that was noted with their phone or WeChat id, in whatever store. The
others belong to it, until one member is all of them.
"""

from collections.abc import Callable, Iterable
from typing import Any, Literal, cast

from msgspec.structs import replace

from desktop.rules.leads import MISTAKE, OPEN, TWICE
from sync.hub.deeds import Deed, Refused
from sync.hub.documents import Document, Documents, Identity, Meta
from sync.hub.members import (
    Member,
    check_is_of,
    find_member,
    holder_among,
    holder_of,
    identities,
    known_by,
    known_member,
    remember,
    write_fields,
)
from sync.hub.payloads import Day, Label, MemberAmended, MemberEnrolled, Note, Payload, Phone, WeChat
from sync.protocol import Id
from sync.service_rows import LeadRow

Lead = Document[LeadRow]
WAY = "lead"  # the identity by which a phone or a WeChat id leads to the root
TELLING = (MemberEnrolled, MemberAmended)  # the events by which a phone or a WeChat id becomes a member's
_STEP = "step"  # the clock of the newest word on how far it is
_NOTED, _GUIDE, _CONSENT, _DUE = "noted", "guide", "consent", "due"


class LeadPayload(Payload, frozen=True, kw_only=True):
    """Something happened to a lead."""

    lead_id: Id


class LeadNoted(LeadPayload, frozen=True, kw_only=True):
    """Somebody may become a member."""

    name: Label
    phone: Phone | None = None
    wechat: WeChat | None = None
    channel: Label | None = None
    recruit: Id | None = None
    consent: bool = False
    interest: Label = ""
    for_guide: Id | None = None
    due: Day | None = None


class LeadMoved(LeadPayload, frozen=True, kw_only=True):
    """How far it is by now, and the next day."""

    state: Literal["new", "contacted", "invited", "arrived", "lost"]
    due: Day | None = None
    note: Note = ""
    reason: Label | None = None


class LeadAssigned(LeadPayload, frozen=True, kw_only=True):
    """Another guide looks after them."""

    for_guide: Id | None


class LeadAgreed(LeadPayload, frozen=True, kw_only=True):
    """They agree to be contacted, or no longer."""

    consent: bool
    due: Day | None = None


class LeadJoined(LeadPayload, frozen=True, kw_only=True):
    """They became a member."""

    member_id: Id


def note_lead(documents: Documents, deed: Deed, data: LeadNoted) -> None:
    """Once, and only with a way to reach them."""
    if documents.get(LeadRow, data.lead_id):
        return
    if not (data.phone or data.wechat):
        raise Refused("schema_invalid", "edit")
    body = LeadRow(
        name=data.name, phone=data.phone, wechat=data.wechat, channel=data.channel, recruit=data.recruit,
        consent=data.consent, interest=data.interest, for_guide=data.for_guide, due=data.due,
        guide_id=deed.guide_id, store_id=deed.store_id, noted_at=deed.at,
    )  # fmt: skip
    put_lead(documents, data.lead_id, body, deed.clock)


def put_lead(documents: Documents, lead_id: str, body: LeadRow, clock: str) -> None:
    """A new lead. Whoever is one in that store already is not one twice: the later one is closed."""
    root = _one_root(documents, body) or lead_id
    for way in ways_to(body):
        documents.claim(way, root)
    others = _rooted(documents, root) if root != lead_id else []
    if any(each.store_id == body.store_id and each.body.state in OPEN for each in others):
        body = replace(body, state="lost", reason=TWICE)
    meta = Meta(clocks=dict.fromkeys((_NOTED, _STEP, _GUIDE, _CONSENT, _DUE), clock), due=body.due)
    _keep(documents, Document(lead_id, body, meta, member_id=root, store_id=body.store_id))


def move_lead(documents: Documents, deed: Deed, data: LeadMoved) -> None:
    """The newest word on state, day and note counts."""
    lead = _dated(_own(documents, deed, data.lead_id), deed, data.due)
    _write(documents, deed, lead, _STEP, state=data.state, note=data.note, reason=data.reason)


def assign_lead(documents: Documents, deed: Deed, data: LeadAssigned) -> None:
    """The newest word counts."""
    assign(documents, deed, _own(documents, deed, data.lead_id), data.for_guide)


def assign(documents: Documents, deed: Deed, lead: Lead, guide_id: str | None) -> None:
    """Another guide, if it is another."""
    if guide_id != lead.body.for_guide:
        _write(documents, deed, lead, _GUIDE, for_guide=guide_id)


def hear_consent(documents: Documents, deed: Deed, data: LeadAgreed) -> None:
    """The newest word counts, and tells the day too; without consent nothing is due."""
    lead = _dated(_own(documents, deed, data.lead_id), deed, data.due)
    _write(documents, deed, lead, _CONSENT, consent=data.consent)


def join_member(documents: Documents, deed: Deed, data: LeadJoined) -> None:
    """Once: who a lead became is told by whoever enrolled them first."""
    lead = _own(documents, deed, data.lead_id)
    if lead.body.state != "joined":
        _join_all(documents, str(lead.member_id), data.member_id)


def joining(apply: Callable[[Documents, Deed, Any], None]) -> Callable[[Documents, Deed, Any], None]:
    """The rule of an event of ``TELLING``: whoever was a lead with what it tells has joined."""

    def applied(documents: Documents, deed: Deed, data: MemberEnrolled | MemberAmended) -> None:
        apply(documents, deed, data)
        join_by(documents, _told(data))

    return applied


def join_by(documents: Documents, told: Iterable[Identity]) -> None:
    """Whoever was a lead with one of these phones or WeChat ids has joined, if it is a member's by now."""
    for each in told:
        root, holder = documents.owner(Identity(WAY, each.value)), holder_of(documents, each)
        if root and holder and find_member(documents, holder):
            _join_all(documents, root, holder)


def asked(payload: Payload) -> tuple[Identity, ...]:
    """The identities that an event about a lead names, or may win one by."""
    return with_ways(_told(payload))


def with_ways(told: tuple[Identity, ...]) -> tuple[Identity, ...]:
    """These phones and WeChat ids, as a member's and as a lead's."""
    return (*told, *(Identity(WAY, each.value) for each in told))


def ways_to(body: LeadRow) -> tuple[Identity, ...]:
    """The phone and the WeChat id of a lead."""
    return tuple(Identity(WAY, value) for value in (body.phone, body.wechat) if value)


def find_in_store(documents: Documents, phone: str, store_id: str) -> Lead | None:
    """The lead of this phone that this store has, however it stands; who has joined is none any more."""
    root = documents.owner(Identity(WAY, phone))
    leads = _rooted(documents, root) if root else []
    return next((lead for lead in leads if lead.store_id == store_id and lead.body.reason != TWICE), None)


def forget_leads(documents: Documents, lead_id: str) -> list[Lead]:
    """All leads of a person who is no member, and no longer to be found; none if they are one, or unknown."""
    lead = documents.get(LeadRow, lead_id)
    if lead is None or lead.body.state == "joined" or lead.member_id is None:
        return [lead] if lead else []
    leads = _rooted(documents, lead.member_id)
    _let_go(documents, leads)
    return leads


def _told(payload: Payload) -> tuple[Identity, ...]:
    """The phone and the WeChat id that an event tells."""
    of = payload.fields if isinstance(payload, MemberAmended) else payload
    if isinstance(payload, (*TELLING, LeadNoted)):
        return identities(phone=getattr(of, "phone", None) or None, wechat=getattr(of, "wechat", None) or None)
    return ()


def _one_root(documents: Documents, body: LeadRow) -> str | None:
    """The root of this person, if they are known as a lead. If their phone led to one and their WeChat id to another,
    they are one from now on."""
    roots = dict.fromkeys(filter(None, map(documents.owner, ways_to(body))))
    root = next(iter(roots), None)
    for lead in (each for other in roots if other != root for each in _rooted(documents, other)):
        for way in ways_to(lead.body):
            documents.claim(way, root)
        documents.put(replace(lead, member_id=root))
    return root


def _rooted(documents: Documents, root: str) -> list[Lead]:
    """The first noted comes first: its channel counts."""
    leads = cast("list[Lead]", documents.everything_of([root], LeadRow))
    return sorted((each for each in leads if not each.meta.fate), key=lambda each: each.meta.clocks[_NOTED])


def _keep(documents: Documents, lead: Lead) -> None:
    """Put a lead, due only if it is open and agreed. If its phone or WeChat id is a member's by now, all leads of this
    person have joined."""
    may = lead.body.consent and lead.body.state in OPEN
    documents.put(replace(lead, body=replace(lead.body, due=lead.meta.due if may else None)))
    told_id = holder_among(documents, identities(phone=lead.body.phone, wechat=lead.body.wechat))
    if told_id and find_member(documents, told_id):
        _join_all(documents, str(lead.member_id), told_id)


def _join_all(documents: Documents, root: str, told_id: str) -> None:
    """Whoever one of them is, all of them are."""
    for lead in _rooted(documents, root):
        _join(documents, lead, told_id)


def _join(documents: Documents, lead: Lead, told_id: str) -> None:
    """What brought the lead brought the member, where nothing else is told."""
    member = known_member(documents, told_id)
    _let_go(documents, [lead])
    body = replace(lead.body, state="joined", due=None, reason=None, member_id=member.id)
    documents.put(known_by(replace(lead, body=body, member_id=member.id), told_id))
    if lead.body.reason in (MISTAKE, TWICE):
        return

    def brought(one: Member) -> Member:
        if lead.body.channel and not one.body.channel:
            one = write_fields(one, lead.meta.clocks[_NOTED], {"channel": lead.body.channel})
        return replace(one, body=replace(one.body, recruit=one.body.recruit or lead.body.recruit))

    if (after := brought(member)) != member:
        documents.put(after)
    remember(documents, told_id, brought)


def _let_go(documents: Documents, leads: Iterable[Lead]) -> None:
    """Their phones and WeChat ids lead to no lead any more."""
    for way in {way for lead in leads for way in ways_to(lead.body)}:
        if documents.owner(way):
            documents.claim(way, None)


def _dated(lead: Lead, deed: Deed, due: str | None) -> Lead:
    """With the day that was told last, whether it counts at present or not: the word that lets it may come later."""
    if deed.clock <= lead.meta.clocks.get(_DUE, ""):
        return lead
    return replace(lead, meta=replace(lead.meta, due=due, clocks={**lead.meta.clocks, _DUE: deed.clock}))


def _write(documents: Documents, deed: Deed, lead: Lead, slot: str, **values: Any) -> None:
    if lead.body.state == "joined" or deed.clock <= lead.meta.clocks.get(slot, ""):
        return
    meta = replace(lead.meta, clocks={**lead.meta.clocks, slot: deed.clock})
    _keep(documents, replace(lead, body=replace(lead.body, **values), meta=meta))


def _own(documents: Documents, deed: Deed, lead_id: str) -> Lead:
    lead = documents.need(LeadRow, lead_id)
    check_is_of(documents, deed, lead.store_id)
    return lead
