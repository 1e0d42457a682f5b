"""Tickets let a till in once; of a secret the hub keeps only the hash."""

from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event, select

from sync.hub.hub import Hub
from sync.hub.problems import HubProblem
from sync.hub.restore import back_up
from sync.hub.tables import device, metadata
from sync.protocol import EnrolRequest
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.hub.test_restore import lines_of, put_back, restored_hub


def test_a_ticket_is_short_and_easy_to_read(hub: Hub) -> None:
    ticket = hub.issue_ticket("west")
    assert len(ticket) == 10
    assert set(ticket) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


def test_a_till_learns_its_store_and_scopes(hub: Hub) -> None:
    reply = hub.enrol(EnrolRequest(ticket=hub.issue_ticket("west"), device="d1"))
    assert (reply.store, reply.device, reply.hub, reply.epoch) == ("west", "d1", hub.id, 1)
    assert reply.scopes == ("cfg", "cat", "dir", "st:west", "dv:d1")


@pytest.mark.parametrize("heard", [0, 1])
def test_whichever_enrolment_reply_was_heard_its_token_is_good(hub: Hub, heard: int) -> None:
    request = EnrolRequest(ticket=hub.issue_ticket("west"), device="d1")
    replies = [hub.enrol(request), hub.enrol(request)]
    assert hub.authenticate(replies[heard].token).id == "d1"
    assert hub.authenticate(replies[heard].token).id == "d1"
    with pytest.raises(HubProblem, match="unauthenticated"):
        hub.authenticate(replies[1 - heard].token)


def test_a_till_that_enrols_again_keeps_its_token_until_it_uses_the_new_one(hub: Hub, till: Sender) -> None:
    again = hub.enrol(EnrolRequest(ticket=hub.issue_ticket("west"), device=till.id))
    assert hub.authenticate(till.enrolment.token).id == till.id  # the reply may have been lost
    assert hub.authenticate(again.token).id == till.id
    with pytest.raises(HubProblem, match="unauthenticated"):
        hub.authenticate(till.enrolment.token)


def test_a_ticket_typed_in_small_letters_is_good(hub: Hub) -> None:
    ticket = hub.issue_ticket("west")
    assert hub.enrol(EnrolRequest(ticket=f" {ticket.lower()} ", device="d1")).store == "west"


def test_a_ticket_is_good_for_one_till(hub: Hub) -> None:
    ticket = hub.issue_ticket("west")
    hub.enrol(EnrolRequest(ticket=ticket, device="d1"))
    with pytest.raises(HubProblem, match="ticket_used"):
        hub.enrol(EnrolRequest(ticket=ticket, device="d2"))


def test_a_ticket_is_good_for_a_quarter_of_an_hour(hub: Hub, hub_clock: SteadyClock) -> None:
    ticket = hub.issue_ticket("west")
    hub_clock.forward(minutes=15)
    with pytest.raises(HubProblem, match="ticket_expired"):
        hub.enrol(EnrolRequest(ticket=ticket, device="d1"))


def test_a_ticket_nobody_issued_is_refused(hub: Hub) -> None:
    with pytest.raises(HubProblem, match="ticket_unknown"):
        hub.enrol(EnrolRequest(ticket="0000000000", device="d1"))


def test_a_revoked_till_is_locked_out(hub: Hub, till: Sender) -> None:
    assert hub.revoke(till.id)
    assert not hub.revoke("nobody")
    with pytest.raises(HubProblem, match="device_revoked"):
        hub.authenticate(till.enrolment.token)


def test_a_till_that_is_locked_out_does_not_come_back_by_its_old_ticket(hub: Hub) -> None:
    request = EnrolRequest(ticket=hub.issue_ticket("west"), device="d1")
    hub.enrol(request)
    hub.revoke("d1")
    with pytest.raises(HubProblem, match="ticket_expired"):
        hub.enrol(request)


def test_a_ticket_of_another_store_moves_no_till_before_the_operator_has_locked_it_out(hub: Hub, till: Sender) -> None:
    ticket = hub.issue_ticket("east")
    for _ in range(2):
        with pytest.raises(HubProblem, match="ticket_elsewhere"):
            hub.enrol(EnrolRequest(ticket=ticket, device=till.id))
    till.send(till.enrolled("m1"))
    assert till.body("member", "m1")["store_id"] == "west"
    hub.revoke(till.id)
    moved = hub.enrol(EnrolRequest(ticket=ticket, device=till.id))
    assert (moved.store, hub.authenticate(moved.token).store_id) == ("east", "east")


def test_a_ticket_that_was_refused_is_good_for_another_till(hub: Hub, till: Sender) -> None:
    ticket = hub.issue_ticket("east")
    with pytest.raises(HubProblem, match="ticket_elsewhere"):
        hub.enrol(EnrolRequest(ticket=ticket, device=till.id))
    assert hub.enrol(EnrolRequest(ticket=ticket, device="d2")).store == "east"


def test_a_till_that_was_moved_does_not_come_back_by_the_ticket_it_had(hub: Hub) -> None:
    old = hub.issue_ticket("west")
    hub.enrol(EnrolRequest(ticket=old, device="d1"))
    hub.revoke("d1")
    hub.enrol(EnrolRequest(ticket=hub.issue_ticket("east"), device="d1"))
    with pytest.raises(HubProblem, match="ticket_"):
        hub.enrol(EnrolRequest(ticket=old, device="d1"))


def test_neither_token_nor_ticket_is_stored(hub: Hub) -> None:
    ticket = hub.issue_ticket("west")
    token = hub.enrol(EnrolRequest(ticket=ticket, device="d1")).token
    with hub.database.read() as connection:
        stored = [str(row) for table in metadata.tables.values() for row in connection.execute(select(table))]
    assert stored
    assert not [row for row in stored if token in row or ticket in row]


def test_a_name_with_odd_characters_is_cleaned(hub: Hub) -> None:
    hub.enrol(EnrolRequest(ticket=hub.issue_ticket("west"), device="d1", name="一号\x00\n机" + "x" * 200))
    with hub.database.read() as connection:
        name = connection.scalar(select(device.c.name))
    assert name is not None
    assert name.startswith("一号机x")
    assert len(name) == 80


def test_the_hub_knows_when_a_till_last_called(hub: Hub, till: Sender, hub_clock: SteadyClock) -> None:
    hub_clock.forward(minutes=5)
    hub.authenticate(till.enrolment.token)
    with hub.database.read() as connection:
        assert connection.scalar(select(device.c.last_contact)) == hub_clock.now


def test_a_till_that_is_let_in_again_does_not_bring_its_thief_along(hub: Hub, till: Sender) -> None:
    hub.revoke(till.id)
    again = hub.enrol(EnrolRequest(ticket=hub.issue_ticket("west"), device=till.id))
    with pytest.raises(HubProblem, match="unauthenticated"):
        hub.authenticate(till.enrolment.token)
    assert hub.authenticate(again.token).id == till.id


@pytest.mark.parametrize("renewed", [False, True])
def test_a_restore_brings_no_thief_back(hub_clock: SteadyClock, tmp_path: Path, renewed: bool) -> None:
    """renewed: the token that was stolen had been replaced already."""
    file_url = f"sqlite:///{tmp_path / 'hub.db'}"
    with closing(Hub.open(file_url, hub_clock)) as hub:
        stolen, honest = Sender(hub, "west"), Sender(hub, "west")
        back_up(file_url, tmp_path / "saved.db")
        if renewed:
            hub.authenticate(hub.enrol(EnrolRequest(ticket=hub.issue_ticket("west"), device=stolen.id)).token)
        hub.revoke(stolen.id)
        hub.enrol(EnrolRequest(ticket=hub.issue_ticket("west"), device=stolen.id))
    put_back(tmp_path / "saved.db", file_url)
    with restored_hub(file_url, hub_clock) as hub:
        with pytest.raises(HubProblem, match="unauthenticated"):
            hub.authenticate(stolen.enrolment.token)
        assert hub.authenticate(honest.enrolment.token).id == honest.id


def test_who_was_locked_out_before_the_backup_still_hears_so(hub_clock: SteadyClock, tmp_path: Path) -> None:
    file_url = f"sqlite:///{tmp_path / 'hub.db'}"
    with closing(Hub.open(file_url, hub_clock)) as hub:
        till = Sender(hub, "west")
        hub.revoke(till.id)
        back_up(file_url, tmp_path / "saved.db")
    put_back(tmp_path / "saved.db", file_url)
    with restored_hub(file_url, hub_clock) as hub, pytest.raises(HubProblem, match="device_revoked"):
        hub.authenticate(till.enrolment.token)


def test_a_restored_hub_waits_for_no_till_whose_enrolment_was_cut_off(hub_clock: SteadyClock, tmp_path: Path) -> None:
    file_url = f"sqlite:///{tmp_path / 'hub.db'}"
    with closing(Hub.open(file_url, hub_clock)) as hub:
        till = Sender(hub, "west")
        hub.ledger.admit({"d9": "west"})  # and the power went before the database said so
    with closing(Hub.open(file_url, hub_clock)):
        back_up(file_url, tmp_path / "saved.db")
    put_back(tmp_path / "saved.db", file_url)
    with restored_hub(file_url, hub_clock) as hub:
        assert [line.id for line in lines_of(hub)] == [till.id]


def test_a_till_whose_locking_out_was_cut_off_comes_in_after_a_restore(hub_clock: SteadyClock, tmp_path: Path) -> None:
    class PowerCut(Exception):
        pass

    def cut(_connection: object) -> None:
        raise PowerCut

    file_url = f"sqlite:///{tmp_path / 'hub.db'}"
    with closing(Hub.open(file_url, hub_clock)) as hub:
        till = Sender(hub, "west")
        back_up(file_url, tmp_path / "saved.db")
        event.listen(hub.database.engine, "commit", cut)
        with pytest.raises(PowerCut):
            hub.revoke(till.id)
        event.remove(hub.database.engine, "commit", cut)
    Hub.open(file_url, hub_clock).close()
    put_back(tmp_path / "saved.db", file_url)
    with restored_hub(file_url, hub_clock) as hub:
        assert hub.authenticate(till.enrolment.token).store_id == "west"
