"""What a poster says of its code: what headquarters said, or what the command line does."""

import pytest
from PIL import Image, ImageChops
from sqlalchemy import select

from desktop.cli.poster import poster_of
from desktop.data.catalogue import Store
from desktop.data.codes import Recruit
from desktop.desk import Desk
from desktop.scanning.posters import Poster, draw_poster
from desktop.work import Work

CODE = "SGR1000G40R40M30E209TT"


@pytest.fixture
def told(stocked: Desk) -> Desk:
    """A till to which headquarters has told the code."""

    def tell(work: Work) -> str:
        store = work.session.execute(select(Store).order_by(Store.name).limit(1)).scalar_one()
        work.session.add(Recruit(id=CODE, channel="poster", label="橱窗海报", store_id=store.id))
        return store.name

    stocked.do(tell).result()
    return stocked


def store_of(desk: Desk) -> str:
    return desk.read(lambda connection: connection.scalar(select(Store.name).order_by(Store.name).limit(1))) or ""


def same(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is None


def test_a_poster_says_what_headquarters_calls_its_code(told: Desk) -> None:
    wanted = Poster(CODE.lower(), "入会有礼")
    meant = Poster(CODE, "入会有礼", store_of(told), "橱窗海报")
    assert same(poster_of(told, wanted, "a5"), draw_poster(meant, "a5"))


def test_whoever_prints_it_has_the_last_word(told: Desk) -> None:
    wanted = Poster(CODE, "入会有礼", "上海静安店", "林晓")
    assert same(poster_of(told, wanted, "a5"), draw_poster(wanted, "a5"))


def test_a_code_that_the_till_has_not_heard_of_is_drawn_all_the_same(stocked: Desk) -> None:
    wanted = Poster(CODE, "入会有礼", "上海静安店")
    assert same(poster_of(stocked, wanted, "a4"), draw_poster(wanted, "a4"))
