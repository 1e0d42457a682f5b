"""PROTOCOL.md says what sync/protocol.py does."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

import sync.code_rows
import sync.escrow_rows
import sync.loads
import sync.privacy_rows
import sync.protocol
import sync.service_rows
from desktop.events import EVENTS
from sync.hub.problems import PROBLEMS
from sync.protocol import Message, canonical, row_hash, sum_text

TEXT = (Path(sync.protocol.__file__).parent / "PROTOCOL.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"<!-- (\w+) -->\n```json\n(.*?)```", TEXT, re.DOTALL)
STRUCTS = {
    name: value
    for part in (sync.protocol, sync.code_rows, sync.escrow_rows, sync.service_rows, sync.privacy_rows, sync.loads)
    for name, value in vars(part).items()
    if isinstance(value, type) and issubclass(value, Message) and value is not Message
}
# shown inside another
PARTS = {"Limits", "Manifest", "LineRow", "NoteRow", "OldCardRow", "Page", "ScaleLabelRow", "SightingRow", "TokenSlot"}
# no body, or no JSON
QUERIES = {"PullRequest", "SnapshotsRequest", "SnapshotRequest", "SnapshotPart", "MemberRequest", "ErasureQuestion"}


def test_every_json_block_names_its_struct() -> None:
    assert len(EXAMPLES) == TEXT.count("```json")
    assert {name for name, _ in EXAMPLES} == STRUCTS.keys() - PARTS - QUERIES


@pytest.mark.parametrize(("name", "text"), EXAMPLES)
def test_an_example_is_a_message_and_comes_back_as_it_was(name: str, text: str) -> None:
    message = msgspec.json.decode(text, type=STRUCTS[name])
    assert holds(msgspec.json.decode(canonical(message)), msgspec.json.decode(text))
    assert msgspec.json.decode(canonical(message), type=STRUCTS[name]) == message


def holds(whole: Any, part: Any) -> bool:
    """Whether all of ``part`` is in ``whole``, however deep."""
    if isinstance(part, dict):
        return all(name in whole and holds(whole[name], value) for name, value in part.items())
    if isinstance(part, list):
        return len(whole) == len(part) and all(map(holds, whole, part))
    return bool(whole == part)


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_is_described_with_its_fields(kind: str) -> None:
    row = next(line for line in TEXT.splitlines() if line.startswith("| `") and f"`{kind}`" in line.split("|")[1])
    fields = {field.name for field in dataclasses.fields(EVENTS[kind])}
    assert fields <= set(re.findall(r"`(\w+)`", row.split("|")[2]))


def test_every_problem_is_listed_with_its_status() -> None:
    chapter = TEXT.split("## 10.")[1]
    listed = {}
    for line in re.findall(r"^\| (`.*?) \| ([0-9, ]+) \|", chapter, re.MULTILINE):
        codes, statuses = re.findall(r"`(\w+)`", line[0]), [int(each) for each in line[1].split(",")]
        listed.update(zip(codes, statuses if len(statuses) > 1 else statuses * len(codes), strict=True))
    assert listed == {code: status for code, (status, _) in PROBLEMS.items()}


def test_the_checksum_is_the_one_that_was_agreed() -> None:
    assert sum_text(row_hash("member", "m1", 1)) == "2b4962f06e3d5e33"
    assert sum_text(2**64 + 5) == "0000000000000005"
