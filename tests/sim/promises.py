"""What must be true of a simulated world: while it runs, and when all has come to rest."""

import base64
from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from desktop.clock import milliseconds
from desktop.data.projections import resolve
from desktop.rules.leases import has_lapsed
from desktop.views.profile import find_profile
from sync.escrow_rows import LeaseRow
from sync.hub.archive import read_document
from sync.hub.documents import AnyDocument
from sync.hub.grants import MAC_BYTES, Grant
from sync.hub.tables import document
from sync.protocol import Envelope, row_hash, sum_text
from tests.sim.care_promises import check_care
from tests.sim.holding import Holding, check_holding, expected_holding, row_kind, scopes_of
from tests.sim.invariants import Answered as Told
from tests.sim.invariants import broken_promises, broken_rights, spent_by_strangers
from tests.sim.till import SimTill
from tests.sim.truth import Truth, expect, names_of

if TYPE_CHECKING:
    from tests.sim.world import World

_SHOWN = ("name", "channel")
_FACTS = (
    (("PreferenceNoted",), "preference_id", "preference"),
    (("ConsentGiven", "ConsentWithdrawn"), "consent_id", "consent"),
    (("VisitOpened",), "visit_id", "visit"),
    (("GiftGiven",), "gift_id", "gift"),
    (("AppointmentBooked",), "appointment_id", "appointment"),
    (("TaskOpened",), "task_id", "task"),
    (("ContentUsed",), "use_id", "content_use"),
    (("RequestMade",), "request_id", "request"),
    (("PointsEarned", "PointsReversed", "PointsSpent"), "entry_id", "points"),
)
_OF_THE_HUB = {("points", "joining"), ("points", "expired")}  # lines that no till has written
_PARTS = (("LineAdded", "LineRemoved", "line_id", "lines"), ("NoteWritten", "NoteRemoved", "note_id", "notes"))
_OWN = {
    "LineAdded": ("line", "line_id"),
    "NoteWritten": ("note", "note_id"),
    "PreferenceNoted": ("preference", "preference_id"),
    "ConsentGiven": ("consent", "consent_id"),
    "ConsentWithdrawn": ("consent", "consent_id"),
}
_OWN_KEYS = {kind: key for kind, (_, key) in _OWN.items()} | {"LineRemoved": "line_id", "NoteRemoved": "note_id"}


def check_at_rest(world: "World") -> Counter[str]:
    """Every promise that holds once all is quiet; what became of the deeds."""
    with world.headquarters.hub.database.read() as connection:
        truth = Truth(connection)
        documents = [read_document(row) for row in connection.execute(select(document))]
    _check_feeds(truth)
    _check_redirects(truth)
    _check_verdicts(world, truth)
    _check_once(truth)
    _check_causality(world, truth)
    _check_last_word(truth)
    _check_cards(truth)
    _check_rights(world, truth, documents)
    check_care(world, truth)
    expect("whoever was erased stays erased", world.headquarters.erased <= truth.erased, world.headquarters.erased)
    expected: dict[tuple[str, ...], Holding] = {}
    lost = {_machine(till) for till in world.tills if "loss" in till.starts}
    for till in world.tills:
        _check_refusals(world, till, truth)
        scopes = scopes_of(till)
        if scopes not in expected:
            expected[scopes] = expected_holding(truth, scopes)
        may_differ = {"lease": world.copied, "trust": _machine(till) in lost}  # nobody begins to trust what has expired
        but = {table for table, differs in may_differ.items() if differs}
        check_holding(till, expected[scopes], truth, scopes, but=but)
        _check_consents(till, truth)
        _check_forgotten(till, truth)
    became = Counter(f"verdict {each.verdict} {each.code or ''}".rstrip() for each in truth.events.values())
    became["end merged"] = len(truth.redirects)
    became["end late verdicts"] = len(truth.of("verdict"))
    became["end erased"] = len(truth.erased)
    became["end leases"] = len(truth.of("lease"))
    return became


def check_overlay(till: SimTill, erased: Set[str]) -> None:
    """What a clerk did and the hub has not answered is on the screen, whatever rows have come meanwhile; but for what a
    till told from another store, that it has let go of, and tells again, and for what is told again of whom the hub has
    ``erased``.

    A correction that it had answered before it went back in time is as that answer left it, until the rows come anew.
    """
    till.note_accepted()
    till.store.read(_check_own_deeds, till.name, till.accepted, erased, moved=till.has_moved)


def check_second_copy(till: SimTill) -> None:
    """After a crash, what waits for the hub stands in the second copy too, whatever of it had been written."""
    waiting = till.store.read(_waiting)
    kept = set(till.store.second.read())  # type: ignore[attr-defined]
    expect("what waits is kept twice", waiting <= kept, till.name, waiting - kept)


def _check_feeds(truth: Truth) -> None:
    """Each feed is numbered from 1 without a gap, and its checksum is that of its rows."""
    for scope, (last, sum64) in truth.heads.items():
        expect("the feed is dense", truth.feeds[scope] == list(range(1, last + 1)), scope)
        live = (row_hash(row_kind(each, scope), each.id, each.ver) for each in truth.documents if scope in each.scopes)
        expect("the checksum is that of the rows", sum_text(sum(live)) == sum64, scope)


def _check_redirects(truth: Truth) -> None:
    members = {each.id for each in truth.of("member")}
    for old in truth.redirects:
        expect("a redirect leads to a member", truth.who(old) in members, old)
    for event in truth.accepted("MemberEnrolled"):
        expect("who enrolled is a member", truth.who(event.data["member_id"]) in members, event)


def _machine(till: SimTill) -> str:
    """Whose disk it was: a copy has lost what that had lost before."""
    return till.name.removesuffix("-clone")


def _check_verdicts(world: "World", truth: Truth) -> None:
    """Every deed that was answered has one final verdict; but for those that are of no use to anybody: about somebody
    who was erased, and never sent. What was refused stays refused, and is not told a restored hub again."""
    forgotten = truth.forgotten_with(each.envelope for each in world.answered)
    refused = {row[0] for till in world.tills for row in till.store.read(_outbox) if row[1] == "rejected"}
    refused |= {each for till in world.tills for each in till.dealt_with}
    done_with = world.lost | refused if truth.restored else world.lost
    for answered in world.answered:
        envelope = answered.envelope
        event = truth.events.get(envelope.id)
        given_up = envelope.id in done_with or not forgotten.isdisjoint(names_of(envelope))
        expect("nothing answered is lost", event or given_up, answered.till, envelope)
        expect("every deed has its final verdict", not event or event.verdict in ("accepted", "rejected"), event)


def _check_once(truth: Truth) -> None:
    """Every fact that was accepted is there, and once."""
    for kinds, key, kind in _FACTS:
        told = {event.data[key] for event in truth.accepted(*kinds)}
        kept = {each.id for each in truth.of(kind) if (kind, each.body.get("reason")) not in _OF_THE_HUB}
        kept -= truth.wordless(*kinds)  # a gift to nobody yet, in the visit of who was erased, is there all the same
        expect(f"every {kind} is there", told == kept, told ^ kept)
    for add, remove, key, parts in _PARTS:
        told = {event.data[key] for event in truth.accepted(add)}
        told -= {event.data[key] for event in truth.accepted(remove)}
        counted = Counter(part["id"] for visit in truth.of("visit") for part in visit.body.get(parts, ()))
        expect(f"{parts} are counted once", all(times == 1 for times in counted.values()), counted)
        expect(f"all {parts} are there", told == counted.keys(), told ^ counted.keys())


def _check_causality(world: "World", truth: Truth) -> None:
    """Nobody's word stands that another had seen and corrected. Every value is said once, so one sees whose it is;
    but for those that somebody has said again by taking a correction back, or two of whom one became."""
    overruled: dict[tuple[str | None, str], dict[str, str]] = defaultdict(dict)
    amended = [each for each in world.answered if each.envelope.typ == "MemberAmended"]
    again = {value for each in amended if not each.before for value in each.envelope.data["fields"].values()}
    enrolled = [each.envelope for each in world.answered if each.envelope.typ == "MemberEnrolled"]
    first = Counter((truth.who(each.eid), field, each.data[field]) for each in enrolled for field in _SHOWN)
    for answered in amended:
        event = truth.events.get(answered.envelope.id)
        if event and event.verdict == "accepted":
            member_id = truth.who(answered.envelope.eid)
            for field, before in answered.before.items():
                if before and before not in again and first[member_id, field, before] < 2:
                    overruled[member_id, field][before] = answered.envelope.id
    for member in truth.of("member"):
        for field in _SHOWN:
            value = member.body.get(field) or ""
            corrected = overruled[member.id, field].get(value)
            expect("a correction counts", not corrected, member.id, field, value, corrected)


def _check_last_word(truth: Truth) -> None:
    """Of each field of a member who was never merged the last word stands, by clocks that nobody can set ahead."""
    merged = {each.id for each in truth.documents if each.kind == "redirect"}
    merged |= {str(each.body.get("keep")) for each in truth.documents if each.kind == "redirect"}
    last: dict[tuple[str, str], tuple[str, str | None]] = {}
    for event in truth.accepted("MemberEnrolled", "MemberAmended"):
        told = event.data.get("fields") or {name: event.data[name] for name in _SHOWN if event.data[name]}
        for field in told.keys() & set(_SHOWN):
            key = event.data["member_id"], field
            last[key] = max(last.get(key, ("", None)), (event.clock, told[field]))
    for member in truth.of("member"):
        for field in _SHOWN if member.id not in merged else ():
            clock, value = last.get((member.id, field), ("", None))
            stands = not clock or (member.body.get(field) or "") == (value or "")
            expect("the last word stands", stands, member.id, field, member.body.get(field), value)


def _check_cards(truth: Truth) -> None:
    """A visit is that of whom its till named last, by id or by a card that nobody there may have known yet."""
    holders = {
        code: each.id for each in truth.of("member") for code in (each.body["code"], *each.body.get("codes", ()))
    }
    named: dict[str, tuple[bool, str, str | None, str | None]] = {}
    for event in truth.accepted("VisitOpened", "VisitJoined"):
        told = event.kind == "VisitJoined", event.clock, event.data["member_id"], event.data["code"]
        visit_id = event.data["visit_id"]
        named[visit_id] = max(named.get(visit_id, told), told)
    for visit in truth.of("visit") if not truth.erased else ():
        *_, member_id, code = named[visit.id]
        meant = truth.who(holders[code] if code else member_id)
        expect("a visit is whose card was shown", truth.who(visit.body.get("member_id")) == meant, visit, code, meant)


def _check_refusals(world: "World", till: SimTill, truth: Truth) -> None:
    """What the hub says of a deed is what its till shows."""
    rows = till.store.read(_outbox)
    for event_id, state, code in rows:
        event = truth.events.get(event_id)
        if code != "erased" or not truth.erased:
            same = (state, code) == (event.verdict, event.code) if event else state == "rejected" and truth.restored
            same |= state == "rejected" and truth.restored and world.copied  # the copy asked a hub that knew less
            expect("the till knows the verdict", same, state, code, event or event_id)
    shown = {event_id for event_id, *_ in rows} | till.dealt_with | world.lost
    for answered in world.answered:
        event = truth.events.get(answered.envelope.id)
        if answered.till == till.name and event and event.verdict == "rejected":
            gone = till.was_put_back and not event.body  # about who was erased: no file may hold a word of it any more
            expect("no refusal is silent", gone or event.id in shown, answered)


def _check_rights(world: "World", truth: Truth, documents: list[AnyDocument]) -> None:
    """What a till may spend without asking: never more than there is, and never refused."""
    here = {till.device for till in world.tills}
    broken = broken_rights([each for each in documents if not _stays_away(each, here)])
    expect("rights to spend are counted", not broken, *broken)
    accepted = [event.body.encode() for event in truth.events.values() if event.verdict == "accepted" and event.body]
    strangers = spent_by_strangers(accepted, documents)
    expect("a lease is spent by its holder", not strangers, *strangers)
    bodies = [each for till in world.tills for each in till.store.read(_told) if _was_heard_in_time(each[0], truth)]
    if truth.restored:  # before it hears of a lease that it has forgotten, another may have it within the floor limit
        bodies = [told for told in bodies if told[2] != "voucher_used"]
    promises = [] if world.copied else broken_promises(Told(body, state, code) for body, state, code in bodies)
    expect("what a lease allowed is not refused", not promises, *promises)


def _stays_away(lease: AnyDocument, here: Set[str]) -> bool:
    """Whether points are asked back from a till that is not in this world, and so never answers."""
    body = lease.body
    return isinstance(body, LeaseRow) and body.of == "points" and body.wanted and body.holder not in here


def _was_heard_in_time(body: bytes, truth: Truth) -> bool:
    """Whether the hub heard of it before the lease it was done under ended: then another till may have the rest."""
    told = msgspec.json.decode(body)
    event, signed = truth.events.get(told["id"]), told.get("data", {}).get("signed")
    if event is None or signed is None:
        return True
    grant = msgspec.json.decode(base64.urlsafe_b64decode(signed)[MAC_BYTES:], type=Grant)
    return not has_lapsed(milliseconds(grant.not_after), event.received)


def _check_forgotten(till: SimTill, truth: Truth) -> None:
    """Whoever was erased is nowhere: not in what waits, not in what was sent, not in the second copy."""
    bodies = [body for body, *_ in till.store.read(_told)] + list(till.store.second.read())  # type: ignore[attr-defined]
    said = [event.body.encode() for event in truth.events.values()]
    for body in (*bodies, *said):
        if b'"Erasure' not in body and b'"Merge' not in body:
            found = [each for each in truth.erased if each.encode() in body]
            expect("whoever was erased is nowhere", not found, till.name, body)


def _check_consents(till: SimTill, truth: Truth) -> None:
    """Withdrawn wins, unless whoever granted had seen the withdrawal."""
    given: dict[str | None, list[set[str]]] = defaultdict(list)
    withdrawn: dict[str | None, set[str]] = defaultdict(set)
    for event in truth.accepted("ConsentGiven", "ConsentWithdrawn"):
        data = event.data
        if data["purpose"] == "marketing" and event.kind == "ConsentGiven":
            given[truth.who(data["member_id"])].append(set(data["seen"]))
        elif data["purpose"] == "marketing":
            withdrawn[truth.who(data["member_id"])].add(data["consent_id"])
    today = datetime(2026, 11, 21, tzinfo=UTC).date()
    for member_id in till.store.read(_full_members):
        profile = till.store.read(find_profile, member_id, today, UTC)
        assert profile is not None
        shown = next(each.agreed for each in profile.consents if each.purpose == "marketing")
        agreed = any(withdrawn[member_id] <= seen for seen in given[member_id])
        expect("withdrawn wins unless it was seen", shown == agreed, till.name, member_id, shown)


def _check_own_deeds(connection: Connection, name: str, accepted: Set[str], erased: Set[str], *, moved: bool) -> None:
    """What waits here or at the hub, unless the clerk has taken it back since, whatever became of that."""
    query = "SELECT body, state FROM outbox WHERE state <> 'rejected' ORDER BY ep, n"
    told = [(msgspec.json.decode(body, type=Envelope), state) for body, state in connection.exec_driver_sql(query)]
    last = {event.data[key]: (event, state) for event, state in told if (key := _OWN_KEYS.get(event.typ))}
    for row_id, (event, state) in last.items():
        let_go = event.id in accepted and (moved or not erased.isdisjoint(names_of(event)))
        if event.typ in _OWN and state in ("pending", "parked") and not let_go:
            shown = _is_there(connection, _OWN[event.typ][0], row_id)
            expect("what waits is shown", shown or not _has_parent(connection, event), name, event)
    waiting = [event for event, state in told if state == "pending" and event.id not in accepted]
    _check_amendments(connection, waiting, name)


def _check_amendments(connection: Connection, waiting: Iterable[Envelope], name: str) -> None:
    """Of two that are one by now, the last word about either."""
    last: dict[tuple[str | None, str], str | None] = {}
    session = Session(connection)
    for event in waiting:
        if event.typ == "MemberAmended":
            who = resolve(session, event.eid)
            last |= {(who, field): value for field, value in event.data["fields"].items() if field in _SHOWN}
    for (member_id, field), value in last.items():
        query = f"SELECT {field} FROM member WHERE id = ?"
        row = connection.exec_driver_sql(query, (member_id,)).first()
        expect("a correction that waits is shown", row is None or row[0] == value, name, member_id, field, value)


def _has_parent(connection: Connection, event: Envelope) -> bool:
    return event.ent != "visit" or _is_there(connection, "visit", event.eid)


def _is_there(connection: Connection, table: str, row_id: str) -> bool:
    query = f"SELECT 1 FROM {table} WHERE id = ?"
    return connection.exec_driver_sql(query, (row_id,)).first() is not None


def _outbox(connection: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql("SELECT event_id, state, code FROM outbox")]


def _waiting(connection: Connection) -> set[bytes]:
    return {
        row[0] for row in connection.exec_driver_sql("SELECT body FROM outbox WHERE state IN ('pending', 'parked')")
    }


def _told(connection: Connection) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in connection.exec_driver_sql("SELECT body, state, code FROM outbox")]


def _full_members(connection: Connection) -> list[str]:
    return list(connection.exec_driver_sql("SELECT id FROM member WHERE full AND fetched_at IS NULL").scalars())
