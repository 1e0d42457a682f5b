"""Every change to what is known of a person's likes and needs."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from desktop.data.members import Preference
from desktop.errors import BadInput, NotFound
from desktop.events import PreferenceNoted, PreferenceWithdrawn
from desktop.services.people import one_line
from desktop.services.visits import current_visit
from desktop.work import Work

SENTIMENTS = ("likes", "dislikes", "neutral")


def note_preference(work: Work, facet: str, value: str, sentiment: str = "likes") -> str:
    """Keep something learned in the running visit; gives the preference's id."""
    facet = one_line(facet, longest=40, too_long="preference_too_long")
    value = one_line(value, longest=80, too_long="preference_too_long")
    if not facet or not value:
        raise BadInput("preference_empty")
    if sentiment not in SENTIMENTS:
        raise BadInput("sentiment_unknown", sentiment=sentiment)
    visit = current_visit(work)
    preference_id = work.clock.new_id()
    work.note(
        PreferenceNoted(
            preference_id=preference_id,
            member_id=visit.member_id,
            visit_id=visit.id,
            facet=facet,
            value=value,
            sentiment=sentiment,
        ),
        undo=PreferenceWithdrawn(preference_id=preference_id),
    )
    return preference_id


def withdraw_preference(work: Work, preference_id: str) -> None:
    """Take back a value that no longer holds: every noting of it that is known here."""
    preference = work.session.get(Preference, preference_id)
    if preference is None or preference.withdrawn:
        raise NotFound("preference_unknown")
    for noting in _same(work, preference):
        again = PreferenceNoted(
            preference_id=work.clock.new_id(),
            member_id=noting.member_id,
            visit_id=noting.visit_id,
            facet=noting.facet,
            value=noting.value,
            sentiment=noting.sentiment,
        )
        work.note(PreferenceWithdrawn(preference_id=noting.id), undo=again)


def _same(work: Work, preference: Preference) -> Sequence[Preference]:
    """The notings of the same value of the same person."""
    whose = (
        Preference.member_id == preference.member_id
        if preference.member_id
        else Preference.visit_id == preference.visit_id
    )
    alike = select(Preference).where(
        Preference.facet == preference.facet, Preference.value == preference.value, Preference.withdrawn.is_(False)
    )
    return work.session.scalars(alike.where(or_(Preference.id == preference.id, whose))).all()
