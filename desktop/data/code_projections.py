"""What the events about codes do to the tables: see ``projections``."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from desktop import code_events as e
from desktop.data.codes import ProductCode, Recruit, Voucher
from desktop.data.escrow import Redemption
from desktop.data.members import Identity
from desktop.data.projections import Touched, identify, project, resolve
from desktop.event import Stamp
from desktop.rules import hlc


@project.register
def _(event: e.RecruitCodeMade, session: Session, stamp: Stamp) -> Touched:
    session.merge(
        Recruit(
            id=event.recruit_id, channel=event.channel, label=event.label, partner=event.partner,
            store_id=stamp.store_id, guide_id=stamp.guide_id, active=True,
        )
    )  # fmt: skip
    return {("recruit", event.recruit_id)}


@project.register
def _(event: e.RecruitCodeClosed, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    session.execute(update(Recruit).where(Recruit.id == event.recruit_id).values(active=False))
    return {("recruit", event.recruit_id)}


@project.register
def _(event: e.CodeTaught, session: Session, stamp: Stamp) -> Touched:
    session.merge(ProductCode(id=event.code_id, code=event.code, product_id=event.product_id, guide_id=stamp.guide_id))
    return {("code", event.code_id)}


@project.register
def _(event: e.CodeForgotten, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    theirs = (ProductCode.id == event.code_id, ProductCode.product_id == event.product_id)
    session.execute(delete(ProductCode).where(*theirs))
    return {("code", event.code_id)}


@project.register
def _(event: e.CardTaught, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    if member_id := resolve(session, event.member_id):
        identify(session, member_id, "card", event.card)
    return {("member", event.member_id)}


@project.register
def _(event: e.CardForgotten, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    theirs = (Identity.value == event.card, Identity.member_id == resolve(session, event.member_id))
    session.execute(delete(Identity).where(Identity.kind == "card", *theirs))
    return {("member", event.member_id)}


@project.register
def _(event: e.VoucherTaken, session: Session, stamp: Stamp) -> Touched:
    at, leased = hlc.time_of(stamp.hlc), event.lease_id is not None
    session.merge(Redemption(id=event.redemption_id, coupon_id=event.voucher_id, at=at, leased=leased))
    session.merge(
        Voucher(
            id=event.voucher_id, state="redeemed", redemption_id=event.redemption_id, visit_id=event.visit_id,
            store_id=stamp.store_id, at=stamp.at,
        )
    )  # fmt: skip
    return _about(event)


@project.register
def _(event: e.VoucherReturned, session: Session, stamp: Stamp) -> Touched:  # noqa: ARG001
    voucher = session.get(Voucher, event.voucher_id)
    if voucher is not None and voucher.redemption_id == event.redemption_id:
        session.delete(voucher)  # as good as never seen
    return _about(event)


def _about(event: e.VoucherEvent) -> Touched:
    return {("voucher", event.voucher_id), ("visit", event.visit_id)}
