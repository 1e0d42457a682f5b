"""One event on its way through the hub: how it is read, and how it is judged."""

import contextlib
import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgspec
from sqlalchemy.exc import DBAPIError

from sync.hub.deeds import Deed, Parked, Refused, Times, deed_of, times_of
from sync.hub.documents import Documents, Identity, Key
from sync.hub.erasure import bury
from sync.hub.escrow_payloads import LeasePayload, PointsEarned, PointsReversed, PointsSpent
from sync.hub.handlers import HANDLERS, Handler, identities_of, ids_of
from sync.hub.members import keep_told
from sync.hub.payloads import MembersSeparated, Payload, Sealed
from sync.protocol import MAX_EVENT, VERSION, Id, PushRequest, Verdict

log = logging.getLogger(__name__)

OF_ERASURE = ("ErasureRequested", "ErasureCarriedOut")  # they hold no more than an id
# What they change is not all of the member they name.
_TOLD_OTHERWISE = (MembersSeparated, PointsEarned, PointsReversed, PointsSpent)
# That somebody had given it up or back before may be what a hub has not heard yet that came back from a backup.
_AS_FAR_AS_HEARD = (
    "phone_taken", "card_taken", "wechat_taken", "code_taken", "stale", "merged_already",
    "coupon_used", "coupon_terms", "coupon_no_lease", "gift_no_lease", "points_no_lease",
    "voucher_used", "voucher_no_lease",
)  # fmt: skip
UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Till(msgspec.Struct, frozen=True):
    """The till that is talking to us, as far as its token proved. outdated: the problem that bars it from reading."""

    id: str
    store_id: str
    outdated: str | None = None


class _Named(msgspec.Struct):
    """As much of an unreadable envelope as it takes to answer it."""

    id: str


class _About(_Named):
    """As much as it takes to bring the row too."""

    ent: Id
    eid: Id


_SEALED = msgspec.json.Decoder(Sealed)
_NEVER = Times(0, 0, 0)  # of what cannot be read


@dataclass(slots=True)
class Case:
    """An event and what became of it.

    key: the row it is about. names: the ids of everything it names. kept: whether the hub stores it. waits: the id it
    is parked for. touched: the documents it put. at: where its effect stands in each feed. stub: whether its words are
    not to be kept.
    """

    id: str
    body: bytes
    key: Key | None = None
    sealed: Sealed | None = None
    deed: Deed | None = None
    times: Times = _NEVER
    handler: Handler | None = None
    payload: Payload | None = None
    names: set[str] = field(default_factory=set)
    kept: bool = False
    verdict: Verdict = "accepted"
    code: str | None = None
    fix: str | None = None
    was: Verdict | None = None
    waits: str | None = None
    touched: tuple[Key, ...] = ()
    at: dict[str, int] = field(default_factory=dict)
    stub: bool = False

    @property
    def member_id(self) -> str | None:
        """The member it is about, as far as can be told, or else the visit: an erasure finds it by either. A lease on
        points is on a member's.
        """
        if isinstance(self.payload, LeasePayload):
            return self.payload.object_id if self.payload.of == "points" else None
        told = getattr(self.payload, "member_id", None) or getattr(self.payload, "keep_id", None)
        return told or (self.sealed.mid if self.sealed else None) or getattr(self.payload, "visit_id", None)

    @property
    def words(self) -> str:
        """What is kept of it: nothing, if it is about somebody erased."""
        return "" if self.stub else self.body.decode()

    def forget(self) -> None:
        """It is about somebody who is being erased: what still waits is refused."""
        if self.sealed is None or self.sealed.typ in OF_ERASURE:
            return
        self.stub = True
        if self.verdict == "parked":
            self.reject("erased", "call_hq")

    def reject(self, code: str, fix: str = "edit") -> None:
        """Turn it down for good."""
        self.verdict, self.code, self.fix, self.waits = "rejected", code, fix, None

    def park(self, code: str, waits: str | None = None) -> None:
        """Keep it until it can be judged."""
        self.verdict, self.code, self.fix, self.waits = "parked", code, None, waits

    def accept(self, touched: tuple[Key, ...]) -> None:
        """It took effect."""
        self.verdict, self.code, self.fix, self.waits, self.touched = "accepted", None, None, None, touched


def receive(raw: bytes, till: Till, request: PushRequest, received: int, ceiling: int | None) -> Case:
    """Read one event by itself, so that a bad one harms no other.

    What has no readable envelope, or speaks for another till, is answered but not kept: its id proves nothing.
    """
    try:
        if len(raw) > MAX_EVENT:
            raise msgspec.ValidationError("too long")
        sealed = _SEALED.decode(raw)
        raw.decode()
    except UNREADABLE:
        return _unreadable(raw)
    if not sealed.dev == request.device == till.id:
        case = Case(sealed.id, raw, Key(sealed.ent, sealed.eid))
        case.reject("wrong_device", "call_hq")
        return case
    return open_case(raw, sealed, till.store_id, times_of(sealed, request, received, ceiling))


def open_case(raw: bytes, sealed: Sealed, store_id: str, times: Times) -> Case:
    """A case that can be judged, its data read if the hub knows the kind."""
    deed = deed_of(sealed, store_id, times)
    case = Case(sealed.id, raw, Key(sealed.ent, sealed.eid), sealed, deed, times, kept=True)
    case.names = {sealed.eid, sealed.mid} if sealed.mid else {sealed.eid}
    handler = HANDLERS.get(sealed.typ)
    if handler is None or sealed.tv > handler.version or sealed.v > VERSION:
        case.park("type_newer_than_hub")
        return case
    try:
        payload = handler.decoder.decode(sealed.data)
        named = ids_of(handler, payload)
        if sealed.eid not in named:
            raise msgspec.ValidationError("about something else")
        case.payload, case.handler = payload, handler
        case.names.update(named)
    except UNREADABLE:
        case.reject("schema_invalid")
        case.stub = not _can_be_found(handler, sealed)
    return case


def preload(cases: Iterable[Case], documents: Documents) -> None:
    """Fetch what the cases name, in a few queries however many they are."""
    ids: set[str] = set()
    identities: set[Identity] = set()
    for case in cases:
        ids.update(case.names)
        if case.payload:
            identities.update(identities_of(case.payload))
    documents.take_turns(identities)
    documents.load(ids)
    documents.load_owners(identities)
    documents.load_related()


def judge(case: Case, documents: Documents) -> None:
    """Apply the rule of the event: all of its effect, or none."""
    if case.deed is None or _was_erased(case, case.deed, documents) or case.handler is None:
        return
    try:
        case.handler.apply(documents, case.deed, case.payload)
        if (told := getattr(case.payload, "member_id", None)) and not isinstance(case.payload, _TOLD_OTHERWISE):
            keep_told(documents, told)
    except Refused as refusal:
        documents.drop()
        waits = refusal.code in _AS_FAR_AS_HEARD and not documents.lends(case.deed.now)
        if waits and case.key:
            case.park("wait_member", case.key.id)  # judged again when we settle; if it is not there, after a day
        else:
            case.reject(refusal.code, refusal.fix)
    except Parked as parking:
        documents.drop()
        case.park(parking.code, parking.waits)
    except DBAPIError:  # the database is away or was crossed: all of the push is tried again
        raise
    except Exception as error:  # noqa: BLE001
        # A mistake of ours must neither lose the event nor hold up the next: it is tried again when the hub restarts.
        documents.drop()
        case.park("internal")
        log.error("event %s could not be judged: %s", case.id, type(error).__name__)
    else:
        case.accept(documents.keep())


def _was_erased(case: Case, deed: Deed, documents: Documents) -> bool:
    """Whether it is about somebody erased: then it is refused, and its words are not kept."""
    if (case.sealed and case.sealed.typ in OF_ERASURE) or not any(map(documents.is_erased, case.names)):
        return False
    case.reject("erased", "call_hq")
    case.stub = True
    if case.key:
        bury(documents, case.key, deed.at)
        documents.keep()
    return True


def digest(raw: bytes) -> str:
    """The SHA-256 that tells one event's bytes from another's."""
    return hashlib.sha256(raw).hexdigest()


def _can_be_found(handler: Handler, sealed: Sealed) -> bool:
    """Whether an erasure finds the event though its data is not as it should be: all it names is in its envelope."""
    with contextlib.suppress(*UNREADABLE):
        told = msgspec.json.decode(sealed.data, type=dict[str, Any])
        return {told[name] for name in handler.naming if isinstance(told.get(name), str)} <= {sealed.eid, sealed.mid}
    return False


def _unreadable(raw: bytes) -> Case:
    """Refused, with as much of a name as can be made out."""
    case = Case("", raw)
    for wanted in (_Named, _About):
        with contextlib.suppress(*UNREADABLE):  # then it stays without
            named = msgspec.json.decode(raw, type=wanted)
            case.id = named.id
            case.key = Key(named.ent, named.eid) if isinstance(named, _About) else None
    case.reject("schema_invalid")
    return case
