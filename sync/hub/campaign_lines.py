"""Lines of campaigns.csv and rewards.csv: what a campaign's coupons do and for whom, and what points are good for."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Meta
from msgspec.structs import asdict

from desktop.rules.campaigns import campaign_id, read_issue, read_terms
from desktop.rules.gtin import normalise_gtin
from desktop.rules.products import product_id
from desktop.rules.shape import ShapeError
from sync.escrow_rows import CampaignRow, QuotaRow, RewardRow
from sync.hub.coupon_issue import ISSUING
from sync.hub.documents import Document, Documents
from sync.hub.lines import CURRENCY, BadLine, Filled, Office, minor_units, put_changed
from sync.hub.unpublished import Shelf, Stock
from sync.protocol import Id

Number = Annotated[int, Meta(ge=0, lt=2**31)]
_SETS = ("products", "categories", "stores", "tiers", "stages")


class CampaignLine(msgspec.Struct):
    """campaigns.csv: name as its coupons say it; amounts in whole units of money, or percent off; several words of one
    cell stand between semicolons. issue: basket, tier, birthday or joining, when one is given, by the cells issue_…"""

    name: Filled
    title: Filled
    kind: Literal["amount", "percent", "gift"]
    off: str = "0"
    most: str | None = None
    gift: Filled | None = None
    threshold: str = "0"
    products: str = ""
    categories: str = ""
    stores: str = ""
    tiers: str = ""
    stages: str = ""
    first_day: date | None = None
    last_day: date | None = None
    per_basket: Annotated[int, Meta(ge=1, lt=100)] = 1
    alone: Literal["yes", "no"] = "no"
    policy: Literal["honour", "reverse", "ask"] = "ask"
    issue: Literal["basket", "tier", "birthday", "joining"] | None = None
    issue_basket: str = "0"
    issue_categories: str = ""
    issue_tiers: str = ""
    issue_days: Annotated[int, Meta(ge=0, le=60)] = 0
    once_in_days: Annotated[int, Meta(ge=1, lt=10_000)] = 365
    lasts_days: Annotated[int, Meta(ge=1, lt=10_000)] = 30


class RewardLine(msgspec.Struct):
    """rewards.csv: cost in points; total pieces, none is no limit; tiers between semicolons, none is all"""

    name: Filled
    cost: Annotated[int, Meta(gt=0, lt=2**31)]
    name_en: Filled | None = None
    tiers: str = ""
    total: Number | None = None
    id: Id | None = None


def put_campaign(documents: Documents, office: Office, line: CampaignLine) -> None:
    """Found again by its name. Its coupons are judged by what it says now, at the tills and here."""
    terms, issue = _terms(office, line), _issue(line)
    try:
        read_terms(terms)
        if issue is not None:
            read_issue(line.name, issue)
    except ShapeError as error:
        raise BadLine(str(error)) from None
    put_changed(
        documents,
        campaign_id(line.name),
        CampaignRow(name=line.name, title=line.title, terms=terms, policy=line.policy, issue=issue,
                    lasts_days=line.lasts_days),
    )  # fmt: skip
    _shelve(documents, line.name, issues=issue is not None)


def put_reward(documents: Documents, _office: Office, line: RewardLine) -> None:
    """Found again by id, else by its name. Its pieces are a quota of that id, never fewer than are out already."""
    reward_id = line.id or str(uuid5(NAMESPACE_URL, f"urn:storeguide:reward:{line.name}"))
    stock = documents.get(Stock, reward_id)
    if line.total is not None and stock and line.total < stock.body.out:
        raise BadLine(f"{stock.body.out} pieces were handed out already")
    names = {"zh": line.name, "en": line.name_en or line.name}
    quota_id = reward_id if line.total is not None else None
    body = RewardRow(names=names, cost=line.cost, tiers=_words(line.tiers), quota_id=quota_id)
    put_changed(documents, reward_id, body)
    if line.total is not None:
        put_changed(documents, reward_id, QuotaRow(title=line.name, total=line.total))


def _terms(office: Office, line: CampaignLine) -> dict[str, Any]:
    """As they are kept: only what says something."""
    told: dict[str, Any] = {name: list(_words(asdict(line)[name])) for name in _SETS}
    told["products"] = [_product(each) for each in told["products"]]
    told["stores"] = [office.store_id(each) for each in told["stores"]]
    told |= {
        "off": _percent(line.off) if line.kind == "percent" else minor_units(line.off),
        "most": minor_units(line.most) if line.most else None,
        "gift": line.gift,
        "threshold": minor_units(line.threshold),
        "first_day": line.first_day and line.first_day.isoformat(),
        "last_day": line.last_day and line.last_day.isoformat(),
        "alone": line.alone == "yes",
    }
    kept = {name: value for name, value in told.items() if value}
    return {"kind": line.kind, "currency": CURRENCY, **kept, "per_basket": line.per_basket}


def _issue(line: CampaignLine) -> dict[str, Any] | None:
    if line.issue is None:
        return None
    told: dict[str, Any] = {
        "basket": minor_units(line.issue_basket),
        "categories": list(_words(line.issue_categories)),
        "tiers": list(_words(line.issue_tiers)),
    }
    kept = {name: value for name, value in told.items() if value}
    when = {"when": {"birthday": line.issue_days}} if line.issue == "birthday" else {}
    joining = {"joining": True} if line.issue == "joining" else {}
    return {**kept, **when, **joining, "once_in_days": line.once_in_days}


def _shelve(documents: Documents, name: str, *, issues: bool) -> None:
    shelf = documents.get(Shelf, ISSUING) or Document(ISSUING, Shelf())
    names = tuple(each for each in shelf.body.names if each != name) + ((name,) if issues else ())
    if sorted(names) != sorted(shelf.body.names):
        documents.put(msgspec.structs.replace(shelf, body=Shelf(names=names)))


def _words(cell: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in cell.split(";") if each.strip())


def _product(gtin: str) -> str:
    try:
        return product_id(normalise_gtin(gtin))
    except ValueError as error:
        raise BadLine(str(error)) from None


def _percent(text: str) -> int:
    if not text.isdecimal():
        raise BadLine(f"{text!r} is not a percentage")
    return int(text)
