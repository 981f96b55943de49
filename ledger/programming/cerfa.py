"""The accounts of a plan de financement: Cerfa 12156, with the sub-accounts that the portal DAUPHIN adds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.core.errors import InvalidValue
from ledger.programming.vocabulary import PlanSide

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
