"""Which credit line of ours each grant of a deposited budget asks: found where there is one, asked for otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.core.money import Money
from ledger.exchange.deposited.dauphin import Asked, DepositedBudget
from ledger.programming.balance import OWN_FUNDS_LINE, FundingForm, PlanLineForm
from ledger.programming.cerfa import account_for
from ledger.programming.vocabulary import PlanSide, RequestState
from ledger.referential.lookups import find_line
from ledger.referential.model import CreditLine, Financeur
from ledger.referential.vocabulary import LineNature


class LinesToName(LedgerError):
    """Grants of a budget that several lines of ours could bear."""

    code = "lignes_a_preciser"


@dataclass(frozen=True, slots=True)
class Placed:
    """A grant of the budget and the credit line it asks; "" when it is of nobody whose credits we follow."""

    asked: Asked
    line: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A grant of the budget that several lines could bear."""

    asked: Asked
    lines: tuple[str, ...]


def place(session: Session, budget: DepositedBudget, named: Mapping[str, str]) -> tuple[list[Placed], list[Unsettled]]:
    """Each grant on its credit line, and those that must be named.

    named: by key of the grant ("74region", "MENJ"), the line chosen. raises: NotFound, LinesToName for an unknown key.
    """
    known = {each.key.lower() for each in budget.asked}
    for key in named:
        if key.lower() not in known:
            raise LinesToName(
                f"« {key} » ne nomme aucune subvention du budget.",
                f"Noms possibles : {', '.join(each.key for each in budget.asked)}.",
            )
    chosen = {key.lower(): find_line(session, line).code for key, line in named.items()}
    accounts = _lines_by_account(session)
    placed: list[Placed] = []
    unsettled: list[Unsettled] = []
    for each in budget.asked:
        lines = [line.code for line in accounts.get(each.account, ()) if not each.nature or line.nature == each.nature]
        if each.key.lower() in chosen:
            placed.append(Placed(each, chosen[each.key.lower()]))
        elif len(lines) <= 1 or not each.amount:
            placed.append(Placed(each, lines[0] if len(lines) == 1 and each.amount else ""))
        else:
            unsettled.append(Unsettled(each, tuple(lines)))
    return placed, unsettled


def _lines_by_account(session: Session) -> dict[str, list[CreditLine]]:
    found: dict[str, list[CreditLine]] = {}
    query = (
        select(CreditLine, Financeur.kind)
        .join(Financeur, Financeur.code == CreditLine.financeur)
        .where(CreditLine.nature != LineNature.OWN_FUNDS)
        .order_by(CreditLine.rank)
    )
    for line, kind in session.execute(query):
        found.setdefault(account_for(kind), []).append(line)
    return found


def refuse_unsettled(unsettled: Sequence[Unsettled]) -> None:
    """Nothing when every grant has its line. raises: LinesToName that lists the others with their possible lines."""
    if unsettled:
        listed = " ; ".join(
            f"{each.asked.key} ({each.asked.amount.french()}) : {' ou '.join(each.lines)}" for each in unsettled
        )
        first = unsettled[0]
        raise LinesToName(
            f"Plusieurs lignes de crédits conviennent à {listed}.",
            f'Choisissez, pour chacune : --ligne "{first.asked.key}={first.lines[0]}".',
        )


def plan_of(
    budget: DepositedBudget, placed: Sequence[Placed]
) -> tuple[tuple[FundingForm, ...], tuple[PlanLineForm, ...]]:
    """The lines asked (several grants on one line add up, and are named beside it) and the other accounts."""
    amounts: dict[str, list[Asked]] = {}
    others: list[PlanLineForm] = []
    for each in placed:
        if each.line:
            amounts.setdefault(each.line, []).append(each.asked)
        elif each.asked.amount:
            others.append(PlanLineForm(PlanSide.PRODUITS, each.asked.account, each.asked.amount, each.asked.label))
    fundings = [_funding(line, parts) for line, parts in amounts.items()]
    if budget.own_share:
        fundings.append(FundingForm(OWN_FUNDS_LINE, budget.own_share))
    return tuple(fundings), (*budget.lines, *others)


def _funding(line: str, parts: Sequence[Asked]) -> FundingForm:
    amount = Money(sum(each.amount.cents for each in parts))
    asked = [each for each in parts if each.amount] or list(parts)
    statuses = {each.status for each in asked}
    status = statuses.pop() if len(statuses) == 1 else RequestState.ASKED
    said = " + ".join(f"{each.label} {each.amount.french()}" for each in asked) if len(asked) > 1 else asked[0].label
    return FundingForm(line, amount, status=status, observation=said)
