"""The window's side: start, the first paint, scan to painted profile, memory; beside a bare PySide6 window."""

from pathlib import Path

from tests.benchmarks.measure import Row

_ROOT = Path(__file__).resolve().parents[2]


def measure_window(folder: Path, count: int) -> list[Row]:
    """Each figure from processes of their own."""
    return []
