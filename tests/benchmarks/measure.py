"""Timing something beside its reference, in one run: only the ratio means anything on a shared machine."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ours, reference: in ``unit``. goal: the ratio aimed at, None where there is none."""

    name: str
    reference_name: str
    ours: float
    reference: float
    unit: str
    goal: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.reference

    @property
    def met(self) -> bool:
        return self.goal is None or self.ratio <= self.goal


def side_by_side(ours: Callable[[], object], reference: Callable[[], object], *, rounds: int) -> tuple[float, float]:
    """Median milliseconds of each, taken in turns so that a noisy moment hits both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for run, kept in zip((ours, reference), times, strict=True):
            began = time.perf_counter()
            run()
            kept.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def percentile(run: Callable[[], object], share: float, *, rounds: int) -> float:
    """Milliseconds that this share of the runs stays under."""
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        run()
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[min(rounds - 1, int(rounds * share))]


def table(rows: list[Row]) -> str:
    """The rows as Markdown."""
    lines = ["| what | ÷ | ours | reference | ratio | goal | |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        goal = f"≤ {row.goal:g}{'' if row.met else ', not met'}" if row.goal else ""
        figures = f"{row.ours:,.3g} {row.unit} | {row.reference:,.3g} {row.unit} | {row.ratio:.2f}"
        lines.append(f"| {row.name} | {row.reference_name} | {figures} | {goal} | {row.note} |")
    return "\n".join(lines)
