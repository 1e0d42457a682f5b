"""Recorded events as they are read back."""

from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from sync.protocol import Envelope


def read_envelope(body: bytes) -> Envelope | None:
    """The envelope around an event; None if these bytes are none."""
    try:
        return msgspec.json.decode(body, type=Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def slices(ids: Iterable[str], size: int = 500) -> Iterator[list[str]]:
    """So many at once as a statement should name."""
    rest = iter(ids)
    while part := list(islice(rest, size)):
        yield part
