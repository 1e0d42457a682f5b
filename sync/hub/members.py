"""The rules of members: who is who, and whose word counts."""

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from msgspec import UNSET
from msgspec.structs import asdict, replace

from sync.escrow_rows import CouponRow, LeaseRow, ReviewRow, SettlementRow
from sync.hub.deeds import Deed, Parked, Refused
from sync.hub.documents import Body, Document, Documents, Identity, Key, Meta, Past, Picture
from sync.hub.payloads import MemberAmended, MemberEnrolled
from sync.hub.reviews import review, review_stranger, ruled_out, unseen
from sync.protocol import MemberRow, RedirectRow

Member = Document[MemberRow]
HISTORY = 50
LED = "led"  # the clock of the newest word that a redirect leads where it does
OTHERS = {"phone": "phones", "wechat": "wechats"}  # a member goes by one of each; others lead to them too
# Whose they are is not for an event to say.
_OF_NO_EVENT = MemberRow | RedirectRow | CouponRow | SettlementRow | LeaseRow | ReviewRow


def enrol_member(documents: Documents, deed: Deed, data: MemberEnrolled) -> None:
    """A phone, code, card or WeChat id that is known already leads to its member; the new id then redirects there for
    ever, and the store is asked about a name or birthday that is another."""
    given = identities(code=data.code, phone=data.phone, card=data.card, wechat=data.wechat)
    member = before = find_member(documents, data.member_id) or owner_of(documents, given) or _newcomer(deed, data)
    if member.id != data.member_id and documents.get(RedirectRow, data.member_id) is None:
        lead(documents, _newcomer(deed, data), member.id, deed)
        member = set_apart(member)
    told = {"name": data.name, "channel": data.channel, "birthday": data.birthday}
    filled = {field: value for field, value in told.items() if value}
    member = write_fields(member, deed.clock, filled)
    documents.put(serve(identified(documents, member, deed.clock, given), deed.store_id))
    review_stranger(documents, before, member, told=filled, deed=deed)
    remember(
        documents,
        data.member_id,
        lambda alone: serve(with_identities(write_fields(alone, deed.clock, filled), deed.clock, given), deed.store_id),
    )


def _newcomer(deed: Deed, data: MemberEnrolled) -> Member:
    """Whoever won them is whose member they are."""
    member = blank_member(data.member_id, deed, data.code)
    guide_id = data.recruiter or deed.guide_id
    return replace(member, body=replace(member.body, recruit=data.recruit, guide_id=guide_id, enrolled_by=guide_id))


def amend_member(documents: Documents, deed: Deed, data: MemberAmended) -> None:
    """Per field the newest word counts; of two phones that were written without knowing of each other both lead to the
    member until somebody says which. What leads to another member is not taken away from them."""
    member = known_member(documents, data.member_id)
    told = named_fields(data)
    card = identities(card=told.pop("card", None))
    for identity in (*identities(phone=told.get("phone"), wechat=told.get("wechat")), *card):
        if documents.owner(identity) not in (None, member.id):
            raise Refused(f"{identity.kind}_taken", "edit")

    doubted = "phone" in told and unseen(member, "phone", data.base)
    gone = {data.base["phone"]} - {told["phone"]} if doubted else ruled_out(documents, member, "phone", told)
    over = {_given_up(phone): deed.clock for phone in gone if phone}

    def amended(one: Member) -> Member:
        after = serve(with_identities(write_fields(one, deed.clock, told), deed.clock, card), deed.store_id)
        after = replace(after, meta=replace(after.meta, gone=newest(after.meta.gone, over)))
        both = [each for each in (one.body.phone, told["phone"]) if each] if doubted else []
        stand = [each for each in both if deed.clock > after.meta.gone.get(_given_up(each), "")]
        return with_phones(after, stand, but=gone)

    after = amended(member)
    move_identities(documents, member, after)
    documents.put(identified(documents, after, deed.clock, card))
    remember(documents, data.member_id, amended)
    review(documents, member, after, told=told, base=data.base, deed=deed)


def _given_up(phone: str) -> str:
    """What the clock of its being given up is kept under: who wrote it before that may be heard later."""
    return f"phone:{phone}"


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


def may_be_one(documents: Documents, one_id: str, other_id: str) -> bool:
    """Whether two ids lead to one member, or may have done so for whoever says it.

    A till goes by the merges it has read. One of them may have been undone since; and a hub that came back from a
    backup has not heard of all of them again before every till has sent it what it lost.
    """
    one, other = known_member(documents, one_id), known_member(documents, other_id)
    if one.id == other.id or documents.lending_from:
        return True
    return not _ever(documents, one_id).isdisjoint(_ever(documents, other_id))


def _ever(documents: Documents, member_id: str) -> set[str]:
    """The ids that this one leads to, or led to before it was told apart."""
    met: set[str] = set()
    ahead = [member_id]
    while ahead:
        met.add(each := ahead.pop())
        if redirect := documents.peek(Key("redirect", each)):
            led = {cast("RedirectRow", redirect.body).keep, *redirect.meta.gone} - {""}
            ahead += led - met
    return met


def serve_member(documents: Documents, deed: Deed, member_id: str | None) -> str | None:
    """The id to write for a member, who from now on is known in the store of this deed."""
    if member_id is None:
        return None
    member = known_member(documents, member_id)
    if deed.store_id not in member.meta.stores:
        documents.put(serve(member, deed.store_id))
    remember(documents, member_id, lambda alone: serve(alone, deed.store_id))
    return member.id


def holder_of(documents: Documents, card: Identity) -> str | None:
    """The id of whoever carries it, though they were merged since: should that be undone, they are who was meant. What
    several of them carry would stay with the kept one.
    """
    owner = documents.owner(card)
    kept = documents.get(MemberRow, owner) if owner else None
    if kept is None or kept.meta.alone is None or card in leads_to(kept.meta.alone.body):
        return owner
    merged = documents.everything_of([kept.id], RedirectRow)
    carriers = [each.id for each in merged if each.meta.alone and card in leads_to(each.meta.alone.body)]
    return carriers[0] if len(carriers) == 1 else owner


def holder_among(documents: Documents, given: Iterable[Identity]) -> str | None:
    """The id of whoever carries the first of these that leads to somebody."""
    return next((holder_of(documents, each) for each in given if documents.owner(each)), None)


def check_is_known(documents: Documents, deed: Deed, member_id: str | None, *stores: str | None) -> None:
    """Raises Refused ``wrong_store`` unless the member is known in the store of the deed, or that is among the stores.

    A hub that came back from a backup may not know yet whom a store has served since, for as long as it lends nothing.
    """
    if deed.store_id in stores:
        return
    member = find_member(documents, member_id) if member_id else None
    if member is None or (deed.store_id not in member.meta.stores and documents.lends(deed.now)):
        raise Refused("wrong_store", "call_hq")


def check_is_of(documents: Documents, deed: Deed, store_id: str | None) -> None:
    """Raises Refused ``wrong_store`` unless that is the store of the deed.

    What a hub that came back from a backup hears again may have been done before its till was moved.
    """
    if deed.store_id != store_id and documents.lends(deed.now):
        raise Refused("wrong_store", "call_hq")


def lead(documents: Documents, old: Member, told_id: str, deed: Deed) -> None:
    """From now on the old id leads to the member who was told, whosever they are by now; who the old one was is
    remembered.
    """
    keep_id = known_member(documents, told_id).id
    alone = old.meta.alone or Picture(old.body, old.meta)
    before = documents.peek(Key("redirect", old.id))
    gone = before.meta.gone if before else {}
    meta = Meta(alone=alone, since=deed.at, clocks={LED: deed.clock}, gone=gone)
    redirect = Document(old.id, RedirectRow(keep=keep_id, at=deed.at), meta=meta, member_id=keep_id)
    documents.put(known_by(redirect, told_id))


def set_apart(member: Member) -> Member:
    """The member, remembering who they are without those who are merged into them."""
    return replace(member, meta=replace(member.meta, alone=member.meta.alone or Picture(member.body, member.meta)))


def remember(documents: Documents, told_id: str, change: Callable[[Member], Member]) -> None:
    """Let a change hold also for who the told one is without any merge."""
    found = [documents.peek(Key(kind, told_id)) for kind in ("redirect", "member")]
    holder = next((each for each in found if each and not each.meta.fate), None)
    if holder is None or holder.meta.alone is None:
        return
    alone = change(Document(told_id, holder.meta.alone.body, holder.meta.alone.meta))
    if (picture := Picture(alone.body, alone.meta)) != holder.meta.alone:
        documents.put(replace(holder, meta=replace(holder.meta, alone=picture)))


def keep_told(documents: Documents, told_id: str) -> None:
    """Let what an event made a member's know by which id: should a merge be undone, it is theirs again. What it only
    touched stays whose it was.
    """
    for before, document in documents.staged():
        if isinstance(document.body, _OF_NO_EVENT) or document.member_id in (None, before and before.member_id):
            continue
        member = find_member(documents, told_id)
        known = known_by(document, told_id)
        if member and member.id == document.member_id and known.meta.told != document.meta.told:
            documents.put(known)


def known_by(document: Document[Body], told_id: str | None) -> Document[Body]:
    """What is somebody's, known by the id that was told: should a merge be undone, it is theirs again."""
    return replace(document, meta=replace(document.meta, told=told_id if told_id != document.member_id else None))


def serve(member: Member, store_id: str) -> Member:
    """The member, known in this store."""
    stores = tuple(sorted({*member.meta.stores, store_id}))
    return replace(member, meta=replace(member.meta, stores=stores))


def blank_member(member_id: str, deed: Deed, code: str) -> Member:
    """A member of whom nothing is told yet but the code."""
    body = MemberRow(code=code, name="", store_id=deed.store_id, guide_id=deed.guide_id, enrolled_at=deed.at)
    return Document(member_id, body, member_id=member_id, store_id=None, meta=Meta())


def identities(
    *, code: str | None = None, phone: str | None = None, card: str | None = None, wechat: str | None = None
) -> tuple[Identity, ...]:
    """What leads to a member, the surest first."""
    told = (("code", code), ("phone", phone), ("card", card), ("wechat", wechat))
    return tuple(Identity(kind, value) for kind, value in told if value is not None)


def owner_of(documents: Documents, given: Iterable[Identity]) -> Member | None:
    """The member that one of these leads to already."""
    owners = (documents.owner(identity) for identity in given)
    return next((documents.get(MemberRow, owner) for owner in owners if owner), None)


def identified(documents: Documents, member: Member, clock: str, given: Iterable[Identity]) -> Member:
    """The member with these identities, except those that lead to somebody else, and those that they gave up since."""
    free = [identity for identity in given if documents.owner(identity) in (None, member.id)]
    member = with_identities(member, clock, free)
    for identity in leads_to(member.body):
        if identity in free:
            documents.claim(identity, member.id)
    return member


def with_identities(member: Member, clock: str, given: Iterable[Identity]) -> Member:
    """The member with these, but for a card that was forgotten since; they go by a phone or a WeChat id if they have no
    other."""
    for kind, value in given:
        body = member.body
        if kind == "code":
            member = replace(member, body=replace(body, codes=with_value(body.codes, value)))
        elif kind == "card":
            if "" < clock <= member.meta.gone.get(mark_of(value), ""):  # without a clock nobody tells it anew
                continue
            meta = replace(member.meta, cards=newest(member.meta.cards, {value: clock}))
            member = replace(member, meta=meta, body=replace(body, cards=with_value(body.cards, value)))
        elif getattr(body, kind) is None:
            member = write_fields(member, clock, {kind: value})
        elif getattr(body, kind) != value:
            others = OTHERS[kind]
            member = replace(member, body=replace(body, **{others: with_value(getattr(body, others), value)}))
    return member


def mark_of(card: str) -> str:
    """What the clock of a card's being forgotten is kept under."""
    return f"card:{card}"


def with_phones(member: Member, phones: Iterable[str], *, but: Iterable[str | None]) -> Member:
    """The member, to whom these lead besides the one they go by, and some do not any more."""
    besides = dict.fromkeys((*member.body.phones, *phones))
    kept = tuple(each for each in besides if each not in (member.body.phone, *but))
    return replace(member, body=replace(member.body, phones=kept))


def leads_to(member: MemberRow) -> tuple[Identity, ...]:
    """Everything that leads to a member."""
    told = (
        ("code", (member.code, *member.codes)), ("phone", (member.phone, *member.phones)), ("card", member.cards),
        ("wechat", (member.wechat, *member.wechats)),
    )  # fmt: skip
    return tuple(Identity(kind, value) for kind, values in told for value in values if value)


def move_identities(documents: Documents, before: Member, after: Member) -> None:
    """A new phone or WeChat id leads to the member; one that they have no more is free for another."""
    old, new = ([each for each in leads_to(one.body) if each.kind in OTHERS] for one in (before, after))
    for identity in old:
        if identity not in new:
            documents.claim(identity, None)
    for identity in new:
        if identity not in old:
            documents.claim(identity, after.id)


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
    body = replace(member.body, **values)
    for kind, others in OTHERS.items():
        body = replace(body, **{others: without(getattr(body, others), getattr(body, kind))})
    return replace(member, body=body, meta=meta)


def newest(clocks: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    """Of each mark the newer clock."""
    return {mark: max(clocks.get(mark, ""), others.get(mark, "")) for mark in (*clocks, *others)}


def with_value(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    """The values and this one, once."""
    return values if value in values else (*values, value)


def without(values: tuple[str, ...], value: str | None) -> tuple[str, ...]:
    """The values except this one."""
    return tuple(each for each in values if each != value)
