"""Teaching the till a code that nobody knew: whose card it is, or which product it stands on."""

from sqlalchemy import select

from desktop.code_events import CardForgotten, CardTaught, CodeForgotten, CodeTaught
from desktop.data.codes import ProductCode
from desktop.data.members import Identity, Member
from desktop.data.projections import resolve
from desktop.errors import BadInput, NotFound, NotNow
from desktop.rules.code_ids import code_id
from desktop.scanning.codes import parse_code
from desktop.scanning.kinds import LegacyCard, UnknownCode
from desktop.scanning.kinds import ProductCode as Gtin
from desktop.views.code_rules import find_rules
from desktop.views.products import find_product
from desktop.work import Work

LONGEST_CARD = 64


def teach_member(work: Work, text: str, member_id: str) -> str:
    """The code is a card of this member from now on, at every till; gives the code.

    Raises NotNow ``code_known``, BadInput ``code_not_teachable`` for a code that says what it is by itself.
    """
    card = _unknown(work, text)
    member = work.session.get(Member, resolve(work.session, member_id))
    if member is None:
        raise NotFound("member_unknown")
    if len(card) > LONGEST_CARD:
        raise BadInput("code_too_long", length=len(card), longest=LONGEST_CARD)
    work.note(
        CardTaught(member_id=member.id, card=card),
        undo=CardForgotten(member_id=member.id, card=card),
    )
    return card


def teach_product(work: Work, text: str, gtin: str) -> str:
    """The code leads to the product of this GTIN-14 from now on, at every till; gives the code. Raises as above."""
    code = _unknown(work, text)
    product = find_product(work.session.connection(), gtin)
    if product is None:
        raise NotFound("product_unknown", gtin=gtin)
    told = {"code_id": code_id(code), "code": code, "product_id": product.product_id}
    work.note(CodeTaught(**told), undo=CodeForgotten(**told))
    return code


def forget_taught(work: Work, text: str) -> str:
    """What somebody taught of this code holds no longer; gives the code."""
    code = _teachable(work, text)
    known = work.session.get(ProductCode, code_id(code))
    owner = _owner(work, code)
    if known is None and owner is None:
        raise NotFound("code_not_taught")
    if known is not None:
        told = {"code_id": known.id, "code": code, "product_id": known.product_id}
        work.note(CodeForgotten(**told), undo=CodeTaught(**told))
    if owner is not None:
        work.note(CardForgotten(member_id=owner, card=code), undo=CardTaught(member_id=owner, card=code))
    return code


def _unknown(work: Work, text: str) -> str:
    code = _teachable(work, text)
    if _owner(work, code) or work.session.get(ProductCode, code_id(code)):
        raise NotNow("code_known")
    return code


def _teachable(work: Work, text: str) -> str:
    """The one spelling of a code that says nothing by itself."""
    match parse_code(text, find_rules(work.session.connection())):
        case UnknownCode(text=code) | Gtin(text=code):
            return code
        case LegacyCard(number=number):
            return number
    raise BadInput("code_not_teachable")


def _owner(work: Work, card: str) -> str | None:
    query = select(Identity.member_id).where(Identity.kind == "card", Identity.value == card)
    return work.session.scalar(query.limit(1))
