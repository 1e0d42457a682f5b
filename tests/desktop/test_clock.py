"""The machine's clock."""

import subprocess
import sys

from desktop.clock import Clock

_TELL = "from desktop.clock import Clock; clock = Clock(); print(clock.boot, clock.monotonic_ms())"


def test_two_programs_of_one_run_of_the_machine_count_the_same_time() -> None:
    clock = Clock()
    before = clock.monotonic_ms()
    told = subprocess.run([sys.executable, "-c", _TELL], capture_output=True, text=True, check=True).stdout.split()
    after = clock.monotonic_ms()
    if sys.platform == "linux":
        assert told[0] == clock.boot
    assert told[0] != clock.boot or before <= int(told[1]) <= after
