"""How far each till has come, so that one that was set back, or a copy of one, hears that its numbers are taken."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import BindParameter, Connection, and_, bindparam, or_, select, update

from sync.hub.cases import Till
from sync.hub.statements import Prepared
from sync.hub.tables import device
from sync.protocol import Message, Whole

_EP: BindParameter[int] = bindparam("new_ep")
_N: BindParameter[int] = bindparam("new_n")
_COME = Prepared(
    update(device)
    .where(device.c.id == bindparam("of"), or_(device.c.ep < _EP, and_(device.c.ep == _EP, device.c.n < _N)))
    .values(ep=_EP, n=_N)
)
_NEWEST = Prepared(select(device.c.ep, device.c.n).where(device.c.id == bindparam("of")))


class Number(Message, frozen=True, kw_only=True):
    """The number of an event: of which till and incarnation of it, and which of that."""

    dev: str
    ep: Whole
    n: Whole


def note_newest(connection: Connection, till: Till, events: Sequence[msgspec.Raw]) -> None:
    """Remember the number of the till's last event in a push, unless it has come further already."""
    numbers = (_number(each) for each in reversed(events))
    number = next((each for each in numbers if each and each.dev == till.id), None)
    if number is not None:
        _COME.run(connection, of=till.id, new_ep=number.ep, new_n=number.n)


def newest_of(connection: Connection, till: Till) -> tuple[int, int]:
    """Incarnation and number of the newest event that the till has sent; zeros if it has sent none."""
    row = _NEWEST.first(connection, of=till.id)
    return row.ep, row.n


def _number(event: msgspec.Raw) -> Number | None:
    try:
        return msgspec.json.decode(event, type=Number)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
