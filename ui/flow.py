"""Which screen is up, and where scans, keys and messages go."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, SignalInstance, Slot

from desktop.errors import TillError
from desktop.events import Changes
from desktop.services.guides import sign_on
from desktop.views.leads import count_leads_due
from desktop.views.search import find_members
from desktop.views.tasks import count_due
from desktop.views.till import find_backlog, find_guides, find_till
from desktop.views.visit import find_running_visit
from ui.bridge import Bridge
from ui.figures import MOST_COUNTED
from ui.said import Said, clock_sentence, sentence
from ui.screen import Screen
from ui.screens.every import Screens
from ui.screens.settings import SettingsScreen
from ui.widgets.guide_menu import GuideMenu
from ui.widgets.rail import LOWER, UPPER
from ui.widgets.search_box import looks_like_phone
from ui.window import Window

_PLACES = {"idle": "counter", "enrol": "counter", "person": "members"}  # on the rail
_HITS = 20


class Flow(QObject):
    """Idle and counter take turns: the counter is up while a visit runs. The others are left by Esc."""

    _before = "members"  # where a member's page was opened

    def __init__(self, window: Window, bridge: Bridge, make_settings: Callable[[], SettingsScreen]) -> None:
        super().__init__(window)
        self.window = window
        self.bridge = bridge
        self.words = window.words
        self.screens = Screens(window, bridge, make_settings, self._take_in)
        self.current = ""
        self._deeds: dict[str, Callable[[], object]] = {
            "search": window.top.search.take_focus,
            "enrol": lambda: self.enrol(phone=window.top.search.text, lead=self._lead()),
            "anonymous": lambda: self.serve(None),
            "switch_guide": self.switch_guide,
            "recall": self.recall,
            "undo": lambda: self.screens.counter.undo(),
            "back": self._back,
            **{place: partial(self.show, place) for place in UPPER + LOWER},
            "counter": self.home,
        }
        # What a screen may want: a signal of that name, on whichever screen has it.
        self._wants: dict[str, Callable[..., object]] = {
            "said": window.messages.tell,
            "member_wanted": self.serve,
            "page_wanted": self.look_at,
            "recall_wanted": self.recall,
            "enrol_wanted": lambda code: self.enrol(code=code),
            "newcomer_wanted": lambda typed: self.enrol(phone=typed),
            "lead_wanted": lambda lead_id: self.enrol(lead=lead_id),
            "booking_wanted": self.book,
            "guides_wanted": self.switch_guide,
            "guide_wanted": self._sign_on,
            "counter_wanted": lambda: self.show("counter"),
            "cancelled": self.home,
            "again_wanted": lambda: self.enrol(),
        }
        self._connect_window()
        self._connect_bridge()
        self._paint_till()
        self._paint_status()

    def _connect_window(self) -> None:
        search, inbox = self.window.top.search, self.window.inbox
        inbox.scanned.connect(self.scan)
        inbox.pressed.connect(self.press)
        search.typed.connect(self._search)
        search.chosen.connect(self.serve)
        search.entered.connect(self._enter)
        search.enrol_wanted.connect(lambda phone: self.enrol(phone=phone))
        self.window.pictures.failed.connect(self._warn)

    def _connect_bridge(self) -> None:
        self.bridge.ordered.connect(self.window.messages.withdraw_undo)
        self.bridge.changed.connect(self._on_changed)
        self.bridge.status_changed.connect(self._paint_status)
        self.bridge.trouble.connect(self._warn)

    def _take_in(self, screen: Screen) -> None:
        """A screen was made: it has its page in the window, and is heard."""
        self.window.stack.addWidget(screen)
        for name, deed in self._wants.items():
            if isinstance(signal := getattr(screen, name, None), SignalInstance):
                signal.connect(deed)

    def retire(self) -> None:
        """Follow nothing any more, and wait for no answer: another window takes over, or none."""
        self.bridge.forget_callers()
        self.bridge.ordered.disconnect(self.window.messages.withdraw_undo)
        self.bridge.changed.disconnect(self._on_changed)
        self.bridge.status_changed.disconnect(self._paint_status)
        self.bridge.trouble.disconnect(self._warn)
        for screen in self.screens.made:
            screen.retire()

    # Where to go

    def prepare(self) -> None:
        """Have the counter ready: the first scan is not to wait for it."""
        self.screens.named("counter")

    def show(self, name: str) -> None:
        """Put a screen up."""
        screen = self.screens.named(name)
        if name != self.current:
            if self.current:
                self.screens.named(self.current).leave()
            self.current = name
            self.window.stack.setCurrentWidget(screen)
            self.window.rail.select(_PLACES.get(name, name))
        screen.enter()

    @Slot()
    def home(self) -> None:
        """The counter while somebody is served, the idle screen otherwise."""
        served = self._is_served
        self.show("counter" if served else "idle")
        if not served:
            self.window.top.search.take_focus()

    @property
    def _is_served(self) -> bool:
        """Whether a visit runs, or will as soon as it is saved."""
        return any(each.awaits for each in self.screens.made) or self.bridge.read(find_running_visit) is not None

    def enrol(self, *, code: str = "", phone: str = "", lead: str = "") -> None:
        """Open the form for a new member, with what is known of them already."""
        self.window.messages.withdraw_undo()  # a form that was given up would come over this one
        self.window.top.search.clear()
        self.show("enrol")
        self.screens.enrol.begin(code, phone=phone if looks_like_phone(phone) else "", lead=lead)

    def _lead(self) -> str:
        """The lead that is looked at, if any: enrolling is about them."""
        return self.screens.tasks.lead_id if self.current == "tasks" else ""

    def book(self, member_id: str, name: str) -> None:
        """Open the form of an appointment for whoever is served."""
        self.show("appointments")
        self.screens.appointments.begin(member_id, name)

    def look_at(self, member_id: str) -> None:
        """Show a member's page, and begin no visit."""
        if self.current != "person":
            self._before = self.current
        self.screens.person.look_at(member_id)
        self.show("person")

    def serve(self, member_id: str | None) -> None:
        """Show a member at the counter, and begin the visit; None for nobody known."""
        self.window.top.search.clear()
        self.window.messages.clear()  # it told of somebody else
        self.screens.counter.serve(member_id)
        self.screens.counter.setFocus()

    def recall(self, visit_id: str | None = None) -> None:
        """Take up a visit that was on hold, the latest unless named."""
        self.screens.counter.recall(visit_id)

    def _back(self) -> None:
        if self.current == "counter":
            self.screens.counter.setFocus()
        elif self.current == "enrol":
            self.screens.enrol.give_up()
        elif self.current == "person" and self._before not in ("idle", "counter"):
            self.show(self._before)
        else:
            self.home()

    # What comes in

    @Slot(str)
    def press(self, name: str) -> None:
        """Do what a key or a place on the rail stands for."""
        self._deeds[name]()

    @Slot(str)
    def scan(self, text: str) -> None:
        """A code, whichever screen is up; an open enrolment form and the scanner test take it for themselves."""
        if self.current == "settings" and self.screens.settings.take_scan(text):
            return
        screens = self.screens
        kind = screens.enrol.take_scan(text) if self.current == "enrol" else screens.counter.show_code(text)
        if kind and self.window.messages.is_quiet:
            self.window.messages.say(self.words(f"code_kind.{kind}"))

    @Slot(str)
    def _search(self, text: str) -> None:
        self.window.top.search.show_hits(self.bridge.read(find_members, text, _HITS))

    @Slot(str)
    def _enter(self, text: str) -> None:
        """Enter on a typed text: the first hit; a text that finds nobody is a code."""
        hits = self.bridge.read(find_members, text, 1)
        if hits:
            self.serve(hits[0].member_id)
        elif looks_like_phone(text):
            self.enrol(phone=text)
        else:
            self.window.top.search.clear()
            self.scan(text)

    # Who serves, and how things stand

    def switch_guide(self) -> None:
        """The list of guides, beside the avatar."""
        till = self.bridge.read(find_till)
        menu = GuideMenu(self.words, self.bridge.read(find_guides), till.guide_id, self.window)
        menu.picked.connect(self._sign_on)
        menu.open_at(self.window.rail.guide_corner())

    @Slot(str, str)
    def _sign_on(self, guide_id: str, name: str) -> None:
        told = Said(self.words("shell.signed_on", guide=name))
        self.bridge.run(sign_on, guide_id, then=lambda _: self.window.messages.tell(told))

    @Slot(object)
    def _on_changed(self, changes: Changes) -> None:
        self._paint_status()
        if changes.of("guide") or changes.of("store"):
            self._paint_till()
        here = self.current in ("idle", "counter")
        if here and changes.of("visit") and (self.current == "counter") != self._is_served:
            self.home()

    def _paint_till(self) -> None:
        till = self.bridge.read(find_till)
        store, name = till.store or self.words("shell.no_store"), till.name or self.words("shell.till_unnamed")
        self.window.top.paint_place(self.words("shell.place", store=store, till=name))
        self.window.rail.paint_guide(till.guide or "")

    @Slot()
    def _paint_status(self) -> None:
        backlog = self.bridge.read(find_backlog, MOST_COUNTED)
        self.window.top.pill.paint(self.bridge.status, backlog.waiting, backlog.refused)
        self.window.messages.notice(clock_sentence(self.words, self.bridge.status.clock_skew_ms))
        self.window.rail.paint_badge("sync", backlog.refused)
        today = self.bridge.today()
        due = self.bridge.read(count_due, today) + self.bridge.read(count_leads_due, today)
        self.window.rail.paint_badge("tasks", due)

    @Slot(object)
    def _warn(self, error: TillError) -> None:
        self.window.messages.tell(Said(sentence(self.words, error), "warn"))
