"""Two members who turn out to be one person, and the way back."""

from sync.hub.deeds import Deed, Parked
from sync.hub.documents import Documents
from sync.hub.payloads import MembersMerged, MembersSeparated


def merge_members(_documents: Documents, _deed: Deed, data: MembersMerged) -> None:
    """The old one leads to the kept one from now on."""
    raise Parked("wait_member", data.old_id)


def separate_members(_documents: Documents, _deed: Deed, data: MembersSeparated) -> None:
    """Each of them is one of their own again."""
    raise Parked("wait_member", data.member_id)
