"""Whom the tills believe: the keys that sign codes, and what was revoked; itself signed by a root key. Pure.

What travels is one JSON text, ``{"bundle": "<a JSON text>", "signature": "<hex>"}``: the inner text is signed as it
stands, so that nobody has to agree on how to spell JSON.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LONGEST_LIFE = 30 * 86_400  # seconds

_DOMAIN = b"storeguide-trust-1"


@dataclass(frozen=True, slots=True)
class Issuer:
    """A key that signs. pub: its 32 public bytes. since, until: unix seconds. purposes: token, voucher."""

    kid: int
    pub: bytes
    since: int
    until: int
    purposes: frozenset[str]


@dataclass(frozen=True, slots=True)
class TrustBundle:
    """All that a till believes. issued, expires: unix seconds. revoked_cards: how their public ids begin, 8 bytes."""

    ver: int
    issued: int
    expires: int
    issuers: tuple[Issuer, ...]
    revoked_kids: frozenset[int] = frozenset()
    revoked_cards: frozenset[bytes] = frozenset()


def seal_bundle(bundle: TrustBundle, sign: Callable[[bytes], bytes]) -> str:
    """The text that travels. ``sign`` gives the 64 bytes of Ed25519 of the root key."""
    inner = json.dumps(_as_json(bundle), separators=(",", ":"), sort_keys=True)
    return json.dumps({"bundle": inner, "signature": sign(_DOMAIN + inner.encode()).hex()})


def open_seal(text: str) -> tuple[str, bytes, bytes]:
    """The inner text, what was signed, and the signature, not verified. ``ValueError`` if it is no such text."""
    sealed = json.loads(text)
    if not isinstance(sealed, dict) or not isinstance(sealed.get("bundle"), str):
        raise ValueError("no bundle inside")
    inner, signature = sealed["bundle"], sealed.get("signature")
    return inner, _DOMAIN + inner.encode(), bytes.fromhex(str(signature))


def read_bundle(inner: str) -> TrustBundle:
    """The bundle of an inner text. ``ValueError`` if something is missing or of another shape."""
    try:
        return _of_json(json.loads(inner))
    except (KeyError, TypeError, AttributeError) as gap:
        raise ValueError(f"not a bundle: {gap!r}") from gap


def _as_json(bundle: TrustBundle) -> dict[str, Any]:
    return {
        "ver": bundle.ver,
        "issued": bundle.issued,
        "expires": bundle.expires,
        "issuers": [
            {
                "kid": each.kid,
                "pub": each.pub.hex(),
                "from": each.since,
                "to": each.until,
                "purposes": sorted(each.purposes),
            }
            for each in bundle.issuers
        ],
        "revoked_kids": sorted(bundle.revoked_kids),
        "revoked_cards": sorted(each.hex() for each in bundle.revoked_cards),
    }


def _of_json(raw: Any) -> TrustBundle:
    return TrustBundle(
        int(raw["ver"]),
        int(raw["issued"]),
        int(raw["expires"]),
        tuple(_issuer(each) for each in raw["issuers"]),
        frozenset(int(each) for each in raw["revoked_kids"]),
        frozenset(bytes.fromhex(each) for each in raw["revoked_cards"]),
    )


def _issuer(raw: Any) -> Issuer:
    purposes = frozenset(str(each) for each in raw["purposes"])
    return Issuer(int(raw["kid"]), bytes.fromhex(raw["pub"]), int(raw["from"]), int(raw["to"]), purposes)
