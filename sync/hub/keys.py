"""The hub's own keys: private halves in a file that only its user can read; the root key is kept elsewhere."""

import os
from collections.abc import Callable
from pathlib import Path

import msgspec
from nacl.bindings import crypto_sign_SEEDBYTES as SEED_BYTES
from nacl.signing import SigningKey

from sync.code_rows import TrustReply
from sync.hub.durable import sync_folder
from sync.hub.problems import HubError


class Keyring:
    """The issuers' private keys by ``kid``, in the file ``path``; made when the first key is added. Beside it lies what
    tills were told last to believe.

    random: so many bytes that nobody can guess, for new keys.
    """

    def __init__(self, path: Path, random: Callable[[int], bytes]) -> None:
        self._path = path
        self._bundle = path.with_suffix(".bundle")
        self._random = random

    def make(self) -> SigningKey:
        """A new key, not kept yet."""
        return SigningKey(self._random(SEED_BYTES))

    def load(self) -> dict[int, SigningKey]:
        """Every key there is. Raises ``HubError`` for a file that is none of ours."""
        if not self._path.exists():
            return {}
        try:
            held = msgspec.json.decode(self._path.read_bytes(), type=dict[str, str])
            return {int(kid): SigningKey(bytes.fromhex(seed)) for kid, seed in held.items()}
        except (msgspec.MsgspecError, ValueError):
            raise HubError(f"{self._path} does not hold the hub's keys") from None

    def save(self, keys: dict[int, SigningKey]) -> None:
        """Keep these, and no others."""
        write_secret(self._path, msgspec.json.encode({str(kid): bytes(key).hex() for kid, key in keys.items()}))

    def told(self) -> TrustReply | None:
        """What tills were told last to believe, though the database may have forgotten. Raises ``HubError`` for a file
        that is none of ours.
        """
        if not self._bundle.exists():
            return None
        try:
            return msgspec.json.decode(self._bundle.read_bytes(), type=TrustReply)
        except msgspec.MsgspecError:
            raise HubError(f"{self._bundle} does not hold what tills were told") from None

    def tell(self, told: TrustReply) -> None:
        """Remember what tills are told to believe."""
        write_secret(self._bundle, msgspec.json.encode(told))


def root_key(path: Path) -> SigningKey:
    """The key that seals, from its file; a new one if there is no such file yet. Raises ``HubError``."""
    if not path.exists():
        write_secret(path, bytes(SigningKey.generate()).hex().encode())
    try:
        return SigningKey(bytes.fromhex(path.read_text("ascii").strip()))
    except (ValueError, OSError):
        raise HubError(f"{path} does not hold a root key") from None


def write_secret(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, for nobody else's eyes."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)
