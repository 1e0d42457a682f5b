"""Changing how this till reads old cards; what headquarters says holds besides."""

import msgspec

from desktop.data.codes import RuleSet
from desktop.scanning.code_rules import LegacyRule
from desktop.views.code_rules import HERE
from desktop.work import Work


def set_old_cards(work: Work, rules: tuple[LegacyRule, ...]) -> None:
    """This till's own rules of old cards from now on; they are asked before headquarters'."""
    work.session.merge(RuleSet(id=HERE, body=msgspec.json.encode({"legacy": rules}).decode()))
    work.touched.add(("code_rules", HERE))
