"""Text on pages of A4: titled lines, in the fonts of this machine, as a PDF."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont

from desktop.scanning.printed import ACCENT, INK, MUTED, PAPER, text_font

_DPI = 150
_PAGE = (1240, 1754)  # A4 at 150 dots an inch
_MARGIN, _FOOT = 110, 90
_TITLE, _TEXT, _LEADING = 28, 20, 30
_ROOM = _PAGE[0] - 2 * _MARGIN


class _Line(NamedTuple):
    text: str
    title: bool


def save_pages(
    heading: str, parts: Iterable[tuple[str, list[str]]], footer: Callable[[int, int], str], path: Path
) -> int:
    """Write titles with their lines; ``footer`` is told which page of how many it is. Gives how many pages.

    A letter that no font of this machine has is a box.
    """
    pages = list(_paged([_Line(heading, True), *_lines(parts)]))
    painted = [_paint(lines, footer(place, len(pages))) for place, lines in enumerate(pages, 1)]
    painted[0].save(path, "PDF", resolution=_DPI, save_all=True, append_images=painted[1:], title="")
    return len(pages)


def _lines(parts: Iterable[tuple[str, list[str]]]) -> Iterator[_Line]:
    for title, lines in parts:
        yield _Line(title, True)
        for text in lines:
            for piece in _broken(text_font(_TEXT), text):
                yield _Line(piece, False)


def _broken(font: FreeTypeFont, text: str) -> Iterator[str]:
    """In pieces that fit the width."""
    text = " ".join(text.split())
    while text:
        low, high = 1, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if font.getlength(text[:middle]) <= _ROOM else (low, middle - 1)
        yield text[:low]
        text = text[low:].lstrip()


def _paged(lines: Iterable[_Line]) -> Iterator[list[_Line]]:
    """No title stands alone at the foot of a page."""
    page: list[_Line] = []
    most = (_PAGE[1] - _MARGIN - _FOOT) // _LEADING - 2
    for line in lines:
        used = sum(2 if each.title else 1 for each in page)
        if page and used + (4 if line.title else 1) > most:
            yield page
            page = []
        page.append(line)
    yield page


def _paint(lines: Iterable[_Line], footer: str) -> Image.Image:
    page = Image.new("RGB", _PAGE, PAPER)
    pen = ImageDraw.Draw(page)
    y = _MARGIN
    for line in lines:
        if line.title:
            y += _LEADING // 2
        pen.text((_MARGIN, y), line.text, ACCENT if line.title else INK, text_font(_TITLE if line.title else _TEXT))
        y += _LEADING + (_LEADING // 2 if line.title else 0)
    pen.text((_PAGE[0] - _MARGIN, _PAGE[1] - _FOOT), footer, MUTED, text_font(_TEXT), "ra")
    return page
