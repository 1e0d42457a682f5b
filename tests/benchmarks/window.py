"""The window's side: first paint, scan to painted profile, memory; beside a bare PySide6 window."""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.measure import Row

_ROOT = Path(__file__).resolve().parents[2]
_STARTS, _SCANS = 9, 1000
_PROMISED_MS = 100.0


def measure_window(folder: Path, count: int) -> list[Row]:
    """Each figure from processes of their own."""
    bare, ours = _starts(folder)
    told = _scans(folder / f"till-{count}", count)
    times, keys = sorted(told["times"][5:]), sorted(told["keys"])
    return [
        Row("cold start to the first painted window", "a bare PySide6 window", ours[0], bare[0], "ms", goal=1.5),
        Row(
            f"scan to painted profile among {count:,}", "raw lookup in the file", statistics.median(times),
            statistics.median(told["references"]), "ms",
            note=f"p99 {times[int(len(times) * 0.99)]:.1f} ms, the first {told['times'][0]:.0f} ms",
        ),
        Row(
            f"keystroke to painted list among {count:,}", "one raw range query", statistics.median(keys),
            statistics.median(told["key_references"]), "ms", note=f"p99 {keys[int(len(keys) * 0.99)]:.1f} ms",
        ),
        Row(
            f"scan to the coloured edge among {count:,}", "what a clerk is promised", statistics.median(told["edges"]),
            _PROMISED_MS, "ms", goal=1.0, note=f"the slowest of {len(told['edges'])}: {max(told['edges']):.1f} ms",
        ),
        Row(
            f"peak memory after {_SCANS:,} scans", "a bare PySide6 window", told["peak"], bare[1], "MiB",
            goal=1.6,
        ),
        Row("peak memory at the first paint", "a bare PySide6 window", ours[1], bare[1], "MiB"),
    ]  # fmt: skip


def _starts(folder: Path) -> tuple[tuple[float, float], tuple[float, float]]:
    """Medians of milliseconds and MiB, bare and ours, started in turns; the first of each only warms the caches."""
    home = folder / "start"
    home.mkdir(exist_ok=True)
    bare, ours = [], []
    for _ in range(_STARTS + 1):
        bare.append(_first_paint("tests.benchmarks.bare_window"))
        ours.append(_first_paint("tests.benchmarks.our_window", str(home)))
    return _medians(bare[1:]), _medians(ours[1:])


def _medians(runs: list[tuple[float, float]]) -> tuple[float, float]:
    return statistics.median(run[0] for run in runs), statistics.median(run[1] for run in runs)


def _first_paint(module: str, *arguments: str) -> tuple[float, float]:
    """Milliseconds from the start of the process to its first paint, and its peak memory by then in MiB."""
    began = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=_ROOT, env=_environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        told = process.stdout.readline().split()
        took = (time.perf_counter() - began) * 1000
    assert told[0] == "painted", told
    return took, float(told[1])


def _scans(home: Path, count: int) -> dict[str, list[float] | float]:
    command = [sys.executable, "-m", "tests.benchmarks.scans", str(home), str(count), str(_SCANS)]
    done = subprocess.run(command, cwd=_ROOT, env=_environment(), check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"QT_QPA_PLATFORM": "offscreen"}
