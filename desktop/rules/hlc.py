"""The hybrid logical clock: a time that keeps cause before effect, whatever the wall clock does.

Kulkarni, Demirbas et al., "Logical Physical Clocks" (2014). Text form: 12 hexadecimal digits of milliseconds, "-",
4 hexadecimal digits of counter; the text sorts as the clock does.
"""

from datetime import UTC, datetime

_LAST_COUNT = 0xFFFF


def tick(last: str, now_ms: int) -> str:
    """The stamp of a new deed, after ``last`` and not before ``now_ms``."""
    wall, count = parse(last)
    if now_ms > wall:
        return stamp(now_ms, 0)
    return stamp(wall, count + 1) if count < _LAST_COUNT else stamp(wall + 1, 0)


def witness(last: str, hub_now_ms: int) -> str:
    """``last`` moved up to the end of the hub's millisecond: no row read so far carries a later stamp, for the hub
    clamps them all to that. So whoever writes after reading is later than what was read."""
    return max(last, end_of(hub_now_ms))


def time_of(text: str) -> datetime:
    """The time it tells, UTC: it does not go back with the wall clock."""
    return datetime.fromtimestamp(parse(text)[0] / 1000, UTC)


def end_of(wall_ms: int) -> str:
    """The last stamp of a millisecond."""
    return stamp(wall_ms, _LAST_COUNT)


def stamp(wall_ms: int, count: int) -> str:
    """The text form."""
    return f"{wall_ms:012x}-{count:04x}"


def parse(text: str) -> tuple[int, int]:
    """Milliseconds and counter; zeros for the empty text a new till begins with."""
    wall, _, count = text.partition("-")
    return int(wall or "0", 16), int(count or "0", 16)
