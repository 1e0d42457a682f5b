"""What a till must hold: the rows of its tables, made from the hub's documents and compared kind by kind."""

import json
from collections import defaultdict
from collections.abc import Callable, Set
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from desktop.clock import milliseconds
from desktop.data.direct import execute
from desktop.data.search_keys import digits_reversed
from sync.protocol import sum_text
from tests.sim.till import SimTill
from tests.sim.truth import Kept, Truth, expect

Holding = dict[str, set[tuple[Any, ...]]]
Add = Callable[[Holding, Kept, Truth, bool], None]
_OF_LINE = (
    "product_id", "gtin", "action", "reason", "price", "currency", "serial", "batch", "expires_on", "weight",
    "guide_id",
)  # fmt: skip


def expected_holding(truth: Truth, scopes: tuple[str, ...]) -> Holding:
    """The rows of a till that reads these scopes."""
    held: Holding = defaultdict(set)
    for each in truth.documents:
        seen = [scope for scope in scopes if scope in each.scopes]
        held["feed_row"] |= {(scope, row_kind(each, scope), each.id, each.ver) for scope in seen}
        if seen and each.kind in _ADD:
            _ADD[each.kind](held, each, truth, seen != ["dir"])
    return held


def check_holding(
    till: SimTill, expected: Holding, truth: Truth, scopes: tuple[str, ...], *, but: Set[str] = frozenset()
) -> None:
    """The till's tables, ``but`` for some, say what the hub's documents say, no more and no less. Of members of other
    stores whose profile was fetched they may say more for a while, though serving them was refused after all.
    """
    guests = {row[0] for row in till.store.read(_rows, "SELECT id FROM member WHERE fetched_at IS NOT NULL")}
    theirs = {row[0] for row in till.store.read(_rows, "SELECT id, member_id FROM visit") if row[1] in guests}
    tables, sums = till.store.read(_held, _TABLES.keys() - but)
    for table, held in tables.items():
        if table == "member":
            held = {(*row[:3], False, row[4], row[4], *(None,) * 6) if row[0] in guests else row for row in held}
        elif table == "request":
            held = set(map(_asked, held))
        elif table == "gift":
            held = {row for row in held if row in expected[table] or not _is_left_behind(row)}
        elif table in _OF_GUESTS:
            held = {row for row in held if row in expected[table] or row[_OF_GUESTS[table]] not in guests | theirs}
        sides = [("till" if row in held else "hub", row) for row in sorted(held ^ expected[table], key=str)]
        expect(f"a till holds the hub's rows of {table}", not sides, till.name, *sides)
    heads = {(scope, *truth.heads.get(scope, (0, sum_text(0)))) for scope in scopes}
    expect("cursors and checksums are the hub's", sums == heads, till.name, sums ^ heads)


def _is_left_behind(gift: tuple[Any, ...]) -> bool:
    """Given in a store that the till has left: nobody's, but under a lease of its own."""
    _, member_id, _, _, visit_id, lease_id, *_ = gift
    return member_id is None and visit_id is None and lease_id is not None


def scopes_of(till: SimTill) -> tuple[str, ...]:
    """What a till reads."""
    return tuple(str(till.store.read(_scopes)).split())


def row_kind(each: Kept, scope: str) -> str:
    """What a document is called in a scope."""
    return "directory" if each.kind == "member" and scope == "dir" else each.kind


def _member(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    body = each.body
    details = ("phone", "birthday", "gender", "channel", "guide_id")
    told = (body.get(name) if full else None for name in details)
    enrolled = _ms(body.get("enrolled_at")) if full else None
    digits = digits_reversed(body.get("phone"))
    tail = digits and digits[:4]
    held["member"].add(
        (each.id, body["name"], body.get("store_id"), full, tail, digits if full else tail, *told, enrolled)
    )
    led = {("code", code) for code in (body["code"], *body.get("codes", ()))}
    if full:
        led |= {("card", card) for card in body.get("cards", ())}
        led |= {("phone", phone) for phone in (body.get("phone"), *body.get("phones", ())) if phone}
        led |= {("wechat", told) for told in (body.get("wechat"), *body.get("wechats", ())) if told}
    held["identity"] |= {(*identity, each.id) for identity in led}


def _visit(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    body = each.body
    member = truth.who(body.get("member_id"))
    times = _ms(body["started_at"]), _ms(body.get("finished_at"))
    told = (body.get("guide_id"), body.get("store_id"), body["state"])
    held["visit"].add((each.id, member, *told, *times, body.get("mood", 0), None))  # no card any more
    for line in body.get("lines", ()):
        told = (line.get(name) for name in _OF_LINE)
        held["line"].add((line["id"], each.id, *told, _ms(line["at"])))
    held["note"] |= {(note["id"], each.id, note["text"], _ms(note["at"])) for note in body.get("notes", ())}


def _preference(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    body = each.body
    told = (body.get(name) for name in ("visit_id", "facet", "value", "sentiment", "guide_id"))
    member, noted = truth.who(body.get("member_id")), _ms(body["noted_at"])
    held["preference"].add((each.id, member, *told, bool(body.get("withdrawn")), noted))


def _consent(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    body = each.body
    told = (body.get(name) for name in ("purpose", "granted", "text_version", "text_hash", "channel", "guide_id"))
    seen = " ".join(body.get("seen", ()))
    held["consent"].add((each.id, truth.who(body["member_id"]), *told, seen, _ms(body["at"])))


def _tag(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    body = each.body
    told = (body.get(name) for name in ("name", "family", "until", "guide_id"))
    held["tag"].add((each.id, truth.who(body["member_id"]), *told, bool(body.get("removed")), _ms(body["set_at"])))


def _entity(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    body = each.body
    fields = json.dumps(body.get("fields", {}), ensure_ascii=False, separators=(",", ":"))
    told = (truth.who(body["member_id"]), body["kind"], fields, " ".join(body.get("sensitive", ())))
    held["entity"].add((each.id, *told, _ms(body["noted_at"])))


def _lead(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    body = each.body
    told = (body["name"], body.get("phone"), body.get("wechat"), body.get("consent", False), body.get("state", "new"))
    whose = (body.get(name) for name in ("channel", "recruit", "for_guide", "guide_id", "store_id"))
    rest = (body.get("due"), body.get("note", ""), body.get("reason"), truth.who(body.get("member_id")))
    held["lead"].add((each.id, *told, *whose, body.get("interest", ""), _ms(body["noted_at"]), *rest))


def _product(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    held["product"].add((each.id, *(each.body.get(name) for name in ("name", "brand", "price", "currency"))))
    held["gtin"] |= {(gtin, each.id) for gtin in each.body["gtins"]}


def _coupon(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    names = "state", "redemption_id", "visit_id", "holder", "value", "campaign", "title", "currency"
    told = ({"state": "issued", **each.body}.get(name) for name in names)
    issued = _ms(each.body.get("issued_at"))
    held["coupon"].add((each.id, truth.who(each.body["member_id"]), each.body["amount"], *told, issued))


def _lease(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    body = each.body
    thing = truth.who(body["object_id"]) if body["of"] == "points" else body["object_id"]
    told = body["amount"], _ms(body["not_after"]), bool(body.get("wanted")), body.get("signed", "")
    held["lease"].add((each.id, body["of"], thing, *told))


def _voucher(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    told = ({"state": "issued", **each.body}.get(name) for name in ("state", "redemption_id", "visit_id", "store_id"))
    held["voucher"].add((each.id, *told, _ms(each.body.get("redeemed_at"))))


def _gift(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    told = (each.body.get(name) for name in ("quota_id", "amount", "visit_id", "lease_id", "guide_id"))
    held["gift"].add((each.id, truth.who(each.body.get("member_id")), *told, _ms(each.body["at"])))


def _points(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    told = ({"owed": 0, **each.body}.get(name) for name in ("amount", "reason", "lease_id", "owed", "guide_id"))
    held["points"].add((each.id, truth.who(each.body["member_id"]), *told, _ms(each.body["at"])))


def _appointment(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    names = "service", "minutes", "state", "for_guide", "guide_id", "store_id", "visit_id", "clash", "occasion_id"
    told = ({"state": "booked", **each.body}.get(name) for name in names)
    held["appointment"].add((each.id, truth.who(each.body["member_id"]), _ms(each.body["starts_at"]), *told))


def _occasion(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    told = (each.body.get(name) for name in ("title", "minutes", "seats", "store_id"))
    held["occasion"].add((each.id, _ms(each.body["starts_at"]), *told))


def _task(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    names = "title", "due", "state", "guide_id", "until", "rule", "purpose", "outcome", "contact", "note", "done_by"
    told = ({"state": "open", **each.body}.get(name) for name in names)
    held["task"].add((each.id, truth.who(each.body["member_id"]), *told, _ms(each.body.get("done_at"))))


def _content_use(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    body = each.body
    told = (body.get(name) for name in ("content_id", "how", "visit_id", "guide_id"))
    times = _ms(body["at"]), _ms(body.get("answered_at"))
    held["content_use"].add((each.id, truth.who(body["member_id"]), *told, *times, bool(body.get("taken_back"))))


def _item(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    held["item"].add((each.id, each.body["gtin"], each.body["serial"]))
    for seen in each.body.get("sightings", ()):
        told = (seen.get(name) for name in ("action", "store_id", "guide_id"))
        held["sighting"].add((seen["id"], each.id, *told, _ms(seen["at"])))


def _request(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    told = ({"state": "open", **each.body}.get(name) for name in ("wants", "guide_id", "how", "met_by", "state"))
    times = _ms(each.body["made_at"]), _ms(each.body.get("met_at"))
    held["request"].add(_asked((each.id, times[0], each.body["member_id"], *told, times[1])))


def _asked(request: tuple[Any, ...]) -> tuple[Any, ...]:
    """How far an erasure is, each till asks for itself."""
    return (*request[:-2], None, None) if "erasure" in request else request


def _recruit(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    names = "channel", "label", "store_id", "guide_id", "active", "partner", "cost"
    told = ({"active": True, **each.body}.get(name) for name in names)
    held["recruit"].add((each.id, *told))


def _review(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    told = (each.body[name] for name in ("field", "kept", "lost"))
    settled = bool(each.body.get("settled"))
    held["review"].add((each.id, truth.who(each.body["member_id"]), *told, settled, _ms(each.body["at"])))


def _settlement(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
    told = (each.body.get(name) for name in ("reason", "state", "title", "value", "currency"))
    member = truth.who(each.body["member_id"])
    held["settlement"].add((each.id, each.body["coupon_id"], member, *told, _ms(each.body["at"])))


def _plain(table: str, *names: str) -> Add:
    def add(held: Holding, each: Kept, truth: Truth, full: bool) -> None:
        held[table].add((each.id, *(each.body.get(name) for name in names)))

    return add


_ADD: dict[str, Add] = {
    "member": _member,
    "visit": _visit,
    "preference": _preference,
    "consent": _consent,
    "tag": _tag,
    "entity": _entity,
    "lead": _lead,
    "product": _product,
    "redirect": _plain("redirect", "keep"),
    "erasure": _plain("erasure"),
    "quota": _plain("quota", "title", "total"),
    "coupon": _coupon,
    "voucher": _voucher,
    "lease": _lease,
    "gift": _gift,
    "points": _points,
    "appointment": _appointment,
    "occasion": _occasion,
    "task": _task,
    "content": _plain("content", "kind", "title", "text"),
    "content_use": _content_use,
    "code": _plain("product_code", "code", "product_id", "guide_id", "platform"),
    "item": _item,
    "settlement": _settlement,
    "request": _request,
    "recruit": _recruit,
    "review": _review,
    "trust": _plain("trust", "sealed"),
    "store": _plain("store", "name"),
    "guide": _plain("guide", "name", "store_id", "badge"),
}
_TABLES = {
    "feed_row": "scope, kind, row_id, ver",
    "member": "id, name, store_id, full, tail, phone_reversed, phone, birthday, gender, channel, guide_id, enrolled_at",
    "identity": "kind, value, member_id",
    "visit": "id, member_id, guide_id, store_id, state, started_at, finished_at, mood, code",
    "line": f"id, visit_id, {', '.join(_OF_LINE)}, at",
    "note": "id, visit_id, text, at",
    "preference": "id, member_id, visit_id, facet, value, sentiment, guide_id, withdrawn, noted_at",
    "consent": "id, member_id, purpose, granted, text_version, text_hash, channel, guide_id, seen, at",
    "tag": "id, member_id, name, family, until, guide_id, removed, set_at",
    "entity": "id, member_id, kind, fields, sensitive, noted_at",
    "lead": "id, name, phone, wechat, consent, state, channel, recruit, for_guide, guide_id, store_id, interest, "
    "noted_at, due, note, reason, member_id",
    "product": "id, name, brand, price, currency",
    "gtin": "gtin, product_id",
    "redirect": "id, keep",
    "erasure": "id",
    "quota": "id, title, total",
    "coupon": "id, member_id, amount, state, redemption_id, visit_id, till_id, value, campaign, title, currency, "
    "issued_at",
    "voucher": "id, state, redemption_id, visit_id, store_id, at",
    "lease": "id, of, object_id, amount, not_after, wanted, signed",
    "gift": "id, member_id, quota_id, amount, visit_id, lease_id, guide_id, at",
    "points": "id, member_id, amount, reason, lease_id, owed, guide_id, at",
    "appointment": "id, member_id, starts_at, service, minutes, state, for_guide, guide_id, store_id, visit_id, clash, "
    "occasion_id",
    "occasion": "id, starts_at, title, minutes, seats, store_id",
    "task": "id, member_id, title, due, state, guide_id, until, rule, purpose, outcome, contact, note, done_by, "
    "done_at",
    "content": "id, kind, title, text",
    "content_use": "id, member_id, content_id, how, visit_id, guide_id, at, answered_at, taken_back",
    "product_code": "id, code, product_id, guide_id, platform",
    "item": "id, gtin, serial",
    "sighting": "id, item_id, action, store_id, guide_id, at",
    "settlement": "id, coupon_id, member_id, reason, state, title, value, currency, at",
    "request": "id, made_at, about, wants, guide_id, how, met_by, state, met_at",
    "recruit": "id, channel, label, store_id, guide_id, active, partner, cost",
    "review": "id, member_id, field, kept, lost, settled, at",
    "trust": "id, body",
    "store": "id, name",
    "guide": "id, name, store_id, badge",
}
_OF_GUESTS = {
    "identity": 2,
    "visit": 1,
    "line": 1,
    "note": 1,
    "preference": 1,
    "consent": 1,
    "tag": 1,
    "entity": 1,
}  # whose a row is


def _ms(text: str | None) -> int | None:
    return milliseconds(datetime.fromisoformat(text)) if text else None


def _scopes(connection: Connection) -> object:
    return connection.exec_driver_sql("SELECT scopes FROM till").scalar_one()


def _held(connection: Connection, tables: Set[str]) -> tuple[Holding, set[tuple[Any, ...]]]:
    held = {table: _rows(connection, f"SELECT {_TABLES[table]} FROM {table}") for table in tables}
    return held, _rows(connection, "SELECT scope, seq, sum64 FROM cursor")


def _rows(connection: Connection, query: str) -> set[tuple[Any, ...]]:
    return set(execute(connection, query))
