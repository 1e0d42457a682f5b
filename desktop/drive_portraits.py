"""The commands of drive about what a member is like, and how a member's portrait is told, every value with its why."""

from collections.abc import Mapping
from typing import Any

from desktop.drive_counter import Command, Counter, Facts
from desktop.drive_tasks import day_of
from desktop.errors import BadInput
from desktop.money import in_figures
from desktop.reasons import explain
from desktop.rules import tags
from desktop.rules.why import Figure, Why
from desktop.services.portraits import note_entity, rate_visit, remove_entity, remove_tag, set_tag
from desktop.views.portrait import MemberPortrait, evidence, find_portrait
from desktop.views.suggestions import SuggestionView, find_suggestions
from desktop.views.talk import TalkingPoint, find_talk
from desktop.views.visit import visits_of


class ShowProfile(Command, frozen=True):
    """A member's whole picture, without serving them: what is known, and what the rules say of it."""

    text: str

    def run(self, counter: Counter) -> Facts:
        profile = counter.profile(counter.find_member(self.text))
        return {
            "member": counter.member(profile.member_id),
            "preferences": profile.preferences,
            "consents": profile.consents,
            "visits": counter.desk.read(visits_of, profile.member_id),
            "portrait": portrait_facts(counter, profile.member_id),
        }


class Tag(Command, frozen=True):
    """A guide says in one word what a member is like; ``until`` (YYYY-MM-DD) is the first day without."""

    text: str
    name: str
    family: str = "base"
    until: str | None = None

    def run(self, counter: Counter) -> Facts:
        until = day_of(self.until) if self.until else None
        told = (counter.find_member(self.text), self.name, self.family, until)
        return {"tag": counter.desk.do(set_tag, *told).result()}


class Untag(Command, frozen=True):
    """A tag set by hand is taken off."""

    tag: str

    def run(self, counter: Counter) -> Facts:
        counter.desk.do(remove_tag, self.tag).result()
        return {}


class Entity(Command, frozen=True):
    """Something a member has: a new one, more of it (``entity``), or with ``gone`` not any more."""

    text: str = ""
    kind: str = ""
    fields: dict[str, str] = {}
    entity: str | None = None
    gone: bool = False

    def run(self, counter: Counter) -> Facts:
        if self.gone:
            counter.desk.do(remove_entity, self.entity or "").result()
            return {}
        if not self.text or not self.kind:
            raise BadInput("command_incomplete", do="entity", field="kind" if self.text else "text")
        member_id = counter.find_member(self.text)
        noted = counter.desk.do(note_entity, member_id, self.kind, self.fields, entity_id=self.entity)
        return {"entity": noted.result(), "entities": _portrait(counter, member_id).entities}


class Rate(Command, frozen=True):
    """How content the person served leaves, 1 to 5; 0 takes it back."""

    mood: int

    def run(self, counter: Counter) -> Facts:
        return {"visit": counter.visit(counter.desk.do(rate_visit, self.mood).result())}


def portrait_facts(counter: Counter, member_id: str) -> Facts:
    """A member's portrait as an answer tells it."""
    portrait = _portrait(counter, member_id)
    rules = portrait.rules
    values: dict[str, tuple[Any, Why]] = {
        "stage": (rules.stage.stage.name.lower() if rules.stage.stage is not None else None, rules.stage.why),
        "lifecycle": (rules.living.state.name.lower() if rules.living.state else None, rules.living.why),
        "asset": (rules.asset.asset.name.lower() if rules.asset.asset else None, rules.asset.why),
        "tier": (rules.tier.tier.key, rules.tier.why),
        "advocacy": (rules.advocacy.score, rules.advocacy.why),
        "worth": (rules.worth.value, rules.worth.why),
    }
    if rules.rfm:
        scored = {"score": rules.rfm.score, "segment": rules.rfm.segment, "vip": rules.rfm.vip}
        values["rfm"] = (scored, rules.rfm.why)
    if rules.spending:
        values["spending"] = (rules.spending.band, rules.spending.why)
    return {
        "version": rules.version,
        "points": portrait.points,
        "wishes": portrait.known.wishes,
        **{name: {"value": value, **_reason(counter, portrait, why)} for name, (value, why) in values.items()},
        "tags": [_tag(counter, portrait, each) for each in rules.tags],
        "entities": portrait.entities,
        "suggestions": [
            _suggestion(counter, portrait, each)
            for each in counter.desk.read(find_suggestions, portrait, counter.today)
        ],
        "talk": [_point(counter, each) for each in counter.desk.read(find_talk, portrait, counter.today)],
    }  # fmt: skip


def _portrait(counter: Counter, member_id: str) -> MemberPortrait:
    found = counter.desk.read(find_portrait, member_id, counter.today)
    assert found is not None  # whoever asks has found the member
    return found


def _reason(counter: Counter, portrait: MemberPortrait, why: Why) -> Facts:
    facts = [{"day": each.day, "kind": each.kind, "what": each.what} for each in evidence(portrait, why)]
    return {"why": _words(counter, portrait, why), "facts": facts}


def _words(counter: Counter, portrait: MemberPortrait, why: Why, names: Mapping[str, str] | None = None) -> str:
    def money(minor: int) -> str:
        return f"{in_figures(minor, portrait.known.currency, mark=',')} {portrait.known.currency}"

    language = counter.words.language
    return explain(why, counter.words, money, {**portrait.names_in(language), **(names or {})})


def _tag(counter: Counter, portrait: MemberPortrait, tag: tags.Tag) -> Facts:
    told = {"id": tag.key, "family": tag.family, "name": tag.names[counter.words.language], "source": tag.source}
    return {**told, "expires": tag.expires, **_reason(counter, portrait, tag.why)}


def _suggestion(counter: Counter, portrait: MemberPortrait, each: SuggestionView) -> Facts:
    why = [_words(counter, portrait, why, each.names) for why in each.reasons]
    return {"gtin": each.gtin, "name": each.name, "why": why}


def _point(counter: Counter, point: TalkingPoint) -> Facts:
    if point.task:
        return {"kind": "task", "task": point.task.id, "title": point.task.title}
    name = {"name": point.names[counter.words.language]} if point.names else {}
    return {"kind": point.kind, **{figure: _plain(value) for figure, value in point.figures.items()}, **name}


def _plain(figure: Figure) -> Figure:
    return int(figure) if isinstance(figure, int) else figure
