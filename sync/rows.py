"""Laying merged rows of the hub onto the till's tables: many rows of one kind at once, in few statements."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from desktop.clock import milliseconds
from desktop.data.appointments import Appointment, Occasion
from desktop.data.catalogue import Gtin, Guide, Product, Store
from desktop.data.codes import Item, ProductCode, Recruit, RuleSet, Sighting, Trust, Voucher
from desktop.data.contents import Content, ContentUse
from desktop.data.direct import Direct, execute
from desktop.data.escrow import Campaign, Coupon, FloorLimit, Gift, Lease, Points, Quota, Reward, Settlement
from desktop.data.exchange import Cursor, Erasure, FeedRow
from desktop.data.installation import read_installation
from desktop.data.leads import Lead
from desktop.data.members import Consent, Identity, Member, Preference, Redirect
from desktop.data.orders import OrderLine
from desktop.data.portraits import DefinitionSet, Entity, MemberTag
from desktop.data.projections import resolve
from desktop.data.requests import Request
from desktop.data.tasks import Review, Task
from desktop.data.theirs import tables_with
from desktop.data.visits import Line, Note, Visit
from desktop.services.guests import forget_guest, forget_profile
from sync import code_lay, escrow_lay, people_lay, privacy_lay, service_lay
from sync import code_rows as c
from sync import escrow_rows as e
from sync import privacy_rows as q
from sync import protocol as p
from sync import service_rows as s
from sync.cursors import hold_unread
from sync.forgetting import give_back, lay_erasure, led_to
from sync.statements import moving, removing, resolved, write, writing

Told = list[tuple[str, Any]]  # the ids of rows, and their bodies


class Kind(NamedTuple):
    """How the rows of one kind are read and laid; table: where a row that is gone is taken from."""

    decoder: msgspec.json.Decoder[Any]
    lay: Callable[[Session, Told], None]
    table: type[Any]


def known(kind: str) -> bool:
    """Whether this till has a table for rows of this kind."""
    return kind in _KINDS


def can_read(row: p.Row) -> bool:
    """Whether this till is not too old to know what the row says."""
    try:
        return known(row.kind) and _KINDS[row.kind].decoder.decode(row.body) is not None  # type: ignore[arg-type]
    except (msgspec.ValidationError, TypeError):
        return False


def lay(session: Session, kind: str, rows: Iterable[p.Row]) -> set[str]:
    """Make the tables say what the hub's rows of one kind say; the ids of those that this till is too old to read.

    A row that comes twice counts as it came last. The statements go past the session: it is flushed before, and what
    it holds is read anew after.
    """
    told: dict[str, Any] = {}
    unread: set[str] = set()
    for row in rows:
        try:
            told[row.eid] = _KINDS[kind].decoder.decode(row.body)  # type: ignore[arg-type]
        except (msgspec.ValidationError, TypeError):
            unread.add(row.eid)
    if told:
        session.flush()
        _KINDS[kind].lay(session, list(told.items()))
        _read_anew(session)
    return unread


def remove(session: Session, kind: str, row_id: str, *, scope: str | None) -> bool:
    """Take away what a row of this scope said; false if it stays, for another scope that is read says it too, or if no
    merge was left to undo.
    """
    session.flush()
    if kind in _STAYING or _stands_elsewhere(session, kind, row_id, scope):
        return False
    if kind == "redirect" and session.get(Redirect, row_id) is None:
        return False
    if kind == "member":
        _remove_member(session, row_id)
    elif kind == "directory":
        _remove_directory(session, row_id)
    elif kind == "redirect":
        _part(session, row_id)
    elif kind == "gift" and scope and scope not in read_installation(session.connection()).scopes.split():
        _leave_gift(session, row_id)
    else:
        write(session, removing(_KINDS[kind].table, "id"), [(row_id,)])
    _read_anew(session)
    return True


_NOBODYS = "UPDATE gift SET member_id = NULL, visit_id = NULL WHERE id = ?"
_NOT_LENT = "DELETE FROM gift WHERE id = ? AND (lease_id IS NULL OR lease_id NOT IN (SELECT id FROM lease))"


def _leave_gift(session: Session, row_id: str) -> None:
    """The till is no longer in that store: what it has given counts against its lease all the same."""
    write(session, _NOBODYS, [(row_id,)])
    write(session, _NOT_LENT, [(row_id,)])


def _read_anew(session: Session) -> None:
    """What the session holds of these tables may have changed behind its back."""
    for held in list(session):
        if isinstance(held, _LAID):
            session.expire(held)


# What headquarters owns

_STORE = writing(Store, "id", "name")
_GUIDE = writing(Guide, "id", "name", "store_id", "badge", "active")
_PRODUCT = writing(Product, "id", "name", "brand", "price", "currency", "category", "lasts")
_GTIN = writing(Gtin, "gtin", "product_id")
_NO_GTINS = removing(Gtin, "product_id")


def _stores(session: Session, told: Told) -> None:
    write(session, _STORE, [(row_id, row.name) for row_id, row in told])


def _guides(session: Session, told: Told) -> None:
    write(session, _GUIDE, [(row_id, row.name, row.store_id, row.badge, row.active) for row_id, row in told])


def _products(session: Session, told: Told) -> None:
    write(
        session,
        _PRODUCT,
        [(row_id, row.name, row.brand, row.price, row.currency, row.category, row.lasts) for row_id, row in told],
    )
    write(session, _NO_GTINS, [(row_id,) for row_id, _ in told])
    write(session, _GTIN, [(gtin, row_id) for row_id, row in told for gtin in row.gtins])


# What belongs to them

_PREFERENCE = writing(
    Preference, "id", "member_id", "visit_id", "facet", "value", "sentiment", "noted_at", "guide_id", "withdrawn"
)
_CONSENT = writing(
    Consent, "id", "member_id", "purpose", "granted", "at", "text_version", "text_hash", "channel", "guide_id", "seen"
)
_VISIT = writing(
    Visit, "id", "member_id", "code", "guide_id", "store_id", "state", "started_at", "finished_at", "mood", "here",
    keep=("here",),
)  # fmt: skip
_NO_LINES, _NO_NOTES = removing(Line, "visit_id"), removing(Note, "visit_id")
_LINE = writing(
    Line, "id", "visit_id", "product_id", "gtin", "action", "reason", "price", "currency", "at", "serial", "batch",
    "expires_on", "weight", "guide_id",
)  # fmt: skip
_NOTE = writing(Note, "id", "visit_id", "text", "at")
_SEEN_THEN = "UPDATE member SET seen_at = ?1 WHERE id = ?2 AND coalesce(seen_at < ?1, 1)"


def _preferences(session: Session, told: Told) -> None:
    now = resolved(session, (row.member_id for _, row in told))
    rows = [
        (
            row_id, now(row.member_id), row.visit_id, row.facet, row.value, row.sentiment, _ms(row.noted_at),
            row.guide_id, row.withdrawn,
        )
        for row_id, row in told
    ]  # fmt: skip
    write(session, _PREFERENCE, rows)


def _consents(session: Session, told: Told) -> None:
    now = resolved(session, (row.member_id for _, row in told))
    rows = [
        (
            row_id, now(row.member_id), row.purpose, row.granted, _ms(row.at), row.text_version, row.text_hash,
            row.channel, row.guide_id, " ".join(row.seen),
        )
        for row_id, row in told
    ]  # fmt: skip
    write(session, _CONSENT, rows)


def _visits(session: Session, told: Told) -> None:
    now = resolved(session, (row.member_id for _, row in told))
    rows = [
        (
            row_id, now(row.member_id), None, row.guide_id, row.store_id, row.state, _ms(row.started_at),
            _ms(row.finished_at), row.mood, False,
        )
        for row_id, row in told
    ]  # fmt: skip
    write(session, _VISIT, rows)
    write(session, _NO_LINES, [(row_id,) for row_id, _ in told])
    write(session, _NO_NOTES, [(row_id,) for row_id, _ in told])
    write(session, _LINE, [_line(row_id, line) for row_id, row in told for line in row.lines])
    write(session, _NOTE, [(note.id, row_id, note.text, _ms(note.at)) for row_id, row in told for note in row.notes])
    write(session, _SEEN_THEN, [(_ms(row.started_at), now(row.member_id)) for _, row in told if row.member_id])


def _line(visit_id: str, line: p.LineRow) -> tuple[Any, ...]:
    return (
        line.id, visit_id, line.product_id, line.gtin, line.action, line.reason, line.price, line.currency,
        _ms(line.at), line.serial, line.batch, line.expires_on, line.weight, line.guide_id,
    )  # fmt: skip


# Merges and what is gone

_REDIRECT = writing(Redirect, "id", "keep", "at")
# What says whose it is moves; identities are copied, for the old code goes on leading to the member.
MOVE = (
    *(moving(table.name, "member_id") for table in tables_with("member_id") if table.name != Identity.__tablename__),
    "UPDATE lease SET object_id = ? WHERE of = 'points' AND object_id = ?",
)
_MOVE_IDENTITIES = """INSERT INTO identity (kind, value, member_id, value_reversed)
    SELECT kind, value, ?, value_reversed FROM identity WHERE member_id = ? AND kind <> 'phone'
    ON CONFLICT (kind, value, member_id) DO NOTHING"""
_STAND_IN = """INSERT INTO member (id, name, pinyin, initials, phone_reversed, store_id, "full")
    SELECT ?, name, pinyin, initials, phone_reversed, store_id, 0 FROM member WHERE id = ?
    ON CONFLICT (id) DO NOTHING"""
_NO_MEMBER, _NO_IDENTITIES = removing(Member, "id"), removing(Identity, "member_id")
_HELD = Direct(
    select(FeedRow.ver)
    .where(FeedRow.scope.in_(select(Cursor.scope)))
    .where(FeedRow.kind == bindparam("kind"), FeedRow.row_id == bindparam("row_id"))
    .limit(1)
)
_MERGED = (FeedRow.scope == "dir") & (FeedRow.kind == "redirect")
_REDIRECTED = Direct(select(FeedRow.ver).where(_MERGED, FeedRow.row_id == bindparam("row_id")))
_LEFT_OVER = exists().where(
    _MERGED, FeedRow.row_id == Redirect.id, FeedRow.scope == Cursor.scope, FeedRow.reading != Cursor.reading
)
_KEPT = Direct(select(Redirect.keep).where(Redirect.id == bindparam("id"), ~_LEFT_OVER))


def _redirects(session: Session, told: Told) -> None:
    for row_id, row in told:
        _redirect(session, row_id, row.keep, _ms(row.at))


def _redirect(session: Session, row_id: str, told: str, at: int | None) -> None:
    """Two members turned out to be one: everything of the old one is the kept one's from now on, but for what no feed
    would take away again. Whether that one is still merged with another is not known of an earlier reading.
    """
    forget_guest(session, row_id)
    stood = str(resolve(session, row_id))
    write(session, _REDIRECT, [(row_id, told, at)])
    if stood not in (row_id, resolve(session, row_id)):  # told apart from one and merged with another since
        give_back(session, {row_id} | led_to(session, row_id), stood)
    keep = resolve(session, told, _KEPT) or told
    # The kept member's own row may come pages later: a name to greet by. It goes if that never comes.
    if execute(session.connection(), _STAND_IN, (keep, row_id)).rowcount:
        hold_unread(session, "dir", "directory", keep, 0)
    for statement in (*MOVE, _MOVE_IDENTITIES):
        write(session, statement, [(keep, row_id)])
    escrow_lay.point_lease(session, row_id)
    _forget(session, row_id)


def _part(session: Session, row_id: str) -> None:
    """They are two after all: what a profile told of them as of one is nobody's."""
    kept = str(resolve(session, row_id))
    forget_guest(session, kept)
    write(session, removing(Redirect, "id"), [(row_id,)])
    give_back(session, {row_id} | led_to(session, row_id), kept)
    escrow_lay.point_lease(session, row_id)


def _erasures(session: Session, told: Told) -> None:
    for row_id, row in told:
        lay_erasure(session, row_id, row.at)


def _remove_member(session: Session, row_id: str) -> None:
    """A store no longer has the member; the directory may still know them."""
    if not is_held(session, "directory", row_id):
        _forget(session, row_id)
        return
    forget_profile(session, row_id)


def _remove_directory(session: Session, row_id: str) -> None:
    """The directory no longer has the member; a store's own scope may still hold them whole."""
    if not is_held(session, "member", row_id):
        _forget(session, row_id)


def _stands_elsewhere(session: Session, kind: str, row_id: str, scope: str | None) -> bool:
    """Who was merged with whom the directory alone decides: a store lets go of those it does not serve any more."""
    if kind == "redirect":
        return _REDIRECTED.first(session.connection(), row_id=row_id) is not None
    return scope is not None and is_held(session, kind, row_id)


def is_held(session: Session, kind: str, row_id: str) -> bool:
    """Whether a feed that this till reads has brought such a row."""
    return _HELD.first(session.connection(), kind=kind, row_id=row_id) is not None


def _forget(session: Session, row_id: str) -> None:
    forget_guest(session, row_id)
    write(session, _NO_IDENTITIES, [(row_id,)])
    write(session, _NO_MEMBER, [(row_id,)])


def _ms(at: Any) -> int | None:
    return None if at is None else milliseconds(at)


def _kind(body: type[p.Message], lay: Callable[[Session, Told], None], table: type[Any]) -> Kind:
    return Kind(msgspec.json.Decoder(body), lay, table)


_KINDS: dict[str, Kind] = {
    "store": _kind(p.StoreRow, _stores, Store),
    "guide": _kind(p.GuideRow, _guides, Guide),
    "product": _kind(p.ProductRow, _products, Product),
    "redirect": _kind(p.RedirectRow, _redirects, Redirect),
    "erasure": _kind(p.ErasureRow, _erasures, Erasure),
    "directory": _kind(p.DirectoryRow, people_lay.lay_directories, Member),
    "member": _kind(p.MemberRow, people_lay.lay_members, Member),
    "preference": _kind(p.PreferenceRow, _preferences, Preference),
    "consent": _kind(p.ConsentRow, _consents, Consent),
    "visit": _kind(p.VisitRow, _visits, Visit),
    "campaign": _kind(e.CampaignRow, escrow_lay.lay_campaigns, Campaign),
    "settlement": _kind(e.SettlementRow, escrow_lay.lay_settlements, Settlement),
    "reward": _kind(e.RewardRow, escrow_lay.lay_rewards, Reward),
    "coupon": _kind(e.CouponRow, escrow_lay.lay_coupons, Coupon),
    "lease": _kind(e.LeaseRow, escrow_lay.lay_leases, Lease),
    "quota": _kind(e.QuotaRow, escrow_lay.lay_quotas, Quota),
    "gift": _kind(e.GiftRow, escrow_lay.lay_gifts, Gift),
    "points": _kind(e.PointsRow, escrow_lay.lay_points, Points),
    "floor": _kind(e.FloorRow, escrow_lay.lay_floors, FloorLimit),
    "task": _kind(e.TaskRow, escrow_lay.lay_tasks, Task),
    "request": _kind(q.RequestRow, privacy_lay.lay_requests, Request),
    "review": _kind(e.ReviewRow, escrow_lay.lay_reviews, Review),
    "trust": _kind(c.TrustRow, code_lay.lay_trust, Trust),
    "code_rules": _kind(c.CodeRulesRow, code_lay.lay_rules, RuleSet),
    "recruit": _kind(c.RecruitRow, code_lay.lay_recruits, Recruit),
    "code": _kind(c.CodeRow, code_lay.lay_codes, ProductCode),
    "item": _kind(c.ItemRow, code_lay.lay_items, Item),
    "voucher": _kind(c.VoucherRow, code_lay.lay_vouchers, Voucher),
    "occasion": _kind(s.OccasionRow, service_lay.lay_occasions, Occasion),
    "content": _kind(s.ContentRow, service_lay.lay_contents, Content),
    "content_use": _kind(s.ContentUseRow, service_lay.lay_content_uses, ContentUse),
    "order": _kind(s.OrderRow, service_lay.lay_orders, OrderLine),
    "lead": _kind(s.LeadRow, service_lay.lay_leads, Lead),
    "appointment": _kind(s.AppointmentRow, service_lay.lay_appointments, Appointment),
    "tag": _kind(s.TagRow, service_lay.lay_tags, MemberTag),
    "entity": _kind(s.EntityRow, service_lay.lay_entities, Entity),
    "definitions": _kind(s.DefinitionsRow, service_lay.lay_definitions, DefinitionSet),
}
_LAID: tuple[type[Any], ...] = (*(kind.table for kind in _KINDS.values()), Gtin, Identity, Line, Note, Sighting)
_STAYING = ("trust",)  # whom a till believes, it believes until a newer word comes, sealed as well

# Kinds whose rows only say how one thing is now, in the order in which many are laid: what others lead to comes first.
TOGETHER = (
    "store", "guide", "product", "code", "recruit", "voucher", "item",
    "directory", "member", "preference", "consent", "visit", "points", "coupon", "gift",
    "tag", "entity", "order",
)  # fmt: skip
