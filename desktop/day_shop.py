"""What the told day happens in: two tills, a network to cut, and pictures of codes that are really decoded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from PIL import Image

from desktop.data.samples import sample
from desktop.desk import Desk
from desktop.scanning.decode import decode_file
from desktop.services.visits import add_line, change_line
from desktop.status import HubStatus
from desktop.views.lookup import MemberSeen, ProductSeen, look_up
from desktop.views.profile import Profile, find_profile

Line = tuple[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Shop:
    """What the story needs: two tills of one store, ways to sync each, a network to cut, a folder for pictures."""

    first: Desk
    second: Desk
    sync_first: Callable[[], HubStatus]
    sync_second: Callable[[], HubStatus]
    cut: Callable[[], object]
    mend: Callable[[], object]
    pictures: Path

    @property
    def today(self) -> date:
        """Of the first till."""
        return self.first.clock.today()


@dataclass(frozen=True, slots=True)
class Read:
    """A code read from a picture. picture: the file's name; milliseconds: of the decoder."""

    text: str
    picture: str
    milliseconds: int

    @property
    def facts(self) -> dict[str, object]:
        """As a sentence takes them."""
        return {"picture": self.picture, "milliseconds": self.milliseconds}


def read_picture(picture: Path, drawn: Image.Image | None = None) -> Read:
    """The code in a picture, which may have to be saved first."""
    if drawn is not None:
        drawn.save(picture)
    decoded = decode_file(picture)
    return Read(decoded.found[0].text, picture.name, round(decoded.milliseconds))


def scan_member(desk: Desk, picture: Path) -> tuple[Profile, Read]:
    """Whose card it is."""
    read = read_picture(picture)
    seen = desk.read(look_up, read.text)
    if not isinstance(seen, MemberSeen):
        raise RuntimeError(f"{picture.name} does not lead to a member")
    return profile_of(desk, seen.member_id), read


def scan_product(shop: Shop, read: Read, action: str) -> tuple[ProductSeen, str]:
    """The product goes into the running visit of the first till; gives it and its line."""
    seen = shop.first.read(look_up, read.text)
    if not isinstance(seen, ProductSeen):
        raise RuntimeError(f"{read.picture} does not lead to a product")
    line_id = shop.first.do(add_line, seen.product.gtin, label=seen.label).result()
    shop.first.do(change_line, line_id, action).result()
    return seen, line_id


def profile_of(desk: Desk, member_id: str) -> Profile:
    """What the counter shows of a member."""
    profile = desk.read(find_profile, member_id, date.today())
    if profile is None:
        raise RuntimeError("the member has no profile")
    return profile


def product_at(place: int) -> str:
    """The GTIN of a product of the sample shop."""
    return list(sample("products"))[place]["gtin"]


def clock_time(moment: datetime) -> str:
    """As the store's clock shows it."""
    return f"{moment.astimezone():%H:%M}"
