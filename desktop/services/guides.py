"""Who serves at this till."""

from desktop.data.catalogue import Guide
from desktop.errors import NotFound
from desktop.work import Work


def sign_on(work: Work, guide_id: str) -> None:
    """From now on every deed is this guide's."""
    guide = work.session.get(Guide, guide_id)
    if guide is None or not guide.active:
        raise NotFound("guide_unknown")
    work.till.guide_id = guide_id
    work.touched.add(("guide", guide_id))
