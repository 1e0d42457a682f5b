"""The hybrid logical clock: a time that never runs backwards and keeps cause before effect.

Kulkarni, Demirbas et al., "Logical Physical Clocks" (2014). Text form: 12 hexadecimal digits of milliseconds, "-",
4 hexadecimal digits of counter; the text sorts as the clock does.
"""

_LIMIT = 0xFFFF


def tick(last: str, now_ms: int) -> str:
    """The stamp of a new deed, after ``last`` and not before ``now_ms``."""
    wall, count = parse(last)
    if now_ms > wall:
        return stamp(now_ms, 0)
    return stamp(wall, count + 1) if count < _LIMIT else stamp(wall + 1, 0)


def witness(last: str, hub_now_ms: int) -> str:
    """``last`` moved up to the end of the hub's millisecond: no row read so far carries a later stamp, for the hub
    clamps them all to that. So whoever writes after reading is later than what was read."""
    return max(last, stamp(hub_now_ms, _LIMIT))


def stamp(wall_ms: int, count: int) -> str:
    """The text form."""
    return f"{wall_ms:012x}-{count:04x}"


def parse(text: str) -> tuple[int, int]:
    """Milliseconds and counter; zeros for the empty text a new till begins with."""
    wall, _, count = text.partition("-")
    return int(wall or "0", 16), int(count or "0", 16)
