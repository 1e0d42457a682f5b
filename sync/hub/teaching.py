"""The rules of what clerks teach: a code leads to one product or to one member; who says so first is right.

Whoever says otherwise later is refused and shown what holds; the way to another meaning is to forget the first.
"""

from msgspec.structs import replace

from desktop.rules.code_ids import code_id
from sync.code_rows import CodeRow
from sync.hub.code_payloads import CardForgotten, CardTaught, CodeForgotten, CodeTaught
from sync.hub.deeds import Deed, Refused
from sync.hub.documents import Document, Documents, Identity
from sync.hub.members import (
    Member,
    identified,
    identities,
    known_member,
    mark_of,
    newest,
    remember,
    serve,
    with_identities,
)
from sync.hub.members import without as without_value
from sync.protocol import RedirectRow

_GONE, _TAUGHT = "forgotten", "taught"


def teach_code(documents: Documents, deed: Deed, data: CodeTaught) -> None:
    """The code is this product's, unless it is another's or a member's card by now."""
    _check_id(data.code_id, data.code)
    known = documents.get(CodeRow, data.code_id)
    meant = known.body.product_id if known else ""
    if meant not in ("", data.product_id) or documents.owner(Identity("card", data.code)):
        raise Refused("code_taken", "edit")
    if known and _is_headquarters(known):
        return
    held = known or Document(data.code_id, CodeRow(code=data.code, product_id=""))
    if not meant and deed.clock > held.meta.clocks.get(_GONE, ""):
        held = replace(held, body=CodeRow(code=data.code, product_id=data.product_id, guide_id=deed.guide_id))
    documents.put(_heard(held, _TAUGHT, deed))


def forget_code(documents: Documents, deed: Deed, data: CodeForgotten) -> None:
    """It leads to no product, if it led to this one by a clerk's word: of teaching and forgetting the newer counts."""
    _check_id(data.code_id, data.code)
    known = documents.get(CodeRow, data.code_id)
    if known and (known.body.product_id not in ("", data.product_id) or _is_headquarters(known)):
        return
    held = known or Document(data.code_id, CodeRow(code=data.code, product_id=""))
    if deed.clock > held.meta.clocks.get(_TAUGHT, ""):
        held = replace(held, body=CodeRow(code=data.code, product_id=""))
    documents.put(_heard(held, _GONE, deed))


def _is_headquarters(code: Document[CodeRow]) -> bool:
    """Whether headquarters says so: what a clerk teaches bears the clock of that."""
    return bool(code.body.product_id) and not code.meta.clocks


def _heard(code: Document[CodeRow], word: str, deed: Deed) -> Document[CodeRow]:
    clocks = newest(code.meta.clocks, {word: deed.clock})
    return replace(code, meta=replace(code.meta, clocks=clocks))


def teach_card(documents: Documents, deed: Deed, data: CardTaught) -> None:
    """The card is this member's, unless it is another's or a product's by now."""
    member, card = known_member(documents, data.member_id), Identity("card", data.card)
    code = documents.get(CodeRow, code_id(data.card))
    if documents.owner(card) not in (None, member.id) or (code and code.body.product_id):
        raise Refused("card_taken", "edit")
    if deed.clock <= member.meta.gone.get(mark_of(data.card), ""):
        return
    given = identities(card=data.card)

    def taught(one: Member) -> Member:
        return serve(with_identities(one, deed.clock, given), deed.store_id)

    documents.put(serve(identified(documents, member, deed.clock, given), deed.store_id))
    remember(documents, data.member_id, taught)


def forget_card(documents: Documents, deed: Deed, data: CardForgotten) -> None:
    """The card is not this member's any more, whichever of those merged into them had it, unless it was given since; it
    stays another's who has it.
    """
    member, card = known_member(documents, data.member_id), Identity("card", data.card)

    def forgotten(one: Member) -> Member:
        one = replace(one, meta=replace(one.meta, gone=newest(one.meta.gone, {mark_of(data.card): deed.clock})))
        if deed.clock <= one.meta.cards.get(data.card, ""):
            return one
        return replace(one, body=replace(one.body, cards=without_value(one.body.cards, data.card)))

    after = forgotten(member)
    if documents.owner(card) == member.id and data.card not in after.body.cards:
        documents.claim(card, None)
    documents.put(after)
    merged = documents.everything_of([member.id], RedirectRow)
    for told_id in (member.id, *(each.id for each in merged)):
        remember(documents, told_id, forgotten)


def _check_id(told: str, code: str) -> None:
    if told != code_id(code):
        raise Refused("schema_invalid", "call_hq")
