"""A budget deposited on DAUPHIN, read from its table, and the credit line of ours that each of its grants asks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue, LedgerError, Level, Problem
from ledger.core.grouping import grouped
from ledger.core.identifiers import plain_words
from ledger.core.money import ZERO, Money, parse_money, total
from ledger.exchange.importing.diff import SheetDiff
from ledger.exchange.opening.limits import FileRefused
from ledger.exchange.partners.sums import FileSums, file_sums
from ledger.exchange.reading.rows import LeftOut, Row
from ledger.exchange.sheets.partners import DAUPHIN_BUDGET
from ledger.exchange.workbook import read_workbook
from ledger.programming.plans.balance import (
    ACCOUNTS,
    OWN_FUNDS_LINE,
    FundingForm,
    PlanLineForm,
    UnbalancedPlan,
    account_for,
    chapter,
    find_account,
)
from ledger.programming.vocabulary import PlanSide, RequestState
from ledger.referential.model import CreditLine, Financeur
from ledger.referential.queries import find_line
from ledger.referential.vocabulary import LineNature

GRANTS = "74"
_PARTS = re.compile(r"\(\s*dont\s+(?P<parts>.+)\)\s*$", re.IGNORECASE)
_COMMENT = re.compile(r"commentaire\s*:\s*(?P<parts>.+)$", re.IGNORECASE)
_NAMED = re.compile(r"(?P<name>\S.*?)\s+(?P<amount>\d[\d\s]*(?:[.,]\d{1,2})?)(?:\s+(?P<word>[^\d\s]+))?")
_NATURED = re.compile(r"(?P<amount>\d[\d\s]*(?:[.,]\d{1,2})?)\s*€?\s+(?P<name>\D+)")
_STATUSES = {
    "vote": RequestState.GRANTED,
    "votee": RequestState.GRANTED,
    "accorde": RequestState.GRANTED,
    "irrecevable": RequestState.INADMISSIBLE,
    "refuse": RequestState.REFUSED,
    "propose": RequestState.PROPOSED,
}
_SPECIFIC = ("cdv", "contrat de ville", "politique ville", "politique de la ville")


@dataclass(frozen=True, slots=True)
class GrantAsked:
    """A grant asked: its account, who is asked as the table names it, its nature where the table says it.

    key: how to name it: the account alone, or with the words of its part ("74dep cdv", "MENJ").
    nature: "specifique", "droit_commun", or "" when the table does not say.
    """

    key: str
    account: str
    label: str
    amount: Money
    nature: str = ""
    status: str = RequestState.ASKED


@dataclass(frozen=True, slots=True)
class DepositedBudget:
    """A budget as deposited: the accounts that ask nothing, what is asked, the porteur's own share.

    sums: the lines of its table, charges and produits together: read, kept, left out because others say them again.
    """

    lines: tuple[PlanLineForm, ...]
    asked: tuple[GrantAsked, ...]
    own_share: Money
    sums: FileSums

    @property
    def cost_total(self) -> Money:
        """The charges, contributions in kind apart."""
        return total(each.amount for each in self.lines if each.side == PlanSide.CHARGES and not each.in_kind)

    @property
    def contributions(self) -> Money:
        """The contributions in kind used (86)."""
        return total(each.amount for each in self.lines if each.side == PlanSide.CHARGES and each.in_kind)

    @property
    def resources(self) -> Money:
        """The produits, contributions in kind apart."""
        others = (each.amount for each in self.lines if each.side == PlanSide.PRODUITS and not each.in_kind)
        return total(others) + total(each.amount for each in self.asked) + self.own_share


def read_budget(path: Path) -> DepositedBudget:
    """The budget that a sheet of the file holds, told by its titles.

    raises: FileRefused, InvalidValue for a cell or an account, UnbalancedPlan when a chapter or a total is not the sum
        of its accounts, or when charges and produits differ.
    """
    reading = read_workbook(path, (DAUPHIN_BUDGET,), by_header=True)
    _refuse_first(reading.problems)
    rows = reading.rows.get(DAUPHIN_BUDGET.name)
    if not rows:
        raise FileRefused(
            f"« {path.name} » ne contient aucune ligne de budget.", "Exportez le plan de financement du dossier."
        )
    return _budget(rows, reading.left_out.get(DAUPHIN_BUDGET.name, ()))


def _refuse_first(problems: Iterable[Problem]) -> None:
    errors = [each for each in problems if each.level is Level.ERROR]
    if errors:
        first = errors[0]
        more = f" (et {len(errors) - 1} autre(s))" if len(errors) > 1 else ""
        raise InvalidValue(
            f"{first.sheet}!{first.cell} : « {first.found} » trouvé, {first.expected} attendu{more}.", first.message
        )


def _budget(rows: Sequence[Row], left_out: Sequence[LeftOut]) -> DepositedBudget:
    amounts: dict[tuple[str, str], tuple[str, Money]] = {}
    totals: dict[str, Money] = {}
    for row in rows:
        side, account = str(row.values["side"]), str(row.values["account"]).strip()
        amount, label = row.values.get("amount"), str(row.values.get("label") or "")
        if plain_words(account) == "total":
            totals[side] = amount if isinstance(amount, Money) else ZERO
        elif isinstance(amount, Money):
            key = side, find_account(side, account)
            if key in amounts:
                raise InvalidValue(f"Le compte {account} est donné deux fois.", "Gardez une ligne par compte.")
            amounts[key] = label, amount
    lowest_lines = _lowest_lines(amounts)
    _check_totals(lowest_lines, totals)
    kept = {(side, account) for side, account, _, _ in lowest_lines}
    aside = tuple(each for row in rows if (each := _said_again(row, kept)))
    sums = file_sums(rows, left_out, SheetDiff(DAUPHIN_BUDGET, (), (), aside=aside))
    return _sorted_out(lowest_lines, sums)


def _said_again(row: Row, kept: set[tuple[str, str]]) -> LeftOut | None:
    """Why a line of the table is no account kept; None for one that is, or that says nothing."""
    side, account, amount = str(row.values["side"]), str(row.values["account"]).strip(), row.values.get("amount")
    if not isinstance(amount, Money):
        return LeftOut(row.tab, f"ligne {row.number}", "compte sans montant")
    if plain_words(account) == "total":
        reason = "ligne de total"
    elif (side, find_account(side, account)) in kept:
        return None
    else:
        reason = "chapitre dont les comptes sont gardés" if amount else "compte à zéro"
    return LeftOut(row.tab, f"ligne {row.number}", reason, Fraction(amount.cents, 100) + row.lost)


def _lowest_lines(
    amounts: dict[tuple[str, str], tuple[str, Money]],
) -> list[tuple[str, str, str, Money]]:
    """The accounts that hold amounts: the sub-accounts of a chapter where some do, else the chapter.

    raises: UnbalancedPlan when a chapter is not the sum of its sub-accounts.
    """
    found = []
    for (side, account), (label, amount) in amounts.items():
        subs = [key for key in amounts if key[0] == side and key[1] != account and chapter(key[1]) == account]
        below = total(amounts[key][1] for key in subs)
        if not below:
            found.append((side, account, label, amount))
        elif below != amount:
            raise UnbalancedPlan(
                f"Le chapitre {account} est de {amount.french()} et ses comptes font {below.french()}, "
                f"écart {abs(amount - below).french()}.",
                "Corrigez le tableau, puis recommencez.",
            )
    return found


def _check_totals(lowest_lines: Sequence[tuple[str, str, str, Money]], totals: dict[str, Money]) -> None:
    sums = {side: total(amount for of, _, _, amount in lowest_lines if of == side) for side in ACCOUNTS}
    for side, written in totals.items():
        if written != sums[side]:
            raise UnbalancedPlan(
                f"Le total des {side} est écrit {written.french()} et les comptes font {sums[side].french()}, "
                f"écart {abs(written - sums[side]).french()}.",
                "Corrigez le tableau, puis recommencez.",
            )
    if sums["charges"] != sums["produits"]:
        raise UnbalancedPlan(
            f"Le budget déposé n'est pas équilibré : charges {sums['charges'].french()}, "
            f"produits {sums['produits'].french()}, écart {abs(sums['charges'] - sums['produits']).french()}.",
            "Demandez au porteur un budget équilibré.",
        )


def _sorted_out(lowest_lines: Sequence[tuple[str, str, str, Money]], sums: FileSums) -> DepositedBudget:
    lines: list[PlanLineForm] = []
    asked: list[GrantAsked] = []
    own_share = ZERO
    for side, account, label, amount in lowest_lines:
        if account == "RESSPROPRES":
            own_share += amount
        elif side == PlanSide.PRODUITS and chapter(account) == GRANTS:
            asked.extend(_parts(account, label, amount))
        elif amount:
            lines.append(PlanLineForm(side, account, amount))
    return DepositedBudget(tuple(lines), tuple(asked), own_share, sums)


def _parts(account: str, label: str, amount: Money) -> list[GrantAsked]:
    """What a grant line asks: its parts when its words give some that sum to it, else the whole."""
    found = list(_named(account, label)) or list(_natured(account, label))
    if found and total(each.amount for each in found) == amount:
        return found
    return [GrantAsked(account, account, label, amount)] if amount else []


def _named(account: str, label: str) -> Iterable[GrantAsked]:
    """Parts written "(dont NAME AMOUNT status ; NAME AMOUNT)"."""
    if match := _PARTS.search(label):
        for part in match["parts"].split(";"):
            if read := _NAMED.fullmatch(part.strip()):
                status = _STATUSES.get(plain_words(read["word"] or ""), RequestState.ASKED)
                name = read["name"].strip()
                yield GrantAsked(name, account, name, parse_money(read["amount"]), _nature(name), status)


def _natured(account: str, label: str) -> Iterable[GrantAsked]:
    """Parts written "commentaire : AMOUNT droit commun + AMOUNT cdv"."""
    if match := _COMMENT.search(label):
        for part in match["parts"].split("+"):
            if read := _NATURED.fullmatch(part.strip()):
                name = read["name"].strip()
                yield GrantAsked(f"{account} {name}", account, name, parse_money(read["amount"]), _nature(name))


def _nature(words: str) -> str:
    said = plain_words(words)
    if "droit commun" in said:
        return LineNature.DROIT_COMMUN
    return LineNature.SPECIFIC if any(word in said for word in _SPECIFIC) else ""


class LinesToName(LedgerError):
    """Grants of a budget that several lines of ours could bear."""

    code = "lignes_a_preciser"


@dataclass(frozen=True, slots=True)
class GrantOnLine:
    """A grant of the budget and the credit line it asks; "" when it is of nobody whose credits we follow."""

    asked: GrantAsked
    line: str


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A grant of the budget that several lines could bear."""

    asked: GrantAsked
    lines: tuple[str, ...]


def find_grant_line(
    session: Session, budget: DepositedBudget, named: Mapping[str, str]
) -> tuple[list[GrantOnLine], list[Unsettled]]:
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
    on_lines: list[GrantOnLine] = []
    unsettled: list[Unsettled] = []
    for each in budget.asked:
        lines = [line.code for line in accounts.get(each.account, ()) if not each.nature or line.nature == each.nature]
        if each.key.lower() in chosen:
            on_lines.append(GrantOnLine(each, chosen[each.key.lower()]))
        elif len(lines) <= 1 or not each.amount:
            on_lines.append(GrantOnLine(each, lines[0] if len(lines) == 1 and each.amount else ""))
        else:
            unsettled.append(Unsettled(each, tuple(lines)))
    return on_lines, unsettled


def _lines_by_account(session: Session) -> dict[str, list[CreditLine]]:
    query = (
        select(CreditLine, Financeur.kind)
        .join(Financeur, Financeur.code == CreditLine.financeur)
        .where(CreditLine.nature != LineNature.OWN_FUNDS)
        .order_by(CreditLine.rank)
    )
    return grouped((account_for(kind), line) for line, kind in session.execute(query))


def refuse_unsettled(unsettled: Sequence[Unsettled]) -> None:
    """Check that every grant has its line. raises: LinesToName, which lists the others with their possible lines."""
    if unsettled:
        listed = " ; ".join(
            f"{each.asked.key} ({each.asked.amount.french()}) : {' ou '.join(each.lines)}" for each in unsettled
        )
        first = unsettled[0]
        raise LinesToName(
            f"Plusieurs lignes de crédits conviennent à {listed}.",
            f'Choisissez, pour chacune : --ligne "{first.asked.key}={first.lines[0]}".',
        )


def plan_of_deposit(
    budget: DepositedBudget, on_lines: Sequence[GrantOnLine]
) -> tuple[tuple[FundingForm, ...], tuple[PlanLineForm, ...]]:
    """The lines asked (several grants on one line add up, and are named beside it) and the other accounts."""
    amounts: dict[str, list[GrantAsked]] = {}
    others: list[PlanLineForm] = []
    for each in on_lines:
        if each.line:
            amounts.setdefault(each.line, []).append(each.asked)
        elif each.asked.amount:
            others.append(PlanLineForm(PlanSide.PRODUITS, each.asked.account, each.asked.amount, each.asked.label))
    fundings = [_funding(line, parts) for line, parts in amounts.items()]
    if budget.own_share:
        fundings.append(FundingForm(OWN_FUNDS_LINE, budget.own_share))
    return tuple(fundings), (*budget.lines, *others)


def _funding(line: str, parts: Sequence[GrantAsked]) -> FundingForm:
    amount = Money(sum(each.amount.cents for each in parts))
    asked = [each for each in parts if each.amount] or list(parts)
    statuses = {each.status for each in asked}
    status = statuses.pop() if len(statuses) == 1 else RequestState.ASKED
    said = " + ".join(f"{each.label} {each.amount.french()}" for each in asked) if len(asked) > 1 else asked[0].label
    return FundingForm(line, amount, status=status, observation=said)
