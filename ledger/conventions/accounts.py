"""Which account an operation of a convention is charged to: the chart its exercice follows, then the dated table."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import NotFound
from ledger.referential.accounts import imputation
from ledger.referential.queries import find_line, find_porteur
from ledger.referential.vocabulary import AccountOperation
from ledger.rules.book import Rule, rulebook
from ledger.rules.convention_kinds import Nomenclature
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Circuit, Clock

_LINES_WITH_AN_ACCOUNT = frozenset({"FSE", "FEDER-ITI"})


@dataclass(frozen=True, slots=True)
class ComputedAccount:
    """An account, where its label was read, and on what the choice rests.

    number: "" when no text gives one: it is then asked of the comptable, never guessed, and `words` says so.
    chart: the nomenclature, variant and year of the chart read, an earlier one when the exercice has none.
    """

    number: str
    label: str
    chart: str
    words: str


def chart_followed(session: Session, year: int) -> Rule[Nomenclature]:
    """The nomenclature that the budget of this exercice follows, as its rule says.

    raises: NotFound when no rule says it for that year.
    """
    rule = rulebook(session, Clock.BUDGET_YEAR, exercice=year).find(Nomenclature, RuleSubject())
    if isinstance(rule, Rule):
        return rule
    raise NotFound(
        f"Aucune règle ne dit quelle nomenclature le budget {year} suit.",
        "Donnez-la : cofiville regle ajouter NOMENCLATURE --genre nomenclature"
        " --chiffre nomenclature=M57 --chiffre variante=developpee --source TEXTE.",
    )


def account_of(session: Session, operation: str, party: str, year: int) -> ComputedAccount:
    """The account of an operation in the budget of an exercice.

    operation: verser, recevoir, constater, recouvrer or rendre. party: the statut of the beneficiary (its
    type while nobody has said) when paying, the financeur (or the line, for Europe) when receiving, "" otherwise.
    """
    try:
        rule = chart_followed(session, year)
        figures = rule.figures
        found = imputation(session, operation, party, figures.nomenclature, figures.variant, year)
    except NotFound as unknown:
        return ComputedAccount("", "", "", f"{unknown.problem} {unknown.remedy}")
    doubts = ["compte à confirmer"] * found.to_confirm + ["nomenclature à confirmer"] * rule.to_confirm
    confirmed = f" ({', '.join(doubts)})" if doubts else ""
    return ComputedAccount(found.account, found.label, found.chart, _words(found.chart, found.source, year, confirmed))


def _words(chart: str, source: str, year: int, confirmed: str) -> str:
    if not chart:
        return f"{source} ; aucun plan livré pour {year} ou avant{confirmed}"
    nearest = "" if chart.endswith(str(year)) else f", le plus proche avant {year}"
    return f"plan {chart}{nearest} ; {source}{confirmed}"


def payment_account(session: Session, convention: Convention, year: int) -> ComputedAccount:
    """The account on which an order of this convention is charged in the budget of this exercice (6573xx, 6574x)."""
    assert convention.beneficiary is not None
    beneficiary = find_porteur(session, convention.beneficiary)
    return account_of(session, AccountOperation.PAY, beneficiary.statut or beneficiary.kind, year)


def receipt_account(session: Session, line: str, year: int) -> ComputedAccount:
    """The account of what the EPCI receives on this line in the budget of this exercice (747x)."""
    found = find_line(session, line)
    party = found.code if found.code in _LINES_WITH_AN_ACCOUNT else found.financeur
    return account_of(session, AccountOperation.RECEIVE, party, year)


def waiting_account(session: Session, year: int) -> ComputedAccount:
    """The account of what reached the treasury before its titre (47134)."""
    return account_of(session, AccountOperation.WAIT, "", year)


def recovery_account(session: Session, year: int) -> ComputedAccount:
    """The account of a titre against a porteur for an earlier exercice (773)."""
    return account_of(session, AccountOperation.RECOVER, "", year)


def return_account(session: Session, year: int) -> ComputedAccount:
    """The account of what is given back to its financeur for an earlier exercice (673)."""
    return account_of(session, AccountOperation.GIVE_BACK, "", year)


def convention_account(session: Session, convention: Convention) -> ComputedAccount | None:
    """The account shown with the convention, in its own exercice; None when no money crosses the EPCI's budget."""
    if convention.circuit == Circuit.DIRECT:
        return None
    if convention.kind == ConventionKind.RIGHT:
        return receipt_account(session, convention.lines[0].line, convention.year)
    return payment_account(session, convention, convention.year)
