"""Every change to what is known of a person's likes and needs."""

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
    """Take back a preference that no longer holds."""
    preference = work.session.get(Preference, preference_id)
    if preference is None or preference.withdrawn:
        raise NotFound("preference_unknown")
    again = PreferenceNoted(
        preference_id=work.clock.new_id(),
        member_id=preference.member_id,
        visit_id=preference.visit_id,
        facet=preference.facet,
        value=preference.value,
        sentiment=preference.sentiment,
    )
    work.note(PreferenceWithdrawn(preference_id=preference_id), undo=again)
