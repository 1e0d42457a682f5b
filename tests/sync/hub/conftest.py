"""A hub on a real database: SQLite always, PostgreSQL too where ``HUB_TEST_POSTGRES`` names a server for tests."""

import contextlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url

from sync.hub.app import make_app
from sync.hub.hub import Hub
from tests.sync.hub.backed_up import Pair
from tests.sync.hub.builders import Sender, SteadyClock
from tests.sync.hub.emptied import empty
from tests.sync.hub.served import served

SERVER = os.environ.get("HUB_TEST_POSTGRES")
# What only a server does: many writers at once, and being away.
collect_ignore = [] if SERVER else ["test_database_away.py", "test_feed_race.py"]


@pytest.fixture(scope="session")
def server() -> Iterator[Engine]:
    """The PostgreSQL server itself, beside the hubs' databases."""
    assert SERVER is not None
    engine = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    yield engine
    engine.dispose()


@contextlib.contextmanager
def new_database(server: Engine) -> Iterator[str]:
    """The name of a database that is there for a while."""
    name = f"hub_{uuid.uuid4().hex}"
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield name
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def at_server(name: str) -> str:
    """The URL of a database there."""
    return make_url(str(SERVER)).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def database(server: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database as a hub makes it, for one test after another: to empty it takes a tenth of a copy."""
    with new_database(server) as name:
        Hub.open(at_server(name), ledger=tmp_path_factory.mktemp("database") / "ledger").close()
        yield at_server(name)


@pytest.fixture(params=["sqlite", "postgresql"] if SERVER else ["sqlite"])
def hub_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("empty_hub"), tmp_path / "hub.db")
        yield f"sqlite:///{tmp_path / 'hub.db'}"
        return
    url = request.getfixturevalue("database")
    empty(url)
    with contextlib.chdir(tmp_path):  # where the ledger lies
        yield url


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


@pytest.fixture
def pair(tmp_path: Path, hub_clock: SteadyClock) -> Iterator[Pair]:
    made = Pair(tmp_path, hub_clock)
    yield made
    made.office.hub.close()
