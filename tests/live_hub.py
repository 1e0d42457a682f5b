"""The sample shop's hub, for tests: a real process."""

from pathlib import Path

import resources
from sync.hub.embedded import EmbeddedHub
from tests import nursery

STORE = "上海南京西路店"
OTHER_STORE = "杭州湖滨店"


def stock(folder: Path) -> None:
    """Fill a new hub with the sample shop: stores, guides and products."""
    EmbeddedHub(folder).stock(resources.sample_catalogue())


class LiveHub(EmbeddedHub):
    """A hub from the nursery, at a free port or at this one."""

    def __init__(self, folder: Path, port: int = 0) -> None:
        super().__init__(folder)
        self._port = str(port)

    def _spawn(self, *arguments: str) -> nursery.Piped:  # type: ignore[override]
        return nursery.Piped(nursery.HUB, *arguments)
