"""A poster's code is read from the wall, whatever is written around it."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops

from desktop.rules.crockford import check2, encode
from desktop.scanning.posters import PAPERS_MM, Poster, draw_poster
from desktop.scanning.printed import QUIET_MODULES, qr_matrix, save
from tests.desktop.scanning.printing import hardships, read_by_both

PUB_ID = bytes(range(10, 20))
CODE = "SGR1" + encode(PUB_ID) + check2(int.from_bytes(PUB_ID, "big"))
POSTER = Poster(CODE, "扫码入会,首单立减二十元", "上海南京西路店", "导购 林晓 · 微信")
TALKATIVE = Poster(CODE, "入会有礼" * 30, "Nanjing West Road " * 9, "W" * 200)


@pytest.mark.parametrize("paper", PAPERS_MM)
def test_a_poster_is_read_whatever_it_went_through(paper: str) -> None:
    for how, picture in hardships(draw_poster(POSTER, paper)):
        assert (how, read_by_both(picture)) == (how, [[CODE], [CODE]])


@pytest.mark.parametrize("suffix", [".png", ".pdf"])
@pytest.mark.parametrize(("paper", "points"), [("a4", (595, 842)), ("a5", (420, 595))])
def test_a_poster_knows_its_paper(paper: str, points: tuple[int, int], suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"poster{suffix}"
    save(draw_poster(POSTER, paper), path)
    if suffix == ".png":
        with Image.open(path) as page:
            inches = [side / dpi for side, dpi in zip(page.size, page.info["dpi"], strict=True)]
        assert tuple(round(72 * side) for side in inches) == points
    else:
        box = path.read_bytes().partition(b"/MediaBox [ 0 0 ")[2].partition(b" ]")[0]
        assert tuple(round(float(side)) for side in box.split()) == points


def test_no_text_comes_near_the_code_or_leaves_the_paper() -> None:
    bare, full = draw_poster(Poster(CODE)), draw_poster(TALKATIVE)
    written = ImageChops.difference(bare, full).convert("L")
    code = ImageChops.invert(bare.convert("L").crop((0, 400, bare.width, 2700))).getbbox()
    assert code is not None
    quiet = QUIET_MODULES * (code[2] - code[0]) // len(qr_matrix(CODE))
    free = (code[0] - quiet, 400 + code[1] - quiet, code[2] + quiet, 400 + code[3] + quiet)
    assert written.crop(free).getbbox() is None
    box = written.getbbox()
    assert box is not None
    assert box[0] > 0.08 * bare.width
    assert box[2] < 0.92 * bare.width
    assert read_by_both(full) == [[CODE], [CODE]]


def test_a_headline_breaks_where_one_pauses() -> None:
    """Its two lines are those of the same poster with the space set by hand."""
    by_hand = Poster(CODE, "扫码入会, 首单立减二十元")
    assert ImageChops.difference(draw_poster(Poster(CODE, POSTER.headline)), draw_poster(by_hand)).getbbox() is None
