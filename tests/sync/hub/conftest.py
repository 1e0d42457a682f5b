"""A hub on a real database: SQLite always, PostgreSQL too where ``HUB_TEST_POSTGRES`` names a server for tests."""

import contextlib
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from sync.hub.app import make_app
from sync.hub.hub import Hub
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.hub.served import served

SERVER = os.environ.get("HUB_TEST_POSTGRES")
# What only a server does: many writers at once, and being away.
collect_ignore = [] if SERVER else ["test_database_away.py", "test_feed_race.py"]


@pytest.fixture(params=["sqlite", "postgresql"] if SERVER else ["sqlite"])
def hub_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite" or SERVER is None:
        yield f"sqlite:///{tmp_path / 'hub.db'}"
        return
    name = f"hub_{uuid.uuid4().hex}"
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    with contextlib.chdir(tmp_path):  # where the ledger lies unless one says otherwise
        yield make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.fixture
def hub_clock() -> SteadyClock:
    return SteadyClock()


@pytest.fixture
def hub(hub_url: str, hub_clock: SteadyClock) -> Iterator[Hub]:
    hub = Hub.open(hub_url, hub_clock)
    yield hub
    hub.close()


@pytest.fixture
def a_till(hub: Hub) -> Callable[..., Sender]:
    """Makes enrolled tills: ``a_till("west")`` stands in the store of that id."""

    def make(store: str = "west") -> Sender:
        return Sender(hub, store)

    return make


@pytest.fixture
def till(a_till: Callable[..., Sender]) -> Sender:
    return a_till()


@pytest.fixture
def url(hub: Hub) -> Iterator[str]:
    """The address of the hub."""
    with served(make_app(hub)) as url:
        yield url
