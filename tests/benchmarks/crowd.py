"""A till with as many invented members as a brand has, brought in from a file like any other."""

import csv
import random
import time
from collections.abc import Iterator
from pathlib import Path

from desktop.desk import Desk
from desktop.rules.member_codes import member_code
from desktop.services.imported_members import MEMBERS
from desktop.services.imports import import_file
from sync.till import open_till

_FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "子涵雨欣思佳文静晓明芳婷宇轩浩然诗琪梦瑶俊杰雪丽娜敏强磊洋勇艳杰娟涛超秀霞平刚桂英"


def codes(count: int) -> Iterator[str]:
    """The same codes every time, so that a kept till can be asked for them."""
    chance = random.Random(7)
    return (member_code(chance.randbytes(10)) for _ in range(count))


def write_file(path: Path, count: int) -> Path:
    """A file of ``count`` members."""
    chance = random.Random(11)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["code", "phone", "name", "birthday"])
        for number, code in enumerate(codes(count)):
            name = chance.choice(_FAMILY) + "".join(chance.choices(_GIVEN, k=2))
            out.writerow([code, f"13{number + 100_000_000:09d}", name, f"{number % 12 + 1:02d}-{number % 28 + 1:02d}"])
    return path


def crowded_till(home: Path, count: int) -> tuple[Desk, float]:
    """A till with ``count`` members, made when it is not there; and the seconds the import took, 0 if it was kept."""
    whole = home / f"{count}.whole"
    desk = open_till(home)
    if whole.exists():
        return desk, 0.0
    file = write_file(home / "members.csv", count)
    began = time.perf_counter()
    outcome = import_file(desk, MEMBERS, file, lambda *_: None)
    took = time.perf_counter() - began
    assert outcome.new == count, outcome.refused[:3]
    whole.touch()
    return desk, took
