"""The definitions that hold at headquarters: what a till judges by, the hub judges by."""

from datetime import date
from functools import lru_cache

import msgspec
from msgspec.structs import replace

from desktop.rules.definitions import Definitions, read_definitions
from sync.hub.documents import Document, Documents
from sync.hub.lines import put_changed
from sync.hub.unpublished import Shelf
from sync.service_rows import DefinitionsRow

HELD = "definitions"  # the shelf of their versions


def hold_definitions(documents: Documents, version: str, body: DefinitionsRow) -> None:
    """Let every till judge by them from their day on, and the hub too."""
    put_changed(documents, version, body)
    shelf = documents.get(Shelf, HELD) or Document(HELD, Shelf())
    if version not in shelf.body.names:
        documents.put(replace(shelf, body=Shelf(names=(*shelf.body.names, version))))


def definitions_on(documents: Documents, today: date) -> Definitions | None:
    """Of those whose day has come the latest; None before any were sent."""
    shelf = documents.consult(Shelf, HELD)
    known = (documents.consult(DefinitionsRow, each) for each in (shelf.body.names if shelf else ()))
    begun = [each for each in known if each and each.body.effective <= today.isoformat()]
    newest = max(begun, key=lambda each: (each.body.effective, each.id), default=None)
    return _read(msgspec.json.encode(newest.body.definitions)) if newest else None


@lru_cache(4)  # read once, though every enrolment asks
def _read(told: bytes) -> Definitions:
    return read_definitions(msgspec.json.decode(told))
