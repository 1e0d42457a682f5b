"""Codes in still pictures: zxing-cpp first, pyzbar where zxing-cpp finds nothing."""

import io
import re
import time
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import zxingcpp
from PIL import Image
from zxingcpp import BarcodeFormat, BarcodeFormats

from desktop.errors import BadInput

try:
    from pyzbar import pyzbar  # type: ignore[import-untyped]
except (ImportError, OSError):  # libzbar, or on Windows what that needs, is missing; zxing-cpp then reads alone
    pyzbar = None

# Never Pillow's whole list: some of its readers start other programs.
PICTURE_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM")
LARGEST_PICTURE = 80_000_000  # pixels
_ENOUGH = 3000  # pixels; a picture twice as large both ways is halved: as sharp as any code needs, 4 times faster

# No UPC-E: it is seen in every 25th EAN-13 where there is none.
_FORMATS = BarcodeFormats(
    (
        BarcodeFormat.QRCode,
        BarcodeFormat.EAN13,
        BarcodeFormat.EAN8,
        BarcodeFormat.UPCA,
        BarcodeFormat.Code128,
        BarcodeFormat.ITF,
        BarcodeFormat.DataBar,
        BarcodeFormat.DataBarExp,
        BarcodeFormat.DataMatrix,
    )
)
# What pyzbar may add, by its own names. No ITF and no DataBar: it reads both into pictures that hold neither.
_ZBAR_SYMBOLOGIES = {"QRCODE": "QRCode", "EAN13": "EAN13", "EAN8": "EAN8", "CODE128": "Code128"}
_KANA = re.compile("[ぁ-ヶ]")

# Pillow only warns between its limit and twice that; here both are the same refusal.
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Found:
    """One code in a picture. ``symbology`` is zxing's name (QRCode, EAN13, UPCA …), ``decoder`` zxing or zbar."""

    text: str
    symbology: str
    decoder: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Every different code that was found, and how long opening and decoding took."""

    found: tuple[Found, ...]
    milliseconds: float


def libzbar_present() -> bool:
    """Whether pyzbar found its C library on this machine."""
    return pyzbar is not None


def decode_file(path: str | Path) -> Picture:
    """The codes in a picture file.

    Raises BadInput ``picture_missing`` (name), ``picture_unreadable``, ``picture_too_large``.
    """
    started = time.perf_counter()
    path = Path(path)
    with _refusing_bad_pictures():
        if not path.is_file():
            if path.exists():
                raise BadInput("picture_unreadable")
            raise BadInput("picture_missing", name=path.name)
        with Image.open(path, formats=PICTURE_FORMATS) as image:
            grey = _grey(image)
    return _look_through(grey, started)


def decode_image(picture: Image.Image | bytes) -> Picture:
    """The codes in a picture at hand, or in the bytes of a picture file.

    Raises BadInput ``picture_unreadable``, ``picture_too_large``.
    """
    started = time.perf_counter()
    with _refusing_bad_pictures():
        if isinstance(picture, bytes):
            with Image.open(io.BytesIO(picture), formats=PICTURE_FORMATS) as image:
                grey = _grey(image)
        else:
            grey = _grey(picture)
    return _look_through(grey, started)


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


def _grey(image: Image.Image) -> Image.Image:
    width, height = image.size
    if width * height > LARGEST_PICTURE:
        raise BadInput("picture_too_large")
    image.draft("L", (_ENOUGH, _ENOUGH))  # a JPEG can be opened at half size; the others are halved below
    if image.has_transparency_data:  # a code cut out of its paper; black on black without this
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image.convert("RGBA"))
    grey = image.convert("L")
    surplus = min(grey.size) // _ENOUGH
    return grey.reduce(surplus) if surplus > 1 else grey


def _look_through(grey: Image.Image, started: float) -> Picture:
    found = _by_zxing(grey) or _by_zbar(grey)
    return Picture(found, (time.perf_counter() - started) * 1000)


def _by_zxing(grey: Image.Image) -> tuple[Found, ...]:
    # Plain text: the default would put brackets into GS1 codes.
    codes = zxingcpp.read_barcodes(grey, formats=_FORMATS, text_mode=zxingcpp.TextMode.Plain)
    return _different(Found(_text(code), code.format.name, "zxing") for code in codes)


def _by_zbar(grey: Image.Image) -> tuple[Found, ...]:
    if pyzbar is None:
        return ()
    codes = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol[name] for name in _ZBAR_SYMBOLOGIES])
    return _different(
        Found(code.data.decode("utf-8", "replace"), _ZBAR_SYMBOLOGIES[code.type], "zbar") for code in codes
    )


def _text(code: zxingcpp.Barcode) -> str:
    """The text of a code. Chinese programs write GB18030 into QR codes without saying so, and zxing cannot know."""
    if code.format != BarcodeFormat.QRCode or _KANA.search(code.text):  # kana: zxing has recognised Shift-JIS
        return code.text
    for encoding in ("utf-8", "gb18030"):
        try:
            return code.bytes.decode(encoding)
        except UnicodeDecodeError:
            continue
    return code.text


def _different(found: Iterable[Found]) -> tuple[Found, ...]:
    return tuple(dict.fromkeys(each for each in found if each.text))
