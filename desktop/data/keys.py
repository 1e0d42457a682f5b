"""The key of the database: 32 random bytes in the OS key store, or in a 0600 file where the machine has none."""

import re
import secrets
from dataclasses import dataclass
from pathlib import Path

import keyring
from keyring.backends import fail, null
from keyring.errors import KeyringError

from desktop.data.durable import write_private
from desktop.errors import StorageTrouble

_SERVICE = "storeguide"
_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Key:
    """secret: 32 bytes. place: "keyring" or "file"."""

    secret: bytes
    place: str


def load_key(home: Path) -> Key:
    """The key of the till in ``home``, made at the first start.

    Raises StorageTrouble ``key_lost`` when the data is there but its key is not, or the key is damaged: a new key
    would open nothing.
    """
    kept = _from_file(home) or _from_keyring(home)
    if kept is None and _holds_data(home):
        raise StorageTrouble("key_lost", path=str(home))
    return kept or _make(home)


def has_key_store() -> bool:
    """Whether this machine offers a key store at all."""
    return not isinstance(keyring.get_keyring(), (fail.Keyring, null.Keyring))


def _holds_data(home: Path) -> bool:
    """Whether there is anything that only the lost key would open."""
    return any(found for place in ("till.db", "backups/*.db", "journal/*.sg?") for found in home.glob(place))


def _from_file(home: Path) -> Key | None:
    path = home / "till.key"
    return Key(_read_secret(path.read_text("ascii", "replace"), home), "file") if path.exists() else None


def _from_keyring(home: Path) -> Key | None:
    entry = home / "till.id"
    if not entry.exists():
        return None
    try:
        text = keyring.get_password(_SERVICE, entry.read_text("ascii").strip())
    except KeyringError as error:
        raise StorageTrouble("key_store_locked", reason=str(error)) from error
    return Key(_read_secret(text, home), "keyring") if text else None


def _read_secret(text: str, home: Path) -> bytes:
    if not re.fullmatch(f"[0-9a-f]{{{2 * _LENGTH}}}", text.strip()):
        raise StorageTrouble("key_lost", path=str(home))
    return bytes.fromhex(text.strip())


def _make(home: Path) -> Key:
    secret = secrets.token_bytes(_LENGTH)
    return _put_in_keyring(home, secret) or _put_in_file(home, secret)


def _put_in_keyring(home: Path, secret: bytes) -> Key | None:
    if not has_key_store():
        return None
    entry = secrets.token_hex(16)
    try:
        keyring.set_password(_SERVICE, entry, secret.hex())
        kept = keyring.get_password(_SERVICE, entry)
    except KeyringError:
        return None  # a key store that refuses is as good as none: the file takes its place, and doctor says so
    if kept != secret.hex():
        return None
    write_private(home / "till.id", entry.encode())
    return Key(secret, "keyring")


def _put_in_file(home: Path, secret: bytes) -> Key:
    write_private(home / "till.key", secret.hex().encode())
    return Key(secret, "file")
