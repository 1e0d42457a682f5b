"""Statements run by the driver itself answer and fail as SQLAlchemy's would."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, insert, select
from sqlalchemy.exc import OperationalError

from desktop.data.desk_state import Draft
from desktop.data.direct import Direct, execute
from desktop.store import Store
from sync.till import open_store

_TABLE = Draft.metadata.tables[Draft.__tablename__]
_ADD = Direct(insert(_TABLE).values({name: bindparam(name) for name in ("name", "body", "at")}))
_BY_NAME = Direct(select(_TABLE.c.at, _TABLE.c.body).where(_TABLE.c.name == bindparam("name")))
MORNING = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path)


def test_values_come_back_as_they_went(store: Store) -> None:
    store.write(lambda work: _ADD.run(work.session.connection(), name="enrol", body=b"{}", at=MORNING))
    row = store.read(_BY_NAME.first, name="enrol")
    assert (row.at, row.body) == (MORNING, b"{}")
    assert store.read(_BY_NAME.scalars, name="enrol") == [MORNING]
    assert store.read(_BY_NAME.first, name="none") is None
    store.close()


def test_a_read_sees_one_moment(store: Store) -> None:
    def twice(connection: object) -> tuple[int, int]:
        before = len(_BY_NAME.rows(connection, name="enrol"))  # type: ignore[arg-type]
        store.write(lambda work: _ADD.run(work.session.connection(), name="enrol", body=b"{}", at=MORNING))
        return before, len(_BY_NAME.rows(connection, name="enrol"))  # type: ignore[arg-type]

    assert store.read(twice) == (0, 0)
    assert len(store.read(_BY_NAME.rows, name="enrol")) == 1
    store.close()


def test_what_the_driver_raises_is_raised_as_by_sqlalchemy(store: Store) -> None:
    with pytest.raises(OperationalError, match="no such table") as raised:
        store.read(lambda connection: execute(connection, "SELECT ? FROM nowhere", ("陈思雨",)))
    assert "陈思雨" not in str(raised.value)
    store.close()
