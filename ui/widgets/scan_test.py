"""The test panel of the scanner settings: what the last scan pressed, and what the till makes of it."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from desktop.errors import BadInput, TillError
from desktop.scanning.code_rules import STANDARD
from desktop.scanning.wedge_keys import Stroke
from desktop.scanning.wedge_profile import WedgeProfile, changed, values_of
from desktop.scanning.wedge_trace import (
    FORMAT,
    Trace,
    from_zero,
    is_secret,
    pace_of,
    read_trace,
    worth_keeping,
    write_trace,
)
from desktop.troubles import as_trouble
from resources import Words
from ui.recognised import kind_in
from ui.replay import replay
from ui.scanner import Scanner
from ui.widgets.card import Card, label, set_look
from ui.widgets.keyed_button import KeyedButton
from ui.widgets.trace_table import TraceTable, visible

_QUIET_MS = 400  # then a trace is over
_SHOWN = 120
_TABLE = 260


class ScanTest(Card):
    """While it is ``testing`` scans come here, and reach nobody else. told: a TillError about a file."""

    told = Signal(object)

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self._scanner: Scanner | None = None
        self._strokes: list[Stroke] = []
        self._scan: str | None = None
        self._fault = ""
        self.rules = STANDARD  # what codes mean here
        self.verdict, self.content = label(words("scan_test.off"), "strong", wrap=True), label("", "code", wrap=True)
        self.pace = label("", "muted", wrap=True)
        self.table = TraceTable(words)
        self.table.setFixedHeight(_TABLE)
        self.start = KeyedButton(words("scan_test.start"), role="small")
        self.save = KeyedButton(words("scan_test.save"), role="small")
        self.play = KeyedButton(words("scan_test.play"), role="small")
        self._timer = QTimer(self, singleShot=True, interval=_QUIET_MS)
        self._timer.timeout.connect(self.paint)
        self._lay_out()
        self.start.clicked.connect(self._toggle)
        self.save.clicked.connect(self._ask_where)
        self.play.clicked.connect(self._ask_which)
        self.paint()

    def _lay_out(self) -> None:
        self.head(self._words("scan_test.title"), self.start)
        self.column.addWidget(label(self._words("scan_test.hint"), "muted", wrap=True))
        for part in (self.verdict, self.content, self.pace, self.table):
            self.column.addWidget(part)
        buttons = QHBoxLayout()
        buttons.addWidget(self.play)
        buttons.addWidget(self.save)
        buttons.addStretch(1)
        self.column.addLayout(buttons)

    def attend(self, scanner: Scanner) -> None:
        """The scanner to test."""
        self._scanner = scanner
        scanner.stroked.connect(self._note)
        scanner.failed.connect(self._fail)

    @property
    def testing(self) -> bool:
        """Whether a scan is a test now."""
        return self._scanner is not None and self._scanner.tracing

    def take_scan(self, text: str) -> None:
        """What the till read out of the keys, or what came over another way."""
        self._scan, self._fault = text, ""
        self.paint()

    def test(self, on: bool) -> None:
        """Begin or end."""
        if self._scanner is not None:
            self._scanner.tracing = on
        self._forget()
        self.start.set_words(self._words("scan_test.stop" if on else "scan_test.start"))
        self.paint()

    # Traces in files

    def save_to(self, path: Path) -> None:
        """Keep the last trace, to be replayed."""
        assert self._scanner is not None
        try:
            write_trace(path, self._trace(self._scanner.profile))
        except OSError as error:
            self.told.emit(as_trouble(error))

    def play_from(self, path: Path) -> None:
        """Press the keys of a trace again, with the scanner set as the trace says."""
        assert self._scanner is not None
        mine = self._scanner.profile
        try:
            trace = read_trace(path)
            profile = changed(mine, trace.profile)
        except TillError as error:
            self.told.emit(error)
            return
        self.test(True)
        window = self.window().windowHandle()
        self._scanner.use(profile)
        replay(trace.strokes, window, self._scanner, self._scanner.now() + 1000)
        self._scanner.settle()
        self._scanner.use(mine)
        self.paint()

    def _trace(self, profile: WedgeProfile) -> Trace:
        strokes = from_zero(worth_keeping(self._strokes))
        return Trace(FORMAT, profile=values_of(profile), scan=self._scan, fault=self._fault, strokes=strokes)

    # What comes in

    @Slot(object)
    def _note(self, stroke: Stroke) -> None:
        if self._strokes and not 0 <= stroke.ms - self._strokes[-1].ms <= _QUIET_MS:
            self._forget()
        self._strokes.append(stroke)
        self._timer.start()

    @Slot(object)
    def _fail(self, error: BadInput) -> None:
        if self.testing:
            self._scan, self._fault = None, error.code
            self.paint()

    def _forget(self) -> None:
        self._strokes, self._scan, self._fault = [], None, ""

    # Painting

    @Slot()
    def paint(self) -> None:
        """Show the last scan, or say what to do."""
        kind, payment = kind_in(self._words, self._scan or "", self.rules), self._words("code_kind.payment")
        secret = kind == payment or is_secret(self._strokes)
        if secret:  # somebody's money: not even here
            self._strokes, kind = [], payment
        self.verdict.setText(self._judgement(kind))
        set_look(self.verdict, tone="danger" if self._fault else "accent" if self._scan else "")
        self.content.setText("" if secret else visible(self._scan or "")[:_SHOWN])
        self.content.setVisible(bool(self.content.text()))
        pace = pace_of(self._strokes)
        self.pace.setText(self._words("scan_test.pace", **pace._asdict()) if pace.keys > 1 else "")
        self.pace.setVisible(pace.keys > 1)
        self.table.paint(self._strokes)
        self.table.setVisible(bool(self._strokes))
        self.save.setEnabled(bool(self._strokes))

    def _judgement(self, kind: str) -> str:
        words = self._words
        if self._fault:
            return words("scan_test.fault", why=words(f"error.{self._fault}"))
        if self._scan is not None or kind:
            return words("scan_test.scan", kind=kind or words("code_kind.unknown"))
        if not self.testing:
            return words("scan_test.off")
        pace = pace_of(self._strokes)
        return words("scan_test.typing" if pace.keys > 1 else "scan_test.waiting")

    # Buttons

    @Slot()
    def _toggle(self) -> None:
        self.test(not self.testing)

    @Slot()
    def _ask_where(self) -> None:
        self._dialog(QFileDialog.AcceptMode.AcceptSave).fileSelected.connect(lambda path: self.save_to(Path(path)))

    @Slot()
    def _ask_which(self) -> None:
        self._dialog(QFileDialog.AcceptMode.AcceptOpen).fileSelected.connect(lambda path: self.play_from(Path(path)))

    def _dialog(self, mode: QFileDialog.AcceptMode) -> QFileDialog:
        dialog = QFileDialog(self.window(), self._words("scan_test.file"))
        dialog.setAcceptMode(mode)
        dialog.setNameFilter(f"{self._words('scan_test.file')} (*.json)")
        dialog.setDefaultSuffix("json")
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self.testing:
            self.test(False)
