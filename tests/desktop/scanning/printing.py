"""What a printed code goes through before it is scanned, and who scans it."""

import io
from collections.abc import Iterator

from PIL import Image
from pyzbar import pyzbar

from desktop.scanning.decode import decode_image


def hardships(picture: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """As it is, at half size, badly compressed, and both."""
    for name, sized in (("whole", picture), ("half", picture.reduce(2))):
        yield name, sized
        squeezed = io.BytesIO()
        sized.save(squeezed, "JPEG", quality=40)
        yield f"{name}, JPEG", Image.open(squeezed)


def read_by_both(picture: Image.Image) -> list[list[str]]:
    """The texts that our decoder finds, and those that pyzbar finds alone."""
    ours = [found.text for found in decode_image(picture).found]
    return [ours, [found.data.decode() for found in pyzbar.decode(picture)]]
