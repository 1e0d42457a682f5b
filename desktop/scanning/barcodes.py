"""Product barcodes as pictures, for shelf labels and samples."""

from typing import Any

import zxingcpp
from PIL import Image


def draw_barcode(ean13: str, *, scale: int = 4) -> Image.Image:
    """The EAN-13 symbol of 13 digits, with its quiet zones; ``scale`` is pixels a module."""
    drawn: Any = zxingcpp.create_barcode(ean13, zxingcpp.BarcodeFormat.EAN13).to_image(scale=scale)
    pixels = memoryview(drawn)
    height, width = pixels.shape or (0, 0)
    return Image.frombytes("L", (width, height), pixels.tobytes())
