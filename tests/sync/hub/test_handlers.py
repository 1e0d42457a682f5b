"""Till and hub speak of the same events."""

import dataclasses

import pytest

from desktop.events import EVENTS
from sync.hub.archive import Archive
from sync.hub.cases import judge, receive
from sync.hub.deeds import Deed
from sync.hub.documents import Document, Documents
from sync.hub.handlers import HANDLERS
from sync.hub.hub import Hub
from sync.hub.payloads import MemberEnrolled
from sync.protocol import MemberRow
from tests.sync.hub.builders import Sender


def test_every_event_of_the_till_has_a_handler() -> None:
    assert HANDLERS.keys() == EVENTS.keys()


@pytest.mark.parametrize("kind", EVENTS)
def test_the_hub_expects_the_fields_that_the_till_sends(kind: str) -> None:
    sent = {field.name for field in dataclasses.fields(EVENTS[kind])}
    assert set(HANDLERS[kind].decoder.type.__struct_fields__) == sent  # type: ignore[attr-defined]
    assert HANDLERS[kind].version >= EVENTS[kind].version


@pytest.mark.noisy
def test_a_mistake_of_the_hub_parks_the_event_and_leaves_no_trace(
    hub: Hub, till: Sender, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(documents: Documents, _deed: Deed, data: MemberEnrolled) -> None:
        documents.put(Document(data.member_id, MemberRow(code=data.code, name=data.name)))
        raise KeyError(data.name)

    case = receive(bytes(till.enrolled("m1", name="李四光")), till.till, till.request(), hub.clock.now_ms(), None)
    assert case.handler is not None
    case.handler = case.handler._replace(apply=broken)
    with hub.database.write() as connection:
        documents = Documents(Archive(connection))
        judge(case, documents)
        assert documents.changes() == []
    assert (case.verdict, case.code, case.kept) == ("parked", "internal", True)
    assert "KeyError" in caplog.text
    assert "李四光" not in caplog.text
