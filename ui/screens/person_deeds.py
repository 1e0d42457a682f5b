"""What a clerk does on a member's page, and what is said when it is done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.copies import save_copy
from desktop.errors import TillError
from desktop.services.consents import give_consents, withdraw_consent
from desktop.services.members import amend, merge, separate
from desktop.services.ownership import assign_member, claim, claim_again, let_go, release
from desktop.services.privacy import make_request, meet_request
from desktop.services.reviews import settle_review
from desktop.troubles import as_trouble
from resources import Words
from ui.bridge import Bridge
from ui.said import Said, sentence


class PersonDeeds(QObject):
    """``member_id`` is whose page it is. said: a Said for the message bar; refused: what is wrong, by field."""

    said = Signal(object)
    refused = Signal(dict)

    def __init__(self, bridge: Bridge, words: Words, over: QWidget) -> None:
        super().__init__(over)
        self._bridge, self._words, self._over = bridge, words, over
        self.member_id = ""

    def act(self, deed: Callable[..., Any], told: str, *args: Any, **kwargs: Any) -> None:
        """Do something about the member, and say so once it is saved."""
        self._run(deed, told, self.member_id, *args, **kwargs)

    def claim(self) -> None:
        """Whoever serves takes the member."""
        self.act(claim, "page.claimed")

    def claim_again(self) -> None:
        """Whoever serves takes the member over."""
        self.act(claim_again, "page.claimed")

    def let_go(self) -> None:
        """Leave them to whoever was quicker."""
        self.act(let_go, "page.left_at_that")

    def release(self) -> None:
        """Nobody has them any more."""
        self.act(release, "page.released")

    def give(self, guide_id: str) -> None:
        """Another guide has them."""
        self.act(assign_member, "page.given", guide_id)

    def amend(self, fields: dict[str, Any]) -> None:
        """Correct particulars; a refusal is told at the field, or in the message bar to who looks at that no longer."""
        of = self.member_id

        def tell(refused: dict[str, str]) -> None:
            if self.member_id == of:
                self.refused.emit(refused)

        def wrong(error: TillError) -> None:
            field = next((name for name in fields if error.code.startswith(name)), next(iter(fields)))
            tell({field: sentence(self._words, error)})
            if self.member_id != of or not self._over.isVisible():
                self._warn(error)

        def right(_: object) -> None:
            tell({})
            self._say("page.saved")

        self._bridge.run(amend, of, once=True, then=right, failed=wrong, **fields)

    def merge(self, old_id: str, keep_id: str) -> None:
        """They are one person; headquarters makes them one."""
        self._run(merge, "page.merge_sent", old_id, keep_id)

    def separate(self, member_id: str) -> None:
        """They are not."""
        self._run(separate, "page.separate_sent", member_id)

    def settle(self, review_id: str, take_lost: bool) -> None:
        """One of two values is right."""
        self._run(settle_review, "page.saved", review_id, take_lost=take_lost)

    def change_consent(self, purpose: str, agreed: bool) -> None:
        """The member agrees to a purpose, or takes it back: that counts at once."""
        if agreed:
            self.act(give_consents, "page.consent_given", (purpose,), channel="counter")
        else:
            self.act(withdraw_consent, "page.consent_withdrawn", purpose)

    def ask_for(self, wants: str) -> None:
        """Begin the clock of a request."""
        self.act(make_request, f"page.asked_{wants}", wants)

    def answer(self, request_id: str, how: str) -> None:
        """A request was answered."""
        self._run(meet_request, "page.saved", request_id, how)

    def ask_where(self, suffix: str) -> None:
        """Let the clerk choose a file for a copy."""
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._over, self._words("page.rights"), folder, f"*{suffix}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(f"copy{suffix}")  # no name: files are seen by many
        dialog.fileSelected.connect(lambda path: self.copy(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def copy(self, path: Path) -> None:
        """Write everything of the member to a file."""
        try:
            save_copy(self._bridge.desk, self.member_id, path, self._words)
        except OSError as error:
            self._warn(as_trouble(error))
        except TillError as error:
            self._warn(error)
        else:
            self.said.emit(Said(self._words("page.copied", path=path.name)))

    def _run(self, deed: Callable[..., Any], told: str, *args: Any, **kwargs: Any) -> None:
        self._bridge.run(deed, *args, once=True, then=lambda _: self._say(told), failed=self._warn, **kwargs)

    def _say(self, told: str) -> None:
        self.said.emit(Said(self._words(told)))

    def _warn(self, error: TillError) -> None:
        self.said.emit(Said(sentence(self._words, error), "warn"))
