"""A till that believes a key, and what that key has signed: without a hub."""

from datetime import date, datetime

from nacl.signing import SigningKey

from desktop.desk import Desk
from desktop.rules import hlc
from desktop.rules.crockford import decode
from desktop.rules.signed_codes import TokenBody, VoucherBody, issue_token, issue_voucher
from desktop.rules.trust_bundle import Issuer, TrustBundle, seal_bundle
from desktop.services.trust import accept_bundle
from desktop.work import Work

ROOT, ISSUER = SigningKey(b"r" * 32), SigningKey(b"i" * 32)
DAY = 86_400


def believe(desk: Desk) -> None:
    """Let the till of this desk believe ``ISSUER`` for a month."""
    now = int(desk.clock.now().timestamp())
    key = Issuer(1, bytes(ISSUER.verify_key), now - DAY, now + 30 * DAY, frozenset({"token", "voucher"}))
    sealed = seal_bundle(TrustBundle(1, now - 60, now + 20 * DAY, (key,)), lambda text: ROOT.sign(text).signature)

    def take(work: Work) -> None:
        work.till.hlc = hlc.witness(work.till.hlc, now * 1000)  # the hub has just told the time
        work.till.root = bytes(ROOT.verify_key).hex()
        work.flush()
        accept_bundle(work.session, sealed)

    desk.do_behind(take).result()


def token(code: str, at: datetime) -> str:
    """The short-lived code of the member with this code."""
    body = TokenBody(1, decode(code[4:-2])[:8], int(at.timestamp()))
    return issue_token(body, lambda text: ISSUER.sign(text).signature)


def voucher(value: int = 2000, expires_on: date = date(2099, 12, 31), serial: bytes = b"12345678") -> str:
    """A voucher of so many minor units."""
    return issue_voucher(VoucherBody(1, serial, 12, value, expires_on), lambda text: ISSUER.sign(text).signature)
