"""A furnished window over a crowded till: scans and searches members; milliseconds to profile, list and edge."""

import json
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.data.engine import connect
from desktop.desk import Desk
from desktop.services.visits import finish_visit
from desktop.settings import Settings
from resources import Words
from tests.benchmarks.crowd import codes, crowded_till
from tests.benchmarks.memory import peak
from ui.app import make_app
from ui.bridge import Bridge
from ui.furnish import Front
from ui.window import Window

_EDGES = 200
_TYPED = [("pinyin", "zhangzihan"), ("pinyin", "wangfang"), ("phone_reversed", "100042"), ("phone_reversed", "7319")]
_TIMES = 10


def main(home: Path, count: int, scans: int) -> dict[str, object]:
    """Scan ``scans`` members of ``count``; each is served too, and the one before parked."""
    app = make_app(["storeguide"], Settings())
    desk, _ = crowded_till(home, count)
    window = Window(Words("zh"))
    window.show()
    app.processEvents()
    front = Front(window, Bridge(desk, sync_now=lambda: None), Settings())
    raw = connect(home / "till.db", desk.key.secret, ("query_only=ON",))
    times: list[float] = []
    references: list[float] = []
    for code in islice(codes(count), scans):
        began = time.perf_counter()
        front.flow.scan(code)
        app.processEvents()
        times.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        raw.execute("SELECT member_id FROM identity WHERE kind = 'code' AND value = ?", (code,)).fetchone()
        references.append((time.perf_counter() - began) * 1000)
        _settle(app, desk)
    keys = _keystrokes(front, app, raw)
    raw.close()
    edges = []
    for code in islice(codes(count), _EDGES):
        edges.append(_edge_after(front, app, code))
        _settle(app, desk)
    front.window.close()
    desk.close()
    return {"times": times, "references": references, **keys, "edges": edges, "peak": peak()}


def _keystrokes(front: Front, app: QApplication, raw: Any) -> dict[str, list[float]]:
    """Milliseconds from each letter in the members' search to the painted list, and of a raw query for as much."""
    front.flow.show("members")
    app.processEvents()
    field = front.flow.screens.members.field
    keys: list[float] = []
    references: list[float] = []
    for column, words in _TYPED * _TIMES:
        field.clear()
        for length, letter in enumerate(words, 1):
            began = time.perf_counter()
            QTest.keyClick(field, letter)
            app.processEvents()
            keys.append((time.perf_counter() - began) * 1000)
            typed = words[:length] if column == "pinyin" else words[:length][::-1]
            began = time.perf_counter()
            raw.execute(
                f"SELECT id, name FROM member WHERE {column} BETWEEN ? AND ? ORDER BY {column} LIMIT 50",
                (typed, typed + "\U0010ffff"),
            ).fetchall()
            references.append((time.perf_counter() - began) * 1000)
    return {"keys": keys, "key_references": references}


class _Painted(QObject):
    """When something was painted last, in seconds."""

    at = 0.0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.at = time.perf_counter()
        return False


def _edge_after(front: Front, app: QApplication, code: str) -> float:
    """Milliseconds from a scan that has come in to the colour at the window's edge, which says how it went."""
    painted, edge = _Painted(), front.window.feedback.edge
    edge.installEventFilter(painted)
    began = time.perf_counter()
    front.window.take_scan(code)
    while not painted.at:
        app.processEvents()
    edge.removeEventFilter(painted)
    return (painted.at - began) * 1000


def _settle(app: QApplication, desk: Desk) -> None:
    """End the visit, so that parked ones do not pile up; then let every answer in."""
    desk.do(finish_visit).result()
    desk.do(lambda _: None).result()
    for _ in range(3):
        app.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # which only a running loop does


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
