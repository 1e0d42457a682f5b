"""The note being typed into a visit: kept on each pause, so that a crash loses nothing."""

from desktop.services.drafts import drop_draft, keep_draft
from desktop.views.till import find_draft
from ui.bridge import Bridge
from ui.widgets.typing_field import TypingField


class NoteDraft:
    """Binds the note field to the draft of one visit after the other."""

    def __init__(self, bridge: Bridge, field: TypingField) -> None:
        self._bridge = bridge
        self._field = field
        self._visit_id: str | None = None
        self._left: dict[str, str] = {}  # what stood in the field of visits that went from the screen
        field.paused.connect(self._keep)

    def leave(self) -> None:
        """Another visit is to come: what is typed from now on is not this one's."""
        self.keep_now()
        if self._visit_id:
            self._left[self._visit_id] = self._field.text()
            self._visit_id = None
            self._field.put("")

    def follow(self, visit_id: str | None) -> None:
        """Put the other visit's draft into the field, and behind it what was typed since the one before was left."""
        if visit_id == self._visit_id:
            return
        self.leave()
        self._visit_id = visit_id
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
        if visit_id == self._visit_id and self._field.text() == text:
            self._field.put("")
        elif self._left.get(visit_id) == text:
            del self._left[visit_id]
        else:
            return
        self._bridge.run(drop_draft, f"note:{visit_id}")

    def _find(self, visit_id: str) -> str:
        if visit_id in self._left:
            return self._left.pop(visit_id)
        draft = self._bridge.read(find_draft, self._name())
        return str(draft["text"]) if draft else ""

    def _name(self) -> str:
        return f"note:{self._visit_id}"

    def _keep(self, text: str) -> None:
        if not self._visit_id:
            return
        if text.strip():
            self._bridge.run(keep_draft, self._name(), {"text": text})
        else:
            self._bridge.run(drop_draft, self._name())
