"""Bands: where a figure stands among cuts that headquarters gives, usually quantiles of all members."""

from bisect import bisect_right


def check_cuts(*cuts: int) -> None:
    """``ValueError`` if the cuts do not rise."""
    if list(cuts) != sorted(set(cuts)) or not cuts:
        raise ValueError("the cuts of bands must rise")


def band(figure: int, cuts: tuple[int, ...]) -> int:
    """1 below the first cut, one more for each cut that is reached."""
    return 1 + bisect_right(cuts, figure)
