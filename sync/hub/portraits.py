"""The rules of what a member is like: tags set by hand, what they have, how content they left."""

from typing import Annotated, Literal, cast

from msgspec import Meta
from msgspec.structs import replace

from desktop.rules.consent import SENSITIVE
from sync.hub.consents import has_agreed
from sync.hub.deeds import Deed
from sync.hub.documents import Document, Documents, Past
from sync.hub.members import HISTORY, check_is_known, serve_member
from sync.hub.payloads import Day, Label, Payload, Value
from sync.hub.visits import marked, newer, own_visit
from sync.protocol import Id
from sync.service_rows import EntityRow, TagRow

Entity = Document[EntityRow]
Family = Literal["base", "purchase", "scene", "behaviour", "preference", "emotion"]
_REMOVED, _MOOD = "-", "mood"  # marks beside those of fields; no field is called so


class TagSet(Payload, frozen=True, kw_only=True):
    """A guide set a tag."""

    tag_id: Id
    member_id: Id
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    family: Family = "base"
    until: Day | None = None


class TagRemoved(Payload, frozen=True, kw_only=True):
    """That setting no longer holds."""

    tag_id: Id


class EntityNoted(Payload, frozen=True, kw_only=True):
    """Fields of something a member has got new values."""

    entity_id: Id
    member_id: Id
    kind: Label
    fields: Annotated[dict[Label, Value], Meta(max_length=64)]
    sensitive: Annotated[tuple[Label, ...], Meta(max_length=64)] = ()


class EntityRemoved(Payload, frozen=True, kw_only=True):
    """The member does not have it any more."""

    entity_id: Id


class VisitRated(Payload, frozen=True, kw_only=True):
    """The person served said how content they leave."""

    visit_id: Id
    mood: Annotated[int, Meta(ge=0, le=5)]


def set_tag(documents: Documents, deed: Deed, data: TagSet) -> None:
    """Once; who sets the same tag elsewhere sets another one, which the removal of this one does not touch."""
    if documents.get(TagRow, data.tag_id):
        return
    member_id = serve_member(documents, deed, data.member_id) or data.member_id
    body = TagRow(
        member_id=member_id, name=data.name, family=data.family, set_at=deed.at, until=data.until,
        guide_id=deed.guide_id,
    )  # fmt: skip
    documents.put(Document(data.tag_id, body, member_id=member_id))


def remove_tag(documents: Documents, deed: Deed, data: TagRemoved) -> None:
    """Removed wins over this setting, whatever comes later."""
    tag = documents.need(TagRow, data.tag_id)
    check_is_known(documents, deed, tag.member_id)
    if not tag.body.removed:
        documents.put(replace(tag, body=replace(tag.body, removed=True)))


def note_entity(documents: Documents, deed: Deed, data: EntityNoted) -> None:
    """Field by field the newest word counts, and what was noted before a removal is gone; what lost is kept in the
    history, what is sensitive only from who agrees to it."""
    member_id = serve_member(documents, deed, data.member_id) or data.member_id
    entity = documents.get(EntityRow, data.entity_id)
    if entity is None:
        body = EntityRow(member_id=member_id, kind=data.kind, noted_at=deed.at)
        entity = Document(data.entity_id, body, member_id=member_id)
    elif entity.member_id != member_id:
        check_is_known(documents, deed, entity.member_id)
    clocks, fields, lost = dict(entity.meta.clocks), dict(entity.body.fields), []
    for name, value in data.fields.items():
        held = Past(name, fields.get(name, ""), clocks.get(name, ""))
        told = Past(name, value, deed.clock)
        wins = deed.clock > max(held.clock, clocks.get(_REMOVED, ""))
        if wins:
            clocks[name], fields[name] = deed.clock, value
        if value != held.value:
            lost.append(held if wins else told)
    body = replace(
        entity.body, noted_at=max(entity.body.noted_at, deed.at),
        fields={name: value for name, value in sorted(fields.items()) if value},
        sensitive=tuple(sorted({*entity.body.sensitive, *data.sensitive})),
    )  # fmt: skip
    entity = _remembering(replace(entity, body=body, meta=replace(entity.meta, clocks=clocks)), lost)
    if body.sensitive and not has_agreed(documents, deed, member_id, SENSITIVE):
        entity = _without_sensitive(entity)
    documents.put(entity)


def remove_entity(documents: Documents, deed: Deed, data: EntityRemoved) -> None:
    """Whatever was noted of it before goes; what is noted later stands."""
    entity = documents.need(EntityRow, data.entity_id)
    check_is_known(documents, deed, entity.member_id)
    clocks = {**entity.meta.clocks, _REMOVED: max(deed.clock, entity.meta.clocks.get(_REMOVED, ""))}
    fields = {name: value for name, value in entity.body.fields.items() if clocks.get(name, "") > clocks[_REMOVED]}
    lost = [Past(name, held, clocks.get(name, "")) for name, held in entity.body.fields.items() if name not in fields]
    after = replace(entity, body=replace(entity.body, fields=fields), meta=replace(entity.meta, clocks=clocks))
    documents.put(_remembering(after, lost))


def drop_sensitive(documents: Documents, deed: Deed, member_id: str) -> None:
    """A member took the consent back: what it was needed for is forgotten."""
    if has_agreed(documents, deed, member_id, SENSITIVE):
        return
    for entity in cast("list[Entity]", documents.everything_of([member_id], EntityRow)):
        if (kept := _without_sensitive(entity)) != entity:
            documents.put(kept)


def _remembering(entity: Entity, lost: list[Past]) -> Entity:
    history = (*entity.meta.history, *(each for each in lost if each.value))
    return replace(entity, meta=replace(entity.meta, history=history[-HISTORY:]))


def _without_sensitive(entity: Entity) -> Entity:
    fields = {name: value for name, value in entity.body.fields.items() if name not in entity.body.sensitive}
    history = tuple(each for each in entity.meta.history if each.field not in entity.body.sensitive)
    return replace(entity, body=replace(entity.body, fields=fields), meta=replace(entity.meta, history=history))


def rate_visit(documents: Documents, deed: Deed, data: VisitRated) -> None:
    """The newest word counts."""
    visit = own_visit(documents, deed, data.visit_id)
    if newer(visit, _MOOD, deed):
        visit = marked(visit, _MOOD, deed)
        documents.put(replace(visit, body=replace(visit.body, mood=data.mood)))
