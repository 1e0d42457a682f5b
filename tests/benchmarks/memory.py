"""The most memory that one process ever held: not ``ru_maxrss``, which on Linux begins with that of the parent."""


def peak(process: int | str = "self") -> float:
    """MiB since the program of this process id began; while it runs."""
    with open(f"/proc/{process}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:"))
