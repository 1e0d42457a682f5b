"""Promises about tills that are set back or copied: their numbers never mean two things, and nothing is lost."""

import shutil
from pathlib import Path

from sqlalchemy import Connection, select

from desktop.data.exchange import Till
from desktop.services.members import Application, enrol
from desktop.status import Link
from desktop.views.search import find_members
from sync.loop import SyncLoop
from sync.till import open_till
from tests.tills import ATill, NewTill


def incarnation(connection: Connection) -> tuple[str, int]:
    row = connection.execute(select(Till.device_id, Till.ep)).one()
    return row.device_id, row.ep


def somebody(till: ATill, phone: str) -> None:
    till.desk.do(enrol, Application(phone=phone, name="许女士", consents=("service",))).result()


def woken(home: Path) -> ATill:
    """A till that knows its hub already."""
    desk = open_till(home)
    loop = SyncLoop(desk)
    loop.start()
    return ATill(desk, loop)


def test_a_till_restored_from_an_image_goes_on_as_another_incarnation(new_till: NewTill, tmp_path: Path) -> None:
    one, two = new_till("one"), new_till("two")
    one.sync()
    one.loop.stop()
    one.desk.close()
    shutil.copytree(tmp_path / "one", tmp_path / "image")
    today = woken(tmp_path / "one")
    somebody(today, "13916882045")
    today.sync()
    device, before = today.desk.read(incarnation)
    today.loop.stop()
    today.desk.close()
    restored = woken(tmp_path / "image")
    assert restored.sync().link is Link.ONLINE
    assert restored.desk.read(incarnation) == (device, before + 1)
    somebody(restored, "13800000001")
    assert (restored.sync().waiting, restored.sync().refused) == (0, 0)
    two.sync()
    assert [len(two.desk.read(find_members, tail)) for tail in ("2045", "0001")] == [1, 1]
    restored.loop.stop()
    restored.desk.close()


def test_two_copies_of_a_till_both_get_everything_in(new_till: NewTill, tmp_path: Path) -> None:
    one, two = new_till("one"), new_till("two")
    one.sync()
    one.loop.stop()
    one.desk.close()
    shutil.copytree(tmp_path / "one", tmp_path / "copy")
    used = []
    for day in range(6):
        copy = woken(tmp_path / ("one", "copy")[day % 2])
        copy.sync()
        somebody(copy, f"1390000000{day}")
        assert (copy.sync().waiting, copy.sync().refused) == (0, 0)
        used.append(copy.desk.read(incarnation))
        copy.loop.stop()
        copy.desk.close()
    assert len(set(used)) == len(used)
    two.sync()
    assert [len(two.desk.read(find_members, f"000{day}")) for day in range(6)] == [1] * 6
