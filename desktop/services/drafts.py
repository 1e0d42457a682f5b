"""What is half typed: kept on each pause, gone when it is saved for good."""

import msgspec

from desktop.data.desk_state import Draft
from desktop.work import Work


def keep_draft(work: Work, name: str, fields: dict[str, object]) -> None:
    """Keep what stands in a form, so that a crash loses nothing; the last space of a disk is for what was done."""
    if work.tight:
        return
    work.session.merge(Draft(name=name, body=msgspec.json.encode(fields), at=work.clock.now()))


def drop_draft(work: Work, name: str) -> None:
    """The form was saved or left on purpose."""
    if draft := work.session.get(Draft, name):
        work.session.delete(draft)
