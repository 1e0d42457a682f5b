"""``main.py card``: which card is meant."""

from PIL import Image
from sqlalchemy import Connection

from desktop.desk import Desk
from desktop.errors import NotFound, NotNow, TillError
from desktop.scanning.cards import draw_card
from desktop.views.lookup import MemberSeen, code_of, look_up
from desktop.views.profile import find_profile
from desktop.views.search import find_members
from desktop.views.till import find_till


def card_of(desk: Desk, member: str) -> Image.Image:
    """The card of the member that ``member`` leads to: a code, a phone's last digits or a name.

    Raises as ``find_one``, and NotFound ``member_without_code``.
    """
    member_id = desk.read(find_one, member)
    code = desk.read(code_of, member_id)
    if code is None:
        raise NotFound("member_without_code")
    profile = desk.read(find_profile, member_id, desk.clock.now().date())
    return draw_card(code, profile.name if profile else "", store=desk.read(find_till).store or "")


def find_one(connection: Connection, text: str) -> str:
    """The id of the one member that fits. Raises NotNow ``member_ambiguous`` (count), NotFound ``member_unknown``."""
    if seen := _scanned(connection, text):
        return seen
    hits = find_members(connection, text, limit=100)
    if not hits:
        raise NotFound("member_unknown")
    if len(hits) > 1:
        raise NotNow("member_ambiguous", count=len(hits))
    return hits[0].member_id


def _scanned(connection: Connection, text: str) -> str | None:
    try:
        sight = look_up(connection, text)
    except TillError:  # not a code; a phone number may look like a damaged one
        return None
    return sight.member_id if isinstance(sight, MemberSeen) else None
