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
        field.paused.connect(self._keep)

    def follow(self, visit_id: str | None) -> None:
        """Put the other visit's draft into the field; the one before is kept first."""
        if visit_id == self._visit_id:
            return
        self.keep_now()
        self._visit_id = visit_id
        draft = self._bridge.read(find_draft, self._name()) if visit_id else None
        self._field.put(str(draft["text"]) if draft else "")

    def keep_now(self) -> None:
        """Do not wait for the pause."""
        if self._field.waiting:
            self._field.tell_now()

    def saved(self, visit_id: str | None, text: str) -> None:
        """The note is in the visit: nothing is half typed any more, unless more was typed since."""
        if visit_id == self._visit_id and self._field.text() == text:
            self._field.put("")
        if visit_id:
            self._bridge.run(drop_draft, f"note:{visit_id}")

    def _name(self) -> str:
        return f"note:{self._visit_id}"

    def _keep(self, text: str) -> None:
        if not self._visit_id:
            return
        if text.strip():
            self._bridge.run(keep_draft, self._name(), {"text": text})
        else:
            self._bridge.run(drop_draft, self._name())
