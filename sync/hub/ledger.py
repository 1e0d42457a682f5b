"""The ledger: who was erased, which tills there are, which tokens are void, and how far the hub had come, in a file
that no backup of the database brings back.

Append-only, ids and hashes only. A line is on the disk before the database says the same: ``erased ID``, ``till ID
STORE`` of one that was let in, ``locked ID`` of one that was locked out, ``void HASH`` of a token that is good no more,
``good HASH`` of one that is after all, or a mark, ``reached HUB EPOCH ROWS``, where ROWS counts all rows of the feed.
"""

import os
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from sync.hub.durable import sync_folder
from sync.hub.problems import HubError


class Mark(NamedTuple):
    """How far a hub had come."""

    hub: str
    epoch: int
    rows: int


class Ledger:
    """The file at ``path``; it is made if absent. Safe to share between threads, and for processes to append to.

    tills: the store of each, None of one that was locked out. voided: hashes of tokens, in hexadecimal.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.erased: set[str] = set()
        self.tills: dict[str, str | None] = {}
        self.voided: set[str] = set()
        self.mark: Mark | None = None
        self._turn = threading.Lock()
        try:
            self._torn = not self._read()
            self._file = path.open("ab", buffering=0)
            sync_folder(path.parent)
        except OSError as error:
            raise HubError(f"the ledger {path} cannot be opened: {error.strerror}") from None

    def erase(self, ids: Iterable[str]) -> None:
        """Note that these members are erased, for ever."""
        with self._turn:
            new = [each for each in ids if each not in self.erased]
            self._append([f"erased {each}" for each in new])
            self.erased.update(new)

    def admit(self, tills: Mapping[str, str | None]) -> None:
        """Note that these tills were let into their stores, or locked out; again, too: another process may have noted
        something else meanwhile."""
        with self._turn:
            self._append([f"till {each} {store}" if store else f"locked {each}" for each, store in tills.items()])
            self.tills.update(tills)

    def void(self, hashes: Iterable[bytes]) -> None:
        """Note that the tokens of these hashes are good no more; again, too, as with tills."""
        with self._turn:
            told = [each.hex() for each in hashes]
            self._append([f"void {each}" for each in told])
            self.voided.update(told)

    def trust(self, hashes: Iterable[bytes]) -> None:
        """Note that these are good after all: what voided them went with the power."""
        with self._turn:
            told = [each.hex() for each in hashes]
            self._append([f"good {each}" for each in told])
            self.voided.difference_update(told)

    def reach(self, mark: Mark) -> None:
        """Note how far the hub has come, unless that is known."""
        with self._turn:
            if mark != self.mark:
                self._append([f"reached {mark.hub} {mark.epoch} {mark.rows}"])
                self.mark = mark

    @property
    def closed(self) -> bool:
        """Whether nothing can be noted any more."""
        return self._file.closed

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._file.close()

    def _read(self) -> bool:
        """Whether the last line is whole: what a power cut cut off was never answered for."""
        text = self.path.read_text("utf-8", errors="replace") if self.path.exists() else ""
        for line in text.split("\n")[:-1]:
            match line.split(" "):
                case ["erased", member_id]:
                    self.erased.add(member_id)
                case ["till", till_id, store_id]:
                    self.tills[till_id] = store_id
                case ["locked", till_id]:
                    self.tills[till_id] = None
                case ["void", told]:
                    self.voided.add(told)
                case ["good", told]:
                    self.voided.discard(told)
                case ["reached", hub, epoch, rows] if epoch.isdecimal() and rows.isdecimal():
                    self._advance(Mark(hub, int(epoch), int(rows)))
        return text.endswith("\n") or not text

    def _advance(self, mark: Mark) -> None:
        """Processes side by side may note what they saw out of order: within an epoch the furthest counts."""
        if self.mark is None or mark.hub != self.mark.hub or mark[1:] > self.mark[1:]:
            self.mark = mark

    def _append(self, lines: list[str]) -> None:
        if not lines:
            return
        text = "".join(f"{line}\n" for line in lines).encode()
        if self._torn:  # what was cut off must not become the beginning of this
            text = b"\n" + text
        self._torn = True
        if self._file.write(text) != len(text):
            raise OSError(f"{self.path} could not be written whole")
        os.fsync(self._file.fileno())
        self._torn = False
