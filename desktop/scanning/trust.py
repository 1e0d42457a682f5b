"""Whether a signed code is to be believed: Ed25519 with the public keys of the trust bundle, no network needed."""

from collections.abc import Collection
from datetime import date, datetime

from desktop.errors import BadInput
from desktop.rules.signed_codes import MEMBER_BYTES, TokenBody, VoucherBody
from desktop.rules.trust_bundle import LONGEST_LIFE, Issuer, TrustBundle, open_seal, read_bundle
from desktop.scanning.kinds import MemberToken, Voucher

__all__ = ["FRESH", "Issuer", "TrustBundle", "open_bundle", "revokes", "verify_token", "verify_voucher"]

FRESH = 120  # seconds before and after not_after in which a token counts; clocks of phones and tills differ


def open_bundle(text: str, root: bytes, *, held: TrustBundle | None, now: datetime) -> TrustBundle:
    """The bundle in ``text`` if the root key (32 bytes) signed it and it is newer than the one held.

    Raises BadInput ``bundle_unreadable``, ``bundle_signature_wrong``, ``bundle_not_newer`` (ver, held),
    ``bundle_lives_too_long``, ``bundle_expired`` (expired_on).
    """
    try:
        inner, message, signature = open_seal(text)
        if not _is_signed(root, message, signature):
            raise BadInput("bundle_signature_wrong")
        bundle = read_bundle(inner)
    except ValueError as error:
        raise BadInput("bundle_unreadable") from error
    if held is not None and bundle.ver <= held.ver:
        raise BadInput("bundle_not_newer", ver=bundle.ver, held=held.ver)
    if bundle.expires - bundle.issued > LONGEST_LIFE:
        raise BadInput("bundle_lives_too_long")
    _expect_alive(bundle, now)
    return bundle


def verify_token(token: MemberToken, bundle: TrustBundle | None, now: datetime) -> None:
    """Returns if an issuer we trust signed it for these minutes, else raises.

    Raises BadInput ``trust_missing``, ``bundle_expired``, ``till_clock_behind``, ``issuer_unknown``,
    ``issuer_revoked``, ``issuer_out_of_time``, ``issuer_not_for_this``, ``signature_wrong``, ``card_revoked``,
    ``token_expired``, ``token_not_yet``.
    """
    issuer, bundle = _issuer(bundle, token.kid, "token", now)
    body = TokenBody(token.kid, token.member, token.not_after, token.flags)
    if not _is_signed(issuer.pub, body.signed_bytes(), token.signature):
        raise BadInput("signature_wrong")
    if token.member in bundle.revoked_cards:
        raise BadInput("card_revoked")
    if now.timestamp() > token.not_after + FRESH:
        raise BadInput("token_expired")
    if now.timestamp() < token.not_after - FRESH:
        raise BadInput("token_not_yet")


def verify_voucher(
    voucher: Voucher, bundle: TrustBundle | None, now: datetime, *, today: date, scopes: Collection[int] = ()
) -> None:
    """Returns if an issuer we trust signed it and it is good here, today by the store's calendar, else raises.

    scopes: the hub's numbers for this store. That nobody used it elsewhere is for a lease to say.
    Raises BadInput as verify_token does, and ``voucher_expired`` (expires_on), ``voucher_elsewhere``.
    """
    issuer, _ = _issuer(bundle, voucher.kid, "voucher", now)
    body = VoucherBody(
        voucher.kid,
        voucher.serial,
        voucher.campaign,
        voucher.value,
        voucher.expires_on,
        voucher.scope,
        voucher.flags,
    )
    if not _is_signed(issuer.pub, body.signed_bytes(), voucher.signature):
        raise BadInput("signature_wrong")
    if today > voucher.expires_on:
        raise BadInput("voucher_expired", expires_on=voucher.expires_on)
    if voucher.scope and voucher.scope not in scopes:
        raise BadInput("voucher_elsewhere")


def revokes(bundle: TrustBundle | None, pub_id: bytes) -> bool:
    """Whether the bundle takes back the card with this public id, or with one that begins so."""
    return bundle is not None and pub_id[:MEMBER_BYTES] in bundle.revoked_cards


def _issuer(bundle: TrustBundle | None, kid: int, purpose: str, now: datetime) -> tuple[Issuer, TrustBundle]:
    if bundle is None:
        raise BadInput("trust_missing")
    _expect_alive(bundle, now)
    if kid in bundle.revoked_kids:
        raise BadInput("issuer_revoked")
    issuer = next((each for each in bundle.issuers if each.kid == kid), None)
    if issuer is None:
        raise BadInput("issuer_unknown")
    if purpose not in issuer.purposes:
        raise BadInput("issuer_not_for_this")
    if not issuer.since <= now.timestamp() <= issuer.until:
        raise BadInput("issuer_out_of_time")
    return issuer, bundle


def _expect_alive(bundle: TrustBundle, now: datetime) -> None:
    if now.timestamp() > bundle.expires:
        raise BadInput("bundle_expired", expired_on=datetime.fromtimestamp(bundle.expires, now.tzinfo).date())
    # A clock set back would make yesterday's tokens fresh again; the bundle proves that it is later than that.
    if now.timestamp() < bundle.issued - FRESH:
        raise BadInput("till_clock_behind")


def _is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    # pynacl takes some hundredths of a second: the first signed code pays, not the start.
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    try:
        VerifyKey(public).verify(message, signature)
    except (BadSignatureError, ValueError):  # ValueError: a key or a signature of another length
        return False
    return True
