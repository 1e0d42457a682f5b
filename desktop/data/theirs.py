"""Which tables say whose a row is: what is merged, moved or forgotten with a member is found by its column."""

from sqlalchemy import Table

from desktop.data import (
    appointments,
    catalogue,
    codes,
    contents,
    escrow,
    leads,
    members,
    orders,
    portraits,
    requests,
    tasks,
    visits,
)
from desktop.data.base import Base

ALL = (appointments, catalogue, codes, contents, escrow, leads, members, orders, portraits, requests, tasks, visits)


def tables_with(column: str) -> list[Table]:
    """Every table that has it; all are known once their modules are imported."""
    return [table for table in Base.metadata.tables.values() if column in table.c]
