"""What no backup of the database brings back: the erased, the tills, void tokens, and how far the hub had come."""

import resource
from pathlib import Path

import pytest

from sync.hub.ledger import Ledger, Mark


def test_a_ledger_opened_again_knows_what_it_knew(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "hub.ledger")
    ledger.erase(["m1", "m2"])
    ledger.erase(["m2"])
    ledger.admit({"t1": "west", "t2": "west"})
    ledger.admit({"t1": None})
    ledger.void([b"\x01\xff", b"\x02"])
    ledger.trust([b"\x02"])
    ledger.reach(Mark("h", 1, 7))
    ledger.close()
    again = Ledger(tmp_path / "hub.ledger")
    again.close()
    assert (again.erased, again.mark) == ({"m1", "m2"}, Mark("h", 1, 7))
    assert (again.tills, again.voided) == ({"t1": None, "t2": "west"}, {"01ff"})
    lines = (tmp_path / "hub.ledger").read_text("utf-8").splitlines()
    assert lines == [
        "erased m1",
        "erased m2",
        "till t1 west",
        "till t2 west",
        "locked t1",
        "void 01ff",
        "void 02",
        "good 02",
        "reached h 1 7",
    ]


def test_within_an_epoch_the_furthest_mark_counts(tmp_path: Path) -> None:
    (tmp_path / "hub.ledger").write_text("reached h 1 9\nreached h 2 5\nreached h 2 3\n", "utf-8")
    ledger = Ledger(tmp_path / "hub.ledger")
    ledger.close()
    assert ledger.mark == Mark("h", 2, 5)


def test_a_line_that_was_cut_off_harms_no_other(tmp_path: Path) -> None:
    (tmp_path / "hub.ledger").write_bytes(b"erased m1\nreached h 1 12\nerased m")
    ledger = Ledger(tmp_path / "hub.ledger")
    assert (ledger.erased, ledger.mark) == ({"m1"}, Mark("h", 1, 12))
    ledger.erase(["m2"])
    ledger.close()
    again = Ledger(tmp_path / "hub.ledger")
    again.close()
    assert again.erased >= {"m1", "m2"}


def test_a_line_that_found_the_disk_full_harms_no_other(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "hub.ledger")
    ledger.erase(["m1"])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ledger.path.stat().st_size + 4, before[1]))
    try:
        with pytest.raises(OSError, match="written whole"):
            ledger.erase(["m2"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    ledger.erase(["m2"])
    ledger.close()
    again = Ledger(tmp_path / "hub.ledger")
    again.close()
    assert again.erased == {"m1", "m2"}
