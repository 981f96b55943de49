"""Which account an operation of a convention is charged to: the chart its exercice follows, then the dated table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import NotFound
from ledger.referential.accounts import chart_label, imputation, payer_in_table
from ledger.referential.queries import find_financeur, find_line, find_porteur
from ledger.referential.vocabulary import AccountOperation
from ledger.rules.book import Rule, rulebook
from ledger.rules.convention_kinds import Nomenclature
from ledger.rules.limit_kinds import LineAccounts
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Circuit, Clock

_LINES_WITH_AN_ACCOUNT = frozenset({"FSE", "FEDER-ITI"})


@dataclass(frozen=True, slots=True)
class ComputedAccount:
    """An account, where its label was read, and on what the choice rests.

    number: "" when no text gives one: it is then asked of the comptable, never guessed, and `words` says so.
    chart: the nomenclature, variant and year of the chart read, an earlier one when the exercice has none.
    budget: the budget annexe that bears it; "" for the principal one.
    """

    number: str
    label: str
    chart: str
    words: str
    budget: str = ""


def charged_to(account: ComputedAccount, number: str) -> str:
    """The account kept at an act and the budget annexe that bears it: "65748 (budget annexe PLIE)"; "" without one."""
    return f"{number} (budget annexe {account.budget})" if number and account.budget else number


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


def line_accounts(session: Session, line: str, year: int) -> Rule[LineAccounts] | None:
    """The rule that says on which budget and accounts the money of this line is charged that exercice; or None."""
    found = find_line(session, line)
    subject = RuleSubject(line=found.code, financeur=found.financeur, line_nature=found.nature)
    rule = rulebook(session, Clock.BUDGET_YEAR, exercice=year).find(LineAccounts, subject)
    return rule if isinstance(rule, Rule) else None


def _of_lines(
    session: Session, lines: Iterable[str], operation: str, usual: ComputedAccount, year: int
) -> ComputedAccount:
    """The account that the rules of these lines say, else the usual one; none where they do not say the same."""
    found = {line: _of_line(session, line, operation, usual, year) for line in sorted(set(lines))}
    kept = set(found.values())
    if len(kept) == 1:
        return kept.pop()
    said = ", ".join(f"{line} : {each.number or 'à demander'}" for line, each in found.items())
    return ComputedAccount("", "", "", f"Un compte par ligne ({said}) : demandez au comptable comment l'imputer.")


def _of_line(session: Session, line: str, operation: str, usual: ComputedAccount, year: int) -> ComputedAccount:
    rule = line_accounts(session, line, year)
    if rule is None:
        return usual
    number, words = rule.figures.accounts.get(operation, ""), str(rule.source)
    annexe = f" ; budget annexe {rule.figures.annexe}" if rule.figures.annexe else ""
    if not number:
        return replace(usual, words=f"{usual.words}{annexe}", budget=rule.figures.annexe)
    followed = chart_followed(session, year).figures
    label, chart = chart_label(session, number, followed.nomenclature, followed.variant, year)
    confirmed = " (compte à confirmer)" if rule.to_confirm else ""
    return ComputedAccount(number, label, chart, f"{rule.label}, {words}{confirmed}{annexe}", rule.figures.annexe)


def account_of(session: Session, operation: str, party: str, year: int) -> ComputedAccount:
    """The account of an operation in the budget of an exercice, as the chart it follows has it.

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
    usual = account_of(session, AccountOperation.PAY, beneficiary.statut or beneficiary.kind, year)
    return _of_lines(session, (each.line for each in convention.lines), AccountOperation.PAY, usual, year)


def receipt_account(session: Session, line: str, year: int) -> ComputedAccount:
    """The account of what the EPCI receives on this line in the budget of this exercice (747x)."""
    found = find_line(session, line)
    payer = find_financeur(session, found.financeur)
    party = found.code if found.code in _LINES_WITH_AN_ACCOUNT else payer_in_table(payer.code, payer.kind)
    usual = account_of(session, AccountOperation.RECEIVE, party, year)
    return _of_lines(session, [line], AccountOperation.RECEIVE, usual, year)


def waiting_account(session: Session, year: int) -> ComputedAccount:
    """The account of what reached the treasury before its titre (47134)."""
    return account_of(session, AccountOperation.WAIT, "", year)


def recovery_account(session: Session, convention: Convention, year: int) -> ComputedAccount:
    """The account of a titre against a porteur for an earlier exercice (773)."""
    usual = account_of(session, AccountOperation.RECOVER, "", year)
    return _of_lines(session, (each.line for each in convention.lines), AccountOperation.RECOVER, usual, year)


def return_account(session: Session, line: str, year: int) -> ComputedAccount:
    """The account of what is given back to its financeur for an earlier exercice (673)."""
    usual = account_of(session, AccountOperation.GIVE_BACK, "", year)
    return _of_lines(session, [line], AccountOperation.GIVE_BACK, usual, year)


def convention_account(session: Session, convention: Convention) -> ComputedAccount | None:
    """The account shown with the convention, in its own exercice; None when no money crosses the EPCI's budget."""
    if convention.circuit == Circuit.DIRECT:
        return None
    if convention.kind == ConventionKind.RIGHT:
        return receipt_account(session, convention.lines[0].line, convention.year)
    return payment_account(session, convention, convention.year)
