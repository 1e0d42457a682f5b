"""The reference: a process with nothing but a PySide6 window; says when it is painted and how much memory it took."""

import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow

from tests.benchmarks.memory import peak


class Bare(QMainWindow):
    """A window with one label."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        QTimer.singleShot(0, painted)


def painted() -> None:
    """Tell, and leave."""
    sys.stdout.write(f"painted {peak()}\n")
    sys.stdout.flush()
    app.quit()


app = QApplication([])
window = Bare()
window.resize(1280, 800)
window.setCentralWidget(QLabel("Storeguide"))
window.show()
app.exec()
