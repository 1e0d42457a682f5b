"""The note being typed into a visit: kept on each pause, so that a crash loses nothing."""

from desktop.services.drafts import drop_draft, keep_draft
from desktop.views.till import find_draft
from ui.bridge import Bridge
from ui.screens.visit_deeds import Turn
from ui.widgets.typing_field import TypingField


class NoteDraft:
    """Binds the note field to the draft of one visit after the other.

    A visit is known by its id, or until it is saved by its turn, which VisitDeeds gives it.
    """

    def __init__(self, bridge: Bridge, field: TypingField) -> None:
        self._bridge = bridge
        self._field = field
        self._of: str | Turn | None = None  # the visit whose note stands in the field
        self._left: dict[str | Turn, str] = {}  # what stood in the field of visits that went from the screen
        self._again: dict[str, str] = {}  # what was typed for whom, whose visit was refused then
        field.paused.connect(self._keep)

    def leave(self) -> None:
        """Another visit is to come: what is typed from now on is not this one's."""
        self.keep_now()
        if self._of is not None:
            self._left[self._of] = self._field.text()
            self._of = None
            self._field.put("")

    def await_turn(self, turn: Turn) -> None:
        """A visit is to be saved: if none was on the screen any more, what is typed from now on is its."""
        if self._of is None:
            self._of = turn
            if early := self._again.pop(turn.who, ""):
                self._field.put(early)

    def came(self, turn: Turn, visit_id: str) -> None:
        """The visit of that turn is saved, and what was typed for it is its draft; "" if it will not come after all."""
        if turn == self._of:
            self._of = None
            if visit_id:
                self.follow(visit_id)
        elif early := self._left.pop(turn, ""):
            self._keep_early(turn, visit_id, early)

    def _keep_early(self, turn: Turn, visit_id: str, early: str) -> None:
        """Somebody else is on the screen by now."""
        if visit_id:
            self._left[visit_id] = f"{self._find(visit_id)} {early}".strip()
            self._bridge.run_unasked(keep_draft, _name(visit_id), {"text": self._left[visit_id]})
        elif turn.who:
            self._again[turn.who] = early

    def follow(self, visit_id: str | None) -> None:
        """Put the other visit's draft into the field, and behind it what was typed since the one before was left."""
        if visit_id == self._of:
            return
        self.leave()
        self._of = visit_id
        early, kept = self._field.text(), self._find(visit_id) if visit_id else ""
        self._field.put(f"{kept} {early}".strip())
        if early:
            self._field.tell_now()

    def keep_now(self) -> None:
        """Do not wait for the pause."""
        if self._field.waiting:
            self._field.tell_now()

    def saved(self, visit_id: str, text: str) -> None:
        """The note is in the visit: nothing is half typed any more, unless more was typed since."""
        if visit_id == self._of and self._field.text() == text:
            self._field.put("")
        elif self._left.get(visit_id) == text:
            del self._left[visit_id]
        else:
            return
        self._bridge.run_unasked(drop_draft, _name(visit_id))

    def _find(self, visit_id: str) -> str:
        if visit_id in self._left:
            return self._left.pop(visit_id)
        draft = self._bridge.read(find_draft, _name(visit_id))
        return str(draft["text"]) if draft else ""

    def _keep(self, text: str) -> None:
        if not isinstance(self._of, str):
            return
        if text.strip():
            self._bridge.run_unasked(keep_draft, _name(self._of), {"text": text})
        else:
            self._bridge.run_unasked(drop_draft, _name(self._of))


def _name(visit_id: str) -> str:
    return f"note:{visit_id}"
