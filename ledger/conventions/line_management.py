"""How the money of a line is managed: who pays it and takes it back, on which budget and accounts, up to how much.

Each is a rule of the contract on that line, dated and sourced; what no rule says is what is done without one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.conventions.accounts import line_accounts
from ledger.conventions.granted import money_way, payer_of
from ledger.conventions.queries import epci_financeur
from ledger.core.errors import InvalidValue, require_words
from ledger.core.money import Money
from ledger.core.period import Period
from ledger.core.source import Source
from ledger.referential.model import CreditLine
from ledger.referential.queries import find_line
from ledger.rules.book import Rule, contract_last_day, standing_versions
from ledger.rules.enter_rule import RuleForm, add_rule, change_from, correct_version
from ledger.rules.enveloppe_ceilings import CeilingState, ceiling_state
from ledger.rules.figures import Figures
from ledger.rules.limit_kinds import MAIN_BUDGET, EnveloppeCeiling, LineAccounts, MoneyWay
from ledger.rules.model import RuleVersion
from ledger.rules.vocabulary import Circuit, ScopeWord


@dataclass(frozen=True, slots=True)
class LineManagement:
    """What holds for a line in an exercice. way, accounts, ceiling: the rules that say it; None where none does.

    Who pays takes back what is not due: the EPCI by its titres, or the financeur itself.
    """

    payer: str
    circuit: str
    way: Rule[MoneyWay] | None
    accounts: Rule[LineAccounts] | None
    ceiling: CeilingState | None

    def rules(self) -> list[Rule[Any]]:
        """The rules that say something of it."""
        found = (self.way, self.accounts, self.ceiling.rule if self.ceiling else None)
        return [each for each in found if each is not None]


def management_of(session: Session, line: str, year: int) -> LineManagement:
    """How the money of this line is managed in this exercice."""
    payer, circuit = payer_of(session, line, year)
    return LineManagement(
        payer,
        circuit,
        money_way(session, line, year),
        line_accounts(session, line, year),
        ceiling_state(session, line, year),
    )


def lasting_management(session: Session, line: str) -> LineManagement:
    """How its rules leave the money of this line in the last exercice of the contract; no convention is looked at."""
    last = contract_last_day(session) or date.max
    way = money_way(session, line, last.year)
    epci, financeur = epci_financeur(session), find_line(session, line).financeur
    circuit = Circuit.BUDGET if financeur == epci else way.figures.circuit if way else Circuit.DIRECT
    payer = epci if circuit == Circuit.BUDGET else financeur
    accounts, ceiling = line_accounts(session, line, last.year), ceiling_state(session, line, last.year)
    return LineManagement(payer, circuit, way, accounts, ceiling)


@dataclass(frozen=True, slots=True)
class ManagementForm:
    """What is said of a line: None, or nothing, for what does not change.

    payer: the EPCI, or the line's own financeur. accounts: by operation. ceiling: over all exercices together.
    """

    payer: str | None = None
    budget: str | None = None
    accounts: Mapping[str, str] | None = None
    ceiling: Money | None = None


def set_management(
    session: Session, line: CreditLine, form: ManagementForm, *, since: date, source: str, verified_on: date
) -> None:
    """The rules of this line say so from this day; what they said before holds until the day before.

    verified_on: the day somebody read it in its source.

    raises: InvalidValue for a payer that can be none, an account or an operation that is none, no source; RuleOverlap.
    """
    require_words(source, "La source manque.", 'Nommez le texte qui le dit : --source "Délibération du 12/12/2019".')
    said: list[tuple[type[Figures], dict[str, Any], str]] = []
    if form.payer is not None and (circuit := _circuit_of(session, line, form.payer.strip().upper())):
        said.append((MoneyWay, {"circuit": circuit}, "qui paie"))
    if form.budget is not None or form.accounts:
        said.append((LineAccounts, _accounts_said(session, line, form, since), "budget et comptes"))
    if form.ceiling is not None:
        said.append((EnveloppeCeiling, {"montant": form.ceiling.plain()}, "plafond de tous ses exercices ensemble"))
    for kind, figures, what in said:
        rule = RuleForm(
            code=f"{_CODES[kind]}-{line.code}",
            kind=kind.kind,
            scope={ScopeWord.LINE.value: line.code},
            figures=figures,
            label=f"{line.code} : {what}",
            period=Period(since, None),
            source=Source(source.strip()),
            verified_on=verified_on,
        )
        _enter(session, rule)


_CODES: Mapping[type[Figures], str] = {MoneyWay: "PASSAGE", LineAccounts: "COMPTE", EnveloppeCeiling: "PLAFOND"}


def _circuit_of(session: Session, line: CreditLine, payer: str) -> str:
    """The circuit by which this one pays the line; "" where none other could, and no rule need say it."""
    epci = epci_financeur(session)
    if payer not in (epci, line.financeur):
        raise InvalidValue(
            f"« {payer} » ne peut pas payer la ligne {line.code}.",
            f"Son payeur : {epci} (par son budget)" + (f" ou {line.financeur}." if line.financeur != epci else "."),
        )
    if line.financeur == epci:
        return ""
    return Circuit.BUDGET.value if payer == epci else Circuit.DIRECT.value


def _accounts_said(session: Session, line: CreditLine, form: ManagementForm, since: date) -> dict[str, Any]:
    """The budget and accounts of the line once those typed take the place of those its own rule said."""
    held = line_accounts(session, line.code, since.year)
    before = held.figures if held is not None and dict(held.scope) == {ScopeWord.LINE.value: line.code} else None
    budget = form.budget if form.budget is not None else before.budget if before else MAIN_BUDGET
    accounts = {**(before.accounts if before else {}), **(form.accounts or {})}
    return {"budget": budget.strip(), "comptes": accounts}


def _enter(session: Session, form: RuleForm) -> None:
    """The rule, in the place of the one of its kind and line that would hold: it begins, changes or corrects it."""
    query = select(RuleVersion).where(RuleVersion.kind == form.kind)
    same = [each for each in standing_versions(session.scalars(query)) if each.scope == dict(form.scope)]
    for version in same:
        if form.period.first in Period(version.first_day, version.last_day):
            told = replace(form, code=version.code, period=Period(form.period.first, version.last_day))
            if version.first_day == form.period.first:
                correct_version(session, told)
            else:
                change_from(session, told)
            return
    later = min((each.first_day for each in same if each.first_day > form.period.first), default=None)
    last = None if later is None else later - timedelta(days=1)
    add_rule(session, replace(form, code=same[0].code if same else form.code, period=Period(form.period.first, last)))
