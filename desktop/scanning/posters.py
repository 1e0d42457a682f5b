"""Recruit posters: a page for the wall or the counter whose code leads a customer to one store, guide or channel."""

from dataclasses import dataclass

from PIL import Image, ImageDraw

from desktop.scanning.printed import (
    ACCENT,
    INK,
    MUTED,
    PAPER,
    Style,
    in_groups,
    paint_qr,
    pixels,
    qr_matrix,
    snap,
    write,
)

PAPERS_MM = {"a4": (210, 297), "a5": (148, 210)}

# Places and sizes are parts of the page's width.
_MARGIN, _BAND, _QR = 0.09, 0.055, 0.48
_STORE_AT, _HEADLINE_AT, _QR_AT, _CODE_AT, _LABEL_AT = 0.16, 0.34, 0.59, 1.21, 1.29


@dataclass(frozen=True, slots=True)
class Poster:
    """code: as it is scanned. label: whose it is, the guide or the channel. What is "" is left out."""

    code: str
    headline: str = ""
    store: str = ""
    label: str = ""


def draw_poster(poster: Poster, paper: str = "a4") -> Image.Image:
    """The page, ``paper`` of PAPERS_MM."""
    width, height = (pixels(side) for side in PAPERS_MM[paper])
    page = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(page)

    def line(text: str, at: float, sizes: tuple[float, ...], colour: str, lines: int = 1) -> None:
        style = Style(tuple(round(size * width) for size in sizes), colour, "mm", lines)
        write(pen, text, (width // 2, round(at * width)), style, round((1 - 2 * _MARGIN) * width))

    pen.rectangle((0, 0, width, round(_BAND * width)), fill=ACCENT)
    line(poster.store, _STORE_AT, (0.04, 0.034, 0.028), ACCENT)
    line(poster.headline, _HEADLINE_AT, (0.1, 0.085, 0.07, 0.055), INK, lines=2)
    _paint_code(pen, poster.code, width)
    line(" ".join(in_groups(poster.code)), _CODE_AT, (0.034, 0.028), MUTED)
    line(poster.label, _LABEL_AT, (0.034, 0.028, 0.022), MUTED)
    return page


def _paint_code(pen: ImageDraw.ImageDraw, code: str, width: int) -> None:
    matrix = qr_matrix(code)
    module = snap(_QR * width / len(matrix))
    paint_qr(pen, matrix, (snap((width - module * len(matrix)) / 2), snap(_QR_AT * width)), module)
