"""What the rules say of one line for actions that are alike: looked up once, applied to the figures of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ledger.allocation.facts import ActionFacts, LineFacts, alike, subject
from ledger.core.money import Money, total
from ledger.core.rate import cut_down
from ledger.rules.book import Gap, Rule, RuleBook
from ledger.rules.kinds import Ceiling, EligibleBase, Innovation, Territories
from ledger.rules.limits import AmountCeiling, AmountFloor
from ledger.rules.scope import TERRITORY_KINDS, Subject


@dataclass(frozen=True, slots=True)
class Rated:
    """The rate on the slice of one kind of territory: none where no rule bears on it, a gap where it is unknown.

    innovation: the criteria held and required, where a rule of innovation bears on the slice.
    """

    rate: Fraction | None
    rule: Rule[Ceiling] | Rule[Innovation] | None
    gap: Gap | None = None
    innovation: tuple[int, int] | None = None

    def of(self, base: Money) -> Money:
        """What the line may bear of this slice."""
        if self.gap is not None:
            return Money(0)
        return base if self.rate is None else cut_down(self.rate, base)


@dataclass(frozen=True, slots=True)
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
        slices = action.slices_of(self.base is not None and self.base.figures.with_contributions)
        return [(kind, slices[kind], rated.of(slices[kind])) for kind, rated in self.rates.items() if slices.get(kind)]

    def bound(self, action: ActionFacts, asked: Money) -> Money:
        """The most that the line may give the action alone: within what is asked, the rates, the amount an action."""
        if self.unknown is not None or self.needs_slices(action):
            return Money(0)
        most = asked if self.unrated else min(asked, total(given for _, _, given in self.parts(action)))
        per_action = self.ceiling.figures.per_action if self.ceiling else None
        return most if per_action is None else min(most, per_action)

    @property
    def unrated(self) -> bool:
        """Whether the line only warns about territories and sets no rate."""
        return self.place is not None and self.place.figures.alert_only

    def needs_slices(self, action: ActionFacts) -> bool:
        """Whether the line asks for a share by territory that the action does not have."""
        if self.place is None or self.unrated:
            return False
        return self.place.figures.slices_required and not action.slices


def unknown_of(found: Gap | None, what: str) -> tuple[str, str, str]:
    """The code, the reason and the source of a missing rule: a missing datum is not a yes."""
    if found is not None:
        return found.code, found.text(), ""
    return what, f"aucune règle de genre « {what} » pour cette ligne", ""


class TermsBook:
    """The terms of each line for each sort of action, looked up once in the rules of a day."""

    def __init__(self, book: RuleBook) -> None:
        self.book = book
        self._found: dict[tuple[object, ...], Terms] = {}

    def of(self, action: ActionFacts, line: LineFacts) -> Terms:
        """The terms of this line for this action."""
        key = (line.code, *alike(action))
        if key not in self._found:
            self._found[key] = _look_up(action, line, self.book)
        return self._found[key]


def _look_up(action: ActionFacts, line: LineFacts, book: RuleBook) -> Terms:
    about = subject(action, line)
    place = book.find(Territories, about)
    if place is None or isinstance(place, Gap):
        return Terms(unknown_of(place, Territories.kind))
    about = replace(about, innovation=_innovates(action, about, book))
    base, ceiling, floor = (
        book.find(EligibleBase, about),
        book.find(AmountCeiling, about),
        book.find(AmountFloor, about),
    )
    if isinstance(base, Gap) or isinstance(ceiling, Gap) or isinstance(floor, Gap):
        gap = next(each for each in (base, ceiling, floor) if isinstance(each, Gap))
        return Terms(unknown_of(gap, gap.code))
    kinds = ("", *(kind for kind in TERRITORY_KINDS if kind in place.figures.kinds))
    rates = {kind: _rated(action, replace(about, territory=kind), book) for kind in kinds}
    return Terms(None, place, rates, base, ceiling, floor)


def _innovates(action: ActionFacts, about: Subject, book: RuleBook) -> str:
    rule = book.find(Innovation, about)
    held = isinstance(rule, Rule) and action.innovation_criteria >= rule.figures.criteria_required
    return "oui" if held else "non"


def _rated(action: ActionFacts, about: Subject, book: RuleBook) -> Rated:
    ceiling = book.find(Ceiling, about)
    if isinstance(ceiling, Gap):
        return Rated(None, None, ceiling)
    innovation = book.find(Innovation, about)
    criteria = None
    if isinstance(innovation, Rule) and not (ceiling and ceiling.figures.mode == "fixe"):
        held, needed = action.innovation_criteria, innovation.figures.criteria_required
        criteria = (held, needed)
        if held >= needed:
            return Rated(innovation.figures.rate, innovation, None, criteria)
    if ceiling is None:
        return Rated(None, None, None, criteria)
    return Rated(ceiling.figures.rate, ceiling, None, criteria)
