"""``make bench``: a table of ratios, each against a reference measured in the same run."""

import argparse
import platform
import sys
from pathlib import Path

from tests.benchmarks.data import measure_data
from tests.benchmarks.measure import table
from tests.benchmarks.window import measure_window


def main() -> None:
    """Measure what was asked for, and print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--members", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, default=Path("build/bench"), help="kept between runs")
    parser.add_argument("--only", choices=("data", "window"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    rows = []
    if options.only != "window":
        rows += measure_data(options.folder, options.members)
    if options.only != "data":
        rows += measure_window(options.folder, options.members)
    sys.stdout.write(
        f"{platform.processor() or platform.machine()}, Python {platform.python_version()}\n\n{table(rows)}\n"
    )


if __name__ == "__main__":
    main()
