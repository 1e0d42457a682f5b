"""``main.py run`` as far as its first paint: what a clerk waits for."""

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtWidgets import QApplication

import main
from tests.benchmarks.memory import peak


def painted(*_: object) -> None:
    """Tell, and leave."""
    sys.stdout.write(f"painted {peak()}\n")
    sys.stdout.flush()
    QApplication.quit()


main.furnish = painted  # what comes after the first paint is not part of it
with ExitStack() as stack:
    main.show_window(argparse.Namespace(home=Path(sys.argv[1]), language=None, hub=None, ticket=None), stack)
