"""Member cards: the QR code of a member, painted on a card of credit-card size or handed out as a matrix."""

import contextlib
import functools
import unicodedata
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont
from PIL.ImageFont import FreeTypeFont
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

DPI = 300
CARD_SIZE = (1011, 638)  # 85.6 x 54 mm at 300 dpi
INK, MUTED, ACCENT, PAPER = "#1D1C1A", "#6E6960", "#0E6B5B", "#FFFFFF"

_MARGIN = 76
_EDGE = 16
_MODULE = 14  # pixels; 25 modules make 29.6 mm
_QUIET_ZONE = 4 * _MODULE
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


class _Style(NamedTuple):
    sizes: tuple[int, ...]  # pixels; the first that fits is taken
    colour: str
    anchor: str


def qr_matrix(code: str) -> list[list[bool]]:
    """Rows of modules, True is dark: 25 x 25 for a member code. Whoever paints it leaves 4 white modules around."""
    qr = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    qr.add_data(code, optimize=0)  # in one piece: capitals and digits take the short alphanumeric mode
    return [[bool(module) for module in row] for row in qr.get_matrix()]


def draw_card(code: str, name: str, *, store: str = "") -> Image.Image:
    """The card of one member. What no font on this machine can write is left out rather than spoilt."""
    card = Image.new("RGB", CARD_SIZE, PAPER)
    pen = ImageDraw.Draw(card)
    width, height = CARD_SIZE
    matrix = qr_matrix(code)
    side = len(matrix) * _MODULE
    left, top = width - _MARGIN - side, (height - side) // 2
    room = left - _QUIET_ZONE - _MARGIN
    pen.rectangle((0, 0, _EDGE - 1, height), fill=ACCENT)
    _paint_qr(pen, matrix, left, top)
    _write(pen, store, (_MARGIN, top), _Style((36, 30, 26), ACCENT, "la"), room)
    _write(pen, name, (_MARGIN, height // 2 - 16), _Style((80, 68, 56, 46), INK, "lm"), room)
    for line, text in enumerate(reversed(_in_groups(code))):
        _write(pen, text, (_MARGIN, top + side - 44 * line), _Style((32,), MUTED, "ls"), room)
    return card


def card_png(code: str, name: str, path: str | Path, *, store: str = "") -> None:
    """Saves the card as a PNG that knows it is 85.6 x 54 mm."""
    draw_card(code, name, store=store).save(path, "PNG", dpi=(DPI, DPI))


def card_pdf(code: str, name: str, path: str | Path, *, store: str = "") -> None:
    """Saves the card as a PDF page of 85.6 x 54 mm."""
    card = draw_card(code, name, store=store)
    card.save(path, "PDF", resolution=DPI, quality=95, subsampling=0, title="")


def _paint_qr(pen: ImageDraw.ImageDraw, matrix: list[list[bool]], left: int, top: int) -> None:
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                x, y = left + column * _MODULE, top + row * _MODULE
                pen.rectangle((x, y, x + _MODULE - 1, y + _MODULE - 1), fill=INK)


def _in_groups(code: str) -> list[str]:
    """``SGM1 0000 0000`` over ``0000 0000 00``: two lines of groups of four, as a clerk reads them aloud."""
    groups = [code[start : start + 4] for start in range(0, len(code), 4)]
    return ["  ".join(groups[:3]), "  ".join(groups[3:])]


def _write(pen: ImageDraw.ImageDraw, text: str, at: tuple[int, int], style: _Style, room: int) -> None:
    text = " ".join(unicodedata.normalize("NFC", text).split())
    font = next((font for font in _fonts() if _can_write(font, text)), None)
    if font is not None:
        font = _fitting(font, text, style.sizes, room)
        pen.text(at, _shortened(font, text, room), style.colour, font, style.anchor)


def _fitting(font: FreeTypeFont, text: str, sizes: tuple[int, ...], room: int) -> FreeTypeFont:
    """``font`` in the first of ``sizes`` that lets ``text`` fit, or else in the last."""
    cuts = [font.font_variant(size=size) for size in sizes]
    return next((cut for cut in cuts if cut.getlength(text) <= room), cuts[-1])


def _shortened(font: FreeTypeFont, text: str, room: int) -> str:
    if font.getlength(text) <= room:
        return text
    while font.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


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
