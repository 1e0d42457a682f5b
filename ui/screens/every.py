"""Every screen there is. One more is one line here: what it wants, the flow hears by the names of its signals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from resources import Words
from ui.bridge import Bridge
from ui.screen import Screen
from ui.screens.appointments import Appointments
from ui.screens.content import Content
from ui.screens.counter import Counter
from ui.screens.credit import Credit
from ui.screens.enrol import Enrol
from ui.screens.idle import Idle
from ui.screens.members import Members
from ui.screens.person import Person
from ui.screens.settings import SettingsScreen
from ui.screens.sync import Sync
from ui.screens.tasks import Tasks
from ui.window import Window

S = TypeVar("S", bound=Screen)


class Made(Generic[S]):
    """A screen, made when it is first asked for: to make and style them all takes longer than the rest of the start."""

    def __init__(self, make: Callable[[Screens], S]) -> None:
        self._make = make

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    def __get__(self, screens: Screens, _owner: type) -> S:
        screen = screens.__dict__[self._name] = self._make(screens)  # from now on found there, without coming here
        screens.made.append(screen)
        screens.welcome(screen)
        return screen


@dataclass(eq=False)
class Screens:
    """``screens.counter`` is the counter, and so on. ``made`` are those that there are by now; ``welcome`` is told."""

    window: Window
    bridge: Bridge
    make_settings: Callable[[], SettingsScreen]
    welcome: Callable[[Screen], object]
    made: list[Screen] = field(default_factory=list)

    idle = Made(lambda at: Idle(at.bridge, at.words, at.window.idle_page))
    counter = Made(lambda at: Counter(at.bridge, at.words))
    enrol = Made(lambda at: Enrol(at.bridge, at.words))
    members = Made(lambda at: Members(at.bridge, at.words))
    person = Made(lambda at: Person(at.bridge, at.words))
    tasks = Made(lambda at: Tasks(at.bridge, at.words))
    appointments = Made(lambda at: Appointments(at.bridge, at.words))
    content = Made(lambda at: Content(at.bridge, at.words))
    credit = Made(lambda at: Credit(at.bridge, at.words))
    sync = Made(lambda at: Sync(at.bridge, at.words))
    settings = Made(lambda at: at.make_settings())

    @property
    def words(self) -> Words:
        """Those of the window."""
        return self.window.words

    def named(self, name: str) -> Screen:
        """The screen of that name."""
        screen: Screen = getattr(self, name)
        return screen
