"""The pages of an encrypted database as they lie in its files: also those that no query gives any more."""

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC

# As SQLCipher 4 writes them by itself: at the end of each page 16 bytes that begin its chain, and 64 of proof.
_PAGE, _CHAIN, _PROOF = 4096, 16, 64
_SALT = 16  # at the start of the first page, in clear
_LOG_MARKS = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_LOG_HEAD, _FRAME_HEAD = 32, 24


def pages_in_clear(path: Path, key: bytes) -> Iterator[bytes]:
    """Every page of a database, or of its log: freed ones too, and frames of the log that count no more."""
    data = path.read_bytes()
    for number, page in _frames(data) if data.startswith(_LOG_MARKS) else _pages(data):
        start = _SALT if number == 1 else 0
        end = _PAGE - _CHAIN - _PROOF
        opened = Cipher(AES256(key), CBC(page[end : end + _CHAIN])).decryptor()
        yield opened.update(page[start:end])


def _pages(data: bytes) -> Iterator[tuple[int, bytes]]:
    for number, start in enumerate(range(0, len(data) - _PAGE + 1, _PAGE), 1):
        yield number, data[start : start + _PAGE]


def _frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    for start in range(_LOG_HEAD, len(data) - _PAGE - _FRAME_HEAD + 1, _FRAME_HEAD + _PAGE):
        number = int.from_bytes(data[start : start + 4], "big")
        yield number, data[start + _FRAME_HEAD : start + _FRAME_HEAD + _PAGE]
