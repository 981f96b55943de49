"""What the rules say of one line for actions that are alike: looked up once, applied to the figures of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from ledger.allocation.engine.facts import ActionFacts, LineFacts, engine_subject, terms_key
from ledger.core.money import Money
from ledger.rules.book import NoRuleInForce, Rule, RuleBook
from ledger.rules.kinds import Ceiling, EligibleBase, Innovation, Territories
from ledger.rules.limit_kinds import AmountCeiling, AmountFloor
from ledger.rules.scope import TERRITORY_KINDS, RuleSubject
from ledger.rules.vocabulary import RateMode, ScopeWord


@dataclass(frozen=True)
class Rated:
    """The rate on the slice of one kind of territory: none where no rule bears on it, a gap where it is unknown.

    innovation: the criteria held and required, where a rule of innovation bears on the slice.
    """

    rate: Fraction | None
    rule: Rule[Ceiling] | Rule[Innovation] | None
    gap: NoRuleInForce | None = None
    innovation: tuple[int, int] | None = None

    @cached_property
    def factor(self) -> tuple[int, int]:
        """What is borne of a cost is cost × the first ÷ the second, cut down to the cent."""
        if self.gap is not None:
            return 0, 1
        return (1, 1) if self.rate is None else (self.rate.numerator, self.rate.denominator)

    def of(self, base: int) -> int:
        """What the line may bear of this slice, in cents."""
        numerator, denominator = self.factor
        return base * numerator // denominator


@dataclass(frozen=True)
class Terms:
    """What the rules say: why nothing can be granted (closed), or places, rates by territory kind, amounts.

    unknown: the rule without answer, and what is missing of it.
    """

    unknown: tuple[str, str, str] | None = None
    place: Rule[Territories] | None = None
    rates: Mapping[str, Rated] = field(default_factory=dict)
    base: Rule[EligibleBase] | None = None
    ceiling: Rule[AmountCeiling] | None = None
    floor: Rule[AmountFloor] | None = None

    def parts(self, action: ActionFacts) -> list[tuple[str, Money, Money]]:
        """By slice that the line serves: the territory kind ("" when not split), its cost, what is borne of it."""
        slices = self.slices(action)
        return [
            (kind, cost, Money(rated.of(cost.cents)))
            for kind, rated in self.rates.items()
            if (cost := slices.get(kind))
        ]

    def slices(self, action: ActionFacts) -> Mapping[str, Money]:
        """The base of the rates, by territory kind."""
        return action.slices_of(self.base is not None and self.base.figures.with_contributions)

    def bound(self, action: ActionFacts, asked: int) -> int:
        """The most that the line may give the action alone, in cents: request, rates, amount by action."""
        if self.unknown is not None or self.needs_slices(action):
            return 0
        most = asked
        if not self.unrated:
            slices = self.slices(action)
            borne = 0
            for kind, rated in self.rates.items():
                if kind in slices:
                    borne += rated.of(slices[kind].cents)
            most = min(asked, borne)
        if self.ceiling is not None and self.ceiling.figures.per_action is not None:
            most = min(most, self.ceiling.figures.per_action.cents)
        return most

    @cached_property
    def unrated(self) -> bool:
        """Whether the line only warns about territories and sets no rate."""
        return self.place is not None and self.place.figures.alert_only

    def needs_slices(self, action: ActionFacts) -> bool:
        """Whether the line asks for a share by territory that the action does not have."""
        return not action.slices and not self.unrated and self.place is not None and self.place.figures.slices_required


def unknown_of(found: NoRuleInForce | None, what: str) -> tuple[str, str, str]:
    """The code, the reason and the source of a missing rule: a missing datum is not a yes."""
    if found is not None:
        return found.code, found.text(), ""
    return what, f"aucune règle de genre « {what} » pour cette ligne", ""


class TermsBook:
    """The terms of each line for each sort of action, looked up once in the rules of a day."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self._found: dict[tuple[object, ...], Terms] = {}

    def of(self, action: ActionFacts, line: LineFacts, sort: tuple[object, ...] | None = None) -> Terms:
        """The terms of this line for this action; sort: what it is alike others by, when it is known already."""
        key = (line.code, sort or terms_key(action))
        if key not in self._found:
            self._found[key] = _look_up(action, line, self.book)
        return self._found[key]


def _look_up(action: ActionFacts, line: LineFacts, book: RuleBook) -> Terms:
    about = engine_subject(action, line)
    place = book.find(Territories, about)
    if place is None or isinstance(place, NoRuleInForce):
        return Terms(unknown_of(place, Territories.kind))
    about = replace(about, innovation=_innovates(action, about, book))
    base, ceiling, floor = (
        book.find(EligibleBase, about),
        book.find(AmountCeiling, about),
        book.find(AmountFloor, about),
    )
    if isinstance(base, NoRuleInForce) or isinstance(ceiling, NoRuleInForce) or isinstance(floor, NoRuleInForce):
        gap = next(each for each in (base, ceiling, floor) if isinstance(each, NoRuleInForce))
        return Terms(unknown_of(gap, gap.code))
    kinds = ("", *(kind for kind in TERRITORY_KINDS if kind in place.figures.kinds))
    rates = {kind: _rated(action, replace(about, territory=kind), book) for kind in kinds}
    return Terms(None, place, rates, base, ceiling, floor)


def _innovates(action: ActionFacts, about: RuleSubject, book: RuleBook) -> str:
    rule = book.find(Innovation, about)
    held = isinstance(rule, Rule) and action.innovation_criteria >= rule.figures.criteria_required
    return "oui" if held else "non"


def _holds_against(ceiling: Rule[Ceiling], innovation: Rule[Innovation]) -> bool:
    """Whether innovation does not lift this rate: fixed by a text, or set for a territory that innovation is not."""
    return ceiling.figures.mode == RateMode.FIXED or (
        ScopeWord.TERRITORY in ceiling.scope and ScopeWord.TERRITORY not in innovation.scope
    )


def _rated(action: ActionFacts, about: RuleSubject, book: RuleBook) -> Rated:
    ceiling = book.find(Ceiling, about)
    if isinstance(ceiling, NoRuleInForce):
        return Rated(None, None, ceiling)
    innovation = book.find(Innovation, about)
    criteria = None
    if isinstance(innovation, Rule) and not (ceiling and _holds_against(ceiling, innovation)):
        held, needed = action.innovation_criteria, innovation.figures.criteria_required
        criteria = (held, needed)
        if held >= needed:
            return Rated(innovation.figures.rate, innovation, None, criteria)
    if ceiling is None:
        return Rated(None, None, None, criteria)
    return Rated(ceiling.figures.rate, ceiling, None, criteria)
