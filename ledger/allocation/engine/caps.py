"""What several lines may give one action together: caps that nest, each with its rule; whose money each line is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from ledger.allocation.engine.facts import ActionFacts, LineFacts, engine_subject, terms_key
from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money, total
from ledger.core.rate import cut_down, french_rate
from ledger.referential.vocabulary import LineNature
from ledger.rules.book import NoRuleInForce, Rule, RuleBook
from ledger.rules.figures import Figures
from ledger.rules.limit_kinds import FinancingOrigin, OwnShare, PublicShare, SharedCap
from ledger.rules.scope import LINE_WORDS, bears_on
from ledger.rules.vocabulary import CostBase, MoneyOrigin, ScopeWord

_OF_THE_LINE = (ScopeWord.LINE, ScopeWord.LINES, ScopeWord.LINE_NATURE)


@dataclass(frozen=True, slots=True)
class Sources:
    """Whose money each line of a plan is.

    unsure: those that a rule to be confirmed decides. called: where grants come from."""

    whose: Mapping[str, str]
    unsure: frozenset[str]
    called: frozenset[str]

    def called_but(self, *whose: str) -> frozenset[str]:
        """The lines that grants come from, but those of this money."""
        return frozenset(line for line in self.called if self.whose[line] not in whose)

    def outside(self, action: ActionFacts, whose: Collection[str]) -> Money:
        """What the plan counts on from lines that grant nothing (a landlord's own funds), of this money."""
        planned = action.planned
        return total(
            amount
            for line, amount in planned.items()
            if line not in self.called and self.whose.get(line, MoneyOrigin.OWN) in whose
        )

    def private(self, action: ActionFacts) -> Money:
        """What private lines bring: granted, else fixed by arbitration, else asked while they have not decided."""
        return total(
            action.granted.get(line, action.pins.get(line, amount))
            for line, amount in action.planned.items()
            if self.whose.get(line, MoneyOrigin.OWN) == MoneyOrigin.PRIVATE
        )

    def doubted(self, action: ActionFacts) -> list[str]:
        """The lines of the plan whose money is to be confirmed, own funds apart."""
        return sorted(line for line in action.planned if line in self.unsure and self.whose[line] != MoneyOrigin.OWN)


def sources_of(action: ActionFacts, lines: Mapping[str, LineFacts], book: RuleBook) -> Sources:
    """Whose money each of these lines is for the porteur of this action.

    Its own credits are its own part. Else a rule on the line itself or on its nature decides (a loan is own funds,
    whoever lends), then the statut of the financeur where it is known, then the rule on the financeur; where none
    says, credits are public money.
    Sources: CGCT L1111-10 III (« personnes publiques »), and the rules of kind `origine`.
    """
    whose: dict[str, str] = {}
    unsure = set()
    for code, line in lines.items():
        rule = book.find(FinancingOrigin, engine_subject(action, line))
        if line.financeur and line.financeur == action.own_financeur:
            whose[code] = MoneyOrigin.OWN
        elif isinstance(rule, Rule) and (not line.law or not rule.scope.keys().isdisjoint(_OF_THE_LINE)):
            whose[code] = rule.figures.whose
            if rule.to_confirm:
                unsure.add(code)
        else:
            whose[code] = line.law or (MoneyOrigin.OWN if line.nature == LineNature.OWN_FUNDS else MoneyOrigin.PUBLIC)
    called = frozenset(code for code, line in lines.items() if line.nature != LineNature.OWN_FUNDS)
    return Sources(whose, frozenset(unsure), called)


class CrossingCaps(LedgerError):
    """Two caps of one action share some lines without one holding the other: what to cut is not decided."""

    code = "plafonds_croises"


@dataclass(frozen=True, slots=True)
class Cap:
    """What these lines may give an action together, under a rule; a gap where the rule has no version in force.

    sources: whose money each line of a plan is, for a rule about shares.
    """

    lines: frozenset[str]
    rule: Rule[PublicShare] | Rule[OwnShare] | Rule[SharedCap] | NoRuleInForce
    sources: Sources | None = None

    @property
    def key(self) -> tuple[str, frozenset[str]]:
        """What tells a cap from another across actions: its kind and its lines."""
        return ("" if isinstance(self.rule, NoRuleInForce) else self.rule.kind), self.lines

    def limit(self, action: ActionFacts, elsewhere: Money) -> Money:
        """What the cap lets the lines give, once taken off what is granted already.

        elsewhere: public funding expected of others than these lines.
        """
        granted = total(amount for line, amount in action.granted.items() if line in self.lines)
        match self.rule:
            case NoRuleInForce():
                return ZERO
            case Rule(figures=PublicShare() as figures):
                most = cut_down(figures.rate, _base(figures.base, action)) - self.beside(action, elsewhere)
            case Rule(figures=OwnShare() as figures):
                rate = _own_rate(figures, action)
                base = self.public_financing(action) if figures.base == CostBase.PUBLIC else _base(figures.base, action)
                own = base - cut_down(1 - rate, base)
                whole = base if figures.base == CostBase.PUBLIC else action.cost_total
                most = whole - own - self.beside(action, elsewhere)
            case Rule(figures=SharedCap() as figures):
                most = _shared(figures, action)
        return max(ZERO, most - granted)

    def beside(self, action: ActionFacts, elsewhere: Money) -> Money:
        """What counts under the cap and comes from no line of it: the other EPCI, a landlord, other resources."""
        if self.sources is None:
            return ZERO
        public = isinstance(self.rule, Rule) and (
            isinstance(self.rule.figures, PublicShare) or getattr(self.rule.figures, "base", "") == CostBase.PUBLIC
        )
        if public:
            return elsewhere + action.other_public + self.sources.outside(action, (MoneyOrigin.PUBLIC,))
        return (
            elsewhere + action.other_funding + self.sources.outside(action, (MoneyOrigin.PUBLIC, MoneyOrigin.PRIVATE))
        )

    def public_financing(self, action: ActionFacts) -> Money:
        """All that public bodies bring to the action, the porteur's own part included: the cost but private money."""
        assert self.sources is not None
        private = self.sources.private(action) + action.other_funding - action.other_public
        return max(ZERO, action.cost_total - private)

    def words(self, action: ActionFacts) -> str:
        """The cap as it is said of the action."""
        if isinstance(self.rule, NoRuleInForce):
            return f"rien n'est accordé : {self.rule.text()}"
        if isinstance(self.rule.figures, PublicShare):
            base = _base(self.rule.figures.base, action)
            return f"financements publics limités à {self.rule.value()} ({base.french()})"
        if isinstance(self.rule.figures, OwnShare):
            return self._own_words(self.rule.figures, action)
        base = action.cost_total if self.rule.figures.base == CostBase.TOTAL else action.cost_eligible
        on = f", sur {base.french()} {self.rule.figures.base.label}" if self.rule.figures.rate else ""
        return f"{self.rule.label} : {self.rule.value()}{on}"

    def _own_words(self, figures: OwnShare, action: ActionFacts) -> str:
        assert isinstance(self.rule, Rule)
        if figures.base != CostBase.PUBLIC:
            return f"{self.rule.value()}, sur {_base(figures.base, action).french()}"
        assert self.sources is not None
        public, cost = self.public_financing(action), action.cost_total
        value = self.rule.value() if action.own_share is None else f"{french_rate(action.own_share)} par dérogation"
        said = f"{value} soit {(public - cut_down(1 - _own_rate(figures, action), public)).french()}"
        said += f" de {public.french()} de financements publics"
        if public != cost:
            said += f" (coût {cost.french()}, dont {(cost - public).french()} d'argent privé)"
        doubted = self.sources.doubted(action)
        return said + (f" ; à confirmer : {', '.join(doubted)}" if doubted else "")


def _base(base: str, action: ActionFacts) -> Money:
    return action.cost_eligible if base == CostBase.ELIGIBLE else action.cost_total


def _own_rate(figures: OwnShare, action: ActionFacts) -> Fraction:
    """The rule's, or what the préfet let it be, of public financing alone."""
    return action.own_share if action.own_share is not None and figures.base == CostBase.PUBLIC else figures.rate


def _shared(figures: SharedCap, action: ActionFacts) -> Money:
    base = action.cost_total if figures.base == CostBase.TOTAL else action.cost_eligible
    limits = [] if figures.rate is None else [cut_down(figures.rate, base)]
    return min([*limits, *([] if figures.amount is None else [figures.amount])])


class CapBook:
    """The caps that bear on each sort of action, looked up once; lines: those that are called."""

    def __init__(self, book: RuleBook, lines: Mapping[str, LineFacts]) -> None:
        self._book = book
        self._every = lines
        self._lines = {code: line for code, line in lines.items() if line.nature != LineNature.OWN_FUNDS}
        self._found: dict[tuple[object, ...], tuple[Cap, ...]] = {}

    def of(self, action: ActionFacts) -> tuple[Cap, ...]:
        """The caps of this action, the widest first. raises: CrossingCaps."""
        key = terms_key(action)
        if key not in self._found:
            caps = sorted(self._look_up(action), key=lambda cap: (-len(cap.lines), cap.key[0], sorted(cap.lines)))
            _check_nested(caps)
            self._found[key] = tuple(caps)
        return self._found[key]

    def _look_up(self, action: ActionFacts) -> Iterator[Cap]:
        about = engine_subject(action, LineFacts("", "", "", 0, None))
        public, own = self._book.find(PublicShare, about), self._book.find(OwnShare, about)
        if public is not None or own is not None:
            sources = sources_of(action, self._every, self._book)
            if public is not None:
                yield Cap(sources.called, public, sources)
            if own is not None:
                of_others = (
                    (MoneyOrigin.OWN, MoneyOrigin.PRIVATE)
                    if isinstance(own, Rule) and own.figures.base == CostBase.PUBLIC
                    else (MoneyOrigin.OWN,)
                )
                yield Cap(sources.called_but(*of_others), own, sources)
        combined: dict[tuple[tuple[str, str], ...], list[Rule[Figures]]] = {}
        for rule in self._book.rules:
            if isinstance(rule.figures, SharedCap):
                where = tuple((word, value) for word, value in rule.scope.items() if word in LINE_WORDS)
                combined.setdefault(where, []).append(rule)
        for where, rules in combined.items():
            lines = [line for line in self._lines.values() if bears_on(dict(where), engine_subject(action, line))]
            found = self._book.among(rules).find(SharedCap, engine_subject(action, lines[0])) if lines else None
            if found is not None:
                yield Cap(frozenset(line.code for line in lines), found)


def _check_nested(caps: list[Cap]) -> None:
    """Caps worded by rules must nest; the shares of an action bear on whatever lines bring that money."""
    worded = [cap for cap in caps if cap.sources is None]
    for one, other in combinations(worded, 2):
        shared = one.lines & other.lines
        if shared and shared not in (one.lines, other.lines):
            names = [cap.rule.code for cap in (one, other)]
            raise CrossingCaps(
                f"Les plafonds {names[0]} et {names[1]} se croisent : ils partagent {', '.join(sorted(shared))}"
                " sans que l'un contienne l'autre.",
                f"Changez la portée de l'un des deux : cofiville regle montrer {names[1]}.",
            )
