"""Content of headquarters reaches every till, and what was said of it every store of the member."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sync.hub.hub import Hub
from sync.hub.imports import import_file
from tests.sync.hub.builders import Sender

ATill = Callable[..., Sender]


def contents(hub: Hub, folder: Path, audience: str = "") -> list[object]:
    path = folder / "contents.csv"
    quoted = audience.replace('"', '""')
    path.write_text(f'id,kind,title,text,tags,audience\nC1,talk,话术,先问肤质,肤质 护理,"{quoted}"\n', "utf-8")
    return list(import_file(hub, "contents", path).bad)


def test_what_headquarters_writes_every_till_reads(hub: Hub, a_till: ATill, tmp_path: Path) -> None:
    assert contents(hub, tmp_path, '{"birthday": 30}') == []
    assert ("content", "C1") in a_till("west").read("cfg")
    assert ("content", "C1") in a_till("east").read("cfg")


@pytest.mark.parametrize("audience", ["{", '{"eval": "1"}', '{"count": {"fact": "nothing"}}'])
def test_an_audience_that_nobody_can_ask_is_named(hub: Hub, tmp_path: Path, audience: str) -> None:
    assert "audience" in str(contents(hub, tmp_path, audience)[0])


def test_a_use_is_told_once_and_its_first_answer_counts(a_till: ATill) -> None:
    till = a_till()
    used = till.did("ContentUsed", use_id="u1", content_id="C1", member_id="m1", how="store")
    assert till.verdicts(till.enrolled("m1"), used, used) == ["accepted", "accepted", "duplicate"]
    answered = till.did("ContentAnswered", use_id="u1")
    till.send(answered)
    first = till.body("content_use", "u1")["answered_at"]
    till.hub.clock.forward(minutes=5)  # type: ignore[attr-defined]
    till.send(till.did("ContentAnswered", use_id="u1"))
    assert till.body("content_use", "u1")["answered_at"] == first


def test_one_that_was_taken_back_is_none_for_good(a_till: ATill) -> None:
    till = a_till()
    used = till.did("ContentUsed", use_id="u1", content_id="C1", member_id="m1", how="store")
    till.send(till.enrolled("m1"), used, till.did("ContentTakenBack", use_id="u1"))
    till.send(till.did("ContentAnswered", use_id="u1"))
    assert till.body("content_use", "u1")["taken_back"] is True


def test_an_erased_member_was_told_nothing(a_till: ATill) -> None:
    till = a_till()
    used = till.did("ContentUsed", use_id="u1", content_id="C1", member_id="m1", how="store")
    till.send(till.enrolled("m1"), used, till.did("ErasureRequested", member_id="m1"))
    assert ("content_use", "u1") not in till.own()
