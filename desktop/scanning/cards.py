"""Member cards: the QR code of a member on a card of credit-card size."""

from pathlib import Path

from PIL import Image, ImageDraw

from desktop.scanning.printed import (
    ACCENT,
    GRID,
    INK,
    MUTED,
    PAPER,
    QUIET_MODULES,
    Style,
    in_groups,
    paint_qr,
    pixels,
    qr_matrix,
    save,
    snap,
    write,
)

CARD_MM = (85.6, 54.0)
CARD_SIZE = (pixels(CARD_MM[0]), pixels(CARD_MM[1]))

_MARGIN = 76
_EDGE = 16
_MODULE = GRID  # pixels, 1.35 mm: a cheap scanner wants half a millimetre; 25 modules make 33.9 mm
_ON_FIRST_LINE = 3  # groups of the code


def draw_card(code: str, name: str, *, store: str = "") -> Image.Image:
    """The card of one member. What no font on this machine can write is left out rather than spoilt."""
    card = Image.new("RGB", CARD_SIZE, PAPER)
    pen = ImageDraw.Draw(card)
    width, height = CARD_SIZE
    matrix = qr_matrix(code)
    side = len(matrix) * _MODULE
    left, top = snap(width - _MARGIN - side), snap((height - side) / 2)
    room = left - QUIET_MODULES * _MODULE - _MARGIN
    pen.rectangle((0, 0, _EDGE - 1, height), fill=ACCENT)
    paint_qr(pen, matrix, (left, top), _MODULE)
    write(pen, store, (_MARGIN, top), Style((36, 30, 26), ACCENT, "la"), room)
    write(pen, name, (_MARGIN, height // 2 - 16), Style((80, 68, 56, 46), INK, "lm"), room)
    groups = in_groups(code)
    for line, part in enumerate((groups[_ON_FIRST_LINE:], groups[:_ON_FIRST_LINE])):
        write(pen, " ".join(part), (_MARGIN, top + side - 44 * line), Style((32,), MUTED, "ls"), room)
    return card


def save_card(code: str, name: str, path: str | Path, *, store: str = "") -> None:
    """A picture or a page of 85.6 x 54 mm, by the ending of ``path``. Raises BadInput ``print_format`` (path)."""
    save(draw_card(code, name, store=store), path)
