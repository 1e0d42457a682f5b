"""What every test may ask for: a desk, a small shop, the clerk's words; and silence as part of passing."""

import logging
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.tills", "tests.sync.near_hub"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # never the key store of whoever runs the tests
os.environ["CUPS_SERVER"] = "127.0.0.1:9"  # nor their printers

import resources
from desktop.data.samples import PastClock, fill_shop, play_past
from desktop.desk import Desk
from sync.till import open_till
from tests.clock import SetClock

# A loaded machine is not a failure. ``HYPOTHESIS_PROFILE=deep`` looks for longer.
settings.register_profile(
    "ci", max_examples=20, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("deep", settings.get_profile("ci"), max_examples=1000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than cores, up to 4: while one waits for a socket, the others go on."""
    return min(4, len(os.sched_getaffinity(0)) + 1)


@pytest.fixture(autouse=True)
def silence(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """A log line at WARNING or above fails the test, unless it is marked ``noisy``."""
    yield
    if request.node.get_closest_marker("noisy") is None:
        loud = [record for when in ("setup", "call") for record in caplog.get_records(when)]
        said = [record.getMessage() for record in loud if record.levelno >= logging.WARNING]
        assert not said, f"logged: {said}"


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture(scope="session")
def new_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Puts down the home of a till that is new: ``new_home(path, "one")``. Of one name it is the same till every time,
    as a copy: to make one takes ten times as long. A home that is there already stays."""

    @cache
    def made(name: str) -> Path:
        home = tmp_path_factory.mktemp("new") / "home"
        open_till(home, SetClock(seed=zlib.crc32(name.encode()))).close()  # its ids are not those that a test makes
        return home

    def put_down(path: Path, name: str = "home") -> Path:
        if not path.exists():
            shutil.copytree(made(name), path)
        return path

    return put_down


@pytest.fixture
def desk(new_home: Callable[..., Path], tmp_path: Path, clock: SetClock) -> Iterator[Desk]:
    """An empty till, with a clock that stands still."""
    desk = open_till(new_home(tmp_path / "home"), clock)
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def _stocked_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("stocked")
    desk = open_till(home, SetClock(seed=1))  # its ids are not those that a test makes
    desk.do(fill_shop).result()
    desk.close()
    return home


@pytest.fixture
def stocked(_stocked_template: Path, tmp_path: Path, clock: SetClock) -> Iterator[Desk]:
    """A till with the sample catalogue and its guides, and nobody enrolled; its clock stands still."""
    shutil.copytree(_stocked_template, tmp_path / "home")
    desk = open_till(tmp_path / "home", clock)
    yield desk
    desk.close()


@pytest.fixture(scope="session")
def _shop_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("shop")
    clock = PastClock()
    desk = open_till(home, clock)
    desk.do(fill_shop).result()
    play_past(desk, clock)
    desk.close()
    return home


@pytest.fixture
def shop(_shop_template: Path, tmp_path: Path) -> Iterator[Desk]:
    """A till with the sample shop: catalogue, guides, members and their last weeks; the machine's clock."""
    shutil.copytree(_shop_template, tmp_path / "shop")
    desk = open_till(tmp_path / "shop")
    yield desk
    desk.close()


@pytest.fixture
def words() -> resources.Words:
    """The sentences of the default language."""
    return resources.Words("zh")
