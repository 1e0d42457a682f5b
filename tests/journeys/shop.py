"""What a scenario has at hand: tills by name, cards by name, and the sentence the guide read last."""

from dataclasses import dataclass, field
from datetime import date

import resources
from desktop.desk import Desk
from desktop.errors import TillError
from desktop.services.members import Application, enrol
from desktop.views.lookup import MemberSeen, look_up
from desktop.views.profile import Profile, find_profile
from tests.tills import ATill


@dataclass
class Shop:
    """What a scenario has at hand: tills by name, cards by name, and the sentence the guide read last."""

    tills: dict[str, ATill] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    read: str = ""
    trouble: TillError | None = None
    said: dict[str, TillError] = field(default_factory=dict)
    erased: str = ""

    @property
    def desk(self) -> Desk:
        return self.tills["first"].desk

    def member(self, name: str, till: str = "first") -> str:
        """The id that her card leads to at this till."""
        seen = self.tills[till].desk.read(look_up, self.cards[name])
        assert isinstance(seen, MemberSeen)
        return seen.member_id

    def exchange(self) -> None:
        """Until everybody has heard what everybody did."""
        for name in (*self.tills, "first"):
            self.tills[name].sync()

    def profile(self, name: str, till: str = "first") -> Profile:
        profile = self.tills[till].desk.read(find_profile, self.member(name, till), date.today())
        assert profile is not None
        return profile

    def enrol(self, desk: Desk, name: str, phone: str, *consents: str) -> None:
        try:
            new = desk.do(enrol, Application(phone=phone, name=name, consents=consents)).result()
        except TillError as error:
            self.trouble, self.read = error, resources.Words("zh")(f"error.{error.code}", **error.facts)
        else:
            self.cards[name] = new.code
