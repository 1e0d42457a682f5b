"""What every command of drive needs: the desk, the hub, the words; and the shapes that answers are made of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from desktop.desk import Desk
from desktop.errors import BadInput, NotFound, TillError
from desktop.rules.stage import Stage
from desktop.status import HubStatus
from desktop.views.lookup import (
    MemberSeen,
    NewCard,
    NewMemberCode,
    NewProductCode,
    PaymentSeen,
    ProductSeen,
    Sight,
    TokenSeen,
    UnknownText,
    look_up,
)
from desktop.views.portrait import portrait_of
from desktop.views.profile import Profile, find_profile
from desktop.views.visit import VisitView, find_running_visit, find_visit
from resources import Words

Facts = dict[str, Any]


class Command(msgspec.Struct, frozen=True):
    """One command; its fields are what the line may say. Unknown fields are passed over."""

    def run(self, counter: "Counter") -> Facts:
        """Do it, and give what the answer tells; it is durably saved by then."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Hub:
    """How drive reaches the sync loop. sync_now: a whole round; gives how it ended."""

    status: Callable[[], HubStatus]
    sync_now: Callable[[], HubStatus]


@dataclass(frozen=True, slots=True)
class Counter:
    """A till without a window."""

    desk: Desk
    hub: Hub
    words: Words

    @property
    def today(self) -> date:
        """The day in the store, by this machine's time zone."""
        return self.desk.clock.today()

    def find_member(self, text: str) -> str:
        """The id of the member that a code or card number leads to."""
        match self.look_up(text):
            case MemberSeen(member_id) | TokenSeen(member_id):
                return member_id
            case sight:
                raise unknown(sight)

    def find_gtin(self, text: str) -> str:
        """The GTIN-14 of the product that a code leads to."""
        match self.look_up(text):
            case ProductSeen(product):
                return product.gtin
            case NewProductCode(gtin):
                raise NotFound("product_unknown", gtin=gtin)
        raise BadInput("not_a_product")

    def look_up(self, text: str) -> Sight:
        """What a scanned text leads to, by this till's clock."""
        return self.desk.read(look_up, text, self.desk.clock.now())

    def profile(self, member_id: str) -> Profile:
        """The member's picture."""
        found = self.desk.read(find_profile, member_id, self.today)
        if found is None:
            raise NotFound("member_unknown")
        return found

    def member(self, member_id: str) -> Facts:
        """The member as an answer tells them."""
        profile = self.profile(member_id)
        return member_facts(profile, self.desk.read(portrait_of, profile.member_id, self.today).rules.stage.stage)

    def visit(self, visit_id: str) -> VisitView | None:
        """One visit as it is now."""
        return self.desk.read(find_visit, visit_id)

    def running(self) -> VisitView | None:
        """The visit that is open now."""
        return self.desk.read(find_running_visit)

    def tell(self, error: TillError) -> Facts:
        """An error as an answer tells it."""
        facts = {"facts": error.facts} if error.facts else {}
        return {"code": error.code, "words": self.words(f"error.{error.code}", **error.facts), **facts}


def member_facts(profile: Profile, stage: Stage | None) -> Facts:
    """A member without the full phone number, which leaves the till for the hub only."""
    return {
        "id": profile.member_id,
        "code": profile.code,
        "name": profile.name,
        "phone": profile.phone,
        "birthday": profile.birthday,
        "channel": profile.channel,
        "store": profile.store,
        "guide": profile.guide,
        "enrolled": profile.enrolled_at,
        "full": profile.full,
        "stage": stage.name.lower() if stage is not None else None,
        "visit_count": profile.visits,
        "last_visit": profile.last_visit,
        "spent": profile.spent,
        "preferences": profile.preferences,
        "consents": profile.consents,
        "recent": profile.recent,
    }


def unknown(sight: Sight) -> TillError:
    """Why a scanned text does not lead to what was wanted."""
    match sight:
        case NewMemberCode(code):
            return NotFound("member_unknown", member_code=code)
        case NewProductCode(gtin):
            return NotFound("product_unknown", gtin=gtin)
        case NewCard(_, number):
            return NotFound("card_unknown", number=number)
        case PaymentSeen():
            return BadInput("payment_code")
        case UnknownText(text):
            return NotFound("text_unknown", text=text)
    return NotFound("member_unknown")
