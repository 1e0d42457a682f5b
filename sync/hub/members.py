"""The rules of members: who is who, and whose word counts."""

from collections.abc import Iterable, Mapping

from msgspec import UNSET
from msgspec.structs import asdict, replace

from sync.hub.deeds import Deed, Parked, Refused
from sync.hub.documents import Document, Documents, Identity, Meta, Past
from sync.hub.payloads import MemberAmended, MemberEnrolled
from sync.protocol import MemberRow, RedirectRow

Member = Document[MemberRow]
HISTORY = 50


def enrol_member(documents: Documents, deed: Deed, data: MemberEnrolled) -> None:
    """A phone, code or card that is known already leads to its member; the new id then redirects there for ever."""
    given = identities(code=data.code, phone=data.phone, card=data.card)
    member = find_member(documents, data.member_id) or owner_of(documents, given)
    if member is None:
        member = blank_member(data.member_id, deed, data.code)
    elif member.id != data.member_id and documents.get(RedirectRow, data.member_id) is None:
        documents.put(Document(data.member_id, RedirectRow(keep=member.id), member_id=member.id))
    told = {"name": data.name, "channel": data.channel, "birthday": data.birthday}
    member = write_fields(member, deed.clock, {field: value for field, value in told.items() if value})
    documents.put(serve(identified(documents, member, deed.clock, given), deed.store_id))


def amend_member(documents: Documents, deed: Deed, data: MemberAmended) -> None:
    """Per field the newest word counts. A phone or card of another member is not taken away from them."""
    member = known_member(documents, data.member_id)
    told = named_fields(data)
    card = told.pop("card", None)
    for identity in identities(phone=told.get("phone"), card=card):
        if documents.owner(identity) not in (None, member.id):
            raise Refused(f"{identity.kind}_taken", "edit")
    amended = write_fields(member, deed.clock, told)
    move_phone(documents, member, amended)
    documents.put(serve(identified(documents, amended, deed.clock, identities(card=card)), deed.store_id))


def named_fields(data: MemberAmended) -> dict[str, str | None]:
    """The fields that were named, with their new values; a member always has a name, if only an empty one."""
    told = {field: value for field, value in asdict(data.fields).items() if value is not UNSET}
    return told | {"name": told["name"] or ""} if "name" in told else told


def find_member(documents: Documents, member_id: str) -> Member | None:
    """The member with this id, or the one it was merged into."""
    while redirect := documents.get(RedirectRow, member_id):
        member_id = redirect.body.keep
    return documents.get(MemberRow, member_id)


def known_member(documents: Documents, member_id: str) -> Member:
    """The same; the event waits if the hub has never heard of them."""
    member = find_member(documents, member_id)
    if member is None:
        raise Parked("wait_member", member_id)
    return member


def serve_member(documents: Documents, deed: Deed, member_id: str | None) -> str | None:
    """The id to write for a member, who from now on is known in the store of this deed."""
    if member_id is None:
        return None
    member = known_member(documents, member_id)
    if deed.store_id not in member.meta.stores:
        documents.put(serve(member, deed.store_id))
    return member.id


def serve(member: Member, store_id: str) -> Member:
    """The member, known in this store."""
    stores = tuple(sorted({*member.meta.stores, store_id}))
    return replace(member, meta=replace(member.meta, stores=stores))


def blank_member(member_id: str, deed: Deed, code: str) -> Member:
    """A member of whom nothing is told yet but the code."""
    body = MemberRow(code=code, name="", store_id=deed.store_id, guide_id=deed.guide_id, enrolled_at=deed.at)
    return Document(member_id, body, member_id=member_id, store_id=None, meta=Meta())


def identities(*, code: str | None = None, phone: str | None = None, card: str | None = None) -> tuple[Identity, ...]:
    """What leads to a member, the surest first."""
    told = (("code", code), ("phone", phone), ("card", card))
    return tuple(Identity(kind, value) for kind, value in told if value is not None)


def owner_of(documents: Documents, given: Iterable[Identity]) -> Member | None:
    """The member that one of these leads to already."""
    owners = (documents.owner(identity) for identity in given)
    return next((documents.get(MemberRow, owner) for owner in owners if owner), None)


def identified(documents: Documents, member: Member, clock: str, given: Iterable[Identity]) -> Member:
    """The member with these identities, except those that lead to somebody else."""
    body = member.body
    for identity in given:
        if documents.owner(identity) not in (None, member.id):
            continue
        documents.claim(identity, member.id)
        if identity.kind == "code":
            body = replace(body, codes=with_value(body.codes, identity.value))
        elif identity.kind == "card":
            body = replace(body, cards=with_value(body.cards, identity.value))
    member = replace(member, body=body)
    phones = [identity.value for identity in given if identity.kind == "phone"]
    return write_fields(member, clock, {"phone": phones[0]}) if phones and body.phone is None else member


def move_phone(documents: Documents, before: Member, after: Member) -> None:
    """A new phone leads to the member; the old one is free for another."""
    if before.body.phone == after.body.phone:
        return
    if before.body.phone:
        documents.claim(Identity("phone", before.body.phone), None)
    if after.body.phone:
        documents.claim(Identity("phone", after.body.phone), after.id)


def write_fields(member: Member, clock: str, told: Mapping[str, str | None]) -> Member:
    """Last writer wins, field by field; what lost is kept in the history."""
    clocks, history, values = dict(member.meta.clocks), list(member.meta.history), {}
    for field, value in told.items():
        held, held_clock = getattr(member.body, field), clocks.get(field, "")
        wins = clock >= held_clock
        lost, lost_clock = (held, held_clock) if wins else (value, clock)
        if wins:
            values[field], clocks[field] = value, clock
        if lost and value != held:
            history.append(Past(field, lost, lost_clock))
    meta = replace(member.meta, clocks=clocks, history=tuple(history[-HISTORY:]))
    return replace(member, body=replace(member.body, **values), meta=meta)


def with_value(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    """The values and this one, once."""
    return values if value in values else (*values, value)
