"""The program broken on purpose, one part at a time: whoever watches it must notice."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace as changed
from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import select

from desktop.rules import hlc
from desktop.views import profile
from sync import apply, exchange, journal, laying, outbox, pages, reading
from sync import rows as till_rows
from sync.hub import cases, diaries, facts, leases, ledger, members, parked, restore, tasks, verdicts, visits, vouchers
from sync.hub.deeds import clock_text
from sync.journal import Journal
from sync.protocol import MemberRow

Real = Any
_all: dict[str, tuple[tuple[tuple[Any, str], ...], Callable[[Real], Any]]] = {}


def mutant(*places: tuple[Any, str]) -> Callable[[Callable[[Real], Any]], Callable[[Real], Any]]:
    """What stands in these places is replaced by what the function makes of it; its name is the mutant's."""

    def keep(make: Callable[[Real], Any]) -> Callable[[Real], Any]:
        _all[make.__name__] = (places, make)
        return make

    return keep


def mutated(name: str | None) -> AbstractContextManager[None]:
    """The program with the mutant of that name in it; as it is, without a name."""
    return _replaced(*_all[name]) if name else nullcontext()


@contextmanager
def _replaced(places: tuple[tuple[Any, str], ...], make: Callable[[Real], Any]) -> Iterator[None]:
    before = [getattr(owner, name) for owner, name in places]
    for (owner, name), real in zip(places, before, strict=True):
        setattr(owner, name, make(real))
    try:
        yield
    finally:
        for (owner, name), real in zip(places, before, strict=True):
            setattr(owner, name, real)


# At the hub


@mutant((verdicts, "_recorded"))
def no_dedupe(_: Real) -> Any:
    return lambda connection, ids: []


@mutant((verdicts, "_recorded"), (verdicts, "insert_rows"), (visits, "_has"))
def told_twice_counts_twice(real: Real) -> Any:
    """Nobody looks whether the hub has the event, or the visit the line; and no key of a table stands in the way."""

    def insert_new(connection: Any, table: Any, rows: Any) -> None:
        known = set(connection.execute(select(table.c.id)).scalars())
        real(connection, table, [row for row in rows if row[0] not in known])

    looked = {"_recorded": lambda connection, ids: [], "_has": lambda visit, part_id: False, "insert_rows": insert_new}
    return looked[real.__name__]


@mutant((members, "write_fields"))
def arrival_order_wins(real: Real) -> Any:
    return lambda member, clock, told: real(member, max([clock, *member.meta.clocks.values()]), told)


@mutant((cases, "deed_of"))
def no_clamp(real: Real) -> Any:
    def deed_of(sealed: Any, store_id: str, times: Any) -> Any:
        clock = clock_text(sealed.hlc, sealed.dev, sealed.ep, sealed.n)
        return changed(real(sealed, store_id, times), clock=clock)

    return deed_of


@mutant((leases, "_find_thing"))
def no_escrow(real: Real) -> Any:
    def find_thing(*args: Any) -> Any:
        thing = real(*args)
        return thing._replace(free=max(1, thing.free))

    return find_thing


@mutant((cases, "_was_erased"))
def erased_member_resurrected(_: Real) -> Any:
    return lambda case, deed, documents: False


@mutant((verdicts, "strip"), (parked, "strip"), (restore, "strip"))
def payload_kept_on_erasure(real: Real) -> Any:
    return lambda connection, documents, cases, remember: []


@mutant((ledger.Ledger, "erase"))
def no_erasure_ledger(_: Real) -> Any:
    return lambda self, ids: None


@mutant((members, "find_member"))
def redirects_ignored(_: Real) -> Any:
    return lambda documents, member_id: documents.get(MemberRow, member_id)


@mutant((diaries, "clashes"))
def an_hour_given_twice(_: Real) -> Any:
    return lambda slots: {}


@mutant((facts, "drop_tasks"))
def outreach_outlives_consent(_: Real) -> Any:
    return lambda documents, deed, member_id, purpose: None


@mutant((tasks, "later_state"))
def cancelled_though_done(_: Real) -> Any:
    return lambda one, other: other


@mutant((vouchers, "replace"))
def a_second_taker_let_in(real: Real) -> Any:
    return lambda told, **new: real(told, **{**new, "state": "issued"} if new.get("state") == "redeemed" else new)


@mutant((vouchers, "_check_floor"))
def voucher_taken_past_a_lease(_: Real) -> Any:
    return lambda documents, deed, voucher: None


@mutant((vouchers, "spend"))
def voucher_lease_not_counted(_: Real) -> Any:
    return lambda documents, deed, of, object_id, **told: None


# At the till


@mutant((pages.laying, "lay"))
def cursor_first(real: Real) -> Any:
    """The cursor moves though a row could not be laid."""

    def lay(work: Any, scope: str | None, told: Any, **rest: Any) -> None:
        told = list(told)
        real(work, scope, told if scope is None else told[:-1], **rest)

    return lay


@mutant((apply, "let_scope_go"))
def old_store_kept_after_a_move(_: Real) -> Any:
    return lambda work, scope: None


@mutant((till_rows, "_stands_elsewhere"))
def gone_from_one_scope_gone_from_all(real: Real) -> Any:
    return lambda session, kind, row_id, scope: kind == "redirect" and real(session, kind, row_id, scope)


@mutant((apply, "_read_too_soon"))
def deed_stays_over_what_another_program_read(_: Real) -> Any:
    return lambda work, accepted: set()


@mutant((outbox, "settle"))
def refusals_dropped(real: Real) -> Any:
    def settle(session: Any, answer: Any, hub_now: Any) -> Any:
        told = replace(answer, v="accepted", code=None) if answer.v == "rejected" else answer
        return real(session, told, hub_now)

    return settle


@mutant((laying, "settle"))
def refused_stays_on_the_screen(real: Real) -> Any:
    return lambda work, answer, *rest: real(work, replace(answer, row=None), *rest)


@mutant((laying, "_settle_late"))
def late_verdicts_silent(_: Real) -> Any:
    return lambda work, row: True


@mutant((laying, "_park"))
def unknown_kinds_dropped(_: Real) -> Any:
    return lambda work, scope, row: None


@mutant((laying, "_lay_deeds_over"))
def overlay_dropped(_: Real) -> Any:
    return lambda work, kind, laid, **rest: None


@mutant((profile, "agreed"))
def consent_by_last_word(_: Real) -> Any:
    def agreed(lines: Any, purpose: str) -> bool:
        about = sorted((line for line in lines if line.purpose == purpose), key=lambda line: line.id)
        return bool(about) and about[-1].granted

    return agreed


@mutant((Journal, "append"))
def no_journal(_: Real) -> Any:
    return lambda self, events: None


@mutant((journal, "replay"))
def no_replay_after_a_crash(real: Real) -> Any:
    return lambda work, copies, since: since != "crash" and real(work, copies, since)


@mutant((journal, "tidy"))
def tidied_by_its_own_clock(real: Real) -> Any:
    def tidy(work: Any, days: Any) -> bool:
        heard, work.till.contacted_at = work.till.contacted_at, work.clock.now()
        more = real(work, days)
        work.till.contacted_at = heard
        return bool(more)

    return tidy


@mutant((outbox, "send_again"))
def nothing_sent_again(_: Real) -> Any:
    return lambda session: None


@mutant((apply, "note_contact"), (reading, "note_contact"))
def epoch_ignored(real: Real) -> Any:
    return lambda work, epoch, hub_now: real(work, work.till.epoch, hub_now)


@mutant((reading, "apply_page"))
def gaps_believed(real: Real) -> Any:
    """Neither number nor checksum is looked at."""

    def apply_page(work: Any, page: Any) -> Any:
        numbered = [replace(row, seq=page.from_ + 1 + place) for place, row in enumerate(page.rows)]
        rest = page.to - page.from_ - len(numbered)
        for row in numbered[-1:]:
            numbered[-1] = replace(row, seq=page.to)
        return real(work, replace(page, rows=numbered, compacted=rest, more=True))

    return apply_page


@mutant((exchange, "apply_verdicts"))
def any_answer_settles(real: Real) -> Any:
    """Whatever the reply names, it is taken for the answer to what was asked."""

    def apply_verdicts(work: Any, reply: Any, *rest: Any) -> None:
        told = outbox.pending(work.session.connection(), len(reply.verdicts))
        ids = [msgspec.json.decode(each.body)["id"] for each in told]
        answers = [replace(answer, id=event_id) for answer, event_id in zip(reply.verdicts, ids, strict=False)]
        real(work, replace(reply, verdicts=answers), *rest)

    return apply_verdicts


@mutant((hlc, "witness"))
def hub_time_not_witnessed(_: Real) -> Any:
    return lambda last, hub_now_ms: last


@mutant((till_rows, "_redirect"))
def nothing_moves_when_members_merge(_: Real) -> Any:
    return lambda session, *told: till_rows.write(session, till_rows._REDIRECT, [told])


MUTANTS: tuple[str, ...] = tuple(_all)
