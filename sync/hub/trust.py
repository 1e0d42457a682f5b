"""Whom the hub tells its tills to believe: the bundle of public keys, and when it is renewed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from nacl.signing import SigningKey
from sqlalchemy import Connection, select, update

from desktop.rules.trust_bundle import LONGEST_LIFE, Issuer, TrustBundle, open_seal, read_bundle, seal_bundle
from sync.code_rows import TrustReply, TrustRow
from sync.hub.archive import Archive
from sync.hub.documents import Documents
from sync.hub.feed import publish
from sync.hub.keys import Keyring
from sync.hub.lines import put_changed
from sync.hub.problems import HubError
from sync.hub.tables import meta
from sync.hub.vouchers import TRUST_ID

DAY = 86_400
OVERLAP = 7 * DAY  # in which codes of the old key are still good
_LIVES = {"token": 90 * DAY, "voucher": 3 * 365 * DAY}  # a voucher is printed for long
_BEFORE = 3600  # clocks of tills may be behind
_LAST_KID = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """What is to be renewed. now: seconds since 1970. fresh: with new keys for tokens, whatever the old ones' age."""

    now: int
    life: int = LONGEST_LIFE
    fresh: bool = False
    revoked_kids: frozenset[int] = frozenset()
    revoked_cards: frozenset[bytes] = frozenset()


def find_bundle(documents: Documents) -> TrustBundle | None:
    """The bundle that tills were told last."""
    row = documents.get(TrustRow, TRUST_ID)
    return _unsealed(row.body.sealed) if row else None


def _unsealed(sealed: str) -> TrustBundle:
    return read_bundle(open_seal(sealed)[0])


def renew(connection: Connection, root: SigningKey, ring: Keyring, order: Renewal) -> TrustBundle:
    """Seal another bundle and tell every till; keys are made where one is missing or about to end."""
    public = bytes(root.verify_key).hex()
    known = connection.scalars(select(meta.c.root)).one()
    if known not in ("", public):
        raise HubError("the tills of this hub believe another root key")
    documents = Documents(Archive(connection))
    bundle = _next(find_bundle(documents), ring, order)
    told = TrustReply(root=public, sealed=seal_bundle(bundle, lambda message: root.sign(message).signature))
    _tell(connection, documents, told)
    ring.tell(told)
    return bundle


def tell_again(connection: Connection, ring: Keyring) -> None:
    """After a restore: the keys that tills believe and what was revoked, as they were told last."""
    documents, told = Documents(Archive(connection)), ring.told()
    known = find_bundle(documents)
    if told and (known is None or known.ver < _unsealed(told.sealed).ver):
        _tell(connection, documents, told)


def _tell(connection: Connection, documents: Documents, told: TrustReply) -> None:
    put_changed(documents, TRUST_ID, TrustRow(sealed=told.sealed))
    documents.keep()
    publish(connection, documents)
    connection.execute(update(meta).values(root=told.root))


def published(connection: Connection) -> TrustReply | None:
    """The bundle as it was sealed, for whoever is no till."""
    row = Documents(Archive(connection, lock=False)).get(TrustRow, TRUST_ID)
    if row is None:
        return None
    return TrustReply(root=connection.scalars(select(meta.c.root)).one(), sealed=row.body.sealed)


def issuer_for(bundle: TrustBundle | None, purpose: str, now: int, held: Iterable[int]) -> Issuer:
    """The key to sign with now: the newest that lives. Raises ``HubError`` when there is none."""
    good = [
        each
        for each in (bundle.issuers if bundle else ())
        if purpose in each.purposes and each.since <= now <= each.until and each.kid not in bundle.revoked_kids  # type: ignore[union-attr]
        and each.kid in held
    ]  # fmt: skip
    if not good:
        raise HubError("there is no key to sign with: make one with `keys`")
    return max(good, key=lambda each: each.until)  # an old one ends sooner


def _next(old: TrustBundle | None, ring: Keyring, order: Renewal) -> TrustBundle:
    keys = ring.load()
    issuers = [each for each in (old.issuers if old else ()) if each.until > order.now]
    revoked = (old.revoked_kids if old else frozenset()) | order.revoked_kids
    for purpose in _LIVES:
        if _lacks(issuers, purpose, keys, revoked, order):
            kid = _free_kid(issuers, keys, revoked)
            keys[kid] = ring.make()
            issuers = [_ending(each, purpose, order.now) for each in issuers]
            issuers.append(_issuer(kid, keys[kid], purpose, order.now))
    ring.save({kid: key for kid, key in keys.items() if kid in {each.kid for each in issuers}})
    return TrustBundle(
        # Numbered by the time: the next one of a restored hub is newer than those that it has forgotten.
        ver=max(order.now, old.ver + 1 if old else 0),
        issued=order.now,
        expires=order.now + min(order.life, LONGEST_LIFE),
        issuers=tuple(issuers),
        revoked_kids=revoked & {each.kid for each in issuers},
        revoked_cards=(old.revoked_cards if old else frozenset()) | order.revoked_cards,
    )


def _lacks(
    issuers: list[Issuer], purpose: str, keys: dict[int, SigningKey], revoked: frozenset[int], order: Renewal
) -> bool:
    """Whether a key for this is missing, ends before the bundle does, or is to be replaced."""
    theirs = [each for each in issuers if purpose in each.purposes and each.kid in keys and each.kid not in revoked]
    ends = max((each.until for each in theirs), default=0)
    return ends < order.now + order.life or (order.fresh and purpose == "token")


def _ending(issuer: Issuer, purpose: str, now: int) -> Issuer:
    """A token lives for minutes, so its old key soon ends; vouchers of an old key are still about."""
    if purpose == "voucher" or purpose not in issuer.purposes:
        return issuer
    return replace(issuer, until=min(issuer.until, now + OVERLAP))


def _issuer(kid: int, key: SigningKey, purpose: str, now: int) -> Issuer:
    return Issuer(kid, bytes(key.verify_key), now - _BEFORE, now + _LIVES[purpose], frozenset({purpose}))


def _free_kid(issuers: list[Issuer], keys: dict[int, SigningKey], revoked: frozenset[int]) -> int:
    taken = {each.kid for each in issuers} | keys.keys() | revoked
    free = next((kid for kid in range(1, _LAST_KID + 1) if kid not in taken), None)
    if free is None:
        raise HubError("there are too many keys")
    return free
