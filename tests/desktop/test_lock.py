"""Promises of the lock of a till."""

from pathlib import Path

import pytest

from desktop.data.lock import only_one
from desktop.errors import NotNow


def test_a_second_holder_is_told_at_once_and_a_later_one_is_let_in(tmp_path: Path) -> None:
    path = tmp_path / "window.lock"
    with only_one(path), pytest.raises(NotNow, match="till_open"), only_one(path):
        pass
    with only_one(path):
        pass
