"""A member is found without a card, by whatever the clerk can ask for."""

import pytest

from desktop.desk import Desk
from desktop.views.search import find_members, recent_members


def names(desk: Desk, words: str) -> list[str]:
    return [found.name for found in desk.read(find_members, words)]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("6021", "陈思雨"),
        ("12346021", "陈思雨"),
        ("138 1234 6021", "陈思雨"),
        ("+8613812346021", "陈思雨"),
        ("csy", "陈思雨"),
        ("CSY", "陈思雨"),
        ("chensiyu", "陈思雨"),
        ("chen si yu", "陈思雨"),
        ("陈思", "陈思雨"),
        ("zengyawen", "曾雅文"),
        ("sxt", "单晓彤"),
        ("ouyang", "欧阳静"),
        ("Anna", "Anna Li"),
        ("al", "Anna Li"),
        ("SGM13P15NVGC7D8W6W6WQQ", "陈思雨"),
    ],
)
def test_finds_the_member(shop: Desk, words: str, name: str) -> None:
    assert name in names(shop, words)


@pytest.mark.parametrize("words", ["", " ", "602", "0000", "zzz", "%", "_", "' OR 1=1 --", "陈%", "\x00"])
def test_finds_nobody_where_nobody_is_meant(shop: Desk, words: str) -> None:
    assert names(shop, words) == []


def test_hits_are_masked(shop: Desk) -> None:
    (found,) = shop.read(find_members, "6021")
    assert found.phone == "138 **** 6021"
    assert found.store == "上海南京西路店"


def test_a_list_is_never_longer_than_asked(shop: Desk) -> None:
    assert len(shop.read(recent_members, 5)) == 5
