"""Documents in memory: what handlers read and change, with no database in sight.

A document is one thing the hub knows: ``body`` is what tills see of it, ``meta`` what only the hub needs in order to
merge. Bodies are frozen; a handler puts a changed copy. What a handler puts is staged, and kept or dropped as a whole.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Generic, Literal, NamedTuple, Protocol, TypeVar, cast

import msgspec

from sync.code_rows import CodeRow, CodeRulesRow, ItemRow, RecruitRow, TrustRow, VoucherRow
from sync.escrow_rows import (
    CampaignRow,
    CouponRow,
    FloorRow,
    GiftRow,
    LeaseRow,
    PointsRow,
    QuotaRow,
    ReviewRow,
    RewardRow,
    SettlementRow,
    TaskRow,
)
from sync.hub.deeds import Parked, in_ms
from sync.hub.unpublished import Diary, Shelf, Stock
from sync.privacy_rows import RequestRow
from sync.protocol import (
    Answer,
    ConsentRow,
    ErasureRow,
    GuideRow,
    MemberRow,
    Message,
    PreferenceRow,
    ProductRow,
    RedirectRow,
    StoreRow,
    VisitRow,
)
from sync.service_rows import (
    AppointmentRow,
    ContentRow,
    ContentUseRow,
    DefinitionsRow,
    EntityRow,
    LeadRow,
    OccasionRow,
    OrderRow,
    TagRow,
)

Body = TypeVar("Body", bound=Message)

BODIES: dict[str, type[Message]] = {
    "store": StoreRow, "guide": GuideRow, "product": ProductRow, "member": MemberRow, "redirect": RedirectRow,
    "visit": VisitRow, "preference": PreferenceRow, "consent": ConsentRow, "erasure": ErasureRow, "verdict": Answer,
    "campaign": CampaignRow, "coupon": CouponRow, "settlement": SettlementRow, "reward": RewardRow, "lease": LeaseRow,
    "quota": QuotaRow, "stock": Stock, "gift": GiftRow, "points": PointsRow, "floor": FloorRow, "task": TaskRow,
    "review": ReviewRow, "request": RequestRow, "trust": TrustRow, "code_rules": CodeRulesRow, "recruit": RecruitRow,
    "code": CodeRow, "item": ItemRow, "voucher": VoucherRow, "appointment": AppointmentRow, "lead": LeadRow,
    "occasion": OccasionRow, "content": ContentRow, "content_use": ContentUseRow, "order": OrderRow, "tag": TagRow,
    "entity": EntityRow, "definitions": DefinitionsRow, "diary": Diary, "shelf": Shelf,
}  # fmt: skip
KINDS: dict[type[Message], str] = {body: kind for kind, body in BODIES.items()}


class Key(NamedTuple):
    """Names one document."""

    kind: str
    id: str


class Identity(NamedTuple):
    """A phone, code or card: leads to at most one member."""

    kind: str
    value: str


def name_of_code(code: str) -> str:
    """What an event waits for that knows a member by their card only; no id has a colon."""
    return f"code:{code}"


class Past(msgspec.Struct, frozen=True, array_like=True):
    """A value that lost, and the clock it was written at."""

    field: str
    value: str
    clock: str


class Picture(msgspec.Struct, frozen=True):
    """A member as they are without those who were merged into them."""

    body: MemberRow
    meta: "Meta"


class Meta(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the hub keeps beside a body.

    clocks: field, line or transition → clock of its newest writing. gone: removed line, note or card → clock of the
    removal; of a redirect with whom it was one → clock of their being told apart. cards: card → clock of the newest
    word that it is the member's.
    fate: why the document is there no longer. told: the member that the event named, by id or card, if they are
    another by now. alone: of a redirect the member who was merged, of a member with merged ones they themselves. since:
    when a redirect was made. about: of an erasure, everything that was the member's.
    stores: where a member enrolled or was served, or an item was seen. device and row: whose late verdict this is, and
    the row it is about; of a coupon or voucher the till that took it. spent, asked, turn: of a lease, see
    ``sync.hub.leases``. due: of a lead the day that was told last.
    """

    clocks: dict[str, str] = {}
    gone: dict[str, str] = {}
    cards: dict[str, str] = {}
    stores: tuple[str, ...] = ()
    history: tuple[Past, ...] = ()
    device: str | None = None
    row: Key | None = None
    spent: int = 0
    asked: int = 0
    turn: int = 0
    fate: Literal["merged", "separated", "erased"] | None = None
    told: str | None = None
    alone: Picture | None = None
    since: datetime | None = None
    about: tuple[str, ...] = ()
    due: str | None = None


class Document(msgspec.Struct, Generic[Body], frozen=True):
    """One thing the hub knows. ``ver`` and ``scopes`` are those it was last published with.

    member_id: whose it is; of a preference of nobody known, the visit it was noted in.
    """

    id: str
    body: Body
    meta: Meta = Meta()
    member_id: str | None = None
    store_id: str | None = None
    ver: int = 0
    scopes: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """Its kind and id."""
        return Key(KINDS[type(self.body)], self.id)


AnyDocument = Document[Message]


class Source(Protocol):
    """Where documents come from."""

    def documents(self, ids: Iterable[str]) -> list[AnyDocument]:
        """Every document with one of these ids, held against other writers."""

    def unheld(self, document_id: str) -> list[AnyDocument]:
        """The same of one id, without holding it."""

    def followers(self, member_ids: Iterable[str], kind: str | None = None) -> list[str]:
        """The ids of everything, or of all of one kind, that belongs to these members."""

    def take_turns(self, identities: Iterable[Identity]) -> None:
        """Let nobody else ask of these until this transaction is over."""

    def owners(self, identities: Iterable[Identity]) -> dict[Identity, str]:
        """The members that these lead to."""

    def secret(self) -> bytes:
        """What leases are signed with."""

    def lending_from(self) -> int:
        """When a restored hub may lend again (ms)."""

    def waits(self, row_id: str) -> bool:
        """Whether an event about this row waits to be judged."""

    def tills(self, store_id: str) -> dict[str, str]:
        """The tills of a store that were not locked out, with their names."""


class Documents:
    """The documents that one transaction reads and changes."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._asked: set[str] = set()
        self._before: dict[Key, AnyDocument] = {}
        self._now: dict[Key, AnyDocument] = {}
        self._staged: dict[Key, AnyDocument] = {}
        self._followed: set[tuple[str, str | None]] = set()
        self._theirs: dict[tuple[str, str], dict[Key, None]] = {}  # by owner and kind: what is or was theirs
        self._owners_before: dict[Identity, str | None] = {}
        self._owners: dict[Identity, str | None] = {}
        self._owners_staged: dict[Identity, str | None] = {}
        self._tills: dict[str, dict[str, str]] = {}
        self._consulted: dict[str, dict[Key, AnyDocument]] = {}
        self.born: set[str] = set()
        self.told: set[str] = set()
        self._erased: set[str] = set()

    def load(self, ids: Iterable[str]) -> None:
        """Fetch what is not here yet, in one go."""
        missing = sorted({each for each in ids if each not in self._asked})
        if missing:
            self._asked.update(missing)
            found = self._source.documents(missing)
            self._before.update({document.key: document for document in found})
            self._erased.update(document.id for document in found if _is_erased(document))
            for document in found:
                self._note_owner(document)

    def take_turns(self, identities: Iterable[Identity]) -> None:
        """Let nobody else ask of these, as long as nothing is held yet: or one who waits could hold up another."""
        if not self._asked:
            self._source.take_turns(identities)

    def load_owners(self, identities: Iterable[Identity]) -> None:
        """Fetch who the identities lead to, in one go."""
        missing = sorted({identity for identity in identities if identity not in self._owners_before})
        if missing:
            self._owners_before.update(dict.fromkeys(missing))
            self._owners_before.update(self._source.owners(missing))

    def load_related(self) -> None:
        """Fetch the members that loaded redirects, facts and identities lead to."""
        members = {document.member_id for document in self._before.values()} | set(self._owners_before.values())
        self.load(member for member in members if member)

    def get(self, kind: type[Body], document_id: str) -> Document[Body] | None:
        """The document as it stands at this point of the batch; None too if it is there no longer."""
        document = self.peek(Key(KINDS[kind], document_id))
        return cast("Document[Body]", document) if document and not document.meta.fate else None

    def need(self, kind: type[Body], document_id: str) -> Document[Body]:
        """The same; the event waits if the hub has never heard of it."""
        document = self.get(kind, document_id)
        if document is None:
            raise Parked("wait_member", document_id)
        return document

    def peek(self, key: Key) -> AnyDocument | None:
        """The same, by key and whatever its fate."""
        put = self._staged.get(key) or self._now.get(key)
        if put is None:
            self.load([key.id])
        return put or self._before.get(key)

    def consult(self, kind: type[Body], document_id: str) -> Document[Body] | None:
        """What headquarters says, as it is or was put in this batch; read without holding it, so that pushes which only
        ask do not wait for one another."""
        key = Key(KINDS[kind], document_id)
        if key in self._staged or key in self._now or key in self._before:
            return self.get(kind, document_id)
        if document_id not in self._consulted:
            self._consulted[document_id] = {each.key: each for each in self._source.unheld(document_id)}
        found = self._consulted[document_id].get(key)
        return cast("Document[Body]", found) if found and not found.meta.fate else None

    def is_erased(self, document_id: str) -> bool:
        """Whether this is an erased member, or was theirs."""
        self.load([document_id])
        return document_id in self._erased

    def staged(self) -> list[tuple[AnyDocument | None, AnyDocument]]:
        """Before and after of what was put since it was last kept or dropped."""
        return [(self._now.get(key) or self._before.get(key), document) for key, document in self._staged.items()]

    def everything_of(self, owner_ids: Iterable[str], kind: type[Message] | None = None) -> list[AnyDocument]:
        """Everything, or all of one kind, that is theirs at this point of the batch.

        Asked of the source once: while we hold the owners nobody else gives them anything.
        """
        owners, name = dict.fromkeys(owner_ids), KINDS[kind] if kind else None
        if missing := [each for each in owners if not {(each, name), (each, None)} & self._followed]:
            self.load(self._source.followers(missing, name))
            self._followed.update((each, name) for each in missing)
        kinds = (name,) if name else tuple(BODIES)
        keys = [key for owner in owners for each in kinds for key in self._theirs.get((owner, each), ())]
        found = (self.peek(key) for key in dict.fromkeys(keys))
        return [document for document in found if document and document.member_id in owners]

    @cached_property
    def secret(self) -> bytes:
        """What leases are signed with."""
        return self._source.secret()

    @cached_property
    def lending_from(self) -> int:
        """When a restored hub may lend again (ms); not 0 as long as there is a till that it has not heard."""
        return self._source.lending_from()

    def lends(self, now: datetime) -> bool:
        """Whether this hub knows what others had and gave up: one that came back from a backup may not have heard of
        all tills.
        """
        return in_ms(now) >= self.lending_from

    def lend(self) -> None:
        """It lends by now, though it did not yet when it heard of what it judges."""
        self.lending_from = min(self.lending_from, 1)

    def waits(self, row_id: str) -> bool:
        """Whether an event about this row was waiting to be judged when the batch began."""
        return self._source.waits(row_id)

    def tills(self, store_id: str) -> dict[str, str]:
        """The tills of a store that may hold leases, with their names."""
        if store_id not in self._tills:
            self._tills[store_id] = self._source.tills(store_id)
        return self._tills[store_id]

    def put(self, document: Document[Body]) -> None:
        """Stage a new or changed document."""
        self._staged[document.key] = cast("AnyDocument", document)
        self._note_owner(document)

    def _note_owner(self, document: Document[Body]) -> None:
        if document.member_id:
            self._theirs.setdefault((document.member_id, document.key.kind), {})[document.key] = None

    def owner(self, identity: Identity) -> str | None:
        """The member that a phone, code or card leads to."""
        for owners in (self._owners_staged, self._owners):
            if identity in owners:
                return owners[identity]
        self.load_owners([identity])
        return self._owners_before[identity]

    def claim(self, identity: Identity, member_id: str | None) -> None:
        """Let an identity lead to a member, or to nobody."""
        self.load_owners([identity])  # what is saved is the difference
        self._owners_staged[identity] = member_id

    def keep(self) -> tuple[Key, ...]:
        """Make what was staged part of the batch; the keys it touched."""
        touched = tuple(self._staged)
        self.born.update(key.id for key in touched if key not in self._now and key not in self._before)
        self._erased.update(key.id for key, document in self._staged.items() if _is_erased(document))
        codes = (key for key, owner in self._owners_staged.items() if owner and key.kind == "code")
        self.told.update(name_of_code(key.value) for key in codes)
        self._now.update(self._staged)
        self._owners.update(self._owners_staged)
        self.drop()
        return touched

    def drop(self) -> None:
        """Forget what was staged."""
        self._staged.clear()
        self._owners_staged.clear()

    def changes(self) -> list[tuple[AnyDocument | None, AnyDocument]]:
        """Before and after of every document put, in the order of their first put."""
        return [(self._before.get(key), document) for key, document in self._now.items()]

    def published(self, documents: Iterable[AnyDocument]) -> None:
        """Take over what was saved: from here on it is what was there before."""
        self._before.update({document.key: document for document in documents})
        self._now.clear()
        self._owners_before.update(self._owners)
        self._owners.clear()

    def new_owners(self) -> dict[Identity, str | None]:
        """Identities that lead elsewhere than before."""
        return {key: owner for key, owner in self._owners.items() if self._owners_before.get(key) != owner}

    def owned_before(self, identities: Iterable[Identity]) -> list[Identity]:
        """Those of the identities that led to somebody when the batch began."""
        return [identity for identity in identities if self._owners_before.get(identity)]

    def followers(self, member_ids: Iterable[str]) -> list[AnyDocument]:
        """What belongs to these members and was not put in this batch."""
        ids = set(self._source.followers(member_ids))
        self.load(ids)
        return [found for key, found in self._before.items() if key.id in ids and key not in self._now]


def _is_erased(document: AnyDocument) -> bool:
    return document.meta.fate == "erased" or isinstance(document.body, ErasureRow)
