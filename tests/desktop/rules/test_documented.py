"""docs/rules.md: every parameter stands there with the default it really has."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args

from desktop.rules.conditions import KINDS, VALUES, Condition
from desktop.rules.definitions import STANDARD
from desktop.rules.shape import build
from desktop.rules.tags import TagRule

DOCS = Path(__file__).parents[3] / "docs" / "rules.md"
_ROW = re.compile(r"^\| `([a-z]+\.[a-z_]+)` \| ([^|]+) \|", re.MULTILINE)
_OUTSIDE = ("version", "effective", "trade", "tags", "issue", "rewards")


def parameters(rules: object, name: str = "") -> Iterator[tuple[str, str]]:
    """Each leaf by its dotted name, as the document writes it."""
    if is_dataclass(rules) and not isinstance(rules, type):
        for each in fields(rules):
            if name or each.name not in _OUTSIDE:
                yield from parameters(getattr(rules, each.name), f"{name}.{each.name}".strip("."))
    elif isinstance(rules, tuple) and rules and is_dataclass(rules[0]):
        yield name, ", ".join(f"{tier.key} {tier.enter}/{tier.keep}" for tier in rules)
    elif isinstance(rules, dict):
        yield name, ", ".join(f"{key} {value}" for key, value in rules.items()) or "none"
    elif isinstance(rules, (tuple, frozenset)):
        yield name, ", ".join(map(str, rules)) or "none"
    else:
        yield name, str(rules)


def test_every_parameter_is_documented_with_its_default() -> None:
    assert dict(_ROW.findall(DOCS.read_text("utf-8"))) == dict(parameters(STANDARD))


def test_everything_that_can_be_asked_is_documented() -> None:
    text = DOCS.read_text("utf-8")
    words = [kind.word for kind in get_args(Condition)]
    assert [each for each in (*words, *KINDS, *VALUES) if f"`{each}`" not in text] == []


def test_every_example_of_a_condition_is_one() -> None:
    examples = re.findall(r"`(\{[^`]+\})` \|$", DOCS.read_text("utf-8"), re.MULTILINE)
    assert len(examples) == 7
    for example in examples:
        plain = {"key": "k", "family": "base", "names": {}} | tomllib.loads(f"when = {example}")
        assert build(TagRule, plain).when
