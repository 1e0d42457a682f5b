"""A form on its way to the disk, which may be slow."""

from collections.abc import Callable
from typing import Any, Protocol

from desktop.errors import TillError
from resources import Words
from ui.bridge import Bridge
from ui.said import sentence


class Form(Protocol):
    """``typed``: all that stands in it, comparable."""

    @property
    def typed(self) -> object: ...

    def begin(self) -> None:
        """Empty it for the next one."""

    def complain(self, text: str) -> None:
        """Say what is wrong."""

    def isVisible(self) -> bool:
        """Whether a clerk reads that."""


class Sending:
    """Has the deeds of a form carried out, once however often one presses; what is typed meanwhile stays."""

    def __init__(self, bridge: Bridge, words: Words, form: Form) -> None:
        self._bridge, self._words, self._form = bridge, words, form

    def send(self, deed: Callable[..., object], *args: Any, then: Callable[[], object], **kwargs: Any) -> None:
        """Carry it out with what stands in the form, which is emptied when that is saved; a refusal is said in it."""
        typed = self._form.typed

        def saved(_result: object) -> None:
            if self._form.typed == typed:
                self._form.begin()
            then()

        def refused(error: TillError) -> None:
            self._form.complain(sentence(self._words, error))
            if not self._form.isVisible():
                self._bridge.trouble.emit(error)

        self._bridge.run(deed, *args, once=True, then=saved, failed=refused, **kwargs)
