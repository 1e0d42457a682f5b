"""What was made, by the books of a till and of a hub: who, what and how often, as an id stands only once anyhow."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from desktop.data.exchange import Outbox
from desktop.data.members import Member
from desktop.data.visits import Line, Visit
from sync.hub.tables import document, event

Account = Counter[tuple[str, str]]  # the phone of a member; and "member", "visit", or the GTIN of a line
Events = Counter[tuple[int, int, bytes]]  # their numbers and bytes
Pair = tuple[str, str]


def compare(found: Counter[Any], *, owed: Counter[Any], made: Counter[Any]) -> tuple[int, int]:
    """How much of what is owed is missing, and how much is there that nobody made, or made less often."""
    return (owed - found).total(), (found - made).total()


def account(members: Iterable[Pair], visits: Iterable[Pair], lines: Iterable[Pair]) -> Account:
    """members: id and phone. visits: id and member. lines: visit and GTIN. What leads to nobody counts for nobody."""
    members, visits = list(members), list(visits)
    phones = dict(members)
    guests = {visit: phones.get(member, "") for visit, member in visits}
    return (
        Counter((phone, "member") for _, phone in members)
        + Counter((guests[visit], "visit") for visit, _ in visits)
        + Counter((guests.get(visit, ""), gtin) for visit, gtin in lines)
    )


def of_till(connection: Connection) -> Account:
    """By the tables of a till."""
    columns = (Member.id, Member.phone), (Visit.id, Visit.member_id), (Line.visit_id, Line.gtin)
    return account(*([(id_, told) for id_, told in connection.execute(select(*pair))] for pair in columns))


def of_documents(connection: Connection) -> Account:
    """By what a hub knows now."""
    rows = connection.execute(select(document.c.kind, document.c.id, document.c.body)).all()
    members, visits = (
        {row.id: msgspec.json.decode(row.body) for row in rows if row.kind == kind} for kind in ("member", "visit")
    )
    return account(
        ((member, body["phone"]) for member, body in members.items()),
        ((visit, body["member_id"]) for visit, body in visits.items()),
        ((visit, line["gtin"]) for visit, body in visits.items() for line in body["lines"]),
    )


def of_events(connection: Connection) -> Account:
    """By what a hub has accepted."""
    accepted = connection.scalars(select(event.c.body).where(event.c.verdict == "accepted"))
    told = [msgspec.json.decode(body) for body in accepted]

    def pairs(kind: str, one: str, other: str) -> list[Pair]:
        return [(each["data"][one], each["data"][other]) for each in told if each["typ"] == kind]

    return account(
        pairs("MemberEnrolled", "member_id", "phone"),
        pairs("VisitOpened", "visit_id", "member_id"),
        pairs("LineAdded", "visit_id", "gtin"),
    )


def sent_by(connection: Connection) -> Events:
    """The events of a till that has no more to send."""
    rows = connection.execute(select(Outbox.ep, Outbox.n, Outbox.body).where(Outbox.state == "accepted"))
    return Counter((ep, n, body) for ep, n, body in rows)


def accepted_from(connection: Connection, device: str) -> Events:
    """The events of a till that a hub has accepted."""
    wanted = select(event.c.ep, event.c.n, event.c.body)
    rows = connection.execute(wanted.where(event.c.device == device, event.c.verdict == "accepted"))
    return Counter((ep, n, body.encode()) for ep, n, body in rows)
