"""Laying the hub's rows of what a store does for its members onto the till's tables: see ``rows``."""

import logging
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from desktop.clock import milliseconds
from desktop.data.appointments import Appointment, Occasion
from desktop.data.contents import Content, ContentUse
from desktop.data.leads import Lead
from desktop.data.orders import OrderLine
from desktop.data.portraits import DefinitionSet, Entity, MemberTag
from desktop.data.projections import resolve
from desktop.data.search_keys import pinyin_of
from desktop.rules.shape import ShapeError
from desktop.views.shop import read_shop
from sync.statements import resolved, write, writing

_log = logging.getLogger(__name__)

Told = list[tuple[str, Any]]  # the ids of rows, and their bodies

_APPOINTMENT = writing(
    Appointment, "id", "member_id", "service", "starts_at", "minutes", "state", "for_guide", "guide_id", "store_id",
    "visit_id", "clash", "occasion_id",
)  # fmt: skip
_OCCASION = writing(Occasion, "id", "title", "starts_at", "minutes", "seats", "place", "store_id")
_LEAD = writing(
    Lead, "id", "name", "phone", "wechat", "channel", "recruit", "consent", "interest", "for_guide", "guide_id",
    "store_id", "noted_at", "state", "due", "note", "reason", "member_id",
)  # fmt: skip
_TAG = writing(MemberTag, "id", "member_id", "name", "family", "until", "set_at", "guide_id", "removed")
_ENTITY = writing(Entity, "id", "member_id", "kind", "fields", "sensitive", "noted_at")
_DEFINITIONS = writing(DefinitionSet, "id", "effective", "body")

_CONTENT = writing(Content, "id", "kind", "title", "text", "tags", "pinyin", "audience", "until")
_CONTENT_USE = writing(
    ContentUse, "id", "content_id", "member_id", "how", "visit_id", "guide_id", "at", "answered_at", "taken_back",
)  # fmt: skip
_ORDER = writing(
    OrderLine, "id", "member_id", "number", "channel", "at", "product_id", "title", "quantity", "amount", "currency",
    "guide_id",
)  # fmt: skip


def lay_appointments(session: Session, told: Told) -> None:
    """Who will come."""
    values = [
        (row_id, resolve(session, row.member_id), row.service, milliseconds(row.starts_at), row.minutes, row.state,
         row.for_guide, row.guide_id, row.store_id, row.visit_id, row.clash,
         row.occasion_id)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _APPOINTMENT, values)


def lay_occasions(session: Session, told: Told) -> None:
    """Lectures and classes."""
    values = [
        (row_id, row.title, milliseconds(row.starts_at), row.minutes, row.seats, row.place, row.store_id)
        for row_id, row in told
    ]
    write(session, _OCCASION, values)


def lay_leads(session: Session, told: Told) -> None:
    """Who may become a member, or has."""
    now = resolved(session, (row.member_id for _, row in told))
    values = [
        (row_id, row.name, row.phone, row.wechat, row.channel, row.recruit, row.consent, row.interest, row.for_guide,
         row.guide_id, row.store_id, milliseconds(row.noted_at), row.state, row.due, row.note, row.reason,
         now(row.member_id))
        for row_id, row in told
    ]  # fmt: skip
    write(session, _LEAD, values)


def lay_tags(session: Session, told: Told) -> None:
    """What guides said that members are like."""
    now = resolved(session, (row.member_id for _, row in told))
    values = [
        (row_id, now(row.member_id), row.name, row.family, row.until, milliseconds(row.set_at), row.guide_id,
         row.removed)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _TAG, values)


def lay_entities(session: Session, told: Told) -> None:
    """What members have."""
    now = resolved(session, (row.member_id for _, row in told))
    values = [
        (row_id, now(row.member_id), row.kind, msgspec.json.encode(row.fields).decode(), " ".join(row.sensitive),
         milliseconds(row.noted_at))
        for row_id, row in told
    ]  # fmt: skip
    write(session, _ENTITY, values)


def lay_definitions(session: Session, told: Told) -> None:
    """The parameters of the rules: kept as they came, unless this till could not follow them."""
    for row_id, row in told:
        body = msgspec.json.encode(row.definitions).decode()
        try:
            read_shop(body)
        except ShapeError as error:
            _log.info("definitions were not taken over: %s", error)
        else:
            write(session, _DEFINITIONS, [(row_id, row.effective, body)])


def lay_contents(session: Session, told: Told) -> None:
    """What there is to say, found by pinyin too."""
    values = [
        (row_id, row.kind, row.title, row.text, " ".join(row.tags), " ".join(pinyin_of(row.title)),
         msgspec.json.encode(row.audience).decode() if row.audience else None, row.until)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _CONTENT, values)


def lay_content_uses(session: Session, told: Told) -> None:
    """What was said, and what came of it."""
    now = resolved(session, (row.member_id for _, row in told))
    values = [
        (row_id, row.content_id, now(row.member_id), row.how, row.visit_id, row.guide_id, milliseconds(row.at),
         milliseconds(row.answered_at) if row.answered_at else None, row.taken_back)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _CONTENT_USE, values)


def lay_orders(session: Session, told: Told) -> None:
    """What members bought by other channels."""
    now = resolved(session, (row.member_id for _, row in told))
    values = [
        (row_id, now(row.member_id), row.number, row.channel, milliseconds(row.at), row.product_id, row.title,
         row.quantity, row.amount, row.currency, row.guide_id)
        for row_id, row in told
    ]  # fmt: skip
    write(session, _ORDER, values)
