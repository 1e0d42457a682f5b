"""Documents in memory: what handlers read and change, with no database in sight.

A document is one thing the hub knows: ``body`` is what tills see of it, ``meta`` what only the hub needs in order to
merge. Bodies are frozen; a handler puts a changed copy. What a handler puts is staged, and kept or dropped as a whole.
"""

from collections.abc import Iterable
from typing import Generic, NamedTuple, Protocol, TypeVar, cast

import msgspec

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

Body = TypeVar("Body", bound=Message)

BODIES: dict[str, type[Message]] = {
    "store": StoreRow,
    "guide": GuideRow,
    "product": ProductRow,
    "member": MemberRow,
    "redirect": RedirectRow,
    "visit": VisitRow,
    "preference": PreferenceRow,
    "consent": ConsentRow,
    "erasure": ErasureRow,
    "verdict": Answer,
}
KINDS: dict[type[Message], str] = {body: kind for kind, body in BODIES.items()}


class Key(NamedTuple):
    """Names one document."""

    kind: str
    id: str


class Identity(NamedTuple):
    """A phone, code or card: leads to at most one member."""

    kind: str
    value: str


class Past(msgspec.Struct, frozen=True, array_like=True):
    """A value that lost, and the clock it was written at."""

    field: str
    value: str
    clock: str


class Meta(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the hub keeps beside a body.

    clocks: field, line or transition → clock of its newest writing. gone: removed line or note → clock of the removal.
    stores: where a member enrolled or was served. device and row: whose late verdict this is, and the row it is about.
    """

    clocks: dict[str, str] = {}
    gone: dict[str, str] = {}
    stores: tuple[str, ...] = ()
    history: tuple[Past, ...] = ()
    device: str | None = None
    row: Key | None = None


class Document(msgspec.Struct, Generic[Body], frozen=True):
    """One thing the hub knows. ``ver`` and ``scopes`` are those it was last published with."""

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

    def followers(self, member_ids: Iterable[str]) -> list[str]:
        """The ids of everything that belongs to these members."""

    def owners(self, identities: Iterable[Identity]) -> dict[Identity, str]:
        """The members that these lead to."""


class Documents:
    """The documents that one transaction reads and changes."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._asked: set[str] = set()
        self._before: dict[Key, AnyDocument] = {}
        self._now: dict[Key, AnyDocument] = {}
        self._staged: dict[Key, AnyDocument] = {}
        self._owners_before: dict[Identity, str | None] = {}
        self._owners: dict[Identity, str | None] = {}
        self._owners_staged: dict[Identity, str | None] = {}
        self.born: set[str] = set()

    def load(self, ids: Iterable[str]) -> None:
        """Fetch what is not here yet, in one go."""
        missing = sorted({each for each in ids if each not in self._asked})
        if missing:
            self._asked.update(missing)
            self._before.update({found.key: found for found in self._source.documents(missing)})

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
        """The document as it stands at this point of the batch."""
        return cast("Document[Body] | None", self.peek(Key(KINDS[kind], document_id)))

    def peek(self, key: Key) -> AnyDocument | None:
        """The same, by key."""
        if key.id not in self._asked:
            self.load([key.id])
        return self._staged.get(key) or self._now.get(key) or self._before.get(key)

    def put(self, document: Document[Body]) -> None:
        """Stage a new or changed document."""
        self._staged[document.key] = cast("AnyDocument", document)

    def owner(self, identity: Identity) -> str | None:
        """The member that a phone, code or card leads to."""
        for owners in (self._owners_staged, self._owners):
            if identity in owners:
                return owners[identity]
        self.load_owners([identity])
        return self._owners_before[identity]

    def claim(self, identity: Identity, member_id: str | None) -> None:
        """Let an identity lead to a member, or to nobody."""
        self._owners_staged[identity] = member_id

    def keep(self) -> tuple[Key, ...]:
        """Make what was staged part of the batch; the keys it touched."""
        touched = tuple(self._staged)
        self.born.update(key.id for key in touched if key not in self._now and key not in self._before)
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
