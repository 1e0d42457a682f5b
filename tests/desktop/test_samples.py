"""Promises of the sample shop."""

import pytest

from desktop.desk import Desk
from desktop.errors import NotNow
from desktop.services.undo import undo


def test_what_was_prepared_cannot_be_undone(shop: Desk) -> None:
    with pytest.raises(NotNow, match="nothing_to_undo"):
        shop.do(undo).result()
