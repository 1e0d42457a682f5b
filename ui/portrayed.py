"""A member's portrait in the words of the screen."""

from dataclasses import dataclass

from desktop.reasons import explain
from desktop.rules.consent import PERSONAL, agreed
from desktop.rules.why import Why
from desktop.views.portrait import Evidence, MemberPortrait, evidence, find_portrait
from desktop.views.suggestions import SuggestionView, find_suggestions
from desktop.views.talk import TalkingPoint, find_talk
from desktop.views.visit import VisitView
from resources import Words
from ui import figures
from ui.bridge import Bridge
from ui.trade_names import TradeNames
from ui.widgets.task_row import title_of


@dataclass(frozen=True, slots=True)
class Portrayed:
    """One member: the portrait, what to show and what to speak of.

    suggestions: None where the member has not agreed to any.
    """

    portrait: MemberPortrait
    suggestions: tuple[SuggestionView, ...] | None
    talk: tuple[TalkingPoint, ...]
    words: Words

    @property
    def names(self) -> TradeNames:
        """What this shop calls things."""
        return TradeNames(self.portrait.shop.trade, self.words)

    @property
    def version(self) -> str:
        """By which definitions everything was judged, in words."""
        return self.words("profile.by_version", version=self.portrait.rules.version)

    def why(self, why: Why, names: dict[str, str] | None = None) -> str:
        """The sentence of a reason."""
        known = self.portrait.names_in(self.words.language)
        return explain(why, self.words, self._money, {**known, **(names or {})})

    def facts(self, why: Why) -> tuple[Evidence, ...]:
        """What a reason rests on."""
        return evidence(self.portrait, why)

    def point(self, point: TalkingPoint) -> str:
        """What to speak of, in one line."""
        if point.task:
            due = figures.short_day(point.task.due, self.portrait.rules.subject.today)
            return self.words("talk.task", title=title_of(point.task, self.words), due=due)
        told = {name: value for name, value in point.figures.items() if name != "mood"}
        if reason := told.get("reason"):
            told["reason"] = self.names.reason(str(reason))
        if point.kind == "tier":
            told["missing"] = self._money(int(str(told["missing"])))
        if day := told.get("day"):
            told["day"] = str(day)[5:]
        if point.names:
            told["name"] = point.names[self.words.language]
        kind = f"mood_{point.figures['mood']}" if point.kind == "mood" else point.kind
        return self.words(f"talk.{kind}", **told)

    def _money(self, minor: int) -> str:
        return figures.money(minor, self.portrait.known.currency)


def portray(bridge: Bridge, member_id: str, words: Words, visit: VisitView | None = None) -> Portrayed:
    """The portrait of a member who is known here, and is served in ``visit``."""
    today = bridge.today()
    portrait = bridge.read(find_portrait, member_id, today)
    assert portrait is not None  # whoever asks shows their profile
    agrees = agreed(portrait.known.consents, PERSONAL)
    suggested = bridge.read(find_suggestions, portrait, today) if agrees else None
    but = {visit.id, *(line.id for line in visit.lines)} if visit else set()
    return Portrayed(portrait, suggested, bridge.read(find_talk, portrait, today, but), words)
