"""Agreeing to what the hub asks of a clerk."""

from sqlalchemy import select

from desktop.data.exchange import Cursor
from desktop.errors import NotNow
from desktop.work import Work


def let_go(work: Work) -> int:
    """Let go what the hub no longer has, however much; gives how many rows. Raises NotNow ``no_question``."""
    asked = list(work.session.scalars(select(Cursor).where(Cursor.asked > 0)))
    if not asked:
        raise NotNow("no_question")
    gone = sum(cursor.asked for cursor in asked)
    for cursor in asked:
        cursor.asked, cursor.agreed = 0, True
    work.touched.add(("till", work.till.device_id))
    return gone
