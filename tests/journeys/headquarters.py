"""Headquarters of the journeys: whoever imports files at the hub, and looks into its books."""

from contextlib import closing
from pathlib import Path

from sync.hub.embedded import EmbeddedHub
from sync.hub.hub import Hub


class Headquarters:
    """Beside a hub that runs; folder: for its files."""

    def __init__(self, hub: EmbeddedHub, folder: Path) -> None:
        self._hub, self._folder = hub, folder

    def imports(self, file: str, /, **cells: str) -> None:
        """One line of a file, such as ``coupons``."""
        path = self._folder / f"{file}.csv"
        path.write_text(f"{','.join(cells)}\n{','.join(cells.values())}\n", "utf-8")
        self._hub.stock({file: path})

    def opened(self) -> closing[Hub]:
        """Its data."""
        return closing(Hub.open(self._hub.database))
