"""``make bench``: a table of ratios, each against a reference measured in the same run."""

import argparse
import platform
import sys
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.codes import measure_codes
from tests.benchmarks.data import measure_data
from tests.benchmarks.exchange import measure_exchange
from tests.benchmarks.first_load import measure_first_load
from tests.benchmarks.hub import measure_hub
from tests.benchmarks.measure import Row, table
from tests.benchmarks.mending import measure_mending
from tests.benchmarks.serving import measure_serving
from tests.benchmarks.wedge import measure_wedge
from tests.benchmarks.window import measure_window

_PARTS: dict[str, Callable[[argparse.Namespace], list[Row]]] = {
    "codes": lambda _: measure_codes(),
    "data": lambda options: measure_data(options.folder, options.members),
    "serving": lambda options: measure_serving(options.folder),
    "mending": lambda options: measure_mending(options.folder, options.members),
    "wedge": lambda _: measure_wedge(),
    "window": lambda options: measure_window(options.folder, options.members),
    "exchange": lambda options: measure_exchange(options.folder, options.events, heavy=options.heavy),
    "load": lambda options: measure_first_load(options.folder, options.members),
    "hub": lambda options: measure_hub(options.folder, max(options.events)),
}


def main() -> int:
    """Measure what was asked for, and print it; 1 if a goal was not met."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, nargs="+", default=(10_000, 100_000), metavar="N", help="that wait")
    parser.add_argument("--heavy", action="store_true", help="every line for every number of events, not for the least")
    parser.add_argument("--folder", type=Path, default=Path("build/bench"), help="kept between runs")
    parser.add_argument("--only", choices=_PARTS)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    rows = [row for part, measure in _PARTS.items() if options.only in (None, part) for row in measure(options)]
    sys.stdout.write(
        f"{platform.processor() or platform.machine()}, Python {platform.python_version()}\n\n{table(rows)}\n"
    )
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
