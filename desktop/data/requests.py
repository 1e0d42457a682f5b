"""The table of what members asked for by law, and what the events about it do: also who was given a copy of whom."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from desktop import privacy_events as e
from desktop.data.base import Base, UtcTime
from desktop.data.projections import Touched, project, resolve
from desktop.event import Stamp


class Request(Base):
    """One request. about: the member's id, which stays when the member is forgotten: it tells nothing of them.

    wants: access, correction, erasure. state: open, met. how, met_at, met_by: what was answered, when and by whom.
    tills: of an erasure, JSON with the names of the tills that have carried it out and that have not, as headquarters
    said at ``told_at``.
    """

    __tablename__ = "request"
    __table_args__ = (Index("ix_request_about", "about"), Index("ix_request_wants", "wants", "made_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[str]
    wants: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(UtcTime)
    guide_id: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="open")
    how: Mapped[str | None]
    met_at: Mapped[datetime | None] = mapped_column(UtcTime)
    met_by: Mapped[str | None]
    tills: Mapped[str | None]
    told_at: Mapped[datetime | None] = mapped_column(UtcTime)


@project.register
def _(event: e.RequestMade, session: Session, stamp: Stamp) -> Touched:
    about = resolve(session, event.member_id) or event.member_id
    if session.get(Request, event.request_id) is None:
        session.add(
            Request(
                id=event.request_id, about=about, wants=event.wants, made_at=stamp.at, guide_id=stamp.guide_id,
                state="open",
            )
        )  # fmt: skip
        session.flush()
    return {("request", event.request_id), ("member", about)}


@project.register
def _(event: e.RequestMet, session: Session, stamp: Stamp) -> Touched:
    request = session.get(Request, event.request_id)
    if request is None:
        return {("request", event.request_id)}
    if request.state == "open":
        request.state, request.how, request.met_at, request.met_by = "met", event.how, stamp.at, stamp.guide_id
    return {("request", request.id), ("member", request.about)}
