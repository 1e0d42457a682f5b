"""Sealed records: bytes that only the till's key opens, each sealed by itself, so that damage to one spares the rest.

A record is a mark, its length, the CRC-32 of what is sealed, that itself (XChaCha20-Poly1305: 24 bytes of nonce, the
bytes, 16 of proof), and its length once more, so that the last record of a file is found from its end.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator

from nacl.exceptions import CryptoError
from nacl.secret import Aead

_MARK = b"SGJ\x01"
_HEAD, _FOOT = struct.Struct(">4sII"), struct.Struct(">I")
_LONGEST = 1 << 24  # what claims to be longer is a damaged length


class Sealer:
    """Seals and opens records. secret: the 32 bytes of the till's key, from which a key for this use alone is made."""

    def __init__(self, secret: bytes) -> None:
        self._box = Aead(hashlib.blake2b(key=secret, person=b"storeguide-recs", digest_size=Aead.KEY_SIZE).digest())

    def seal(self, body: bytes) -> bytes:
        """One record."""
        sealed = bytes(self._box.encrypt(body, _MARK))
        head = _HEAD.pack(_MARK, len(sealed), zlib.crc32(sealed))
        return head + sealed + _FOOT.pack(len(sealed))

    def length_of(self, body: bytes) -> int:
        """Bytes that the record of ``body`` takes."""
        return _HEAD.size + Aead.NONCE_SIZE + len(body) + Aead.MACBYTES + _FOOT.size

    def open_all(self, data: bytes) -> Iterator[bytes]:
        """The bodies of all whole records. A damaged one is passed over, and so is a torn one at the end."""
        place = 0
        while (place := data.find(_MARK, place)) >= 0:
            body = self._open(data, place)
            if body is None:
                place += 1
            else:
                yield body
                place += _up_to_foot(data, place)  # the foot may be torn off, and the next record stand in its place

    def open_last(self, data: bytes) -> bytes | None:
        """The body of the record that ends ``data``; None if none ends there."""
        if len(data) < _FOOT.size:
            return None
        place = len(data) - _FOOT.unpack_from(data, len(data) - _FOOT.size)[0] - _HEAD.size - _FOOT.size
        return self._open(data, place) if place >= 0 else None

    def _open(self, data: bytes, place: int) -> bytes | None:
        if len(data) - place < _HEAD.size:
            return None
        mark, length, check = _HEAD.unpack_from(data, place)
        sealed = data[place + _HEAD.size : place + _HEAD.size + length] if length <= _LONGEST else b""
        if mark != _MARK or len(sealed) != length or zlib.crc32(sealed) != check:
            return None
        try:
            return bytes(self._box.decrypt(sealed, _MARK))
        except (CryptoError, ValueError):
            return None


def _up_to_foot(data: bytes, place: int) -> int:
    return int(_HEAD.unpack_from(data, place)[1]) + _HEAD.size
