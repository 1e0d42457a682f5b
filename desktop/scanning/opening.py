"""Picture files and pictures at hand, opened as grey; what is no picture is refused in words."""

import io
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PIL import Image

from desktop.errors import BadInput
from desktop.scanning.views import Grey

# Never Pillow's whole list: some of its readers start other programs.
PICTURE_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM")
_MOVING = ("PNG", "WEBP", "GIF")  # a TIFF has pages, and what a telephone lays beside its JPEG moves nothing
LARGEST_PICTURE = 80_000_000  # pixels
_ENOUGH = 16_000_000  # pixels: more than a telephone's photo. What is larger is halved: as sharp as any code needs

# Pillow only warns between its limit and twice that; here both are the same refusal.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def open_file(path: str | Path) -> Grey:
    """A picture file.

    Raises BadInput ``picture_missing`` (name), ``picture_unreadable``, ``picture_animated``, ``picture_too_large``.
    """
    path = Path(path)
    with _refusing_bad_pictures():
        if not path.is_file():
            if path.exists():
                raise BadInput("picture_unreadable")
            raise BadInput("picture_missing", name=path.name)
        with Image.open(path, formats=PICTURE_FORMATS) as image:
            return grey_of(_still(image))


def open_image(picture: Image.Image | bytes) -> Grey:
    """A picture at hand, or the bytes of a picture file.

    Raises BadInput ``picture_unreadable``, ``picture_animated``, ``picture_too_large``.
    """
    with _refusing_bad_pictures():
        if not isinstance(picture, bytes):
            return grey_of(picture)
        with Image.open(io.BytesIO(picture), formats=PICTURE_FORMATS) as image:
            return grey_of(_still(image))


def grey_of(image: Image.Image) -> Grey:
    """Only its light; what is transparent lies on white paper."""
    pixels = image.width * image.height
    if pixels > LARGEST_PICTURE:
        raise BadInput("picture_too_large")
    surplus = math.ceil(math.sqrt(pixels / _ENOUGH))
    if surplus > 1:  # a JPEG can be opened at half size; the others are halved below
        image.draft("L", (image.width // surplus, image.height // surplus))
    if image.has_transparency_data:  # a code cut out of its paper; black on black without this
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA"))
    return halved(np.asarray(_in_eight_bits(image)))


def halved(grey: Grey) -> Grey:
    """A picture that is larger than any code needs, made smaller; any other as it is."""
    surplus = math.ceil(math.sqrt(grey.size / _ENOUGH))
    return np.asarray(Image.fromarray(grey).reduce(surplus)) if surplus > 1 else grey


def _still(image: Image.Image) -> Image.Image:
    """Of a picture that moves nobody can say which frame is meant."""
    if image.format in _MOVING and getattr(image, "is_animated", False):
        raise BadInput("picture_animated")
    return image


def _in_eight_bits(image: Image.Image) -> Image.Image:
    if not image.mode.startswith(("I", "F")):
        return image.convert("L")
    tones = np.asarray(image, np.float32)  # Pillow would cut off what 16 bits have above 8
    low, high = float(tones.min()), float(tones.max())
    return Image.fromarray(((tones - low) * (255 / max(high - low, 1))).astype(np.uint8))


@contextmanager
def _refusing_bad_pictures() -> Iterator[None]:
    try:
        yield
    except BadInput:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadInput("picture_too_large") from error
    except Exception as error:  # on damaged files Pillow's readers raise nearly anything
        raise BadInput("picture_unreadable") from error
