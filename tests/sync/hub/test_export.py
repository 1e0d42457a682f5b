"""A firm may leave with all that is its own: everything comes out, and nobody who was forgotten."""

import json
from pathlib import Path
from typing import Any

import pytest

from sync.hub.__main__ import main
from sync.hub.hub import Hub
from sync.protocol import Envelope
from tests.sync.hub.builders import Sender
from tests.sync.hub.rights import Office


def taken_out(office: Office, folder: Path) -> dict[str, list[Any]]:
    assert main(["export", "--database", office.plain_url, str(folder)]) == 0
    return {each.stem: [json.loads(line) for line in each.read_text("utf-8").splitlines()] for each in folder.iterdir()}


@pytest.fixture
def office(hub: Hub, till: Sender, tmp_path: Path) -> Office:
    office = Office(hub, tmp_path)
    office.guides("小王")
    till.send(
        till.enrolled("m1", phone="+8613800138000", name="陈思雨"),
        till.enrolled("m2", phone="+8613800138001", name="王敏"),
        till.did("VisitOpened", visit_id="v1", member_id="m1"),
        till.line("v1", "l1", action="bought"),
        till.did("VisitOpened", visit_id="v2", member_id="m2"),
        till.did("MembersMerged", old_id="m3", keep_id="m1", reason=None),
    )
    office.order("+8613800138000")
    return office


def test_everything_comes_out_as_it_stands_on_the_wire(office: Office, till: Sender, tmp_path: Path) -> None:
    told = taken_out(office, tmp_path / "all")
    assert {"store", "guide", "member", "visit", "order", "event"} <= told.keys()
    assert {each["id"]: each["body"] for each in told["member"]} == {
        member: till.body("member", member) for member in ("m1", "m2")
    }
    assert told["visit"][0]["body"]["lines"][0]["id"] == "l1"
    assert [each["event"]["typ"] for each in told["event"]][:2] == ["MemberEnrolled", "MemberEnrolled"]
    assert [each["verdict"] for each in told["event"]].count("accepted") == 5
    assert told["event"][0]["event"].keys() == set(Envelope.__struct_fields__)


def test_nobody_who_was_forgotten_comes_out(office: Office, till: Sender, tmp_path: Path) -> None:
    till.send(till.did("ErasureRequested", member_id="m1"))
    told = taken_out(office, tmp_path / "all")
    assert [each["id"] for each in told["member"]] == ["m2"]
    assert "order" not in told
    assert sorted(each["id"] for each in told["visit"]) == ["v1", "v2"]
    assert "陈思雨" not in json.dumps(told, ensure_ascii=False)


def test_only_its_owner_may_read_it_and_nothing_is_written_over(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    taken_out(office, tmp_path / "all")
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "all", *(tmp_path / "all").iterdir()))
    assert "member: 2\n" in capsys.readouterr().out
    assert main(["export", "--database", office.plain_url, str(tmp_path / "all")]) == 1
    assert "is not empty" in capsys.readouterr().err
