"""Every change to what is said of a member: tags set by hand, what they have, how content they left."""

from collections.abc import Mapping
from datetime import date
from uuid import NAMESPACE_URL, uuid5

import msgspec
from sqlalchemy import select

from desktop.data.portraits import Entity, MemberTag
from desktop.errors import BadInput, NotFound, NotNow
from desktop.portrait_events import EntityNoted, EntityRemoved, TagRemoved, TagSet, VisitRated
from desktop.rules.consent import SENSITIVE
from desktop.rules.tags import FAMILIES
from desktop.rules.trade import EntityKind, FieldKind, Trade
from desktop.services.care import has_agreed
from desktop.services.known import known_member
from desktop.services.people import one_line
from desktop.services.visits import current_visit
from desktop.views.shop import find_trade
from desktop.work import Work

LONGEST_TAG, LONGEST_VALUE = 20, 200
CONTENT = range(6)  # 1 to 5; 0 takes it back


def set_tag(work: Work, member_id: str, name: str, family: str = "base", until: date | None = None) -> str:
    """Say in one word what a member is like, until a day or for good; gives the tag's id."""
    member = known_member(work, member_id)
    name = one_line(name, longest=LONGEST_TAG, too_long="tag_too_long")
    if not name:
        raise BadInput("tag_empty")
    if family not in FAMILIES:
        raise BadInput("tag_family_unknown", family=family, allowed=", ".join(FAMILIES))
    today = work.clock.today()
    if until is not None and until <= today:
        raise BadInput("tag_over")
    if any(each.until is None or each.until > today.isoformat() for each in _settings(work, member.id, name)):
        raise NotNow("tag_known", name=name)
    tag_id, last = work.clock.new_id(), until.isoformat() if until else None
    work.note(
        TagSet(tag_id=tag_id, member_id=member.id, name=name, family=family, until=last), undo=TagRemoved(tag_id=tag_id)
    )
    return tag_id


def remove_tag(work: Work, tag_id: str) -> None:
    """Take a tag off: every setting of it that is known here."""
    tag = work.session.get(MemberTag, tag_id)
    if tag is None or tag.removed:
        raise NotFound("tag_unknown")
    for each in _settings(work, tag.member_id, tag.name):
        again = TagSet(
            tag_id=work.clock.new_id(), member_id=each.member_id, name=each.name, family=each.family, until=each.until
        )
        work.note(TagRemoved(tag_id=each.id), undo=again)


def note_entity(
    work: Work, member_id: str, kind: str, fields: Mapping[str, str], *, entity_id: str | None = None
) -> str:
    """Note something a member has, or more of it (``entity_id``): fields of the trade, "" empties one; gives its id.

    Raises BadInput for what is no field or no value of it, NotNow ``sensitive_consent`` (field) for a field that needs
    a consent which the member has not given.
    """
    member = known_member(work, member_id)
    about = _kind(find_trade(work.session.connection(), work.clock.today()), kind)
    held = _held(work, member.id, about, entity_id)
    before: dict[str, str] = msgspec.json.decode(held.fields) if held else {}
    told = {name: _clean(_field(about, name), text) for name, text in fields.items()}
    told = {name: value for name, value in told.items() if value != before.get(name, "")}
    if not told and not before:
        raise BadInput("entity_empty")
    sensitive = tuple(sorted(name for name, value in told.items() if value and _field(about, name).sensitive))
    if sensitive and not has_agreed(work, member.id, SENSITIVE):
        raise NotNow("sensitive_consent", field=sensitive[0])
    noted = EntityNoted(
        entity_id=held.id if held else _new_id(work, member.id, about), member_id=member.id, kind=kind, fields=told,
        sensitive=sensitive,
    )  # fmt: skip
    if told:
        work.note(noted, undo=_back(noted, before, held))
    return noted.entity_id


def remove_entity(work: Work, entity_id: str) -> None:
    """The member does not have it any more."""
    held = work.session.get(Entity, entity_id)
    if held is None or held.fields == "{}":
        raise NotFound("entity_unknown")
    again = EntityNoted(
        entity_id=held.id, member_id=held.member_id, kind=held.kind, fields=msgspec.json.decode(held.fields),
        sensitive=tuple(held.sensitive.split()),
    )  # fmt: skip
    work.note(EntityRemoved(entity_id=held.id), undo=again)


def rate_visit(work: Work, mood: int) -> str:
    """Keep how content the person served leaves, 1 to 5, 0 takes it back; gives the running visit's id."""
    if mood not in CONTENT:
        raise BadInput("mood_unknown")
    visit = current_visit(work)
    if visit.mood != mood:
        work.note(VisitRated(visit_id=visit.id, mood=mood), undo=VisitRated(visit_id=visit.id, mood=visit.mood))
    return visit.id


def forget_sensitive(work: Work, member_id: str) -> None:
    """The member took the consent back: what it was needed for goes at once."""
    for held in work.session.scalars(select(Entity).where(Entity.member_id == member_id, Entity.sensitive != "")).all():
        empty = dict.fromkeys(held.sensitive.split(), "")
        work.note(EntityNoted(entity_id=held.id, member_id=member_id, kind=held.kind, fields=empty))


def _back(noted: EntityNoted, before: Mapping[str, str], held: Entity | None) -> EntityNoted:
    """What takes a noting back: the fields as they were, those that were sensitive still so."""
    fields = {name: before.get(name, "") for name in noted.fields}
    was = set(held.sensitive.split()) if held else set()
    sensitive = tuple(sorted(name for name, value in fields.items() if value and name in was))
    return EntityNoted(
        entity_id=noted.entity_id, member_id=noted.member_id, kind=noted.kind, fields=fields, sensitive=sensitive
    )


def _held(work: Work, member_id: str, about: EntityKind, entity_id: str | None) -> Entity | None:
    """The one that is meant: by id, or the only one of its kind."""
    if entity_id is None:
        return None if about.many else work.session.get(Entity, _new_id(work, member_id, about))
    held = work.session.get(Entity, entity_id)
    if held is None or (held.member_id, held.kind) != (member_id, about.key):
        raise NotFound("entity_unknown")
    return held


def _settings(work: Work, member_id: str, name: str) -> list[MemberTag]:
    alike = select(MemberTag).where(
        MemberTag.member_id == member_id, MemberTag.name == name, MemberTag.removed.is_(False)
    )
    return list(work.session.scalars(alike))


def _kind(trade: Trade, kind: str) -> EntityKind:
    for each in trade.entities:
        if each.key == kind:
            return each
    raise BadInput("entity_kind_unknown", kind=kind, allowed=", ".join(each.key for each in trade.entities))


def _field(about: EntityKind, name: str) -> FieldKind:
    for each in about.fields:
        if each.key == name:
            return each
    raise BadInput("entity_field_unknown", kind=about.key, field=name)


def _clean(field: FieldKind, text: str) -> str:
    text = one_line(text, longest=LONGEST_VALUE)
    try:
        return field.clean(text) if text else ""
    except (ValueError, OverflowError) as error:
        raise BadInput("entity_value", field=field.key, value=text[:40]) from error


def _new_id(work: Work, member_id: str, about: EntityKind) -> str:
    """Of what a member has once two tills write the same one."""
    if about.many:
        return work.clock.new_id()
    return str(uuid5(NAMESPACE_URL, f"urn:storeguide:entity:{member_id}:{about.key}"))
