"""A code that a clerk has taught is known again, whatever reads it."""

import pytest

from desktop.desk import Desk
from desktop.services.teaching import teach_member, teach_product
from desktop.views.lookup import MemberSeen, ProductSeen, look_up

SERUM = "06901230010019"
CHEN = "SGM13P15NVGC7D8W6W6WQQ"
SPELLINGS = ("036000291452", "0036000291452", "00036000291452", "0100036000291452")


@pytest.mark.parametrize("taught", SPELLINGS[:3])
@pytest.mark.parametrize("scanned", SPELLINGS)
def test_a_taught_barcode_is_known_with_as_many_digits_as_any_scanner_tells(
    shop: Desk, taught: str, scanned: str
) -> None:
    shop.do(teach_product, taught, SERUM).result()
    seen = shop.read(look_up, scanned)
    assert isinstance(seen, ProductSeen)
    assert seen.product.gtin == SERUM


def test_an_old_card_that_is_also_a_barcode_is_known_so_too(shop: Desk) -> None:
    member = shop.read(look_up, CHEN)
    assert isinstance(member, MemberSeen)
    shop.do(teach_member, SPELLINGS[0], member.member_id).result()
    assert shop.read(look_up, SPELLINGS[1]) == MemberSeen(member.member_id, "card")
