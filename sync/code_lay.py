"""Laying the hub's rows of what codes lead to onto the till's tables: see ``rows``."""

import logging
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from desktop.clock import milliseconds
from desktop.data.codes import Item, ProductCode, Recruit, RuleSet, Sighting, Voucher
from desktop.errors import BadInput
from desktop.services.trust import accept_bundle
from desktop.views.code_rules import read_rules
from sync.statements import removing, write, writing

_log = logging.getLogger(__name__)

Told = list[tuple[str, Any]]  # the ids of rows, and their bodies

_RULES = writing(RuleSet, "id", "body")
_RECRUIT = writing(Recruit, "id", "channel", "label", "store_id", "guide_id", "partner", "active", "cost")
_CODE = writing(ProductCode, "id", "code", "product_id", "platform", "guide_id")
_ITEM = writing(Item, "id", "gtin", "serial")
_SIGHTING = writing(Sighting, "id", "item_id", "action", "at", "store_id", "guide_id")
_NO_SIGHTINGS = removing(Sighting, "item_id")
_VOUCHER = writing(Voucher, "id", "state", "redemption_id", "visit_id", "store_id", "at")


def lay_trust(session: Session, told: Told) -> None:
    """A bundle that is forged, old or unreadable changes nothing; the till goes on with the one it has."""
    for _, row in told:
        try:
            accept_bundle(session, row.sealed)
        except BadInput as error:
            _log.info("a trust bundle was not taken over: %s", error.code)


def lay_rules(session: Session, told: Told) -> None:
    """How labels and old cards are read: kept as they came, unless this till could not follow them."""
    for row_id, row in told:
        body = msgspec.json.encode(row).decode()
        try:
            read_rules("{}", body)
        except (BadInput, msgspec.ValidationError) as error:
            _log.info("rules about codes were not taken over: %s", error)
        else:
            write(session, _RULES, [(row_id, body)])


def lay_recruits(session: Session, told: Told) -> None:
    """What posters mean."""
    values = [
        (row_id, row.channel, row.label, row.store_id, row.guide_id, row.partner, row.active, row.cost)
        for row_id, row in told
    ]
    write(session, _RECRUIT, values)


def lay_codes(session: Session, told: Told) -> None:
    """Other codes of products."""
    write(session, _CODE, [(row_id, row.code, row.product_id, row.platform, row.guide_id) for row_id, row in told])


def lay_items(session: Session, told: Told) -> None:
    """Single units, and where they were seen."""
    write(session, _ITEM, [(row_id, row.gtin, row.serial) for row_id, row in told])
    write(session, _NO_SIGHTINGS, [(row_id,) for row_id, _ in told])
    sightings = [
        (each.id, row_id, each.action, milliseconds(each.at), each.store_id, each.guide_id)
        for row_id, row in told
        for each in row.sightings
    ]
    write(session, _SIGHTING, sightings)


def lay_vouchers(session: Session, told: Told) -> None:
    """Which vouchers were taken, and where."""
    values = [
        (row_id, row.state, row.redemption_id, row.visit_id, row.store_id,
         None if row.redeemed_at is None else milliseconds(row.redeemed_at))
        for row_id, row in told
    ]  # fmt: skip
    write(session, _VOUCHER, values)
