"""Samples are gifts with a code: headquarters' file says which."""

from pathlib import Path

import msgspec

from sync.hub.hub import Hub
from sync.hub.imports import import_file
from tests.sync.hub.builders import Sender


def test_the_file_of_gifts_says_which_are_samples(hub: Hub, till: Sender, tmp_path: Path) -> None:
    path = tmp_path / "quotas.csv"
    path.write_text("title,total,gtin,id\n精华小样,50,6901234567892,q1\n礼盒,5,,q2\n坏,5,6901234567893,q3\n", "utf-8")
    assert [number for number, _ in import_file(hub, "quotas", path).bad] == [4]
    rows = {key[1]: msgspec.json.decode(row.body) for key, row in till.read("cfg").items() if key[0] == "quota"}
    assert {name: row.get("gtin") for name, row in rows.items()} == {"q1": "06901234567892", "q2": None}
