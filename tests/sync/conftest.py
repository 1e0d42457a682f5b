"""Two tills of one store and headquarters, in one process."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop.data.samples import fill_shop
from desktop.services.members import Application, enrol
from desktop.services.visits import finish_visit
from desktop.store import Store
from sync.hub.hub import Hub
from sync.till import open_store
from tests.clock import SetClock
from tests.sync.hub.emptied import empty
from tests.sync.hub.rights import Office
from tests.sync.quiet import PHONE, NewTill, Pair, QuietTill, SharedClock, leases, together


@pytest.fixture
def shop(new_home: Callable[..., Path], tmp_path: Path, clock: SetClock) -> Iterator[Store]:
    """A till with the sample shop's people and goods."""
    store = open_store(new_home(tmp_path / "home"), clock)
    store.write(fill_shop)
    yield store
    store.close()


@pytest.fixture(scope="session")
def empty_hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file as a hub makes it, and then all its rows are taken away: a copy is made faster than tables are."""
    path = tmp_path_factory.mktemp("empty") / "hub.db"
    Hub.open(f"sqlite:///{path}").close()
    empty(f"sqlite:///{path}")
    return path


@pytest.fixture
def office(empty_hub: Path, tmp_path: Path, clock: SetClock) -> Iterator[Office]:
    """Headquarters, whose books are right at the end of every test."""
    shutil.copy(empty_hub, tmp_path / "hub.db")
    hub = Hub.open(f"sqlite:///{tmp_path / 'hub.db'}", SharedClock(clock))
    office = Office(hub, tmp_path)
    yield office
    office.check_books()
    office.hub.close()


@pytest.fixture
def quiet_till(office: Office, new_home: Callable[..., Path], tmp_path: Path, clock: SetClock) -> Iterator[NewTill]:
    """Makes tills of the store west: ``quiet_till("one")``."""
    made: list[QuietTill] = []

    def make(name: str, its_clock: SetClock = clock) -> QuietTill:
        made.append(QuietTill(office.hub, "west", new_home(tmp_path / name, name), its_clock))
        made[-1].sync()
        return made[-1]

    yield make
    for till in made:
        till.store.close()


@pytest.fixture
def pair(quiet_till: NewTill) -> Pair:
    """Two tills of one store that know the member of PHONE."""
    one, two = quiet_till("one"), quiet_till("two")
    one.do(enrol, Application(phone=PHONE, name="许女士", consents=("service",)))
    one.do(finish_visit)
    together(one, two)
    return one, two


@pytest.fixture
def coupon(pair: Pair, office: Office) -> Pair:
    """The till that holds the lease on the member's coupon c1, and the other."""
    office.coupon(PHONE)
    together(*pair)
    return pair if pair[0].read(leases) else pair[::-1]
