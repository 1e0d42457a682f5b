"""Changing how this till reads labels of scales and old cards; what headquarters says holds besides."""

import msgspec

from desktop.data.codes import RuleSet
from desktop.scanning.code_rules import CodeRules, LegacyRule
from desktop.views.code_rules import HERE
from desktop.work import Work


def set_rules(work: Work, rules: CodeRules) -> None:
    """This till's own rules from now on; they are asked before headquarters'."""
    _keep(work, rules)


def set_old_cards(work: Work, rules: tuple[LegacyRule, ...]) -> None:
    """This till's own rules of old cards from now on; of labels it says no more than it did."""
    own = work.session.get(RuleSet, HERE)
    said = msgspec.json.decode(own.body) if own else {}
    _keep(work, {**said, "legacy": rules})


def _keep(work: Work, rules: object) -> None:
    work.session.merge(RuleSet(id=HERE, body=msgspec.json.encode(rules).decode()))
    work.touched.add(("code_rules", HERE))
