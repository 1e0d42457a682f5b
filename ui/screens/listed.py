"""What the lists of the tasks screen have in common: one thing is looked at, beside it stands its card or an empty
form."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Generic, Protocol, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.errors import TillError
from ui.said import Said, sentence
from ui.screen import Screen
from ui.widgets.pick_row import PickRow


class Listing(Protocol):
    """What has a row."""

    @property
    def id(self) -> str: ...


View = TypeVar("View", bound=Listing)


class Listed(QObject, Generic[View]):
    """``picked`` is what is looked at, None while the form stands there. said: a Said for the message bar.

    new: what the button of a new one says.
    """

    said = Signal(object)
    new = ""

    def __init__(self, over: Screen, card: QWidget, form: QWidget) -> None:
        super().__init__(over)
        self.over, self.bridge, self.words = over, over.bridge, over.words
        self.parts = (form, card)
        self.picked: View | None = None

    @property
    def side(self) -> QWidget:
        """What stands beside the list."""
        form, card = self.parts
        return form if self.picked is None else card

    def views(self, taken: str, today: date) -> Sequence[View]:
        """What the list shows under a filter; overridden."""
        raise NotImplementedError

    def row(self, view: View, today: date) -> PickRow:
        """A row of the list; overridden."""
        raise NotImplementedError

    def paint(self, view: View, today: date) -> None:
        """Let the card show it; overridden."""
        raise NotImplementedError

    def begin(self) -> None:
        """Let the form be empty, and have the keyboard; overridden."""
        raise NotImplementedError

    def may_pick(self, view: View) -> bool:
        """Whether there is anything to do about it."""
        del view
        return True

    def pick(self, view: View, today: date) -> None:
        """Look at this one."""
        if self.may_pick(view) and (self.picked is None or self.picked.id != view.id):
            self.picked = view
            self.paint(view, today)

    def keep(self, views: Sequence[View], today: date) -> None:
        """What was looked at is looked at further, if it is still there to be done."""
        before = self.picked
        alive = (view for view in views if before and view.id == before.id and self.may_pick(view))
        self.picked = next(alive, None)
        if self.picked is not None and self.picked != before:
            self.paint(self.picked, today)

    def act(self, deed: Callable[..., object], told: str, *args: Any, **kwargs: Any) -> None:
        """Do something about what is looked at, and say so once it is saved."""
        if self.picked:
            failed = kwargs.pop("failed", self.warn)
            say = lambda _: self.said.emit(Said(told))  # noqa: E731
            self.bridge.run(deed, self.picked.id, *args, once=True, then=say, failed=failed, **kwargs)

    def warn(self, error: TillError) -> None:
        """Say why something was not done."""
        self.said.emit(Said(sentence(self.words, error), "warn"))
