"""The screen between two visits: whom the day is about, and one press for each."""

from datetime import timedelta

from desktop.services.appointments import book
from desktop.services.tasks import finish_task, open_task
from desktop.views.search import recent_members
from tests.ui.conftest import Till


def test_who_comes_today_is_served_by_one_press(till: Till) -> None:
    idle = till.front.flow.screens.idle
    assert idle.coming.isHidden()
    member = till.desk.read(recent_members, 1)[0].member_id
    soon = till.desk.clock.now() + timedelta(milliseconds=1)  # today, whatever the hour
    till.desk.do(book, member, "护理", soon, 30).result()
    till.wait(lambda: len(idle.coming.rows) == 1)
    assert "护理" in idle.coming.rows[0].accessibleName()
    idle.coming.rows[0].click()
    till.wait(lambda: till.visit is not None)
    visit = till.visit
    assert visit is not None
    assert visit.member_id == member


def test_who_is_to_be_looked_after_opens_without_a_visit(till: Till) -> None:
    idle = till.front.flow.screens.idle
    today = till.desk.clock.now().astimezone().date()
    member = till.desk.read(recent_members, 1)[0].member_id
    task = till.desk.do(open_task, member, "打电话", today).result()
    till.wait(lambda: any("打电话" in row.accessibleName() for row in idle.care.rows))
    idle.care.rows[-1].click()
    till.wait(lambda: till.screen == "person")
    assert till.visit is None
    till.press("counter")
    till.desk.do(finish_task, task, "reached", contact="phone").result()
    till.wait(lambda: not any("打电话" in row.accessibleName() for row in idle.care.rows))


def test_the_last_card_reaches_the_bottom_whatever_there_is(till: Till) -> None:
    idle = till.front.flow.screens.idle
    till.settle()
    assert idle.recent.isVisible()
    today = till.desk.clock.now().astimezone().date()
    for member in till.desk.read(recent_members, 4):
        till.desk.do(open_task, member.member_id, "打电话", today).result()
    till.window.resize(1024, 640)
    till.wait(lambda: idle.care.isVisible() and not idle.recent.isVisible())
    assert len(idle.care.rows) == 3
    till.window.resize(1024, 1000)
    till.wait(idle.recent.isVisible)
