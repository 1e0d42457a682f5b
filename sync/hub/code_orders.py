"""What an operator orders by hand about codes: keys, members' codes, vouchers, posters, badges, rules, partners."""

import argparse
import sys
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection

from desktop.rules.code_rules import Fault, check_card, check_label, check_names
from desktop.rules.crockford import decode
from desktop.rules.member_codes import BADGE_PREFIX, MEMBER_PREFIX, PUB_ID_BYTES, badge_code, recruit_code
from desktop.rules.signed_codes import MEMBER_BYTES
from sync.code_rows import CodeRulesRow, RecruitRow
from sync.hub.archive import Archive
from sync.hub.documents import Documents
from sync.hub.feed import publish
from sync.hub.hub import Hub
from sync.hub.imports import guides, stores
from sync.hub.issuing import EVERY, VoucherOrder, issue_vouchers, tokens_for
from sync.hub.keys import root_key
from sync.hub.lines import BadLine, minor_units, put_changed
from sync.hub.partners import let_in, shut_out
from sync.hub.problems import HubError, HubProblem
from sync.hub.trust import DAY, Renewal, renew
from sync.protocol import GuideRow

T = TypeVar("T")
RULES_ID = "code_rules"


def run_keys(hub: Hub, options: argparse.Namespace) -> int:
    """Make the keys that sign codes, or seal the bundle of them anew; tills believe one for 30 days."""
    order = Renewal(
        now=_now(hub),
        life=options.days * DAY,
        fresh=options.fresh,
        revoked_kids=frozenset(options.revoke_key),
        revoked_cards=frozenset(map(_card, options.revoke_card)),
    )
    bundle = hub.database.retry(lambda connection: renew(connection, root_key(options.root), hub.keyring, order))
    ends = f"{datetime.fromtimestamp(bundle.expires, UTC):%Y-%m-%d %H:%M} UTC"
    public = bytes(root_key(options.root).verify_key).hex()
    sys.stdout.write(f"bundle {bundle.ver}, {len(bundle.issuers)} keys, until {ends}; root {public}\n")
    return 0


def run_token(hub: Hub, options: argparse.Namespace) -> int:
    """Print a member's code of these minutes, or those of a day."""
    seconds = DAY if options.day else EVERY
    try:
        with hub.database.read() as connection:
            slots = tokens_for(connection, hub.keyring, options.member, now=_now(hub), seconds=seconds)
    except HubProblem:
        raise HubError(f"there is no member {options.member!r} with a code of ours") from None
    for slot in slots:
        moment = f"{datetime.fromtimestamp(slot.not_after, UTC):%Y-%m-%dT%H:%M:%SZ} " if options.day else ""
        sys.stdout.write(f"{moment}{slot.code}\n")
    return 0


def run_voucher(hub: Hub, options: argparse.Namespace) -> int:
    """Print new vouchers, one a line."""
    order = VoucherOrder(
        options.campaign, _money(options.value), options.expires, options.count, _store(hub, options.store)
    )
    codes = hub.database.retry(
        lambda connection: issue_vouchers(connection, hub.keyring, order, now=_now(hub), random=hub.clock.random)
    )
    sys.stdout.write("".join(f"{code}\n" for code in codes))
    return 0


def run_recruit(hub: Hub, options: argparse.Namespace) -> int:
    """Print a new recruit code: for a poster, a table card, a guide's phone, a partner."""
    code = recruit_code(hub.clock.random(PUB_ID_BYTES))
    guide_id, store_id = _guide(hub, options.guide), _store(hub, options.store)
    body = RecruitRow(channel=options.channel, label=options.label, store_id=store_id, guide_id=guide_id,
                      partner=options.partner, cost=_money(options.cost) if options.cost else None)  # fmt: skip
    change(hub, lambda documents: put_changed(documents, code, body))
    sys.stdout.write(f"{code}\n")
    return 0


def run_badge(hub: Hub, options: argparse.Namespace) -> int:
    """Print the code for a guide's badge; a new one if there is none of ours yet."""
    guide_id = _guide(hub, options.guide)

    def badge(documents: Documents) -> str:
        guide = documents.get(GuideRow, str(guide_id))
        if guide is None:
            raise HubError(f"there is no guide {options.guide!r}")
        if guide.body.badge and guide.body.badge.startswith(BADGE_PREFIX):
            return guide.body.badge
        code = badge_code(hub.clock.random(PUB_ID_BYTES))
        documents.put(replace(guide, body=replace(guide.body, badge=code)))
        return code

    sys.stdout.write(f"{change(hub, badge)}\n")
    return 0


def run_rules(hub: Hub, options: argparse.Namespace) -> int:
    """Say how labels of scales and cards of older systems are read: a TOML file of CodeRulesRow in PROTOCOL.md."""
    try:
        told = msgspec.convert(tomllib.loads(options.file.read_text("utf-8")), CodeRulesRow)
        _check(told)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError, Fault) as error:
        raise HubError(f"{options.file} holds no rules: {error}") from None
    change(hub, lambda documents: put_changed(documents, RULES_ID, told))
    return 0


def _check(told: CodeRulesRow) -> None:
    """As tills do, which would take over none of them."""
    for label in told.variable or ():
        check_label(label)
    for card in told.legacy:
        check_card(card)
    check_names(told.legacy)


def run_partner(hub: Hub, options: argparse.Namespace) -> int:
    """Print a token for a program that asks for members' codes, or shut it out."""
    if options.revoke:
        if not hub.database.retry(lambda connection: shut_out(connection, hub.ledger, options.name)):
            raise HubError(f"there is no partner {options.name!r}")
        return 0
    token = hub.database.retry(lambda connection: let_in(connection, hub.ledger, hub.clock, options.name))
    sys.stdout.write(f"{token}\n")
    return 0


def add_commands(add: Callable[[str, object], argparse.ArgumentParser]) -> None:
    """Let the parser know them."""
    keys = add("keys", run_keys)
    keys.add_argument("--root", type=Path, required=True, metavar="FILE", help="the key that seals; keep it offline")
    keys.add_argument("--days", type=int, default=30, choices=range(1, 31), metavar="1-30")
    keys.add_argument("--fresh", action="store_true", help="sign members' codes with a new key; the old one ends soon")
    keys.add_argument("--revoke-key", type=int, action="append", default=[], metavar="KID")
    keys.add_argument("--revoke-card", action="append", default=[], metavar="CODE")
    token = add("token", run_token)
    token.add_argument("member", help="id or code")
    token.add_argument("--day", action="store_true", help="all of the next 24 hours, each with its moment")
    voucher = add("voucher", run_voucher)
    voucher.add_argument("--campaign", type=int, required=True, help="its number")
    voucher.add_argument("--value", required=True, help="in whole units of money")
    voucher.add_argument("--expires", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    voucher.add_argument("--count", type=int, default=1, choices=range(1, 10_001), metavar="1-10000")
    voucher.add_argument("--store", help="id or exact name of the only store where it is good")
    recruit = add("recruit", run_recruit)
    recruit.add_argument("--channel", required=True)
    recruit.add_argument("--label", required=True, help="where it hangs, say")
    for name in ("--store", "--guide", "--partner"):
        recruit.add_argument(name)
    recruit.add_argument("--cost", help="what it comes to, in whole units of money")
    add("badge", run_badge).add_argument("guide", help="id, badge or exact name")
    add("rules", run_rules).add_argument("file", type=Path, metavar="FILE.toml")
    partner = add("partner", run_partner)
    partner.add_argument("name")
    partner.add_argument("--revoke", action="store_true")


def change(hub: Hub, step: Callable[[Documents], T]) -> T:
    """Headquarters' own word, told to every till."""

    def carry_out(connection: Connection) -> T:
        documents = Documents(Archive(connection))
        result = step(documents)
        documents.keep()
        publish(connection, documents)
        return result

    return hub.database.retry(carry_out)


def _now(hub: Hub) -> int:
    return hub.clock.now_ms() // 1000


def _money(text: str) -> int:
    try:
        return minor_units(text)
    except BadLine as error:
        raise HubError(str(error)) from None


def _store(hub: Hub, told: str | None) -> str | None:
    if told is None:
        return None
    with hub.database.read() as connection:
        store_id = stores(connection).get(told)
    if store_id is None:
        raise HubError(f"there is no store {told!r}")
    return store_id


def _guide(hub: Hub, told: str | None) -> str | None:
    if told is None:
        return None
    with hub.database.read() as connection:
        found = guides(connection, told)
    if len(found) != 1:
        raise HubError(f"there {'are several guides' if found else 'is no guide'} {told!r}")
    return found[0]


def _card(code: str) -> bytes:
    """How the public id of a member's code begins."""
    try:
        return decode(code.removeprefix(MEMBER_PREFIX)[:16])[:MEMBER_BYTES]
    except (ValueError, OverflowError):
        raise HubError(f"{code!r} is no member's code") from None
