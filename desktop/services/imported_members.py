"""Members from a file: new ones enrol, known ones are amended, and each is an event that the hub will hear of."""

import re
import secrets
from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import select

import resources
from desktop.csv_files import Record
from desktop.data.members import Consent, Identity, Member
from desktop.errors import BadInput, NotNow, TillError
from desktop.events import ConsentGiven, Event, MemberAmended, MemberEnrolled
from desktop.rules.consent import PURPOSES
from desktop.rules.member_codes import PUB_ID_BYTES, member_code
from desktop.scanning.codes import fold, payment_kind, read_member_code
from desktop.services.imports import Kind, Outcome
from desktop.services.people import normal_birthday, normal_name, normal_phone, normal_wechat
from desktop.work import Work

CHANNEL = "import"
_LONGEST_CARD = 64


@dataclass(frozen=True, slots=True)
class MemberEntry:
    """A member as the file tells it, in normal forms. None or nothing: not told, so left as it is."""

    line: int
    code: str | None
    phone: str | None
    card: str | None
    wechat: str | None
    fields: dict[str, str]
    consents: tuple[str, ...]

    @property
    def identities(self) -> tuple[tuple[str, str], ...]:
        """What leads to the member: pairs of kind and value."""
        told = (("code", self.code), ("phone", self.phone), ("card", self.card), ("wechat", self.wechat))
        return tuple((kind, value) for kind, value in told if value)

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(f"{kind} {value}" for kind, value in self.identities)


def read_member(record: Record) -> MemberEntry:
    """What a record says. Raises BadInput for anything that cannot be right, and for nobody at all."""
    cells = record.cells
    told = {
        "name": normal_name(cells.get("name", "")),
        "birthday": normal_birthday(cells.get("birthday")),
        "channel": normal_name(cells.get("channel", "")),
    }
    entry = MemberEntry(
        line=record.line,
        code=read_member_code(cells["code"]) if "code" in cells else None,
        phone=normal_phone(cells["phone"]) if "phone" in cells else None,
        card=_card(cells["card"]) if "card" in cells else None,
        wechat=normal_wechat(cells.get("wechat")),
        fields={field: value for field, value in told.items() if value},
        consents=_purposes(cells.get("consents", "")),
    )
    if not entry.keys:
        raise BadInput("identity_missing")
    return entry


def put_members(work: Work, entries: list[MemberEntry]) -> Outcome:
    """Enrol who is new, amend who is known and told otherwise."""
    known, outcome, events = _Known(work, entries), Outcome(), list[Event]()
    for entry in entries:
        try:
            events += _settle(work, known, entry, outcome)
        except TillError as error:
            outcome.refused.append((entry.line, error))
    work.note_many(events)
    return outcome


MEMBERS = Kind(
    aliases={
        "code": ("code", "会员码"),
        "phone": ("phone", "手机", "手机号"),
        "card": ("card", "卡号"),
        "wechat": ("wechat", "微信", "微信号"),
        "name": ("name", "姓名", "称呼"),
        "birthday": ("birthday", "生日"),
        "channel": ("channel", "渠道"),
        "consents": ("consents", "同意"),
    },
    needed=(("phone", "code", "card", "wechat"),),
    read=read_member,
    put=put_members,
)


class _Known:
    """What this till knows of the people in some entries, in a few queries for all of them."""

    def __init__(self, work: Work, entries: list[MemberEntry]) -> None:
        self._session = work.session
        self._owners: dict[tuple[str, str], str] = {}
        told = {identity for entry in entries for identity in entry.identities}
        for kind in {kind for kind, _ in told}:
            self._find_owners(kind, [value for each, value in told if each == kind])
        ids = set(self._owners.values())
        self._members = {row.id: row for row in self._session.scalars(select(Member).where(Member.id.in_(ids)))}
        self.asked = defaultdict[str, set[str]](set)
        for member_id, purpose in self._session.execute(
            select(Consent.member_id, Consent.purpose).where(Consent.member_id.in_(ids)).distinct()
        ):
            self.asked[member_id].add(purpose)

    def member(self, entry: MemberEntry) -> Member | None:
        """The member that the entry's code, phone, card or WeChat id lead to; each member is given out once.

        Raises NotNow ``identities_disagree`` when they lead to several.
        """
        owners = {owner for identity in entry.identities if (owner := self._owners.get(identity))}
        if len(owners) > 1:
            raise NotNow("identities_disagree")
        return self._members.get(owners.pop()) if owners else None

    def has(self, kind: str, value: str) -> bool:
        """Whether the value leads to somebody."""
        return (kind, value) in self._owners

    def _find_owners(self, kind: str, values: list[str]) -> None:
        query = (
            select(Identity.value, Identity.member_id)
            .where(Identity.kind == kind, Identity.value.in_(values))
            .order_by(Identity.member_id.desc())  # of several the first born stays
        )
        self._owners |= {(kind, row.value): row.member_id for row in self._session.execute(query)}


def _settle(work: Work, known: _Known, entry: MemberEntry, outcome: Outcome) -> list[Event]:
    """The events that make the tables say what the entry says; none if they do."""
    member = known.member(entry)
    member_id = member.id if member else work.clock.new_id()
    head = _amendment(member, entry, known) if member else [_enrolment(member_id, entry)]
    # Only what was never asked: an old file must not overrule a withdrawal.
    consents = [_consent(work, member_id, each) for each in entry.consents if each not in known.asked[member_id]]
    outcome.new += member is None
    outcome.changed += member is not None and bool(head or consents)
    outcome.unchanged += member is not None and not (head or consents)
    return [*head, *consents]


def _enrolment(member_id: str, entry: MemberEntry) -> Event:
    return MemberEnrolled(
        member_id=member_id,
        code=entry.code or member_code(secrets.token_bytes(PUB_ID_BYTES)),
        phone=entry.phone,
        name=entry.fields.get("name", ""),
        channel=entry.fields.get("channel", CHANNEL),
        birthday=entry.fields.get("birthday"),
        card=entry.card,
        wechat=entry.wechat,
    )


def _amendment(member: Member, entry: MemberEntry, known: _Known) -> list[Event]:
    if entry.code and not known.has("code", entry.code):
        raise NotNow("code_differs")
    fields: dict[str, str | None] = {
        field: value for field, value in entry.fields.items() if value != getattr(member, field)
    }
    if entry.phone and entry.phone != member.phone:
        fields["phone"] = entry.phone
    if entry.wechat and entry.wechat != member.wechat:
        fields["wechat"] = entry.wechat
    if entry.card and not known.has("card", entry.card):
        fields["card"] = entry.card
    base = {field: getattr(member, field) for field in fields if field != "card"}
    return [MemberAmended(member_id=member.id, fields=fields, base=base)] if fields else []


def _consent(work: Work, member_id: str, purpose: str) -> Event:
    text = resources.consent_text(purpose)
    return ConsentGiven(
        consent_id=work.clock.new_id(),
        member_id=member_id,
        purpose=purpose,
        text_version=text.version,
        text_hash=text.sha256,
        channel=CHANNEL,
    )


def _card(text: str) -> str:
    """The number of a card of another house, as a scanner would give it. A payment code is nobody's card."""
    card = fold(text)
    if payment_kind(card):
        raise BadInput("payment_code")
    if len(card) > _LONGEST_CARD:
        raise BadInput("code_too_long", length=len(card), longest=_LONGEST_CARD)
    return card


def _purposes(text: str) -> tuple[str, ...]:
    purposes = tuple(dict.fromkeys(part for part in re.split(r"[;;,,、|\s]+", text.lower()) if part))
    for purpose in purposes:
        if purpose not in PURPOSES:
            raise BadInput("consent_unknown", purpose=purpose[:40])
    return purposes
