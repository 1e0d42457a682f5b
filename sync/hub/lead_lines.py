"""Leads of a file: whom partners and campaigns send, each given to a store."""

from typing import Literal

import msgspec

from desktop.rules.leads import PARTNER
from sync.code_rows import RecruitRow
from sync.hub.deeds import HOME_ZONE
from sync.hub.documents import Documents, Identity
from sync.hub.leads import WAY, assign, find_in_store, put_lead
from sync.hub.lines import BadLine, Filled, Office, RecruitLine, e164, fixed_id, put_recruit, recruit_of
from sync.hub.payloads import Label
from sync.protocol import GuideRow
from sync.service_rows import LeadRow


class LeadLine(msgspec.Struct):
    """leads.csv: store is an id or a name, guide an id, badge or name of that store; partner is who sends them; without
    consent "yes" nobody may call them
    """

    phone: str
    store: Filled
    name: Label = ""
    channel: Filled | None = None
    partner: Filled | None = None
    guide: Filled | None = None
    interest: Label = ""
    consent: Literal["yes", "no"] = "no"


def asks_of_lead(line: LeadLine) -> tuple[Identity, ...]:
    """Who has the phone, as a lead or as a member."""
    try:
        phone = e164(line.phone)
    except BadLine:
        return ()
    return (Identity(WAY, phone), Identity("phone", phone))


def import_lead(documents: Documents, office: Office, line: LeadLine) -> None:
    """Found again by store and phone: then only the guide may be another. Who is a member already stays one."""
    phone, store_id = e164(line.phone), office.store_id(line.store)
    guide_id = _guide(documents, store_id, line.guide) if line.guide else None
    found = find_in_store(documents, phone, store_id)
    if found:
        assign(documents, office.deed, found, guide_id or found.body.for_guide)
    elif documents.owner(Identity("phone", phone)) is None:
        told = RecruitLine(channel=PARTNER, label=line.partner, partner=line.partner) if line.partner else None
        if told and documents.get(RecruitRow, recruit_of(told)) is None:
            put_recruit(documents, office, told)  # so that it can be said whom the partner has won
        consent = line.consent == "yes"
        body = LeadRow(
            name=line.name, noted_at=office.deed.at, phone=phone, channel=line.channel or (PARTNER if told else None),
            recruit=recruit_of(told) if told else None, consent=consent, interest=line.interest, for_guide=guide_id,
            store_id=store_id, due=office.deed.at.astimezone(HOME_ZONE).date().isoformat() if consent else None,
        )  # fmt: skip
        put_lead(documents, office.new_id(), body, office.deed.clock)


def _guide(documents: Documents, store_id: str, told: str) -> str:
    for guide_id in (told, fixed_id("guide", store_id, told)):
        guide = documents.get(GuideRow, guide_id)
        if guide and guide.body.store_id == store_id:
            return guide_id
    raise BadLine(f"there is no guide {told!r} in this store")
