"""What the engine decides on: actions and their requests, lines and what they hold, in the order they are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from ledger.core.errors import LedgerError
from ledger.core.money import ZERO, Money, total
from ledger.core.split import split
from ledger.programming.plans.balance import with_contributions as counting_contributions
from ledger.programming.vocabulary import ActionState, RequestState
from ledger.referential.vocabulary import LineNature
from ledger.rules.book import Rule, RuleBook
from ledger.rules.kinds import MobilisationOrder
from ledger.rules.scope import RuleSubject

_OUT_OF_THE_RUNNING = (ActionState.REFUSED, ActionState.ADJOURNED, ActionState.REDIRECTED, ActionState.ABANDONED)


@dataclass(frozen=True, slots=True)
class Request:
    """What an action asks of a credit line; `shared`: the EPCIs' common part (§5.4.3.3)."""

    line: str
    amount: Money
    shared: bool = False
    status: str = RequestState.ASKED
    observation: str = ""


@dataclass(frozen=True, slots=True)
class ActionFacts:
    """An action as the engine sees it.

    slices: the eligible cost by territory kind; empty when it is not known.
    public: by EPCI, the public counted beforehand; empty when it was not counted.
    granted: by line, what is programmed already, whatever became of it.
    porteur: its code, for ceilings by porteur. valued: contributions in kind (86, equal to 87), in no cost here.
    other_funding: resources of the plan that are neither credits nor the porteur's own funds; other_public: those of
    them that public bodies bring. resources: by credit line, own funds included, what the plan counts on.
    own_financeur: the financeur that the porteur itself is, "" when it is none. own_share: the least part of public
    financing that the préfet lets it bear, instead of the rule's.
    pins: by line, the amount fixed by arbitration.
    """

    number: str
    porteur_kind: str
    dispositif: str
    nature: str
    axis: str
    status: str
    innovation_criteria: int
    cost_total: Money
    cost_eligible: Money
    slices: Mapping[str, Money]
    public: Mapping[str, int]
    requests: tuple[Request, ...]
    granted: Mapping[str, Money] = field(default_factory=dict)
    no_droit_commun_reason: str = ""
    porteur: str = ""
    valued: Money = ZERO
    other_funding: Money = ZERO
    other_public: Money = ZERO
    resources: Mapping[str, Money] = field(default_factory=dict)
    porteur_statut: str = ""
    own_financeur: str = ""
    own_share: Fraction | None = None
    pins: Mapping[str, Money] = field(default_factory=dict)

    @property
    def planned(self) -> Mapping[str, Money]:
        """By credit line, own funds included, what the plan counts on: what is set aside apart."""
        return {
            **{each.line: each.amount for each in self.requests if each.status == RequestState.ASKED},
            **self.resources,
        }

    @property
    def in_the_running(self) -> bool:
        """Whether it may still be granted something: neither refused, put off, sent elsewhere nor given up."""
        return self.status not in _OUT_OF_THE_RUNNING

    def counts(self, request: Request) -> bool:
        """Whether the request is in the running too: neither set aside nor granted already."""
        return self.in_the_running and request.status == RequestState.ASKED

    def slices_of(self, with_contributions: bool) -> Mapping[str, Money]:
        """The base of rates by territory kind ("" when not split), contributions in kind shared in proportion."""
        slices = self.slices or {"": self.cost_eligible}
        return counting_contributions(slices, self.valued) if with_contributions else slices


@dataclass(frozen=True, slots=True)
class LineFacts:
    """A credit line as the engine sees it; `available` is None when nothing was notified on it.

    law: "public" or "prive", where the statut of its financeur tells it.
    """

    code: str
    financeur: str
    nature: str
    rank: int
    available: Money | None
    law: str = ""


def on_base(action: ActionFacts, served: Sequence[str], base: Money) -> ActionFacts:
    """The action as if the eligible cost that a line counts on were this one, contributions in kind included.

    served: the kinds of territory of the line; the costs of the others stay.
    """
    if not action.slices:
        return replace(action, cost_eligible=base, cost_total=max(action.cost_total, base), valued=ZERO)
    counted = [kind for kind in action.slices if kind in served] or list(action.slices)
    weights = [action.slices[kind].cents for kind in counted]
    shares = split(base, weights if sum(weights) else [1] * len(counted))
    slices = {**action.slices, **dict(zip(counted, shares, strict=True))}
    eligible = total(slices.values())
    return replace(
        action, slices=slices, cost_eligible=eligible, cost_total=max(action.cost_total, eligible), valued=ZERO
    )


def terms_key(action: ActionFacts) -> tuple[object, ...]:
    """What the rules distinguish actions by: two actions with the same have the same terms on a line."""
    return (
        action.porteur_kind,
        action.porteur_statut,
        action.own_financeur,
        action.dispositif,
        action.nature,
        action.axis,
        action.innovation_criteria,
    )


def engine_subject(action: ActionFacts, line: LineFacts) -> RuleSubject:
    """What the rules are asked about for this line of this action."""
    return RuleSubject(
        line=line.code,
        dispositif=action.dispositif,
        statut=action.porteur_statut,
        porteur_kind=action.porteur_kind,
        axis=action.axis,
        nature=action.nature,
        financeur=line.financeur,
        line_nature=line.nature,
    )


class RuleMissing(LedgerError):
    """A rule without which nothing can be granted has no version in force."""

    code = "regle_manquante"


def mobilisation(lines: Mapping[str, LineFacts], book: RuleBook) -> list[LineFacts]:
    """The lines in the order they are called: by class, rank, code; own funds are not called.

    raises: RuleMissing without an order in force.
    """
    rule = book.find(MobilisationOrder, RuleSubject())
    if not isinstance(rule, Rule):
        raise RuleMissing(
            "Aucune règle d'ordre de mobilisation n'est en vigueur.",
            "Ajoutez-la : cofiville regle ajouter ORDRE --genre ordre --chiffre classes=droit_commun,specifique"
            " --libelle LIBELLE --du JOUR --source TEXTE.",
        )
    place = {name: index for index, name in enumerate(rule.figures.classes)}
    called = [line for line in lines.values() if line.nature != LineNature.OWN_FUNDS]
    return sorted(called, key=lambda line: (place.get(line.nature, len(place)), line.rank, line.code))
