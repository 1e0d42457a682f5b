"""Ids that both ends make out of a code, without asking each other. Pure."""

import hashlib
from uuid import NAMESPACE_URL, uuid5


def code_id(code: str) -> str:
    """Of a code that leads to a product."""
    return _named("code", code)


def item_id(gtin14: str, serial: str) -> str:
    """Of one serialised unit; a serial number is unique within its GTIN only."""
    return _named("item", f"{gtin14}:{serial}")


def voucher_id(serial: bytes) -> str:
    """Of a voucher."""
    return _named("voucher", serial.hex())


def store_number(store_id: str) -> int:
    """What stands for a store in a voucher that is good there only; never 0, which is everywhere."""
    return int.from_bytes(hashlib.blake2b(store_id.encode(), digest_size=4).digest(), "big") or 1


def _named(kind: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"urn:storeguide:{kind}:{name}"))
