"""What a test of codes asks again and again: what became of a text."""

from collections.abc import Callable
from typing import Any

import pytest

from desktop.errors import BadInput
from desktop.scanning.codes import Code, parse_code


def refusal(deed: Callable[..., object], *given: object, **named: object) -> tuple[str, dict[str, Any]]:
    """The code and the facts of the refusal that ``deed`` ends in."""
    with pytest.raises(BadInput) as caught:
        deed(*given, **named)
    return caught.value.code, caught.value.facts


def outcome(text: str) -> Code | str:
    """What ``text`` stands for, or the code of its refusal."""
    try:
        return parse_code(text)
    except BadInput as error:
        return error.code
