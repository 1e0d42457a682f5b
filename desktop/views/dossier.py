"""All that this till knows of one member, for the member: as data, and as titled pages of lines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection

from desktop.data.members import Identity, Member
from desktop.money import in_figures
from desktop.reasons import explain
from desktop.rules.consent import PURPOSES
from desktop.rules.wishes import FIELDS as WISHES
from desktop.views.leads import leads_of
from desktop.views.lookup import current_id
from desktop.views.member_page import consents_of, find_page, likings_of, turned_down
from desktop.views.orders import orders_of
from desktop.views.portrait import MemberPortrait, find_portrait
from desktop.views.requests import requests_of
from desktop.views.tasks import tasks_of
from desktop.views.till import find_till
from desktop.views.timeline import timeline
from desktop.views.visit import visits_of
from resources import Words, consent_text

_ALL = 10_000  # nobody has more, and a file has an end
_NOT_TOLD = ("id", "item", "facts", "figures", "member_name", "mood", "wishes")  # wishes: they are the member's own
_SECTIONS = {"sub": "action", "where": "channel"}  # of the words, where they are not called as the key is


@dataclass(frozen=True, slots=True)
class Dossier:
    """data: everything, by subject, to be written as JSON; phones are whole, as it is the member's own copy."""

    name: str
    made_at: datetime
    data: dict[str, Any]


def find_dossier(
    connection: Connection, member_id: str, now: datetime, words: Words, zone: tzinfo | None = None
) -> Dossier | None:
    """Of a member at this till; None if nobody is."""
    member_id, today = current_id(connection, member_id), now.astimezone(zone).date()
    page = find_page(connection, member_id)
    if page is None:
        return None
    till, portrait = find_till(connection), find_portrait(connection, member_id, today, zone)
    data = {
        "member": _particulars(connection, page.id) | {"merged_ids": [each.id for each in page.merged]},
        "made": {"at": now, "till": till.name, "store": till.store, "headquarters_heard_at": till.contacted_at},
        "guide": page.guide,
        "consents": [asdict(each) for each in consents_of(connection, member_id)],
        "preferences": [asdict(each) for each in likings_of(connection, member_id)],
        "declined": [asdict(each) for each in turned_down(connection, member_id)],
        "visits": [asdict(each) for each in visits_of(connection, member_id, _ALL)],
        "orders": [asdict(each) for each in orders_of(connection, member_id, _ALL)],
        "leads": [asdict(each) for each in leads_of(connection, member_id)],
        "tasks": [asdict(each) for each in tasks_of(connection, member_id, _ALL)],
        "timeline": [asdict(each) for each in timeline(connection, member_id, _ALL)],
        "profile": _profile(portrait, words) if portrait else {},
        "requests": [
            {"wants": each.wants, "made_at": each.made_at, "due": each.due, "done": each.done, "how": each.how}
            for each in requests_of(connection, member_id, today, zone)
        ],
    }
    return Dossier(page.name, now, data)


def _particulars(connection: Connection, member_id: str) -> dict[str, Any]:
    member = connection.execute(Member.__table__.select().where(Member.id == member_id)).one()
    led = connection.execute(Identity.__table__.select().where(Identity.member_id == member_id)).all()
    told = ("id", "name", "phone", "wechat", "birthday", "gender", "channel", "store_id", "enrolled_at", "seen_at",
            "recruit", *WISHES)  # fmt: skip
    return {name: getattr(member, name) for name in told} | {"identities": [{each.kind: each.value} for each in led]}


def _profile(portrait: MemberPortrait, words: Words) -> dict[str, Any]:
    """What was concluded, each with its reason: the law lets a member ask why."""
    rules, currency = portrait.rules, portrait.known.currency
    reasons = {
        "stage": rules.stage.why, "lifecycle": rules.living.why, "advocacy": rules.advocacy.why,
        "asset": rules.asset.why,
        "tier": rules.tier.why, "lifetime_value": rules.worth.why,
    }  # fmt: skip
    if rules.rfm:
        reasons["rfm"] = rules.rfm.why
    if rules.spending:
        reasons["spending"] = rules.spending.why

    def money(amount: int) -> str:
        return f"{currency} {in_figures(amount, currency, mark=',')}"

    return {
        "definitions": rules.version,
        "points": portrait.points,
        "entities": [asdict(each) for each in portrait.entities],
        "tags": [
            {"name": each.names.get(words.language) or each.key, "family": each.family, "source": each.source,
             "why": explain(each.why, words, money, portrait.names)}
            for each in rules.tags
        ],
        "conclusions": {name: explain(why, words, money, portrait.names) for name, why in reasons.items()},
    }  # fmt: skip


def lines_of(dossier: Dossier, words: Words) -> list[tuple[str, list[str]]]:
    """Titles with their lines, for paper; empty subjects and bare ids are left out."""
    paper = _Paper(words)
    told = ((subject, paper.lines(value)) for subject, value in dossier.data.items())
    return [(words(f"dossier.{subject}"), lines) for subject, lines in told if lines]


@dataclass(frozen=True, slots=True)
class _Paper:
    """Writes data as lines."""

    words: Words

    def lines(self, value: Any) -> list[str]:
        if isinstance(value, Mapping):
            named = (
                (self._name(str(name)), self._one(self._said(str(name), each)))
                for name, each in value.items()
                if _is_told(str(name))
            )
            return [f"{name}:{told}" for name, told in named if told]
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [told for each in value if (told := self._one(each))]
        return [told] if (told := self._one(value)) else []

    def _one(self, value: Any) -> str:
        if isinstance(value, Mapping):
            named = (
                (self._name(str(name)), self._one(self._said(str(name), each)))
                for name, each in value.items()
                if _is_told(str(name))
            )
            return " · ".join(f"{name} {told}" for name, told in named if told)
        if isinstance(value, Sequence) and not isinstance(value, str):
            return "; ".join(told for each in value if (told := self._one(each)))
        if isinstance(value, bool):
            return self.words("copy.yes" if value else "copy.no")
        if isinstance(value, datetime):
            return value.astimezone().strftime("%Y-%m-%d %H:%M")
        return "" if value is None else str(value)

    def _said(self, key: str, value: Any) -> Any:
        """In words, where there are some for a key."""
        if key == "purpose" and value in PURPOSES:
            return consent_text(value, self.words.language).title
        if key == "contact_by" and value:
            return self.words(f"contact_by.{value}")
        name = f"{_SECTIONS.get(key, key)}.{value}"
        return self.words(name) if isinstance(value, str) and name in self.words else value

    def _name(self, key: str) -> str:
        return self.words(f"copy.{key}") if f"copy.{key}" in self.words else key


def _is_told(key: str) -> bool:
    return key not in _NOT_TOLD and not key.endswith(("_id", "_ids"))
