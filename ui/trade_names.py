"""What the trade of the shop calls things, in the language of the screen."""

from collections.abc import Iterable
from dataclasses import dataclass

from desktop.rules.trade import Choice, Trade
from resources import Words


@dataclass(frozen=True, slots=True)
class TradeNames:
    """Whatever the trade has no name for is called by what is kept."""

    trade: Trade
    words: Words

    def facet(self, key: str) -> str:
        """What a preference is about."""
        if facet := self.trade.facet(key):
            return facet.names[self.words.language]
        name = f"facet.{key}"
        return self.words(name) if name in self.words else key

    def value(self, facet: str, value: str) -> str:
        """What was learned."""
        known = self.trade.facet(facet)
        return self._chosen(known.values if known else (), value)

    def reason(self, value: str) -> str:
        """Why something was declined."""
        name = f"reason.{value}"
        said = self._chosen(self.trade.decline_reasons, value)
        return self.words(name) if said == value and name in self.words else said

    def entity(self, kind: str, fields: dict[str, str]) -> tuple[str, str]:
        """Something a member has: what it is, and what is known of it."""
        about = next((each for each in self.trade.entities if each.key == kind), None)
        if about is None:
            return kind, " · ".join(fields.values())
        told = [
            f"{self._chosen(each.choices, fields[each.key])}{each.unit}" for each in about.fields if each.key in fields
        ]
        return about.names[self.words.language], " · ".join(told)

    @property
    def sensitive(self) -> bool:
        """Whether any field of what a member has needs a consent of its own."""
        return any(field.sensitive for entity in self.trade.entities for field in entity.fields)

    def quick(self) -> list[tuple[str, str, str]]:
        """Facet, value and name of what the keys 1 to 9 note."""
        return [(each.facet, each.value, self.value(each.facet, each.value)) for each in self.trade.quick]

    def impressions(self) -> list[tuple[str, str, str]]:
        """The same of what can be ticked while somebody enrols."""
        return [(each.facet, each.value, self.value(each.facet, each.value)) for each in self.trade.impressions]

    def reasons(self) -> dict[str, str]:
        """Names of all reasons to decline."""
        return {each.value: each.names[self.words.language] for each in self.trade.decline_reasons}

    def _chosen(self, choices: Iterable[Choice], value: str) -> str:
        return next((each.names[self.words.language] for each in choices if each.value == value), value)
