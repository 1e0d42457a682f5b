"""``main.py poster``: what stands on the poster of a recruit code."""

from PIL import Image
from sqlalchemy import Connection, select

from desktop.data.catalogue import Guide, Store
from desktop.data.codes import Recruit
from desktop.desk import Desk
from desktop.errors import BadInput
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import RecruitCode
from desktop.scanning.posters import Poster, draw_poster
from desktop.views.till import find_till


def poster_of(desk: Desk, wanted: Poster, paper: str) -> Image.Image:
    """The poster of a code; its label and store, unless wanted otherwise, are what headquarters says they are.

    A code that this till has not heard of is drawn all the same. Raises BadInput ``recruit_code_expected`` and what
    parse_code raises.
    """
    code = parse_code(wanted.code)
    if not isinstance(code, RecruitCode):
        raise BadInput("recruit_code_expected")
    label, store = desk.read(find_recruit, code.text)
    store = wanted.store or store or desk.read(find_till).store or ""
    return draw_poster(Poster(code.text, wanted.headline, store, wanted.label or label), paper)


def find_recruit(connection: Connection, code: str) -> tuple[str, str]:
    """What a recruit code is called, with its guide, and its store; "" for what is not known."""
    query = (
        select(Recruit.label, Guide.name, Store.name)
        .outerjoin(Guide, Guide.id == Recruit.guide_id)
        .outerjoin(Store, Store.id == Recruit.store_id)
        .where(Recruit.id == code)
    )
    row = connection.execute(query).one_or_none()
    label, guide, store = row if row else ("", "", "")
    return " · ".join(part for part in (label, guide) if part), store or ""
