"""Every change to what members agreed to."""

from collections.abc import Iterable

from sqlalchemy import select

import resources
from desktop.data.members import Consent, Member
from desktop.data.projections import resolve
from desktop.errors import BadInput
from desktop.events import ConsentGiven, ConsentWithdrawn
from desktop.rules.birthdays import GUARDED_BELOW, is_child
from desktop.rules.consent import MARKETING, PURPOSES, SENSITIVE
from desktop.services.care import drop_outreach
from desktop.services.portraits import forget_sensitive
from desktop.work import Work


def give_consents(work: Work, member_id: str, purposes: Iterable[str], *, channel: str) -> None:
    """Record that the member agreed to each purpose, in the version of the text that this till shows.

    Raises BadInput ``minor_no_marketing``: nothing is advertised to a child.
    """
    member = work.session.get(Member, resolve(work.session, member_id))
    if member and MARKETING in (purposes := tuple(purposes)) and is_child(member.birthday or "", work.clock.today()):
        raise BadInput("minor_no_marketing", age=GUARDED_BELOW)
    for purpose in dict.fromkeys(purposes):
        _check(purpose)
        text = resources.consent_text(purpose)
        consent_id = work.clock.new_id()
        work.note(
            ConsentGiven(
                consent_id=consent_id,
                member_id=member_id,
                purpose=purpose,
                text_version=text.version,
                text_hash=text.sha256,
                channel=channel,
                seen=tuple(_withdrawals(work, member_id, purpose)),
            ),
            undo=ConsentWithdrawn(consent_id=work.clock.new_id(), member_id=member_id, purpose=purpose),
        )


def withdraw_consent(work: Work, member_id: str, purpose: str) -> None:
    """Record that the member took a purpose back; it counts at once."""
    _check(purpose)
    work.note(ConsentWithdrawn(consent_id=work.clock.new_id(), member_id=member_id, purpose=purpose))
    whose = resolve(work.session, member_id) or member_id
    drop_outreach(work, whose, purpose)
    if purpose == SENSITIVE:
        forget_sensitive(work, whose)


def _withdrawals(work: Work, member_id: str, purpose: str) -> Iterable[str]:
    query = select(Consent.id).where(
        Consent.member_id == resolve(work.session, member_id), Consent.purpose == purpose, Consent.granted.is_(False)
    )
    return work.session.scalars(query)


def _check(purpose: str) -> None:
    if purpose not in PURPOSES:
        raise BadInput("consent_unknown", purpose=purpose)
