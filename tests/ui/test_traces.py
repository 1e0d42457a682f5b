"""Every recorded scanner is understood by the real window, whatever it does to the keyboard."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.errors import BadInput
from desktop.scanning.code_rules import CodeRules
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import ItemCode
from desktop.scanning.wedge_profile import USB, changed
from desktop.scanning.wedge_trace import Trace, from_zero, read_trace, write_trace
from sync.till import open_till
from tests.ui.conftest import Till
from ui.replay import replay

FOLDER = Path(__file__).parent / "traces"
TRACES = sorted(path.stem for path in FOLDER.glob("*.json"))
STARTS = count(5_000_000, 60_000)  # ms on the scanner's clock: a minute between two traces


@pytest.fixture(scope="module")
def shared(
    _shop_template: Path, tmp_path_factory: pytest.TempPathFactory, qapp: QApplication, request: pytest.FixtureRequest
) -> Iterator[Till]:
    home = tmp_path_factory.mktemp("traces") / "shop"
    shutil.copytree(_shop_template, home)
    with closing(open_till(home)) as desk:
        till = Till(desk, QtBot(request))
        yield till
        till.leave()


@pytest.fixture
def till(shared: Till) -> Iterator[Till]:
    """One window for all traces: a shop's scanners come one after another, too."""
    yield shared
    shared.settle()
    shared.window.top.search.clear()
    shared.window.messages.clear()
    shared.press("back")


class Heard:
    """What the scanner of a window told."""

    def __init__(self, till: Till) -> None:
        self.scans: list[str] = []
        self.faults: list[str] = []
        self._scanner = till.window.scanner
        self._scanner.scanned.connect(self.scans.append)
        self._scanner.failed.connect(self._fail)

    def _fail(self, error: BadInput) -> None:
        self.faults.append(error.code)

    def heard(self) -> bool:
        return bool(self.scans or self.faults)


def play(till: Till, trace: Trace) -> Heard:
    heard = Heard(till)
    till.window.scanner.use(changed(USB, trace.profile))
    replay(trace.strokes, till.window.windowHandle(), till.window.scanner, next(STARTS))
    if trace.scan or trace.fault:
        till.wait(heard.heard)
    return heard


@pytest.mark.parametrize("name", TRACES)
def test_a_recorded_scan_is_understood_and_leaves_nothing_in_the_field(till: Till, name: str) -> None:
    trace = read_trace(FOLDER / f"{name}.json")
    till.press("search")
    field = till.window.focusWidget()
    assert isinstance(field, QLineEdit)
    heard = play(till, trace)
    assert (heard.scans, heard.faults) == ([trace.scan] if trace.scan else [], [trace.fault] if trace.fault else [])
    typed = "".join(stroke.text for stroke in trace.strokes if stroke.text.isprintable())
    assert field.text() == ("" if heard.heard() else typed)
    till.settle()


@pytest.mark.parametrize("name", [name for name in TRACES if not name.startswith("ime_")])
def test_a_recorded_scan_is_understood_where_no_field_is(till: Till, name: str) -> None:
    trace = read_trace(FOLDER / f"{name}.json")
    till.window.setFocus()
    heard = play(till, trace)
    assert (heard.scans, heard.faults) == ([trace.scan] if trace.scan else [], [trace.fault] if trace.fault else [])
    till.settle()


def test_scanners_with_and_without_a_separator_name_the_same_item() -> None:
    """Without one only the shop can say how long its batches and serials are."""
    rules = CodeRules(element_lengths=(("10", 2), ("21", 6)))
    brands = ("zebra_gs_as_ctrl", "honeywell_gs_as_alt", "newland_without_gs")
    items = {parse_code(read_trace(FOLDER / f"{name}.json").scan or "", rules) for name in brands}
    assert [(item.gtin, item.batch, item.serial) for item in items if isinstance(item, ItemCode)] == [
        ("06901230010019", "L7", "A1B2C3")
    ]


def test_a_trace_is_the_same_after_it_was_saved(tmp_path: Path) -> None:
    for name in TRACES:
        trace = read_trace(FOLDER / f"{name}.json")
        write_trace(tmp_path / "trace.json", trace)
        assert read_trace(tmp_path / "trace.json") == trace
        assert from_zero(trace.strokes) == trace.strokes
        assert (tmp_path / "trace.json").read_text("utf-8") == (FOLDER / f"{name}.json").read_text("utf-8")


@pytest.mark.parametrize("text", ["", "[]", '{"format": 1, "strokes": [{"ms": "x"}]}', '{"format": 1, "more": 1}'])
def test_a_file_that_is_no_trace_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "trace.json").write_text(text)
    with pytest.raises(BadInput, match="trace_unreadable"):
        read_trace(tmp_path / "trace.json")


def test_a_trace_of_another_format_says_so(tmp_path: Path) -> None:
    (tmp_path / "trace.json").write_text('{"format": 2}')
    with pytest.raises(BadInput, match="trace_format"):
        read_trace(tmp_path / "trace.json")
