"""Everything that can be done to the visit at the counter: carried out, then painted, then told."""

from collections.abc import Callable
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

import resources
from desktop.errors import TillError
from desktop.sayings import item_said, kind_said
from desktop.services.consents import give_consents, withdraw_consent
from desktop.services.leases import ask_for
from desktop.services.portraits import note_entity, rate_visit, remove_entity, remove_tag, set_tag
from desktop.services.preferences import note_preference, withdraw_preference
from desktop.services.samples import ask_for_sample, hand_out
from desktop.services.teaching import teach_member, teach_product
from desktop.services.trust import Shown, serve_shown
from desktop.services.undo import Undone, undo
from desktop.services.visits import (
    add_line,
    change_line,
    finish_visit,
    hold_visit,
    recall_visit,
    remove_line,
    remove_note,
    serve,
    serve_code,
    write_note,
)
from desktop.services.vouchers import take_voucher
from desktop.views.items import find_item
from desktop.views.lookup import ProductSeen
from desktop.views.products import ProductView
from desktop.views.profile import Profile
from desktop.views.visit import VisitView, find_visit, find_visit_of_note
from desktop.views.vouchers import VoucherView
from resources import Words
from ui import figures
from ui.bridge import Bridge
from ui.said import Said, sentence, who_in


class Turn(NamedTuple):
    """A visit that is asked for, until it is saved: the ``number``-th. who: id or code of whoever is to be served."""

    number: int
    who: str


class VisitDeeds(QObject):
    """Each deed is told as saved only when it is durable.

    begun: somebody is to be served, and saved presently; who goes elsewhere meanwhile is left there. settled: a deed
    was saved or refused, so that what is saved may be painted anew. said: a Said for the message bar.
    awaited(Turn): another visit is to be saved. came(turn, visit_id): it is, or "" if it was refused.
    noted(visit_id, text): a note is in the visit.
    """

    begun = Signal()
    settled = Signal()
    said = Signal(object)
    awaited = Signal(object)
    came = Signal(object, str)
    noted = Signal(str, str)

    def __init__(self, bridge: Bridge, words: Words, parent: QObject) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._words = words
        self._turns = 0  # how many visits have been asked for
        self.turning = 0  # how many of them are to come on the screen, as soon as they are saved
        self.ending = 0  # how many are to go from it
        self.running: str | None = None  # the visit that is known to be saved and on the screen

    def serve_code(self, code: str) -> None:
        """Begin to serve whoever the code belongs to."""
        self._turn(serve_code, code, who=code, then=self._tell_parked)
        self.begun.emit()

    def serve(self, member_id: str | None) -> None:
        """Begin to serve a member, or nobody known (None)."""
        self._turn(serve, member_id, who=member_id or "", then=self._tell_parked)
        self.begun.emit()

    def serve_shown(self, text: str, who: str) -> None:
        """Begin to serve the member who shows a short-lived code, and say whether it is surely they."""

        def tell(shown: Shown, _before: str | None) -> None:
            kind = kind_said(self._words, "token")
            told = self._words("counter.sure" if shown.sure else "counter.not_sure", kind=kind, who=who)
            self.said.emit(Said(told, "good" if shown.sure else "warn"))

        self._turn(serve_shown, text, then=tell)
        self.begun.emit()

    def add(self, seen: ProductSeen) -> None:
        """Put a product into the visit, and say what is known of that very piece."""

        def tell(line_id: str) -> None:
            if seen.kind == "product":
                self.say("saved_line", product=seen.product.name)
                return
            kind, tone = kind_said(self._words, seen.kind), "good"
            if seen.kind == "item":
                today = self._bridge.today()
                item = self._bridge.read(find_item, seen.product.gtin, seen.label, today, line_id=line_id)
                kind, tone = f"{kind} · {item_said(self._words, item)}", "warn" if item.warning else "good"
            self.said.emit(Said(self._words("counter.kind_saved", kind=kind, product=seen.product.name), tone))

        self._do(add_line, seen.product.gtin, label=seen.label, once=False, then=tell)  # there may be two of them

    def take_voucher(self, voucher: VoucherView) -> None:
        """Accept a voucher."""
        amount, kind = figures.money(voucher.amount, voucher.currency), kind_said(self._words, "voucher")
        self.begun.emit()
        self._do(
            take_voucher, voucher.code, then=lambda _: self.say_undoable("voucher_taken", kind=kind, amount=amount)
        )

    def hand_out(self, quota_id: str, title: str) -> None:
        """Give a sample; when it cannot be given now, the member may ask for one."""

        def refuse(error: TillError) -> None:
            way = self._words("counter.ask_sample") if error.code == "gift_no_lease" else ""
            self.said.emit(Said(sentence(self._words, error), "warn", way, lambda: self._ask_sample(quota_id)))

        told = lambda _: self.say_undoable("sample_given", title=title)  # noqa: E731
        self._bridge.run(hand_out, quota_id, once=True, within=True, then=told, failed=refuse)

    def _ask_sample(self, quota_id: str) -> None:
        self._do(ask_for_sample, quota_id, then=lambda _: self.say("sample_asked"))

    def ask_voucher(self, voucher: VoucherView) -> None:
        """Ask headquarters for the right to take a voucher that is too large to take without asking."""
        self._do(ask_for, "voucher", voucher.id, then=lambda _: self.say("voucher_asked"))

    def teach_member(self, text: str, profile: Profile) -> None:
        """An unknown code is a card of this member."""
        who = profile.name or self._words("profile.unnamed")
        self._do(
            teach_member,
            text,
            profile.member_id,
            then=lambda code: self.say_undoable("taught_member", code=code, who=who),
        )

    def teach_product(self, text: str, product: ProductView) -> None:
        """An unknown code stands on this product."""
        self._do(
            teach_product,
            text,
            product.gtin,
            then=lambda code: self.say_undoable("taught_product", code=code, product=product.name),
        )

    def change_line(self, line_id: str, action: str, reason: str = "") -> None:
        """Give a product another action; an empty reason is none."""
        self._do(change_line, line_id, action, reason or None)

    def remove_line(self, line_id: str) -> None:
        """Take a product out again."""
        self._do(remove_line, line_id, then=lambda _: self._offer_undo("remove_line"))

    def note_preference(self, facet: str, value: str) -> None:
        """Keep something learned."""
        self._do(note_preference, facet, value, then=lambda _: self.say("saved_learned", value=value))

    def withdraw(self, preference_id: str) -> None:
        """Take a preference back."""
        self._do(withdraw_preference, preference_id, then=lambda _: self._offer_undo("withdraw_preference"))

    def set_tag(self, member_id: str, name: str) -> None:
        """Say what a member is like."""
        self._do(set_tag, member_id, name, then=lambda _: self._offer_undo("set_tag"))

    def remove_tag(self, tag_id: str) -> None:
        """Take a tag off."""
        self._do(remove_tag, tag_id, then=lambda _: self._offer_undo("remove_tag"))

    def note_entity(self, member_id: str, kind: str, fields: dict[str, str], entity_id: str) -> None:
        """Note something a member has, or more of it."""
        self._do(
            note_entity, member_id, kind, fields, entity_id=entity_id or None,
            then=lambda _: self._offer_undo("note_entity"),
        )  # fmt: skip

    def remove_entity(self, entity_id: str) -> None:
        """They have it no longer."""
        self._do(remove_entity, entity_id, then=lambda _: self._offer_undo("remove_entity"))

    def rate(self, mood: int) -> None:
        """Keep how content they leave; 0 takes it back."""
        self._do(rate_visit, mood, then=lambda _: self._offer_undo("rate_visit"))

    def write_note(self, text: str) -> None:
        """Add a line of note; an empty one is none."""

        def tell(note_id: str) -> None:
            if visit := self._bridge.read(find_visit_of_note, note_id):
                self.noted.emit(visit.id, text)
            self.say("saved_note")

        if text.strip():
            self._do(write_note, text, then=tell)

    def remove_note(self, note_id: str) -> None:
        """Take a note out again."""
        self._do(remove_note, note_id, then=lambda _: self._offer_undo("remove_note"))

    def change_consent(self, member_id: str, purpose: str, agreed: bool) -> None:
        """The member gives a consent, or takes it back."""
        title = resources.consent_text(purpose, self._words.language).title

        def tell(_done: None) -> None:
            self.say("saved_consent", title=title)

        if agreed:
            self._do(give_consents, member_id, (purpose,), channel="counter", then=tell)
        else:
            self._do(withdraw_consent, member_id, purpose, then=tell)

    def hold(self) -> None:
        """Put the visit on hold."""
        self._end(hold_visit, then=lambda visit: self.say_undoable("saved_hold", who=self.name_of(visit)))

    def recall(self, visit_id: str | None = None) -> None:
        """Take up a visit that was on hold, the latest unless named."""

        def tell(taken_up: str, _before: str | None) -> None:
            if visit := self._bridge.read(find_visit, taken_up):
                self.say("recalled", who=self.name_of(visit))

        self._turn(recall_visit, visit_id, then=tell)

    def finish(self, note: str) -> None:
        """End the visit with the note that is still being typed; a second press does nothing."""
        self._end(finish_visit, note, then=lambda visit: self._finished(visit, note))

    def undo(self) -> None:
        """Take the last deed back, and say which it was."""
        self._do(undo, then=self._undone)

    def warn(self, error: TillError) -> None:
        """Say what is wrong, in the clerk's words."""
        self.said.emit(Said(sentence(self._words, error), "warn"))

    def say(self, name: str, **facts: object) -> None:
        """Tell of a deed."""
        self.said.emit(Said(self._words(f"counter.{name}", **facts)))

    def say_undoable(self, name: str, **facts: object) -> None:
        """Tell of a deed, with the way back for as long as it is the last that was asked for."""
        way = self._words("key.undo") if self._bridge.is_answered else ""
        self.said.emit(Said(self._words(f"counter.{name}", **facts), way=way, act=self.undo, undoes=True))

    def name_of(self, visit: VisitView) -> str:
        """Who is served in it."""
        return who_in(self._words, visit)

    def _finished(self, visit: VisitView, note: str) -> None:
        if note:
            self.noted.emit(visit.id, note)
        said = "saved_finish" if visit.lines else "saved_nothing"
        self.say_undoable(said, who=self.name_of(visit), count=len(visit.lines))

    def _undone(self, undone: Undone) -> None:
        name = f"deed.{undone.deed}"
        self.say("undone", deed=self._words(name if name in self._words else "deed.other"))

    def _tell_parked(self, visit_id: str, before: str | None) -> None:
        visit = self._bridge.read(find_visit, before) if before and before != visit_id else None
        if visit and visit.state == "held":
            self.say_undoable("parked_other", who=self.name_of(visit))

    def _offer_undo(self, deed: str) -> None:
        self.say_undoable("done", deed=self._words(f"deed.{deed}"))

    def _do(
        self,
        operation: Callable[..., Any],
        *args: Any,
        then: Callable[[Any], object] | None = None,
        once: bool = True,
        **kwargs: Any,
    ) -> None:
        """Have it done; once it is saved, paint what is saved, then tell."""

        def saved(result: Any) -> None:
            self.settled.emit()
            if then:
                then(result)

        self._bridge.run(operation, *args, once=once, within=True, then=saved, failed=self._refused, **kwargs)

    def _turn(
        self, operation: Callable[..., Any], *args: Any, who: str = "", then: Callable[[Any, str | None], object]
    ) -> None:
        """Have another visit begun or taken up; ``then`` gets what came of it, and which visit ran before."""
        self._turns += 1
        turn = Turn(self._turns, who)

        def came(visit_id: str) -> None:
            self.turning -= 1
            self.came.emit(turn, visit_id)

        def saved(result: Any) -> None:
            before, self.running = self.running, result.visit_id if isinstance(result, Shown) else result
            came(self.running)
            self.settled.emit()
            then(result, before)

        def refused(error: TillError) -> None:
            came("")
            self._refused(error)

        self.turning += 1
        self.awaited.emit(turn)
        self._bridge.run(operation, *args, once=True, opens=True, then=saved, failed=refused)

    def _end(self, operation: Callable[..., str], *args: Any, then: Callable[[VisitView], object]) -> None:
        """Have the visit go from the screen; ``then`` gets it as it is saved."""

        def saved(visit_id: str) -> None:
            self.ending -= 1
            self.settled.emit()
            if first and (visit := self._bridge.read(find_visit, visit_id)):
                then(visit)

        def refused(error: TillError) -> None:
            self.ending -= 1
            self._refused(error)

        self.ending += 1
        first = self._bridge.run(operation, *args, once=True, within=True, then=saved, failed=refused)

    def _refused(self, error: TillError) -> None:
        """Nothing was saved: paint what is, and say why."""
        self.settled.emit()
        self.warn(error)
