"""Every event the hub knows: the shape of its data, and the rule that applies it."""

from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from sync.hub import (
    appointments,
    contents,
    coupons,
    erasure,
    facts,
    joining,
    leads,
    leases,
    members,
    merges,
    payloads,
    points,
    portraits,
    recruits,
    requests,
    tasks,
    teaching,
    visits,
    vouchers,
)
from sync.hub import code_payloads as codes
from sync.hub import escrow_payloads as escrow
from sync.hub.deeds import Deed
from sync.hub.documents import Documents, Identity
from sync.hub.payloads import Payload

_NAMING = (
    "member_id", "visit_id", "preference_id", "consent_id", "old_id", "keep_id",
    "coupon_id", "lease_id", "object_id", "quota_id", "gift_id", "entry_id", "task_id", "appointment_id", "use_id",
    "recruit_id", "code_id", "voucher_id", "tag_id", "entity_id", "request_id", "lead_id",
)  # fmt: skip


class Handler(NamedTuple):
    """``apply`` reads and puts documents; it raises Refused or Parked. ``version`` is the newest it understands."""

    decoder: msgspec.json.Decoder[Payload]
    apply: Callable[[Documents, Deed, Any], None]
    naming: tuple[str, ...]
    version: int = 1


def _handler(payload: type[Payload], apply: Callable[[Documents, Deed, Any], None]) -> Handler:
    naming = tuple(name for name in _NAMING if name in payload.__struct_fields__)
    return Handler(msgspec.json.Decoder(payload), apply, naming)


HANDLERS: dict[str, Handler] = {
    payload.__name__: _handler(payload, leads.joining(apply) if payload in leads.TELLING else apply)
    for payload, apply in (
        (payloads.MemberEnrolled, joining.enrol_and_welcome),
        (payloads.MemberAmended, members.amend_member),
        (payloads.ConsentGiven, facts.give_consent),
        (payloads.ConsentWithdrawn, facts.withdraw_consent),
        (payloads.PreferenceNoted, facts.note_preference),
        (payloads.PreferenceWithdrawn, facts.withdraw_preference),
        (payloads.VisitOpened, visits.open_visit),
        (payloads.VisitJoined, visits.join_visit),
        (payloads.LineAdded, visits.add_line),
        (payloads.LineChanged, visits.change_line),
        (payloads.LineRemoved, visits.remove_line),
        (payloads.NoteWritten, visits.write_note),
        (payloads.NoteRemoved, visits.remove_note),
        (payloads.VisitHeld, visits.move_visit),
        (payloads.VisitRecalled, visits.move_visit),
        (payloads.VisitFinished, visits.move_visit),
        (payloads.VisitReopened, visits.move_visit),
        (payloads.VisitVoided, visits.move_visit),
        (payloads.MembersMerged, merges.merge_members),
        (payloads.MembersSeparated, merges.separate_members),
        (payloads.ErasureRequested, erasure.request_erasure),
        (payloads.ErasureCarriedOut, erasure.confirm_erasure),
        (escrow.MemberAssigned, tasks.assign_member),
        (escrow.CouponRedeemed, coupons.redeem_coupon),
        (escrow.RedemptionReversed, coupons.reverse_redemption),
        (escrow.GiftGiven, coupons.give_gift),
        (escrow.GiftReturned, coupons.return_gift),
        (escrow.PointsEarned, points.earn_points),
        (escrow.PointsReversed, points.reverse_points),
        (escrow.PointsSpent, points.spend_points),
        (escrow.LeaseAsked, leases.ask_lease),
        (escrow.LeaseReturned, leases.return_lease),
        (escrow.TaskOpened, tasks.open_task),
        (escrow.TaskPostponed, tasks.postpone_task),
        (escrow.TaskCancelled, tasks.end_task),
        (escrow.TaskDone, tasks.end_task),
        (codes.RecruitCodeMade, recruits.make_code),
        (codes.RecruitCodeClosed, recruits.close_code),
        (codes.CodeTaught, teaching.teach_code),
        (codes.CodeForgotten, teaching.forget_code),
        (codes.CardTaught, teaching.teach_card),
        (codes.CardForgotten, teaching.forget_card),
        (codes.VoucherTaken, vouchers.take_voucher),
        (codes.VoucherReturned, vouchers.return_voucher),
        (appointments.AppointmentBooked, appointments.book_appointment),
        (appointments.AppointmentMoved, appointments.move_appointment),
        (appointments.AppointmentCancelled, appointments.end_appointment),
        (appointments.AppointmentMissed, appointments.end_appointment),
        (appointments.AppointmentKept, appointments.end_appointment),
        (appointments.AppointmentReopened, appointments.end_appointment),
        (leads.LeadNoted, leads.note_lead),
        (leads.LeadMoved, leads.move_lead),
        (leads.LeadAssigned, leads.assign_lead),
        (leads.LeadAgreed, leads.hear_consent),
        (leads.LeadJoined, leads.join_member),
        (contents.ContentUsed, contents.use_content),
        (contents.ContentAnswered, contents.note_answer),
        (contents.ContentTakenBack, contents.take_back),
        (portraits.TagSet, portraits.set_tag),
        (portraits.TagRemoved, portraits.remove_tag),
        (portraits.EntityNoted, portraits.note_entity),
        (portraits.EntityRemoved, portraits.remove_entity),
        (portraits.VisitRated, portraits.rate_visit),
        (requests.RequestMade, requests.make_request),
        (requests.RequestMet, requests.meet_request),
    )
}


def ids_of(handler: Handler, payload: Payload) -> list[str]:
    """The documents that an event names."""
    return [value for value in (getattr(payload, name) for name in handler.naming) if value]


def identities_of(payload: Payload) -> tuple[Identity, ...]:
    """The identities that an event names."""
    return (*_led_by(payload), *leads.asked(payload))


def _led_by(payload: Payload) -> tuple[Identity, ...]:
    if isinstance(payload, payloads.MemberEnrolled):
        return members.identities(code=payload.code, phone=payload.phone, card=payload.card)
    if isinstance(payload, payloads.MemberAmended):
        return members.identities(phone=payload.fields.phone or None, card=payload.fields.card or None)
    if isinstance(payload, codes.CardTaught | codes.CardForgotten):
        return members.identities(card=payload.card)
    if isinstance(payload, codes.CodeTaught):
        return members.identities(card=payload.code)
    if isinstance(payload, payloads.VisitOpened | payloads.VisitJoined):
        return members.identities(code=payload.code)
    return ()
