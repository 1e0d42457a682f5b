"""``main.py card``: a member's card as a picture or a page to print."""

from pathlib import Path

from sqlalchemy import Connection

from desktop.cli.said import check_target, say
from desktop.desk import Desk
from desktop.errors import NotFound, NotNow, TillError
from desktop.scanning.cards import save_card
from desktop.scanning.printed import check_printed
from desktop.views.lookup import MemberSeen, code_of, look_up
from desktop.views.profile import find_profile
from desktop.views.search import find_members
from desktop.views.till import find_till
from resources import Words


def run_card(desk: Desk, member: str, out: Path, words: Words) -> int:
    """Draw the card of the member that ``member`` leads to: a code, a phone's last digits or a name."""
    check_printed(out)
    check_target(out)
    member_id = desk.read(find_one, member)
    code = desk.read(code_of, member_id)
    if code is None:
        raise NotFound("member_without_code")
    profile = desk.read(find_profile, member_id, desk.clock.now().date())
    save_card(code, profile.name if profile else "", out, store=desk.read(find_till).store or "")
    say(words("cli.card_saved", path=out))
    return 0


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
