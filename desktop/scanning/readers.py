"""The two decoders behind one shape: a grey picture in, what was found out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import zxingcpp
from zxingcpp import BarcodeFormat, BarcodeFormats

from desktop.scanning.decode_text import text_of
from desktop.scanning.folding import GS
from desktop.scanning.views import Grey

try:
    from pyzbar import pyzbar  # type: ignore[import-untyped]
except (ImportError, OSError):  # libzbar, or on Windows what that needs, is missing; zxing-cpp then reads alone
    pyzbar = None

Outline = tuple[tuple[float, float], ...]

RETAIL = (BarcodeFormat.EAN13, BarcodeFormat.EAN8, BarcodeFormat.UPCA)
COUNTER = (BarcodeFormat.QRCode, *RETAIL, BarcodeFormat.Code128)
MATRIX = frozenset(("QRCode", "DataMatrix"))  # they check themselves so well that one look is enough
# By zbar's own names. No ITF and no DataBar: it reads both into pictures that hold neither.
_EAN8 = "]E4"  # else 8 digits that begin with 0 or 1 may be a UPC-E
_ZBAR_BEFORE = {"EAN8": _EAN8, "Code128": GS}  # zbar keeps to itself whether it was GS1
_ZBAR = {"QRCODE": "QRCode", "EAN13": "EAN13", "EAN8": "EAN8", "UPCE": "UPCE", "CODE128": "Code128"}


@dataclass(frozen=True, slots=True)
class Found:
    """One code in a picture. ``symbology`` is zxing's name (QRCode, EAN13 …), ``decoder`` zxing or zbar.

    outline: its corners, in pixels of the picture. before: what a scanner that tells all would send before the text.
    """

    text: str
    symbology: str
    decoder: str
    outline: Outline = field(default=(), compare=False)
    before: str = field(default="", compare=False)

    @property
    def scanned(self) -> str:
        """For ``parse_code``: it then knows which symbology it was, and that no separator of GS1 was lost."""
        return self.before + self.text

    def scaled(self, across: float, down: float) -> "Found":
        """The same, as it lies in a picture so much wider and higher."""
        return replace(self, outline=tuple((x * across, y * down) for x, y in self.outline))

    def shifted(self, right: float, down: float) -> "Found":
        """The same, in a picture of which this one was a part."""
        return replace(self, outline=tuple((x + right, y + down) for x, y in self.outline))


def libzbar_present() -> bool:
    """Whether pyzbar found its C library on this machine."""
    return pyzbar is not None


def by_zxing(grey: Grey, formats: BarcodeFormats, *, hard: bool = True, turned: bool = True) -> tuple[Found, ...]:
    """Each different code. ``hard``: also inverted, at smaller sizes, and bars ``turned`` by a quarter."""
    codes = zxingcpp.read_barcodes(
        grey,
        formats=formats,
        try_rotate=hard and turned,
        try_downscale=hard,
        try_invert=hard,
        text_mode=zxingcpp.TextMode.Plain,  # the default would put brackets into GS1 codes
    )
    return different(
        Found(_text(code), code.format.name, "zxing", _corners(code), _said_before(code)) for code in codes
    )


def by_zbar(grey: Grey) -> tuple[Found, ...]:
    """What zbar reads better: bars at any angle."""
    if pyzbar is None:
        return ()
    height, width = grey.shape
    codes = pyzbar.decode((grey.tobytes(), width, height), symbols=[pyzbar.ZBarSymbol[name] for name in _ZBAR])
    return different(_zbar_found(codes))


def different(found: Iterable[Found]) -> tuple[Found, ...]:
    """Each once, in order; nothing without a text."""
    return tuple(dict.fromkeys(each for each in found if each.text))


def expand_upce(digits: str) -> str:
    """The 13 digits that 8 digits of UPC-E stand for."""
    system, body, check = digits[0], digits[1:7], digits[7]
    last = body[5]
    if last in "012":
        body = f"{body[:2]}{last}0000{body[2:5]}"
    elif last == "3":
        body = f"{body[:3]}00000{body[3:5]}"
    elif last == "4":
        body = f"{body[:4]}00000{body[4]}"
    else:
        body = f"{body[:5]}0000{last}"
    return f"0{system}{body}{check}"


def _zbar_found(codes: Iterable[pyzbar.Decoded]) -> Iterator[Found]:
    for code in codes:
        text, symbology = code.data.decode("utf-8", "replace"), _ZBAR[code.type]
        if symbology == "QRCode" and not text.isascii():
            continue  # its guess at the character set cannot be undone
        if symbology == "UPCE":
            text = expand_upce(text)
        corners = tuple((float(x), float(y)) for x, y in code.polygon)
        yield Found(text, symbology, "zbar", corners, _ZBAR_BEFORE.get(symbology, ""))


def _text(code: zxingcpp.Barcode) -> str:
    return text_of(code.bytes, code.text) if code.format == BarcodeFormat.QRCode else code.text


def _said_before(code: zxingcpp.Barcode) -> str:
    if code.content_type == zxingcpp.ContentType.GS1:
        return code.symbology_identifier + GS
    return _EAN8 if code.format == BarcodeFormat.EAN8 else ""


def _corners(code: zxingcpp.Barcode) -> Outline:
    at = code.position
    return tuple((float(p.x), float(p.y)) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left))
