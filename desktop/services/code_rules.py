"""Changing how this till reads labels of scales and old cards; what headquarters says holds besides."""

import msgspec

from desktop.data.codes import RuleSet
from desktop.scanning.code_rules import CodeRules
from desktop.views.code_rules import HERE
from desktop.work import Work


def set_rules(work: Work, rules: CodeRules) -> None:
    """This till's own rules from now on; they are asked before headquarters'."""
    work.session.merge(RuleSet(id=HERE, body=msgspec.json.encode(rules).decode()))
    work.touched.add(("code_rules", HERE))
