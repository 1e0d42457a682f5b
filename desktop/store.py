"""Store: the till's files, read and written here and now; what is damaged is mended on the way."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from desktop.clock import Clock
from desktop.data.amiss import is_damage, may_be_damage, storage_trouble
from desktop.data.backups import BACKUP
from desktop.data.ballast import LITTLE, free_space, is_tight, release_ballast
from desktop.data.durable import make_folder
from desktop.data.engine import empty_log, open_reader, open_writer
from desktop.data.exchange import Till
from desktop.data.keys import Key, load_key
from desktop.data.lock import Claim, locked
from desktop.data.migrate import migrate
from desktop.data.unit import Door
from desktop.data.vault import Vault
from desktop.errors import StorageTrouble
from desktop.events import Changes
from desktop.second_copy import OpenSecondCopy, Since
from desktop.work import Recorder, Work

P = ParamSpec("P")
T = TypeVar("T")

_TOLD_FOR = timedelta(days=1)  # that data was restored
_MIB = 1024 * 1024
_IS_NEW = select(func.count(Till.id) == 0)


class Store:
    """The files of one till in ``home``, made when missing.

    ``read`` may be called by any thread; ``write`` and ``carry_out`` by one thread at a time, each one transaction
    that is durable on disk when they return: in the database, and in the second copy or owed to it.
    A damaged database is put aside, and the newest good backup, the second copy and the hub take its place; whoever
    read or wrote meanwhile only waits.
    """

    def __init__(self, home: Path, record: Recorder, second: OpenSecondCopy, clock: Clock | None = None) -> None:
        make_folder(home)
        self.home = home
        self.clock = clock or Clock()
        self._record = record
        self._claim = Claim(home / "care.lock")
        self._turn = threading.RLock()  # one transaction, or one repair, at a time
        self._failed: StorageTrouble | None = None
        self._file: tuple[int, int] | None = None
        with locked(home / "till.lock"):  # two first starts at once must not make two keys
            self.key: Key = load_key(home)
            self.vault = Vault(home, self.key.secret)
            self.second = second(home, self.key.secret, self.clock)
            self._writer = Door(open_writer(self.vault.path, self.key.secret))
            self._reader = Door(open_reader(self.vault.path, self.key.secret))
            try:
                self._open_at_all()
            except BaseException:
                self.close()
                raise

    @property
    def cares(self) -> bool:
        """Whether this program, of those that have the till open, is the one that looks after its files."""
        return self._claim.take()

    def read(self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``query`` on a read-only connection; it sees one moment of the data."""
        self._follow()
        file = self._file
        try:
            with self._reader.read() as connection:
                return query(connection, *args, **kwargs)
        except (DBAPIError, StorageTrouble) as error:
            self._repair(error, file)
        with self._reader.read() as connection:
            return query(connection, *args, **kwargs)

    def write(self, operation: Callable[Concatenate[Work, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run ``operation`` as one transaction."""
        return self.carry_out(lambda work: operation(work, *args, **kwargs))[0]

    def carry_out(self, operation: Callable[[Work], T]) -> tuple[T, Changes]:
        """The same, with what it changed; what cannot be written is the storage's trouble and leaves nothing behind."""
        with self._turn:
            self._follow()
            done = self._insist(operation)
            self._follow()  # the file may have been put aside under it: the journal brings it into the new one
            return done

    def troubles(self) -> tuple[StorageTrouble, ...]:
        """What is amiss with the files now, in words for the clerk."""
        found = [self._failed] if self._failed else []
        if self.second.trouble:
            found.append(StorageTrouble("second_copy_failed", reason=self.second.trouble.code))
        restored = self.vault.last_mishap()
        if restored and timedelta(0) <= self.clock.now() - restored < _TOLD_FOR:
            found.append(StorageTrouble("data_restored", at=f"{restored.astimezone():%m-%d %H:%M}"))
        if (free := free_space(self.home)) < LITTLE:
            found.append(StorageTrouble("little_space", free=free // _MIB))
        return tuple(found)

    def back_up(self) -> Path:
        """Make a backup, here and now; what it finds damaged is mended first."""
        try:
            return self.vault.backups.make()
        except StorageTrouble as error:
            self._repair(error, self._file)
        return self.vault.backups.make()

    def cleanse(self, is_about: Callable[[bytes], bool]) -> bool:
        """Let no file hold such events, nor what is in the database no more; False if somebody is reading just now, or
        the disk does not give one of them.
        """
        if not self.second.forget(is_about):
            return False
        with self._turn:
            if not empty_log(self._writer.engine):
                return False
        self.vault.forget_damaged()
        fresh = None
        try:
            fresh = self.back_up() if self.vault.backups.files() else None
        finally:  # whatever becomes of the new one
            self.vault.backups.drop_all_but(fresh)
        return True

    def close(self) -> None:
        """Close the files."""
        if self.second.trouble and self._file:
            with suppress(DBAPIError, StorageTrouble, OSError):  # then it is better kept
                self._follow()  # a file that was put there meanwhile knows nothing of what is owed
                with self._reader.read() as connection:
                    self.second.weigh(connection)
        self._let_go()
        self.second.close()
        self._claim.release()

    def _insist(self, operation: Callable[[Work], T]) -> tuple[T, Changes]:
        """Twice, if what stood in the way the first time can be mended."""
        try:
            return self._transact(operation)
        except (DBAPIError, StorageTrouble) as error:
            self._make_possible(error)
        try:
            return self._transact(operation)
        except DBAPIError as error:
            raise storage_trouble(error) from error

    def _transact(self, operation: Callable[[Work], T]) -> tuple[T, Changes]:
        with self._writer.write() as session:
            work = Work(session, self.clock, self._record)
            work.tight = is_tight(self.home)
            result = operation(work)
            work.flush()
            self.second.weigh(session.connection())
            portrait = self.second.portray(work.till)
        self._failed = None
        self.second.append(work.written)
        self.second.sign(portrait)
        return result, work.changes

    def _make_possible(self, error: DBAPIError | StorageTrouble) -> None:
        """Mend what can be mended, so that it may be tried once more; raises if nothing can."""
        if self._shows_damage(error):
            self._repair(error, self._file)
            return
        if isinstance(error, DBAPIError) and not isinstance(error, OperationalError):
            raise error
        trouble = error if isinstance(error, StorageTrouble) else storage_trouble(error)
        if trouble.code == "disk_full" and release_ballast(self.home):
            return
        self._failed = trouble
        self._writer.close()  # a connection that once failed to write may never write again
        raise trouble from error

    # Opening, and the ladder: the file, the newest good backup, the second copy, the hub

    def _open_at_all(self) -> None:
        """On a full disk a till opens by its ballast."""
        try:
            self._open()
        except (DBAPIError, StorageTrouble):
            if not (is_tight(self.home) and release_ballast(self.home)):
                raise
            self._let_go()
            self._open()

    def _open(self) -> None:
        """Under the lock of the till."""
        self.vault.bring_back()
        since: Since = "crash" if self._was_left_open() else "close"
        try:
            if since == "crash" and not self.vault.is_sound():
                raise StorageTrouble("storage_damaged", path=str(self.vault.path))
            self._prepare(since)
        except (DBAPIError, StorageTrouble) as error:
            if not self._shows_damage(error):
                raise
            self._replace()

    def _was_left_open(self) -> bool:
        return self._claim.take() and self.vault.was_left_open

    def _replace(self) -> None:
        """Put the damaged file aside, and begin with the best there is."""
        self._let_go()
        self._check_key()
        self.vault.put_aside(self.clock.now())
        self.vault.bring_back()
        self._prepare("loss")

    def _check_key(self) -> None:
        """A key that opens nothing else either is the wrong key, and the file may be as good as ever."""
        others = self.second.holds_something() or self.vault.backups.files()
        if others and not (self.second.opens() or self.vault.backups.good()):
            raise StorageTrouble("key_lost", path=str(self.home))

    def _prepare(self, since: Since) -> None:
        migrate(self._writer.engine, self.clock, before=self.vault.backups.make)
        with self._writer.write() as session:
            if session.connection().execute(_IS_NEW).scalar():  # the first start gives this installation its device id
                session.add(Till(id=1, device_id=self.clock.new_id()))
                session.flush()
                since = "loss" if self.second.holds_something() else since
            if _is_backup(session):
                since = "loss"
            work = Work(session, self.clock, self._record)
            went_back = self.second.catch_up(work, since)
            work.flush()
            portrait = self.second.portray(work.till)
        self.second.sign(portrait)
        self._file = self.vault.identity
        if went_back and since == "crash" and not self.vault.is_sound(thorough=True):
            raise StorageTrouble("storage_damaged", path=str(self.vault.path))

    def _follow(self) -> None:
        """Another program may have replaced the file, or died half-way: go on with the one that lies there now."""
        if self.vault.identity != self._file:
            with self._turn, locked(self.home / "till.lock"):
                self._let_go()
                self.vault.bring_back()
                self._prepare("crash")

    def _repair(self, error: BaseException, file: tuple[int, int] | None) -> None:
        """If ``error`` shows that ``file`` is damaged, replace it, unless another thread has; raises it otherwise."""
        if not self._shows_damage(error):
            raise error
        with self._turn, locked(self.home / "till.lock"):
            if file == self._file == self.vault.identity:
                self._replace()

    def _shows_damage(self, error: BaseException) -> bool:
        if isinstance(error, StorageTrouble):
            return error.code == "storage_damaged"
        return is_damage(error) or (may_be_damage(error) and not self._looks_sound())

    def _looks_sound(self) -> bool:
        try:
            return self.vault.is_sound()
        except (DBAPIError, StorageTrouble):  # that cannot be found out now: it may be as good as ever
            return True

    def _let_go(self) -> None:
        self._reader.close()
        self._writer.close()


def _is_backup(session: Session) -> bool:
    """Whether this is a backup that was brought back; no more once this transaction is committed."""
    connection = session.connection()
    brought_back = connection.exec_driver_sql("PRAGMA user_version").scalar() == BACKUP
    if brought_back:
        connection.exec_driver_sql("PRAGMA user_version = 0")
    return brought_back
