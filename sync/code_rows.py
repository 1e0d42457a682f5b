"""Part of the contract of the wire: the rows of what codes lead to, and of whom a till may trust.

Times are RFC 3339 in UTC; money is whole minor units.
"""

from datetime import datetime
from typing import Literal

from sync.protocol import Message


class TrustRow(Message, frozen=True, kw_only=True):
    """kind trust, scope cfg, id trust: whom a till believes, sealed by the root key; see ``desktop.rules.trust_bundle``

    A till takes it over only if the seal is good and its ``ver`` above that of the one it holds.
    """

    sealed: str


class TokenSlot(Message, frozen=True, kw_only=True):
    """A member's code that is good for two minutes before and after ``not_after``, seconds since 1970."""

    not_after: int
    code: str


class TokensReply(Message, frozen=True, kw_only=True):
    """A member's codes for a day ahead, one every two minutes."""

    hub_now: int
    tokens: list[TokenSlot]


class TrustReply(Message, frozen=True, kw_only=True):
    """What anybody may know who verifies our codes. sealed: as in a TrustRow. root: the key that seals, hexadecimal;
    whoever verifies MUST have heard of it by another way as well.
    """

    root: str
    sealed: str


class ScaleLabelRow(Message, frozen=True, kw_only=True):
    """One layout of an EAN-13 from a shop's scales: prefix, item, figure, check digit."""

    prefix: str
    item_digits: int = 5
    figure: Literal["price", "weight"] = "price"
    decimals: int = 2
    inner_check: bool = False


class OldCardRow(Message, frozen=True, kw_only=True):
    """How to know an old card: by how it starts, or by a pattern that must fit all of it."""

    name: str
    prefix: str = ""
    pattern: str = ""
    whole: bool = False


class CodeRulesRow(Message, frozen=True, kw_only=True):
    """kind code_rules, scope cfg, id code_rules: how labels of scales and cards of older systems are read

    variable: null leaves the usual ones. element_lengths: GS1 identifiers whose length is always the same here.
    """

    variable: tuple[ScaleLabelRow, ...] | None = None
    legacy: tuple[OldCardRow, ...] = ()
    separator_sent: bool = False
    element_lengths: tuple[tuple[str, int], ...] = ()


class RecruitRow(Message, frozen=True, kw_only=True):
    """kind recruit, scope cfg; the id is the code. cost: what it came to so far, if headquarters said so"""

    channel: str
    label: str
    store_id: str | None = None
    guide_id: str | None = None
    partner: str | None = None
    active: bool = True
    cost: int | None = None


class CodeRow(Message, frozen=True, kw_only=True):
    """kind code, scope cat: another code of a product; ``platform`` says whose, null if a clerk taught it"""

    code: str
    product_id: str
    platform: str | None = None
    guide_id: str | None = None


class SightingRow(Message, frozen=True, kw_only=True):
    """An item in a line of a visit; ``id`` is that of the line."""

    id: str
    action: str
    at: datetime
    store_id: str | None = None
    guide_id: str | None = None


class ItemRow(Message, frozen=True, kw_only=True):
    """kind item, scope st: of every store where it was seen: one serialised unit, its first sighting and the newest"""

    gtin: str
    serial: str
    sightings: tuple[SightingRow, ...] = ()


class VoucherRow(Message, frozen=True, kw_only=True):
    """kind voucher, scope cat once it was taken; ``store_id`` and ``redeemed_at`` tell where and when"""

    amount: int
    currency: str
    campaign: int
    expires_on: str
    state: Literal["issued", "redeemed", "void"] = "issued"
    redemption_id: str | None = None
    visit_id: str | None = None
    store_id: str | None = None
    redeemed_at: datetime | None = None
