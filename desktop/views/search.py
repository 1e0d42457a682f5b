"""Finding a member without a card: phone suffix, pinyin, card suffix, WeChat id, name; and those of one guide."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, and_, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute

from desktop.data.catalogue import Store
from desktop.data.members import Identity, Member
from desktop.rules.wechat import normal_wechat
from desktop.views.people import masked_phone


@dataclass(frozen=True, slots=True)
class Found:
    """A member in a list of hits."""

    member_id: str
    name: str
    phone: str
    store: str | None


_FEWEST_DIGITS = 4


def find_members(connection: Connection, words: str, limit: int = 20) -> tuple[Found, ...]:
    """Members that ``words`` leads to, best index first; fewer than 4 digits find nobody, to stay in a blink."""
    found: dict[str, Found] = {}
    for query in _queries(words.strip()):
        if len(found) >= limit:
            break
        for row in connection.execute(query.limit(limit)):
            found.setdefault(row.id, Found(row.id, row.name, masked_phone(row.phone, row.phone_reversed), row.store))
    return tuple(found.values())[:limit]


def recent_members(connection: Connection, limit: int = 20) -> tuple[Found, ...]:
    """The members seen last, for a list that nobody has typed into yet."""
    return _hits(connection, _HIT.where(Member.seen_at.is_not(None)).order_by(Member.seen_at.desc()).limit(limit))


def find_served(connection: Connection, guide_id: str | None, words: str = "", limit: int = 50) -> tuple[Found, ...]:
    """This store's members that a guide serves, or that nobody serves (None); the latest seen first."""
    ours = and_(_OURS, Member.guide_id.is_(None) if guide_id is None else Member.guide_id == guide_id)
    query = _HIT.where(ours, *answers(words.strip())).order_by(Member.seen_at.desc()).limit(limit)
    return _hits(connection, query)


def found_by(connection: Connection, condition: ColumnElement[bool], limit: int) -> tuple[Found, ...]:
    """Members of whom something is true that an index can answer."""
    return _hits(connection, _HIT.where(condition).limit(limit))


_OURS = text('"full" = 1')  # as the index of guides says it: other words would not be answered by it
_HIT = select(
    Member.id, Member.name, Member.phone, Member.phone_reversed, Store.name.label("store")
).outerjoin(Store, Store.id == Member.store_id)  # fmt: skip

Hits = Select[str, str, str | None, str | None, str]


def _hits(connection: Connection, query: Hits) -> tuple[Found, ...]:
    rows = connection.execute(query)
    return tuple(Found(row.id, row.name, masked_phone(row.phone, row.phone_reversed), row.store) for row in rows)


def answers(words: str) -> list[ColumnElement[bool]]:
    """What must hold of one guide's members so that ``words`` means them; no other index than the guide's is wanted."""
    if not words:
        return []
    if words.isdigit():
        return [_begins(Member.phone_reversed, words[::-1])]
    letters = re.sub(r"[\s']", "", words).lower()
    names = [_begins(Member.name, words), _begins(Member.initials, letters), _begins(Member.pinyin, letters)]
    return [or_(*names)]


def _queries(words: str) -> Iterator[Hits]:
    code = re.sub(r"[\s\-+]", "", words).upper()
    if code.isdigit() and len(code) >= _FEWEST_DIGITS:
        yield _HIT.where(_begins(Member.phone_reversed, code[::-1])).order_by(Member.phone_reversed)
    if len(code) >= _FEWEST_DIGITS and code.isalnum() and code.isascii():
        yield _by_identity("card", Identity.value_reversed, code[::-1])
        yield _by_identity("code", Identity.value, code)
    with contextlib.suppress(ValueError):
        yield _by_wechat(normal_wechat(words))
    letters = re.sub(r"[\s']", "", words).lower()
    if letters.isascii() and letters.isalpha():
        yield _HIT.where(_begins(Member.initials, letters)).order_by(Member.initials, Member.seen_at.desc())
        yield _HIT.where(_begins(Member.pinyin, letters)).order_by(Member.pinyin, Member.seen_at.desc())
    if words and not code.isdigit():
        yield _HIT.where(_begins(Member.name, words)).order_by(Member.name)


def _by_identity(kind: str, column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], text: str) -> Hits:
    hits = select(Identity.member_id).where(Identity.kind == kind, _begins(column, text)).limit(20)
    return _HIT.where(Member.id.in_(hits))


def _by_wechat(wechat: str) -> Hits:
    """Whole only: nobody is found by a guess at what they are called there."""
    hits = select(Identity.member_id).where(Identity.kind == "wechat", Identity.value == wechat)
    return _HIT.where(Member.id.in_(hits))


def _begins(column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], text: str) -> ColumnElement[bool]:
    """A prefix as a range, which an index can answer whatever the collation does with LIKE."""
    return column.between(text, text + "\U0010ffff")
