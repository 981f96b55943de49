"""A plan de financement: its accounts (Cerfa 12156), and its balance, contributions in kind apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import Money, total
from ledger.core.split import split
from ledger.programming.vocabulary import ASKED, ActionState, PlanSide, RequestState

OWN_FUNDS_ACCOUNT = "RESSPROPRES"
CONTRIBUTIONS: Mapping[str, str] = {PlanSide.CHARGES: "86", PlanSide.PRODUITS: "87"}

_CHARGES = {
    "60": "Achats",
    "601": "Achats matières et fournitures",
    "604": "Prestations de services",
    "60x": "Autres fournitures",
    "61": "Services extérieurs",
    "613": "Locations",
    "615": "Entretien et réparation",
    "616": "Assurance",
    "618": "Documentation",
    "62": "Autres services extérieurs",
    "622": "Rémunérations intermédiaires et honoraires",
    "623": "Publicité, publication",
    "625": "Déplacements, missions",
    "62x": "Services bancaires, autres",
    "63": "Impôts et taxes",
    "631": "Impôts et taxes sur rémunération",
    "635": "Autres impôts et taxes",
    "64": "Charges de personnel",
    "641": "Rémunération des personnels",
    "645": "Charges sociales",
    "647": "Autres charges de personnel",
    "65": "Autres charges de gestion courante",
    "66": "Charges financières",
    "67": "Charges exceptionnelles",
    "68": "Dotation aux amortissements",
    "69": "Impôt sur les sociétés, participation des salariés",
    "CHARGINDIRECT": "Charges indirectes",
    "86": "Emplois des contributions volontaires en nature",
    "860": "Secours en nature",
    "861": "Mise à disposition gratuite de biens et services",
    "862": "Prestations",
    "864": "Personnel bénévole",
}
_PRODUITS = {
    "70": "Vente de produits finis, marchandises, prestations",
    "73": "Dotations et produits de tarification",
    "74": "Subventions d'exploitation",
    "74etat": "État",
    "74region": "Région",
    "74dep": "Département",
    "74epci": "Communauté d'agglomération",
    "74com": "Communes",
    "74orgasoc": "Organismes sociaux (Caf, CPAM…)",
    "74fe": "Fonds européens (FSE, FEDER)",
    "74agenceserv": "ASP (emplois aidés)",
    "74aidespriv": "Aides privées",
    "74x": "Autres établissements publics",
    "75": "Autres produits de gestion courante",
    "76": "Produits financiers",
    "77": "Produits exceptionnels",
    "78": "Reprises",
    "79": "Transfert de charges",
    OWN_FUNDS_ACCOUNT: "Autofinancement",
    "87": "Contributions volontaires en nature",
    "870": "Bénévolat",
    "871": "Prestations en nature",
    "875": "Dons en nature",
}
ACCOUNTS: Mapping[str, Mapping[str, str]] = {PlanSide.CHARGES: _CHARGES, PlanSide.PRODUITS: _PRODUITS}
ACCOUNT_OF_FINANCEUR: Mapping[str, str] = {
    "etat": "74etat",
    "region": "74region",
    "departement": "74dep",
    "epci": "74epci",
    "commune": "74com",
    "caf": "74orgasoc",
    "cpam": "74orgasoc",
    "europe": "74fe",
    "association": OWN_FUNDS_ACCOUNT,
    "bailleur": OWN_FUNDS_ACCOUNT,
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contribution in kind: the accounts on which it is used and brought, and its words."""

    used: str
    brought: str
    label: str


CONTRIBUTION_KINDS: Mapping[str, Contribution] = {
    "benevolat": Contribution("864", "870", "Bénévolat"),
    "locaux": Contribution("861", "871", "Mise à disposition de locaux ou de matériel"),
    "prestations": Contribution("862", "871", "Prestations en nature"),
    "dons": Contribution("860", "875", "Dons en nature"),
    "tfpb": Contribution("861", "871", "Contreparties de l'abattement de TFPB"),
}


def find_account(side: str, code: str) -> str:
    """The account as the form spells it ("74ETAT" gives "74etat"). raises: InvalidValue."""
    if side not in ACCOUNTS:
        raise InvalidValue(f"« {side} » n'est pas un côté du plan.", "Choisissez charges ou produits.")
    wanted = code.strip().lower()
    for known in ACCOUNTS[side]:
        if known.lower() == wanted:
            return known
    raise InvalidValue(
        f"« {code.strip()} » n'est pas un compte de {side} du Cerfa 12156.",
        f"Comptes possibles : {', '.join(ACCOUNTS[side])}.",
    )


def account_label(side: str, account: str) -> str:
    """The words of an account; "Charges" for those known by their total alone."""
    return ACCOUNTS[side].get(account, PlanSide(side).label.capitalize())


def chapter(account: str) -> str:
    """The two figures under which a form adds an account up ("613" gives "61"); a named account is its own."""
    return account[:2] if account[:2].isdigit() else account


def account_number(account: str) -> str:
    """The figures of an account as accountants read it ("74etat" gives "74"); "" for one that has a name alone."""
    return account[: len(account) - len(account.lstrip("0123456789"))]


def is_in_kind(side: str, account: str) -> bool:
    """Whether the account holds contributions in kind (86, 87): valued, never cash."""
    return chapter(account) == CONTRIBUTIONS[side]


def account_for(financeur_kind: str) -> str:
    """The account on which a financeur of this kind appears; other public bodies together."""
    return ACCOUNT_OF_FINANCEUR.get(financeur_kind, "74x")


OWN_FUNDS_LINE = "PORTEUR-FONDS-PROPRES"
SET_ASIDE = RequestState.INADMISSIBLE


class UnbalancedPlan(LedgerError):
    """A plan de financement whose resources are not its cost, or whose shares do not sum to the eligible cost."""

    code = "plan_desequilibre"


@dataclass(frozen=True, slots=True)
class FundingForm:
    """What is asked of one credit line."""

    line: str
    amount_requested: Money
    shared: bool = False
    status: str = RequestState.ASKED
    observation: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether a financeur is asked for it: neither only hoped for, nor refused, nor set aside."""
        return self.status in ASKED

    def stands(self, action_status: str) -> bool:
        """Whether it counts in what is asked: it is asked, for an action that its porteur has not given up."""
        return self.is_asked and action_status != ActionState.ABANDONED


@dataclass(frozen=True, slots=True)
class PlanLineForm:
    """An account of the budget that asks nothing of a credit line: a charge, another produit, a contribution."""

    side: str
    account: str
    amount: Money
    label: str = ""

    @property
    def in_kind(self) -> bool:
        """Whether it is a contribution in kind (86, 87)."""
        return is_in_kind(self.side, self.account)


@dataclass(frozen=True, slots=True)
class Bases:
    """The two bases of a plan: without and with contributions in kind."""

    without: Money
    with_contributions: Money

    def shares(self, amount: Money) -> tuple[Fraction, Fraction]:
        """The part of each base that an amount is, without then with contributions; zero of an empty base."""
        return _part(amount, self.without), _part(amount, self.with_contributions)


def _part(amount: Money, base: Money) -> Fraction:
    return Fraction(amount.cents, base.cents) if base else Fraction(0)


def valued(plan: Iterable[PlanLineForm]) -> Money:
    """The contributions in kind used (86)."""
    return total(each.amount for each in plan if each.side == PlanSide.CHARGES and each.in_kind)


def with_contributions(slices: Mapping[str, Money], contributions: Money) -> Mapping[str, Money]:
    """The cost by territory kind, contributions in kind shared in proportion (largest remainder)."""
    if not contributions or not slices:
        return slices
    weights = [cost.cents for cost in slices.values()]
    added = split(contributions, weights if sum(weights) else [1] * len(weights))
    return {kind: cost + more for (kind, cost), more in zip(slices.items(), added, strict=True)}


def plan_bases_of(cost_total: Money, contributions: Money) -> Bases:
    """The two bases of a plan of this cost, contributions apart."""
    return Bases(cost_total, cost_total + contributions)


def check_plan(cost_total: Money, fundings: Sequence[FundingForm], plan: Sequence[PlanLineForm]) -> None:
    """Check that the plan balances. raises: UnbalancedPlan.

    Detailed charges make the cost; what is asked and the other produits make it too; contributions used (86) are those
    brought (87).
    raises: InvalidValue, UnbalancedPlan with both totals and their difference.
    """
    _check_fundings(fundings)
    for each in plan:
        find_account(each.side, each.account)
        if each.amount.cents < 0:
            raise InvalidValue(
                f"Le compte {each.account} est négatif ({each.amount.french()}).",
                "Saisissez un montant positif ou nul.",
            )
    charges = [each.amount for each in plan if each.side == PlanSide.CHARGES and not each.in_kind]
    if charges and (whole := total(charges)) != cost_total:
        raise UnbalancedPlan(
            f"Les charges détaillées font {whole.french()} et le coût total est de {cost_total.french()}, "
            f"écart {abs(whole - cost_total).french()}.",
            "Corrigez le détail des charges, ou le coût total.",
        )
    others = (each.amount for each in plan if each.side == PlanSide.PRODUITS and not each.in_kind)
    _check_resources(cost_total, total(each.amount_requested for each in fundings) + total(others))
    _check_contributions(plan)


def _check_resources(cost_total: Money, resources: Money) -> None:
    if resources != cost_total:
        raise UnbalancedPlan(
            f"Le plan de financement n'est pas équilibré : charges {cost_total.french()}, "
            f"produits {resources.french()}, écart {abs(cost_total - resources).french()}.",
            f"Corrigez les montants, ou complétez les fonds propres (ligne {OWN_FUNDS_LINE}).",
        )


def _check_contributions(plan: Sequence[PlanLineForm]) -> None:
    used = valued(plan)
    brought = total(each.amount for each in plan if each.side == PlanSide.PRODUITS and each.in_kind)
    if used != brought:
        raise UnbalancedPlan(
            f"Les contributions volontaires ne s'équilibrent pas : emplois (86) {used.french()}, "
            f"ressources (87) {brought.french()}, écart {abs(used - brought).french()}.",
            "Le compte 86 est égal au compte 87 : corrigez l'un des deux.",
        )


def _check_fundings(fundings: Sequence[FundingForm]) -> None:
    seen: set[str] = set()
    for funding in fundings:
        line = funding.line.strip().upper()
        if line in seen:
            raise InvalidValue(
                f"La ligne {line} est demandée deux fois.", "Additionnez les deux demandes sur une seule ligne."
            )
        seen.add(line)
        if funding.amount_requested.cents < 0:
            raise InvalidValue(
                f"La demande sur {funding.line} est négative ({funding.amount_requested.french()}).",
                "Saisissez un montant positif ou nul.",
            )
        if funding.status not in RequestState.labels():
            raise InvalidValue(
                f"« {funding.status} » n'est pas un statut de demande.",
                f"Valeurs possibles : {', '.join(RequestState)}.",
            )
        if funding.status == SET_ASIDE and funding.amount_requested:
            raise InvalidValue(
                f"La ligne {line} est non recevable et porte {funding.amount_requested.french()}.",
                "Mettez-la à zéro et reportez le montant sur une autre ligne ; "
                "ce qui était demandé reste dans la version déposée.",
            )


def label_of(line: PlanLineForm) -> str:
    """The words of a line of the budget: its own, else those of its account."""
    return line.label or account_label(line.side, line.account)
