"""What the rules say of a member: every value opens to why it is so."""

from collections.abc import Iterator

from desktop.reasons import explain
from desktop.rules.tags import Tag
from desktop.rules.why import Why
from desktop.views.facts import EntityView
from desktop.views.portrait import MemberPortrait, evidence
from desktop.views.spending import spending_of
from resources import Words
from ui import figures
from ui.widgets.sections import Section
from ui.widgets.spending_chart import SpendingChart
from ui.widgets.why_row import WhyRow

Value = tuple[str, str, Why]  # name in the words, value, reason


class PortraitSection(Section):
    """``paint(portrait)``; ``values`` by name, for keys and tests; ``chart`` of who paid anything. What was open stays
    open.
    """

    def __init__(self, words: Words) -> None:
        super().__init__()
        self._words = words
        self.values: dict[str, WhyRow] = {}
        self.chart: SpendingChart | None = None

    def paint(self, portrait: MemberPortrait | None) -> None:
        """Show a member's portrait; None where this till knows too little."""
        opened = {name for name, row in self.values.items() if row.unfolded}
        self.clear()
        self.values, self.chart = {}, None
        if portrait is None:
            self.nothing(self._words("page.no_portrait"))
            return
        self._paint_spending(portrait)
        for name, value, why in self._told(portrait):
            self._add(name, self._words(f"page.{name}"), value, why, portrait)
        self.heading(self._words("page.tags"))
        for tag in portrait.rules.tags:
            family = self._words(f"family.{tag.family}")
            self._add(f"tag:{tag.key}", family, self._tag(tag), tag.why, portrait)
        if not portrait.rules.tags:
            self.nothing(self._words("page.no_tags"))
        self._paint_entities(portrait)
        note = self._words("page.as_of", version=portrait.rules.version)
        self.heading("")
        self.nothing(note)
        self.column.addStretch(1)
        for name in opened & self.values.keys():
            self.values[name].open.setChecked(True)

    def _paint_spending(self, portrait: MemberPortrait) -> None:
        if spending := spending_of(portrait.known, portrait.rules.subject.today):
            self.heading(self._words("page.spent"))
            self.chart = SpendingChart(self._words, spending)
            self.column.addWidget(self.chart)
            self.column.addSpacing(8)

    def _add(self, name: str, title: str, value: str, why: Why, portrait: MemberPortrait) -> None:
        currency, words = portrait.known.currency, self._words
        sentence = explain(why, words, lambda amount: figures.money(amount, currency), portrait.names)
        facts = [
            " · ".join(part for part in (each.day.isoformat(), words(f"fact.{each.kind}"), each.what) if part)
            for each in evidence(portrait, why)
        ]
        self.values[name] = row = WhyRow(title, value, sentence, facts)
        self.column.addWidget(row)

    def _told(self, portrait: MemberPortrait) -> Iterator[Value]:
        rules, words, currency = portrait.rules, self._words, portrait.known.currency
        stage, living = rules.stage, rules.living
        yield "stage", words(f"stage.{stage.stage.value}") if stage.stage is not None else "—", stage.why
        yield "life", words(f"lifecycle.{living.state.name.lower()}") if living.state else "—", living.why
        if rfm := rules.rfm:
            vip = f" · {words('page.vip')}" if rfm.vip else ""
            yield "rfm", f"{words(f'segment.{rfm.segment}')} · {rfm.score}{vip}", rfm.why
        if power := rules.spending:
            yield "spending", words(f"spending.{power.band}"), power.why
        yield "worth", figures.money(rules.worth.value, currency), rules.worth.why
        yield "advocacy", words("page.points_of", count=rules.advocacy.score), rules.advocacy.why
        yield "asset", words(f"asset.{rules.asset.asset.name.lower()}") if rules.asset.asset else "—", rules.asset.why
        yield "tier", self._named(rules.tier.tier.names), rules.tier.why

    def _tag(self, tag: Tag) -> str:
        until = f" · {self._words('page.until', day=tag.expires.isoformat())}" if tag.expires else ""
        by_hand = f" · {self._words('page.by_hand')}" if tag.source == "hand" else ""
        return f"{self._named(tag.names)}{by_hand}{until}"

    def _named(self, names: object) -> str:
        told = names if isinstance(names, dict) else dict(names)  # type: ignore[call-overload]
        return str(told.get(self._words.language) or next(iter(told.values()), ""))

    def _paint_entities(self, portrait: MemberPortrait) -> None:
        if not portrait.entities:
            return
        self.heading(self._words("page.entities"))
        self.rows([self._entity(each, portrait) for each in portrait.entities])

    def _entity(self, entity: EntityView, portrait: MemberPortrait) -> tuple[str, str]:
        kind = next((each for each in portrait.shop.trade.entities if each.key == entity.kind), None)
        if kind is None:
            return entity.kind, " · ".join(entity.fields.values())
        shown = []
        for field in kind.fields:
            if value := entity.fields.get(field.key):
                choice = next((each for each in field.choices if each.value == value), None)
                shown.append(f"{self._named(field.names)} {self._named(choice.names) if choice else value}{field.unit}")
        return self._named(kind.names), " · ".join(shown)
