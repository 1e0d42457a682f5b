"""Recorded events as they are read back."""

import msgspec

from sync.protocol import Envelope


def read_envelope(body: bytes) -> Envelope | None:
    """The envelope around an event; None if these bytes are none."""
    try:
        return msgspec.json.decode(body, type=Envelope)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
