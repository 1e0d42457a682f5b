"""What tests of leases are made of: headquarters that issues, tills that spend, and a check of the books."""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.engine import make_url

from desktop.rules.leases import lease_id
from sync.escrow_rows import LeaseRow
from sync.hub.archive import read_document
from sync.hub.clock import HubClock
from sync.hub.code_orders import change
from sync.hub.definitions import hold_definitions
from sync.hub.hub import Hub
from sync.hub.imports import import_file
from sync.hub.tables import document
from sync.protocol import canonical
from sync.service_rows import DefinitionsRow
from tests.sim.invariants import broken_rights
from tests.sync.hub.builders import Sender


class Office:
    """Headquarters of a hub."""

    def __init__(self, hub: Hub, folder: Path) -> None:
        self.hub = hub
        self.url = str(hub.database.engine.url)
        self._folder = folder
        self.coupons_of = "双十一"

    def coupon(self, member: str = "code-m1", coupon_id: str = "c1", **cells: str) -> None:
        """Issue a coupon of ¥20 until next year, or change it."""
        made_up = {"campaign": self.coupons_of, "title": "减 20", "amount": "20", "valid_until": "2027-06-30"}
        self._import("coupons", {"member": member, "id": coupon_id, **made_up, **cells})

    def quota(self, total: int, quota_id: str = "q1") -> None:
        """So many pieces of a gift."""
        self._import("quotas", {"title": "小样", "total": str(total), "id": quota_id})

    def occasion(self, occasion_id: str, starts_at: datetime, seats: int) -> None:
        """A class for all stores."""
        told = {"id": occasion_id, "title": "妈妈讲座", "starts_at": starts_at.isoformat(), "seats": str(seats)}
        self._import("occasions", told)

    def order(self, member: str = "code-m1", **cells: str) -> None:
        """A cream for ¥199 by the channel 天猫, unless told otherwise."""
        made_up = {"number": "T1", "channel": "天猫", "at": "2026-11-10 20:00", "title": "面霜", "paid": "199"}
        self._import("orders", {"member": member, **made_up, **cells})

    def floor(self, largest: str, a_day: int = 5, in_a_row: int = 3) -> None:
        """The floor limit from now on."""
        self._import("floor", {"largest": largest, "a_day": str(a_day), "in_a_row": str(in_a_row)})

    def member(self, phone: str, store: str) -> None:
        """Somebody known to headquarters already."""
        self._import("stores", {"id": store, "name": f"{store} 店"})
        self._import("members", {"phone": phone, "name": "许女士", "store": store})

    def campaign(self, **cells: str) -> None:
        """The campaign 满减: 50 off from 300 on, unless told otherwise."""
        made_up = {"name": "满减", "title": "满 300 减 50", "kind": "amount", "off": "50", "threshold": "300"}
        self.coupons_of = "满减"
        self._import("campaigns", {**made_up, **cells})

    def tier(self, phone: str, tier: str) -> None:
        """Headquarters' word on a member's tier."""
        self._import("members", {"phone": phone, "name": "许女士", "tier": tier})

    def reward(self, **cells: str) -> None:
        """Something for points."""
        self._import("rewards", {"name": "旅行装", "cost": "100", "id": "w1", **cells})

    def products(self, **prices: str) -> None:
        """Products of the category 护理, by a GTIN each with a g before it."""
        for gtin, price in prices.items():
            told = {"gtin": gtin.removeprefix("g"), "name": f"面霜 {price}", "price": price, "category": "护理"}
            self._import("products", told)

    def definitions(self, **parts: object) -> None:
        """The rules that hold from now on."""
        body = DefinitionsRow(effective="2026-01-01", definitions={
            "version": "test-1", "effective": "2026-01-01", **parts})  # fmt: skip
        change(self.hub, lambda documents: hold_definitions(documents, "test-1", body))

    @property
    def plain_url(self) -> str:
        """The database as the command line is told it, with its password."""
        return self.hub.database.engine.url.render_as_string(hide_password=False)

    def guides(self, *names: str) -> None:
        """Guides of the store west."""
        self._import("stores", {"id": "west", "name": "西店"})
        for name in names:
            self._import("guides", {"name": name, "store": "west"})

    def restore(self, backup: Path, clock: HubClock) -> Hub:
        """The hub as of this backup."""
        self.hub.close()
        shutil.copy(backup, make_url(self.url).database or "")
        self.hub = Hub.open(self.url, clock, restored=True)
        return self.hub

    def check_books(self) -> None:
        """Nothing is promised twice."""
        with self.hub.database.read() as connection:
            documents = [read_document(row) for row in connection.execute(select(document))]
        assert broken_rights(documents) == []

    def _import(self, kind: str, cells: dict[str, str]) -> None:
        path = self._folder / f"{kind}.csv"
        path.write_text(",".join(cells) + "\n" + ",".join(cells.values()) + "\n", "utf-8")
        assert import_file(self.hub, kind, path).bad == []


def lease(till: Sender, of: str, object_id: str) -> LeaseRow | None:
    """A till's lease on a thing, as its own feed tells it."""
    row = till.read(f"dv:{till.id}").get(("lease", lease_id(of, object_id, till.id)))
    return msgspec.json.decode(row.body, type=LeaseRow) if row else None


def under(till: Sender, of: str, object_id: str) -> dict[str, str]:
    """What an event under that lease carries."""
    held = lease(till, of, object_id)
    assert held is not None
    return {"lease_id": lease_id(of, object_id, till.id), "signed": held.signed}


def redeemed(till: Sender, redemption_id: str = "r1", **data: Any) -> msgspec.Raw:
    """CouponRedeemed of the coupon c1 of m1, without a lease unless told."""
    made_up = {"coupon_id": "c1", "member_id": "m1", "visit_id": "v1", "redemption_id": redemption_id}
    return till.did("CouponRedeemed", **{**made_up, **data})


def reversed_(till: Sender, redemption_id: str = "r1") -> msgspec.Raw:
    """RedemptionReversed of the same."""
    return till.did("RedemptionReversed", coupon_id="c1", member_id="m1", visit_id="v1", redemption_id=redemption_id)


def asked(till: Sender, of: str, object_id: str, amount: int = 1) -> msgspec.Raw:
    """LeaseAsked"""
    return till.did("LeaseAsked", lease_id=lease_id(of, object_id, till.id), of=of, object_id=object_id, amount=amount)


def returned(till: Sender, of: str, object_id: str, spent: int = 0) -> msgspec.Raw:
    """LeaseReturned"""
    told = under(till, of, object_id)
    return till.did("LeaseReturned", of=of, object_id=object_id, spent=spent, **told)


def earned(till: Sender, entry_id: str, amount: int, **data: Any) -> msgspec.Raw:
    """PointsEarned by m1."""
    told = {"entry_id": entry_id, "member_id": "m1", "amount": amount, "reason": "消费", **data}
    return till.did("PointsEarned", **told)


def spent(till: Sender, entry_id: str, amount: int, **data: Any) -> msgspec.Raw:
    """PointsSpent by m1, under the till's lease."""
    told = {"entry_id": entry_id, "member_id": "m1", "amount": amount, "reason": "换购", **data}
    return till.did("PointsSpent", **{**under(till, "points", "m1"), **told})


def event_bytes(raw: msgspec.Raw) -> bytes:
    """An event as it is kept."""
    return canonical(msgspec.json.decode(raw))
