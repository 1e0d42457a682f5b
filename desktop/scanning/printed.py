"""What cards and posters share: QR codes for cheap scanners, the fonts of this machine, files that know their size."""

import contextlib
import functools
import io
import unicodedata
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from desktop.errors import BadInput

DPI = 300
INK, MUTED, ACCENT, PAPER = "#1D1C1A", "#6E6960", "#0E6B5B", "#FFFFFF"
PRINTED = (".png", ".pdf")
# Codes are painted on this grid of pixels, so that their edges fall between the 8 x 8 blocks of a JPEG, at half size
# too: what a chat application makes of the picture is then still read by every decoder.
GRID = 16
QUIET_MODULES = 4  # white on every side of a QR code, or cheap scanners do not see where it ends

_MILLIMETRES_PER_INCH = 25.4
_LEADING = 1.3  # from line to line, in font sizes
_PAUSES = ",.;:!?,。;:!?、"
# Found by file name wherever the system keeps its fonts; the number is the simplified Chinese face of a collection.
_CHINESE_FONTS = (
    ("NotoSansCJK-Regular.ttc", 2),
    ("NotoSansCJKsc-Regular.otf", 0),
    ("NotoSansSC-Regular.otf", 0),
    ("msyh.ttc", 0),
    ("PingFang.ttc", 0),
    ("Hiragino Sans GB.ttc", 0),
    ("wqy-microhei.ttc", 0),
    ("wqy-zenhei.ttc", 0),
    ("simhei.ttf", 0),
)


class Style(NamedTuple):
    """How a text is written. sizes: pixels; the first that fits is taken, or else the last and dots."""

    sizes: tuple[int, ...]
    colour: str
    anchor: str  # Pillow's: la is left and top, mm the middle
    lines: int = 1


def pixels(millimetres: float) -> int:
    """How many pixels of the picture that is on paper."""
    return round(millimetres / _MILLIMETRES_PER_INCH * DPI)


def qr_matrix(code: str) -> list[list[bool]]:
    """Rows of modules, True is dark: 25 x 25 for our static codes. Whoever paints it leaves QUIET_MODULES around."""
    qr = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    qr.add_data(code, optimize=0)  # in one piece: capitals and digits take the short alphanumeric mode
    return [[bool(module) for module in row] for row in qr.get_matrix()]


def snap(length: float) -> int:
    """The nearest line of the GRID."""
    return round(length / GRID) * GRID


def paint_qr(pen: ImageDraw.ImageDraw, matrix: list[list[bool]], at: tuple[int, int], module: int) -> None:
    """With its upper left corner ``at``, each module ``module`` pixels wide; all of them lines of the GRID."""
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                x, y = at[0] + column * module, at[1] + row * module
                pen.rectangle((x, y, x + module - 1, y + module - 1), fill=INK)


def in_groups(code: str) -> list[str]:
    """``SGM1``, ``3P15`` …: groups of four, as a clerk reads them aloud."""
    return [code[start : start + 4] for start in range(0, len(code), 4)]


def write(pen: ImageDraw.ImageDraw, text: str, at: tuple[int, int], style: Style, room: int) -> None:
    """``text`` within ``room`` pixels; what no font on this machine can write is left out rather than spoilt."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    font = next((font for font in _fonts() if _can_write(font, text)), None)
    if font is None or not text:
        return
    cut, lines = _fitting(font, text, style, room)
    leading = round(cut.size * _LEADING)
    x, y = at
    if style.anchor.endswith("m"):
        y -= leading * (len(lines) - 1) // 2
    for line in lines:
        pen.text((x, y), line, style.colour, cut, style.anchor)
        y += leading


def check_printed(path: Path) -> None:
    """Raises BadInput ``print_format`` (path) for a file that ``save`` does not make."""
    if path.suffix.lower() not in PRINTED:
        raise BadInput("print_format", path=str(path))


def save(picture: Image.Image, path: str | Path) -> None:
    """As a .png that knows its size on paper, or a .pdf page of that size. Raises BadInput ``print_format`` (path)."""
    check_printed(Path(path))
    if Path(path).suffix.lower() == ".png":
        picture.save(path, "PNG", dpi=(DPI, DPI))
    else:
        picture.save(path, "PDF", resolution=DPI, quality=95, subsampling=0, title="")


def as_png(picture: Image.Image) -> bytes:
    """For whoever has other pictures than Pillow's."""
    content = io.BytesIO()
    picture.save(content, "PNG")
    return content.getvalue()


def _fitting(font: FreeTypeFont, text: str, style: Style, room: int) -> tuple[FreeTypeFont, list[str]]:
    for size in style.sizes:
        cut = font.font_variant(size=size)
        lines = _broken(cut, text, room, style.lines)
        if len(lines) <= style.lines:
            return cut, lines
    rest = " ".join(lines[style.lines - 1 :])
    return cut, [*lines[: style.lines - 1], _shortened(cut, rest, room)]


def _broken(font: FreeTypeFont, text: str, room: int, most: int) -> list[str]:
    """In lines of ``room``; where several are needed, of much the same length."""
    if font.getlength(text) <= room:
        return [text]
    even = _filled(font, text, min(room, round(font.getlength(text) / most * 1.15)))
    return even if len(even) <= most else _filled(font, text, room)


def _filled(font: FreeTypeFont, text: str, room: int) -> list[str]:
    lines = []
    while font.getlength(text) > room:
        fits = max((end for end in range(1, len(text)) if font.getlength(text[:end]) <= room), default=1)
        pauses = [end for end in range(1 + fits // 2, fits + 1) if text[end] == " " or text[end - 1] in _PAUSES]
        end = pauses[-1] if pauses else fits
        lines.append(text[:end].strip())
        text = text[end:].strip()
    return [*lines, text]


def _shortened(font: FreeTypeFont, text: str, room: int) -> str:
    if font.getlength(text) <= room:
        return text
    while text and font.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


@functools.cache
def text_font(size: int) -> FreeTypeFont:
    """The font of this machine that has the most letters, in pixels."""
    return _fonts()[0].font_variant(size=size)


@functools.cache
def _fonts() -> tuple[FreeTypeFont, ...]:
    """The Chinese font of this machine if it has one, and the Latin one that Pillow brings along."""
    found = []
    for file, face in _CHINESE_FONTS:
        with contextlib.suppress(OSError):  # not on this machine
            found.append(ImageFont.truetype(file, index=face))
            break
    latin = ImageFont.load_default(size=10)
    return (*found, latin) if isinstance(latin, FreeTypeFont) else tuple(found)


def _can_write(font: FreeTypeFont, text: str) -> bool:
    """Whether every character has a picture of its own in ``font``, not the box of a missing one."""
    box = bytes(font.getmask("\uffff"))
    return text.isprintable() and all(letter == " " or bytes(font.getmask(letter)) != box for letter in text)
