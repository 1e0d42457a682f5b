"""Taking everything out, at one moment: a folder with a file of JSON lines for each kind of thing the hub knows, and
one of every event it was ever told, so that a firm may leave with all that is its own.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import msgspec
from sqlalchemy import Connection, select

from sync.hub.documents import Meta
from sync.hub.hub import Hub
from sync.hub.problems import HubError
from sync.hub.tables import document, event

EVENTS = "event"
_AT_ONCE = 1000
_OWN = ("verdict", "lease", "stock", "diary", "shelf")  # how this hub keeps its books, of no use to another
_NOBODYS = ("visit", "gift", "request")  # what is left of them when a member was erased
_META = msgspec.json.Decoder(Meta)
_ENCODER = msgspec.json.Encoder()


def run_export(hub: Hub, options: argparse.Namespace) -> int:
    """Write everything to a new folder, which only its owner may read."""
    with hub.database.read() as connection:
        counts = write_folder(options.folder, _everything(connection))
    sys.stdout.write("".join(f"{kind}: {count}\n" for kind, count in sorted(counts.items())))
    return 0


def write_folder(folder: Path, lines: Iterable[tuple[str, bytes]]) -> Counter[str]:
    """A file for each kind; how many lines each has. Raises ``HubError`` for a folder with something in it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise HubError(f"{folder} is not empty")
    files: dict[str, IO[bytes]] = {}
    counts: Counter[str] = Counter()
    with ExitStack() as opened:
        for kind, line in lines:
            if kind not in files:
                path = os.open(folder / f"{kind}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                files[kind] = opened.enter_context(os.fdopen(path, "wb"))
            files[kind].write(line + b"\n")
            counts[kind] += 1
    return counts


def _everything(connection: Connection) -> Iterator[tuple[str, bytes]]:
    wanted = select(document).where(document.c.kind.not_in(_OWN)).order_by(document.c.id, document.c.kind)
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(wanted):
        if row.kind in _NOBODYS or row.meta == "{}" or not _META.decode(row.meta).fate:
            yield row.kind, _ENCODER.encode({"id": row.id, "body": msgspec.Raw(row.body.encode())})
    told = select(event).order_by(event.c.device, event.c.ep, event.c.n)
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(told):
        known = {"received_at": row.received_at, "verdict": row.verdict, "code": row.code}
        body = msgspec.Raw(row.body.encode()) if row.body else None  # nothing is left of words about who was forgotten
        yield EVENTS, _ENCODER.encode({**known, "event": body})
