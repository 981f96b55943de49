"""The details of an action as rows, and rows as details: publics, budget, indicators, references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import Values
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.publics import UNKNOWN_EPCI
from ledger.programming.balance import label_of
from ledger.programming.cerfa import ACCOUNTS, account_label, find_account
from ledger.programming.filling import publics_of
from ledger.programming.forms import IndicatorForm, PlanLineForm, PublicForm, ReferenceForm
from ledger.programming.plans import as_typed
from ledger.programming.public_model import PLACE_KINDS
from ledger.programming.publics import usual_epci
from ledger.programming.reading import ReadAction


def public_rows(action: ReadAction) -> Iterator[Values]:
    """The rows of who benefits."""
    for each in publics_of(action):
        yield {
            "action": action.number,
            "place": each.territory or each.kind.upper(),
            "epci": each.epci or UNKNOWN_EPCI,
            "headcount": each.headcount,
            "counted": each.counted,
            "qpv_headcount": each.qpv_headcount,
            "evidence": each.evidence,
        }


def public_from(values: Values) -> PublicForm:
    """What a row of Publics says; its kind is that of its territory."""
    place, epci = str(values["place"]), str(values.get("epci") or "")
    qpv, headcount = values.get("qpv_headcount"), values["headcount"]
    kind = place.lower() if place.lower() in PLACE_KINDS else ""
    return PublicForm(
        kind=kind,
        headcount=headcount if isinstance(headcount, int) else 0,
        territory="" if kind else place,
        epci="" if epci == UNKNOWN_EPCI else epci,
        counted=bool(values.get("counted")),
        qpv_headcount=qpv if isinstance(qpv, int) else None,
        evidence=str(values.get("evidence") or ""),
    )


def settled_public(session: Session, row: Row) -> Row:
    """The row with the agglomeration that its territory has alone, where it is not said."""
    if row.values.get("epci") != UNKNOWN_EPCI:
        return row
    return row.saying({**row.values, "epci": usual_epci(session, str(row.values["place"])) or UNKNOWN_EPCI})


def budget_rows(action: ReadAction) -> Iterator[Values]:
    """The rows of the budget, what is asked of credit lines apart."""
    for each in map(as_typed, action.detail):
        yield {
            "action": action.number,
            "side": each.side,
            "account": each.account,
            "label": label_of(each),
            "amount": each.amount,
        }


def budget_from(values: Values) -> PlanLineForm:
    """What a row of Budgets says."""
    side, account, label = str(values["side"]), str(values["account"]), str(values["label"])
    amount = values["amount"]
    usual = account_label(side, account)
    return PlanLineForm(side, account, amount if isinstance(amount, Money) else ZERO, "" if label == usual else label)


def settled_budget(row: Row) -> Row:
    """The row with its account as the form spells it; one that is not of the form stays as typed."""
    side, typed = str(row.values["side"]), str(row.values["account"]).strip().lower()
    known = next((account for account in ACCOUNTS[side] if account.lower() == typed), None)
    return row if known is None else row.saying({**row.values, "account": known})


def merged_budget(held: Iterable[PlanLineForm], rows: Sequence[Values]) -> tuple[PlanLineForm, ...]:
    """The budget held with these rows instead or besides; a row at zero takes its account away."""
    lines = {(each.side, each.account, label_of(each)): each for each in held}
    for values in rows:
        each = budget_from(values)
        find_account(each.side, each.account)
        lines[each.side, each.account, label_of(each)] = each
    return tuple(each for each in lines.values() if each.amount)


def merged_publics(held: Iterable[PublicForm], rows: Sequence[Values]) -> tuple[PublicForm, ...]:
    """The publics held with these rows instead or besides."""
    found = {(each.territory or each.kind, each.epci): each for each in held}
    for values in rows:
        each = public_from(values)
        found[each.territory or each.kind, each.epci] = each
    return tuple(found.values())


def indicator_rows(action: ReadAction) -> Iterator[Values]:
    """The rows of what is expected."""
    for each in action.indicators:
        yield {
            "action": action.number,
            "label": each.label,
            "kind": each.kind,
            "expected": each.expected,
            "realised": each.realised,
        }


def merged_indicators(held: Iterable[IndicatorForm], rows: Sequence[Values]) -> tuple[IndicatorForm, ...]:
    """The indicators held with these rows instead or besides."""
    found = {each.label: each for each in held}
    for values in rows:
        label = str(values["label"])
        found[label] = IndicatorForm(str(values["kind"]), label, str(values["expected"]))
    return tuple(found.values())


def references_text(references: Iterable[ReferenceForm], year: int) -> str:
    """References in one cell: "dauphin=16023456; ej=2101987654:2017"."""
    return "; ".join(
        f"{each.kind}={each.reference}" + (f":{each.year}" if each.year not in (0, year) else "")
        for each in sorted(references, key=lambda each: (each.kind, each.reference, each.year))
    )


def references_from(text: str) -> tuple[ReferenceForm, ...]:
    """The references of a cell. raises: InvalidValue."""
    found = []
    for part in filter(None, (piece.strip() for piece in text.replace("\n", ";").split(";"))):
        kind, separator, rest = part.partition("=")
        number, _, year = rest.partition(":")
        if not separator or (year and not year.strip().isdecimal()):
            raise InvalidValue(f"« {part} » n'est pas une référence.", "Écrivez dauphin=16023456 ; ej=2101987654:2017.")
        found.append(ReferenceForm(kind.strip().lower(), number.strip(), int(year) if year else 0))
    return tuple(found)
