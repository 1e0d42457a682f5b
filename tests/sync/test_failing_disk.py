"""Promises while SQLite itself meets a disk that fails: the clerk is told, and all is done once when it is well."""

import resource
from collections.abc import Iterator

import pytest
from sqlalchemy import select

import resources
from desktop.data.members import Member
from desktop.errors import StorageTrouble
from desktop.services.members import Application, enrol
from desktop.status import Link
from desktop.views.search import find_members
from tests.corruption import event_ids
from tests.proxy import Call, Network
from tests.tills import ATill, NewTill
from ui.said import sentence

SHU = Application(phone="13916882045", name="许女士", consents=("service",))


class FailingDisk:
    """While it fails no file of this process takes a byte, which SQLite calls an I/O error; all can still be read."""

    def __init__(self) -> None:
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fail(self) -> None:
        """From now on."""
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, self._before[1]))

    def be_well(self) -> None:
        """Again."""
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)

    async def fail_before_the_answer(self, call: Call) -> None:
        """The hub has done it; what it answers cannot be written down."""
        answer = await call.ask()
        self.fail()
        await call.tell(answer)


@pytest.fixture
def disk() -> Iterator[FailingDisk]:
    disk = FailingDisk()
    yield disk
    disk.be_well()


@pytest.fixture
def till(new_till: NewTill, network: Network) -> ATill:
    """A till that has met its hub."""
    till = new_till("one", url=network.url)
    till.sync()
    return till


def codes(till: ATill) -> list[str]:
    return [trouble.code for trouble in till.desk.store.troubles()]


def members_seen_by(till: ATill) -> list[str]:
    """The names of all that it knows."""
    till.sync()
    return till.desk.read(lambda connection: list(connection.scalars(select(Member.name))))


def test_a_deed_that_met_a_failing_disk_is_told_and_done_once_when_it_is_well(
    till: ATill, disk: FailingDisk, new_till: NewTill, words: resources.Words
) -> None:
    before = till.desk.read(event_ids)
    disk.fail()
    for _ in range(2):
        with pytest.raises(StorageTrouble) as told:
            till.desk.do(enrol, SHU).result()
        assert sentence(words, told.value) == "没有保存:磁盘写不进去(disk I/O error)"
    assert "storage_failed" in codes(till)
    assert till.desk.read(event_ids) == before
    assert not till.desk.read(find_members, "2045")
    disk.be_well()
    till.desk.do(enrol, SHU).result()
    assert not {"storage_failed", "data_restored"} & set(codes(till))
    assert till.sync().waiting == 0
    assert members_seen_by(new_till("two")) == members_seen_by(till) == ["许女士"]


def test_an_answer_that_met_a_failing_disk_is_asked_for_again(
    till: ATill, disk: FailingDisk, new_till: NewTill, network: Network
) -> None:
    network.suffer(disk.fail_before_the_answer, on="/v1/push")
    till.desk.do(enrol, SHU).result()
    status = till.sync()
    assert (status.link, status.problem) == (Link.TROUBLE, "storage_failed")
    assert status.waiting
    network.heal()
    disk.be_well()
    status = till.sync()
    assert (status.link, status.waiting, status.refused) == (Link.ONLINE, 0, 0)
    assert members_seen_by(new_till("two")) == members_seen_by(till) == ["许女士"]
