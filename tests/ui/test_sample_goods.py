"""Samples in the window: a scan in a visit hands one out."""

from desktop.services.visits import serve
from desktop.views.samples import find_samples
from desktop.views.search import recent_members
from tests.desktop.test_sample_goods import GTIN, lend
from tests.ui.conftest import Till
from ui.said import Said


def given(till: Till) -> int:
    return till.desk.read(find_samples, till.desk.clock.now().astimezone().date())[0].given


def test_scanning_a_sample_hands_it_out_and_says_so(till: Till) -> None:
    till.desk.do(lend).result()
    till.desk.do(serve, till.desk.read(recent_members, 1)[0].member_id).result()
    till.front.flow.scan(GTIN)
    till.wait(lambda: given(till) == 1)
    till.wait(lambda: "小样 q1" in till.sentence)
    till.front.flow.scan(GTIN)
    till.wait(lambda: "领过" in till.sentence)
    assert given(till) == 1


def test_where_there_is_none_one_may_be_asked_for(till: Till) -> None:
    till.desk.do(lend, "q1", GTIN, 0).result()
    till.desk.do(serve, till.desk.read(recent_members, 1)[0].member_id).result()
    told: list[Said] = []
    till.front.flow.screens.counter.said.connect(told.append)
    till.front.flow.scan(GTIN)
    till.wait(lambda: told and told[-1].act)
    act = told[-1].act
    assert act
    act()
    till.wait(lambda: "已记下" in till.sentence)
