"""Ids of what is written of points without anybody deciding it: the same at every till and at the hub. Pure."""

from uuid import NAMESPACE_URL, uuid5


def earning_id(fact: str, turn: int = 0) -> str:
    """The line that a fact earned; ``turn`` counts what was put right about it since."""
    return str(uuid5(NAMESPACE_URL, f"urn:storeguide:earning:{fact}:{turn}"))


def joining_id(member_id: str) -> str:
    """The line that somebody gets for joining; who brought them along earns by the same member."""
    return str(uuid5(NAMESPACE_URL, f"urn:storeguide:joining:{member_id}"))


def loss_id(member_id: str, before: str) -> str:
    """The line that takes off what a member had left of what they earned up to that day."""
    return str(uuid5(NAMESPACE_URL, f"urn:storeguide:loss:{member_id}:{before}"))
