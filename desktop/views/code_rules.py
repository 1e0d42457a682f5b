"""How this till reads labels of scales and cards of older systems: its own rules before headquarters'."""

from functools import lru_cache

import msgspec
from sqlalchemy import Connection, select

from desktop.data.codes import RuleSet
from desktop.data.direct import Direct
from desktop.scanning.code_rules import STANDARD, CodeRules, LegacyRule, VariablePrefix

HEADQUARTERS, HERE = "code_rules", "here"  # the hub's row goes by its own id


class _Kept(msgspec.Struct):
    """As both ends keep them."""

    variable: tuple[VariablePrefix, ...] | None = None
    legacy: tuple[LegacyRule, ...] = ()
    separator_sent: bool = False
    element_lengths: tuple[tuple[str, int], ...] = ()


_BODIES = Direct(select(RuleSet.id, RuleSet.body))


def find_rules(connection: Connection) -> CodeRules:
    """All that hold here."""
    kept = {row.id: row.body for row in _BODIES.rows(connection)}
    return read_rules(kept.get(HERE, "{}"), kept.get(HEADQUARTERS, "{}"))


def find_own_rules(connection: Connection) -> CodeRules:
    """Those of this till alone, for whoever changes them."""
    body = connection.scalar(select(RuleSet.body).where(RuleSet.id == HERE))
    return read_rules(body or "{}", "{}")


@lru_cache(8)  # patterns are compiled once
def read_rules(here: str, hub: str) -> CodeRules:
    """Both as they are kept. Raises BadInput for a rule that cannot be, msgspec.ValidationError for none at all."""
    own, told = msgspec.json.decode(here, type=_Kept), msgspec.json.decode(hub, type=_Kept)
    names = {each.name for each in own.legacy}
    variable = next((each for each in (own.variable, told.variable) if each is not None), STANDARD.variable)
    return CodeRules(
        variable=variable,
        legacy=own.legacy + tuple(each for each in told.legacy if each.name not in names),
        separator_sent=own.separator_sent or told.separator_sent,
        element_lengths=own.element_lengths + told.element_lengths,
    )
