"""Lectures and classes come to every till, and whoever comes names theirs."""

from pathlib import Path

import msgspec

from sync.hub.hub import Hub
from sync.hub.imports import import_file
from tests.sync.hub.builders import Sender

AT = "2027-01-05T06:00:00Z"


def test_the_file_of_occasions_reaches_the_tills(hub: Hub, till: Sender, tmp_path: Path) -> None:
    path = tmp_path / "occasions.csv"
    path.write_text(
        "id,title,starts_at,seats\no1,妈妈讲座,2027-01-05T14:00+08:00,20\no2,没有时区,2027-01-05T14:00,20\n"
    )
    assert [number for number, _ in import_file(hub, "occasions", path).bad] == [3]
    body = msgspec.json.decode(till.read("cfg")["occasion", "o1"].body)
    assert (body["title"], body["seats"], body["starts_at"][:10]) == ("妈妈讲座", 20, "2027-01-05")


def test_an_appointment_keeps_the_occasion_it_is_for(till: Sender) -> None:
    told = {"appointment_id": "a1", "member_id": "m1", "service": "妈妈讲座", "starts_at": AT, "minutes": 60}
    till.send(till.enrolled("m1"), till.did("AppointmentBooked", occasion_id="o1", **told))
    assert till.body("appointment", "a1")["occasion_id"] == "o1"
