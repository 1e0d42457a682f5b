"""The till's own row as a plain object: every transaction begins by reading it, and most end by writing it."""

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from desktop.clock import milliseconds
from desktop.data.direct import Direct
from desktop.data.exchange import Till


@dataclass(slots=True)
class Installation:
    """The columns of ``Till`` but for its id; what they mean stands there."""

    device_id: str
    ep: int
    next_n: int
    hlc: str
    name: str
    guide_id: str | None
    store_id: str | None
    hub_url: str | None
    hub_id: str | None
    epoch: int | None
    token: str | None
    scopes: str
    contacted_at: datetime | None
    clock_skew_ms: int
    told_at: int
    told_boot: str
    told_mono: int
    row_form: int
    root: str
    ceilings: str
    broken: int

    @property
    def heard_at(self) -> int | None:
        """The hub's own time (ms) when it was last heard, whatever the clock here says; None: it never was."""
        return milliseconds(self.contacted_at) - self.clock_skew_ms if self.contacted_at else None


_NAMES = tuple(field.name for field in fields(Installation))
_TABLE = Till.metadata.tables[Till.__tablename__]
_READ = Direct(select(*(_TABLE.c[name] for name in _NAMES)))
_WRITE = Direct(update(_TABLE).values({name: bindparam(name) for name in _NAMES}))


def read_installation(connection: Connection) -> Installation:
    """As it is in its table."""
    return Installation(*_READ.first(connection))


def write_installation(connection: Connection, till: Installation) -> None:
    """All of it."""
    _WRITE.run(connection, **{name: getattr(till, name) for name in _NAMES})
