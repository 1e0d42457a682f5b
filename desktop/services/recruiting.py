"""Every change to the codes that new members are won with."""

import secrets

from desktop.code_events import RecruitCodeClosed, RecruitCodeMade
from desktop.data.codes import Recruit
from desktop.errors import BadInput, NotFound
from desktop.rules.member_codes import PUB_ID_BYTES, recruit_code
from desktop.services.people import one_line
from desktop.work import Work


def make_recruit_code(work: Work, channel: str, label: str, partner: str | None = None) -> str:
    """A new code of the guide who serves, in this store; gives the code."""
    channel, label, other = (one_line(text or "", longest=80) for text in (channel, label, partner))
    if not channel or not label:
        raise BadInput("recruit_incomplete")
    code = recruit_code(secrets.token_bytes(PUB_ID_BYTES))
    work.note(
        RecruitCodeMade(recruit_id=code, channel=channel, label=label, partner=other or None),
        undo=RecruitCodeClosed(recruit_id=code),
    )
    return code


def close_recruit_code(work: Work, code: str) -> None:
    """It wins nobody any more."""
    if work.session.get(Recruit, code) is None:
        raise NotFound("recruit_unknown")
    work.note(RecruitCodeClosed(recruit_id=code))
