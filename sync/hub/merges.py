"""Two members who turn out to be one person, and the way back.

Events keep the id they were written with, and so do documents (``meta.told``): to merge or to separate is to resolve
these ids anew. Who each member is without the others stays on record (``meta.alone``), and later words about one of
them are written there too.
"""

from collections.abc import Iterable
from datetime import timedelta
from itertools import product
from typing import Any, cast

from msgspec.structs import replace

from desktop.rules.wishes import FIELDS as WISHES
from sync.escrow_rows import CouponRow, LeaseRow
from sync.hub.deeds import Deed, Parked, Refused
from sync.hub.documents import AnyDocument, Document, Documents, Key, Meta, Picture
from sync.hub.leases import collect, owe_again, recall
from sync.hub.losses import put_losses_right
from sync.hub.members import (
    LED,
    OTHERS,
    Member,
    find_member,
    identities,
    known_by,
    known_member,
    lead,
    leads_to,
    newest,
    serve,
    set_apart,
    with_identities,
    write_fields,
)
from sync.hub.payloads import MembersMerged, MembersSeparated
from sync.hub.portraits import drop_sensitive
from sync.hub.reviews import settle_apart
from sync.hub.tasks import drop_unwanted
from sync.protocol import MemberRow, RedirectRow

Redirect = Document[RedirectRow]
REGRET = timedelta(days=30)
_ANYBODY = ""  # told apart from whomever: of an id that led nowhere when that was heard
_FIELDS = ("name", "phone", "wechat", "birthday", "gender", "channel", *WISHES)


def merge_members(documents: Documents, deed: Deed, data: MembersMerged) -> None:
    """The old one leads to the kept one for ever, with all that is theirs; a circle cannot come about. Unless a newer
    word that they are two was heard before.
    """
    old, keep = known_member(documents, data.old_id), known_member(documents, data.keep_id)
    if old.id == keep.id:
        redirect = documents.get(RedirectRow, data.old_id)
        if redirect is None:  # told the other way round before
            raise Refused("merged_already", "edit")
        _confirm(documents, redirect, deed)
        return
    if deed.clock < _told_apart(documents, {data.old_id, old.id}, {data.keep_id, keep.id}):
        return
    lead(documents, old, data.keep_id, deed)
    documents.put(replace(old, body=MemberRow(code="", name=""), meta=Meta(fate="merged"), member_id=None))
    documents.put(serve(combine(set_apart(keep), old), deed.store_id))
    for identity in leads_to(old.body):
        documents.claim(identity, keep.id)
    _resolve_anew(documents, [old.id])
    _forget_unwanted(documents, deed, keep.id)


def _confirm(documents: Documents, redirect: Redirect, deed: Deed) -> None:
    """They were told to be one before: the newest word is the one to take back."""
    if deed.clock > redirect.meta.clocks.get(LED, ""):
        meta = replace(redirect.meta, since=deed.at, clocks={LED: deed.clock})
        documents.put(replace(redirect, meta=meta))


def _told_apart(documents: Documents, olds: set[str], keeps: set[str]) -> str:
    """The clock of the newest word that one of the old ids is none of the others."""
    redirects = {each: documents.peek(Key("redirect", each)) for each in olds | keeps}
    gone = {each: redirect.meta.gone if redirect else {} for each, redirect in redirects.items()}
    pairs = [*product(olds, {*keeps, _ANYBODY}), *product(keeps, olds)]
    return max(gone[one].get(other, "") for one, other in pairs)


def separate_members(documents: Documents, deed: Deed, data: MembersSeparated) -> None:
    """Each of them is one of their own again, with what was said of them by their own id; a newer word that they are
    one counts.
    """
    redirect = documents.get(RedirectRow, data.member_id)
    if redirect is None:
        if documents.get(MemberRow, data.member_id) is None:
            raise Parked("wait_member", data.member_id)
        _note_apart(documents, deed, data.member_id)
        return
    if deed.clock < redirect.meta.clocks.get(LED, ""):
        return
    since = redirect.meta.since
    if since is None or deed.at - since > REGRET:
        raise Refused("too_late", "call_hq")
    part(documents, redirect, deed)
    documents.put(serve(known_member(documents, redirect.id), deed.store_id))


def _note_apart(documents: Documents, deed: Deed, member_id: str) -> None:
    """The merge that this takes back is not heard of yet, or was taken back already."""
    known = documents.peek(Key("redirect", member_id))
    nowhere = Document(member_id, RedirectRow(keep="", at=deed.at), Meta(fate="separated"))
    redirect = cast("Redirect", known) if known else nowhere
    gone = redirect.meta.gone
    if deed.clock > gone.get(_ANYBODY, ""):
        documents.put(replace(redirect, meta=replace(redirect.meta, gone={**gone, _ANYBODY: deed.clock})))


def redirects_with(documents: Documents, member_id: str) -> list[Redirect]:
    """Of everybody who is one with this member."""
    member = find_member(documents, member_id)
    return cast("list[Redirect]", documents.everything_of([member.id], RedirectRow)) if member else []


def target_of(redirect: Redirect) -> str:
    """Whom they were merged into, though that one was merged on since."""
    return redirect.meta.told or redirect.body.keep


def part(documents: Documents, redirect: Redirect, deed: Deed) -> None:
    """Whoever was merged is one of their own again, with all that is theirs."""
    kept = known_member(documents, redirect.body.keep)
    documents.put(replace(redirect, member_id=None, meta=Meta(fate="separated", gone=redirect.meta.gone)))
    others = redirects_with(documents, kept.id)
    _put_apart(documents, _whole(redirect.id, cast("Picture", redirect.meta.alone), others), kept, others)
    _resolve_anew(documents, [kept.id])
    _leave_behind(documents, redirect.id, kept.id, deed)
    settle_apart(documents, known_member(documents, kept.id), known_member(documents, redirect.id))
    for member_id in (redirect.id, kept.id):
        put_losses_right(documents, member_id)
        owe_again(documents, member_id)
        collect(documents, member_id, deed)
        recall(documents, member_id)
        _forget_unwanted(documents, deed, member_id)


def _leave_behind(documents: Documents, freed_id: str, kept_id: str, deed: Deed) -> None:
    """Nobody who leaves is one of those who stay, though an older word may come that one of them is."""
    stay = [kept_id, *(each.id for each in redirects_with(documents, kept_id))]
    leave = [freed_id, *(each.id for each in redirects_with(documents, freed_id))]
    for redirect in filter(None, (documents.peek(Key("redirect", each)) for each in leave)):
        gone = newest(redirect.meta.gone, dict.fromkeys(stay, deed.clock))
        documents.put(replace(redirect, meta=replace(redirect.meta, gone=gone)))


def _forget_unwanted(documents: Documents, deed: Deed, member_id: str) -> None:
    """What they agree to now may be less than each had agreed to."""
    drop_unwanted(documents, deed, member_id)
    drop_sensitive(documents, deed, member_id)


def combine(keep: Member, old: Member) -> Member:
    """One out of two: field by field the newest word, and whatever leads to either."""
    for field in _FIELDS:
        value, clock = getattr(old.body, field), old.meta.clocks.get(field, "")
        if value and (clock > keep.meta.clocks.get(field, "") or not getattr(keep.body, field)):
            lost = identities(**{field: getattr(keep.body, field)}) if field in OTHERS else ()
            keep = write_fields(keep, clock, {field: value})
            keep = with_identities(keep, clock, lost)
    for identity in leads_to(old.body):  # who gave up their phone goes by one that is left
        keep = with_identities(keep, keep.meta.clocks.get(identity.kind, ""), [identity])
    stores = tuple(sorted({*keep.meta.stores, *old.meta.stores}))
    cards, gone = newest(keep.meta.cards, old.meta.cards), newest(keep.meta.gone, old.meta.gone)
    meta = replace(keep.meta, stores=stores, cards=cards, gone=gone)
    return replace(keep, body=_older(keep.body, old.body), meta=meta)


def _older(keep: MemberRow, old: MemberRow) -> MemberRow:
    """Where, by whom and by what they were won first."""
    told = [each for each in (keep, old) if each.enrolled_at]
    first = min(told, key=lambda each: str(each.enrolled_at), default=keep)
    return replace(
        keep,
        store_id=first.store_id,
        guide_id=first.guide_id,
        enrolled_at=first.enrolled_at,
        enrolled_by=first.enrolled_by,
        recruit=first.recruit,
        tier=keep.tier or old.tier,
    )


def _whole(member_id: str, alone: Picture, redirects: Iterable[Redirect]) -> Member:
    """A member with everybody who was merged into them, in the order of the merges."""
    redirects = list(redirects)
    mine = [each for each in redirects if target_of(each) == member_id and each.meta.alone]
    member: Member = Document(member_id, alone.body, replace(alone.meta, alone=alone if mine else None), member_id)
    for each in sorted(mine, key=lambda each: (str(each.meta.since), each.id)):
        member = combine(member, _whole(each.id, cast("Picture", each.meta.alone), redirects))
    return member


def _put_apart(documents: Documents, freed: Member, kept: Member, others: list[Redirect]) -> None:
    """Write both; what leads to both of them stays with the kept one, and what leads to neither any more is free."""
    rest = _whole(kept.id, cast("Picture", kept.meta.alone), others)
    for identity in (*leads_to(kept.body), *leads_to(freed.body)):
        if documents.owner(identity) == kept.id:
            documents.claim(identity, None)
    rest, freed = _claiming(documents, rest), _claiming(documents, freed)
    documents.put(freed)
    documents.put(rest)


def _claiming(documents: Documents, member: Member) -> Member:
    """The member, to whom all that is nobody else's leads; they go by no phone, WeChat id or card of another."""
    mine = [each for each in leads_to(member.body) if documents.owner(each) in (None, member.id)]
    for identity in mine:
        documents.claim(identity, member.id)
    body = member.body
    for kind, besides in OTHERS.items():
        values = [each.value for each in mine if each.kind == kind]
        one, more = getattr(body, kind), tuple(each for each in getattr(body, besides) if each in values)
        body = replace(body, **{kind: one if one in values else None, besides: more})
    cards = tuple(each.value for each in mine if each.kind == "card")
    return replace(member, body=replace(body, cards=cards))


def _resolve_anew(documents: Documents, owner_ids: Iterable[str]) -> None:
    """Let what belongs to these members belong to whoever its own id leads to now."""
    theirs = documents.everything_of(owner_ids)
    redirects = _in_turn([cast("Redirect", each) for each in theirs if isinstance(each.body, RedirectRow)])
    leases = [document for document in theirs if isinstance(document.body, LeaseRow)]
    rest = [document for document in theirs if not isinstance(document.body, MemberRow | RedirectRow | LeaseRow)]
    for document in (*redirects, *rest, *leases):
        told = _told(documents, document)
        if told is None:
            continue
        member = find_member(documents, told)
        if member and member.id != document.member_id:
            moved = replace(document, body=_pointed(document, member.id), member_id=member.id)
            documents.put(known_by(moved, told))


def _in_turn(redirects: list[Redirect]) -> list[AnyDocument]:
    """Whoever was merged into another of them comes after that one, who leads them on."""
    by_id = {each.id: each for each in redirects}

    def steps(redirect: Redirect) -> int:
        target = by_id.get(target_of(redirect))
        return 1 + steps(target) if target else 0

    return cast("list[AnyDocument]", sorted(redirects, key=steps))


def _told(documents: Documents, document: AnyDocument) -> str | None:
    """The member by whose id it is known; a lease belongs to whoever its coupon or its points belong to."""
    if isinstance(document.body, LeaseRow):
        coupon = documents.get(CouponRow, document.body.object_id) if document.body.of == "coupon" else None
        return coupon.member_id if coupon else document.body.object_id
    return document.meta.told or document.member_id


def _pointed(document: AnyDocument, member_id: str) -> Any:
    if isinstance(document.body, LeaseRow):
        return document.body  # it says what it is on; whose that is by now, its holder resolves
    field = "keep" if isinstance(document.body, RedirectRow) else "member_id"
    return replace(document.body, **{field: member_id})
