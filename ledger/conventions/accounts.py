"""Which account an operation of a convention is charged to: the chart its exercice follows, then the dated table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from ledger.conventions.model import Convention
from ledger.conventions.vocabulary import ConventionKind
from ledger.core.errors import InvalidValue, NotFound
from ledger.referential.accounts import (
    chart_label,
    check_operation,
    imputation,
    parties_paying,
    possible_imputations,
)
from ledger.referential.model import Porteur
from ledger.referential.queries import find_line, find_porteur
from ledger.referential.vocabulary import AccountOperation
from ledger.rules.book import Rule, rulebook
from ledger.rules.convention_kinds import Nomenclature
from ledger.rules.limit_kinds import LineAccounts
from ledger.rules.scope import RuleSubject
from ledger.rules.vocabulary import Circuit, Clock


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
        " --chiffre nomenclature=M57 --chiffre variante=developpee --libelle LIBELLE --du {year}-01-01 --source TEXTE.",
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


def account_of(session: Session, operation: str, party: str | Sequence[str], year: int) -> ComputedAccount:
    """The account of an operation in the budget of an exercice, as the chart it follows has it.

    operation: verser, recevoir, constater, recouvrer or rendre. party: who is paid (its statut, then its type) or who
    pays (the line, the financeur, its type), the most precise name first; "" otherwise.
    """
    try:
        rule = chart_followed(session, year)
        figures = rule.figures
        found = imputation(session, operation, party, figures.nomenclature, figures.variant, year)
    except NotFound as unknown:
        return ComputedAccount("", "", "", f"{unknown.problem} {unknown.remedy}")
    doubts = ["compte à confirmer"] * found.to_confirm + ["nomenclature à confirmer"] * rule.to_confirm
    confirmed = f" ({', '.join(doubts)})" if doubts else ""
    source = f"{found.said_by} : {found.source}" if found.since else found.source
    return ComputedAccount(found.account, found.label, found.chart, _words(found.chart, source, year, confirmed))


@dataclass(frozen=True, slots=True)
class AccountReason:
    """One of those who say the account of an operation: said_by names it, as people do."""

    said_by: str
    account: str
    label: str
    chart: str
    source: str
    to_confirm: bool


def reasons_for_account(session: Session, operation: str, party: str, year: int, line: str = "") -> list[AccountReason]:
    """Who says the account of an operation in the budget of an exercice, the one that holds first.

    A rule of the line comes before the contract's own account, which comes before the shipped table. party: a statut, a
    type or a porteur when paying, a financeur when receiving. raises: NotFound where nobody says any, InvalidValue.
    """
    check_operation(operation)
    found: list[AccountReason] = []
    followed = chart_followed(session, year).figures
    nomenclature, variant = followed.nomenclature, followed.variant
    rule = line_accounts(session, line, year) if line else None
    if rule is not None and (number := rule.figures.accounts.get(operation, "")):
        label, chart = chart_label(session, number, nomenclature, variant, year)
        found.append(AccountReason(f"règle {rule.code}", number, label, chart, str(rule.source), rule.to_confirm))
    parties = _parties(session, operation, line if line and operation == AccountOperation.RECEIVE else party)
    for each in possible_imputations(session, operation, parties, nomenclature, variant, year):
        said_by = f"{each.said_by} ({each.party})" if each.party else each.said_by
        found.append(AccountReason(said_by, each.account, each.label, each.chart, each.source, each.to_confirm))
    if not found and not parties[0] and operation in (AccountOperation.PAY, AccountOperation.RECEIVE):
        raise InvalidValue("Le tiers manque.", "Donnez-le : --tiers ccas, ou --tiers ETAT pour une recette.")
    if not found:
        imputation(session, operation, parties, nomenclature, variant, year)
    return found


def _parties(session: Session, operation: str, named: str) -> tuple[str, ...]:
    if operation == AccountOperation.RECEIVE:
        return parties_paying(session, named.upper())
    if operation == AccountOperation.PAY and session.get(Porteur, named.upper()) is not None:
        return paid_as(find_porteur(session, named))
    return (named.lower(),)


def _words(chart: str, source: str, year: int, confirmed: str) -> str:
    if not chart:
        return f"{source} ; aucun plan livré pour {year} ou avant{confirmed}"
    nearest = "" if chart.endswith(str(year)) else f", le plus proche avant {year}"
    return f"plan {chart}{nearest} ; {source}{confirmed}"


def paid_as(beneficiary: Porteur) -> tuple[str, ...]:
    """Under which names the account of what it is paid is looked for: its statut where it is said, then its type."""
    return (beneficiary.statut, beneficiary.kind) if beneficiary.statut else (beneficiary.kind,)


def payment_account(session: Session, convention: Convention, year: int) -> ComputedAccount:
    """The account on which an order of this convention is charged in the budget of this exercice (6573xx, 6574x)."""
    assert convention.beneficiary is not None
    beneficiary = find_porteur(session, convention.beneficiary)
    usual = account_of(session, AccountOperation.PAY, paid_as(beneficiary), year)
    return _of_lines(session, (each.line for each in convention.lines), AccountOperation.PAY, usual, year)


def receipt_account(session: Session, line: str, year: int) -> ComputedAccount:
    """The account of what the EPCI receives on this line in the budget of this exercice (747x)."""
    usual = account_of(session, AccountOperation.RECEIVE, parties_paying(session, line), year)
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
