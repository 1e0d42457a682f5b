"""Codes of products as pictures, for shelf labels and samples."""

from typing import Any

import zxingcpp
from PIL import Image


def draw_barcode(ean13: str, *, scale: int = 4) -> Image.Image:
    """The EAN-13 symbol of 13 digits, with its quiet zones; ``scale`` is pixels a module."""
    return _drawn(ean13, zxingcpp.BarcodeFormat.EAN13, scale)


def draw_qr(text: str, *, scale: int = 6) -> Image.Image:
    """A QR code, as it stands on one unit of a product."""
    return _drawn(text, zxingcpp.BarcodeFormat.QRCode, scale)


def _drawn(text: str, kind: Any, scale: int) -> Image.Image:
    drawn: Any = zxingcpp.create_barcode(text, kind).to_image(scale=scale)
    pixels = memoryview(drawn)
    height, width = pixels.shape or (0, 0)
    return Image.frombytes("L", (width, height), pixels.tobytes())
