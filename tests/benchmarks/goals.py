"""What the decoders are measured against: each goal is a ratio of two figures of the same run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """One line of the report. at_least: whether the figure must not be below ``wanted``, rather than above."""

    number: int
    what: str
    figure: float
    wanted: float
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.figure >= self.wanted if self.at_least else self.figure <= self.wanted

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        figure = f"{self.what} {self.figure:.4g}"
        return f"goal {self.number}: {figure}, wanted {sign} {self.wanted:g}, {'met' if self.met else 'not met'}"


def share(part: float, whole: float) -> float:
    """``part`` of ``whole``; endless where there is no whole."""
    return part / whole if whole else float("inf")
