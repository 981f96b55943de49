"""What several lines may give one action together: caps that nest, each with the rule it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from ledger.allocation.facts import OWN_FUNDS, ActionFacts, LineFacts, alike, subject
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money, total
from ledger.core.rate import cut_down
from ledger.rules.book import Gap, Rule, RuleBook
from ledger.rules.figures import Figures
from ledger.rules.limits import BASE_WORDS, OwnShare, PublicShare, SharedCap
from ledger.rules.scope import LINE_WORDS, bears_on


class CrossingCaps(LedgerError):
    """Two caps of one action share some lines without one holding the other: what to cut is not decided."""

    code = "plafonds_croises"


@dataclass(frozen=True, slots=True)
class Cap:
    """What these lines may give an action together, under a rule; a gap where the rule has no version in force."""

    lines: frozenset[str]
    rule: Rule[PublicShare] | Rule[OwnShare] | Rule[SharedCap] | Gap

    @property
    def key(self) -> tuple[str, frozenset[str]]:
        """What tells a cap from another across actions: its kind and its lines."""
        return ("" if isinstance(self.rule, Gap) else self.rule.kind), self.lines

    def limit(self, action: ActionFacts, elsewhere: Money) -> Money:
        """What the cap lets the lines give, once taken off what is granted already.

        elsewhere: public funding expected of others than these lines; it counts in the public share alone.
        """
        granted = total(amount for line, amount in action.granted.items() if line in self.lines)
        match self.rule:
            case Gap():
                return ZERO
            case Rule(figures=PublicShare() as figures):
                most = cut_down(figures.rate, action.cost_total) - elsewhere
            case Rule(figures=OwnShare() as figures):
                most = cut_down(1 - figures.rate, action.cost_total) - action.other_funding
            case Rule(figures=SharedCap() as figures):
                most = _shared(figures, action)
        return max(ZERO, most - granted)

    def words(self, action: ActionFacts) -> str:
        """The cap as it is said of the action."""
        if isinstance(self.rule, Gap):
            return f"rien n'est accordé : {self.rule.text()}"
        if isinstance(self.rule.figures, PublicShare):
            return f"financements publics limités à {self.rule.value()} ({action.cost_total.french()})"
        if isinstance(self.rule.figures, OwnShare):
            return f"{self.rule.value()}, sur {action.cost_total.french()}"
        base = action.cost_total if self.rule.figures.base == "total" else action.cost_eligible
        on = f", sur {base.french()} {BASE_WORDS[self.rule.figures.base]}" if self.rule.figures.rate else ""
        return f"{self.rule.label} : {self.rule.value()}{on}"


def _shared(figures: SharedCap, action: ActionFacts) -> Money:
    base = action.cost_total if figures.base == "total" else action.cost_eligible
    limits = [] if figures.rate is None else [cut_down(figures.rate, base)]
    return min([*limits, *([] if figures.amount is None else [figures.amount])])


class CapBook:
    """The caps that bear on each sort of action, looked up once; lines: those that are called."""

    def __init__(self, book: RuleBook, lines: Mapping[str, LineFacts]) -> None:
        self._book = book
        self._lines = {code: line for code, line in lines.items() if line.nature != OWN_FUNDS}
        self._found: dict[tuple[object, ...], tuple[Cap, ...]] = {}

    def of(self, action: ActionFacts) -> tuple[Cap, ...]:
        """The caps of this action, the widest first. raises: CrossingCaps."""
        key = alike(action)
        if key not in self._found:
            caps = sorted(self._look_up(action), key=lambda cap: (-len(cap.lines), cap.key[0], sorted(cap.lines)))
            _check_nested(caps)
            self._found[key] = tuple(caps)
        return self._found[key]

    def _look_up(self, action: ActionFacts) -> Iterator[Cap]:
        about = subject(action, LineFacts("", "", "", 0, None))
        public, own = self._book.find(PublicShare, about), self._book.find(OwnShare, about)
        yield from (Cap(frozenset(self._lines), found) for found in (public, own) if found is not None)
        together: dict[tuple[tuple[str, str], ...], list[Rule[Figures]]] = {}
        for rule in self._book.rules:
            if isinstance(rule.figures, SharedCap):
                where = tuple((word, value) for word, value in rule.scope.items() if word in LINE_WORDS)
                together.setdefault(where, []).append(rule)
        for where, rules in together.items():
            lines = [line for line in self._lines.values() if bears_on(dict(where), subject(action, line))]
            found = self._book.among(rules).find(SharedCap, subject(action, lines[0])) if lines else None
            if found is not None:
                yield Cap(frozenset(line.code for line in lines), found)


def _check_nested(caps: list[Cap]) -> None:
    for one, other in combinations(caps, 2):
        shared = one.lines & other.lines
        if shared and shared not in (one.lines, other.lines):
            names = [cap.rule.code for cap in (one, other)]
            raise CrossingCaps(
                f"Les plafonds {names[0]} et {names[1]} se croisent : ils partagent {', '.join(sorted(shared))}"
                " sans que l'un contienne l'autre.",
                f"Changez la portée de l'un des deux : cofiville regle montrer {names[1]}.",
            )
