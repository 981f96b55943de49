"""An action, its plan and its details as rows of sheets, and rows as an action."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields
from typing import Any

from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.field import Value
from ledger.core.identifiers import code_from_name, is_count
from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import Values
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.programming import FUNDINGS, PROGRAMMING, UNKNOWN_EPCI, column_of_epci, epci_of_column
from ledger.programming.actions.criteria import criteria_in_order
from ledger.programming.actions.forms import ActionForm, IndicatorForm, ReadAction, ReferenceForm
from ledger.programming.actions.renewals import settled_renewal
from ledger.programming.plans.balance import ACCOUNTS, FundingForm, PlanLineForm, account_label, find_account, label_of
from ledger.programming.publics.record_publics import usual_epci
from ledger.programming.publics.shares import SLICE_KINDS, EpciCount, PublicForm, SliceForm, slice_costs
from ledger.programming.vocabulary import Renewal, RequestState


def public_rows(action: ReadAction) -> Iterator[Values]:
    """The rows of who benefits."""
    for each in action.publics:
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
    """What a row of Publics says; its kind is that of its territory, or the place itself."""
    place, epci = str(values["place"]), str(values.get("epci") or "")
    qpv, headcount = values.get("qpv_headcount"), values["headcount"]
    return PublicForm(
        kind="",
        headcount=headcount if isinstance(headcount, int) else 0,
        territory=place,
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
    for each in action.plan:
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
    found = {(code_from_name(each.territory or each.kind), each.epci): each for each in held}
    for values in rows:
        each = public_from(values)
        found[code_from_name(each.territory), each.epci] = each
    return tuple(found.values())


def indicator_rows(action: ReadAction) -> Iterator[Values]:
    """The rows of what is expected."""
    for each, (realised, _) in zip(action.indicators, action.realised, strict=True):
        yield {
            "action": action.number,
            "label": each.label,
            "kind": each.kind,
            "expected": each.expected,
            "realised": realised,
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
        if not separator or (year and not is_count(year.strip())):
            raise InvalidValue(f"« {part} » n'est pas une référence.", "Écrivez dauphin=16023456 ; ej=2101987654:2017.")
        found.append(ReferenceForm(kind.strip().lower(), number.strip(), int(year) if year else 0))
    return tuple(found)


_SAID_ELSEWHERE = frozenset({"references", "renewal", "origin", "status"})
_TYPED = frozenset(each.name for each in fields(ActionForm))
_COLUMNS = tuple(each.field for each in PROGRAMMING.columns if each.formula is None and hasattr(ReadAction, each.field))
_OF_LINE = tuple(each.field for each in FUNDINGS.columns if hasattr(FundingForm, each.field))


def action_values(action: ReadAction, epcis: Collection[str]) -> Values:
    """The row of the sheet Programmation for an action. epcis: the codes of those of the contract."""
    values: dict[str, Value] = {name: getattr(action, name) for name in _COLUMNS}
    values["references"] = references_text(action.references, action.year)
    by_kind = {each.kind: each for each in action.slices}
    for kind in SLICE_KINDS:
        values[f"headcount_{kind}"] = by_kind[kind].headcount if kind in by_kind else None
        values[f"cost_{kind}"] = by_kind[kind].cost if kind in by_kind else None
    counts = {each.epci: each.headcount for each in action.counts}
    return values | {column_of_epci(code): counts.get(code) for code in epcis}


def funding_values(action: ReadAction, granted: Mapping[str, Money]) -> Iterator[Values]:
    """The rows of the lines of its plan, with what was granted on each."""
    for each in action.fundings:
        more = {"action": action.number, "granted": granted.get(each.line), "example": action.example}
        yield {**{name: getattr(each, name) for name in _OF_LINE}, **more}


def funding_from(values: Values) -> FundingForm:
    """What a row of Financements asks."""
    return FundingForm(
        line=str(values["line"]),
        amount_requested=_money(values["amount_requested"]) or Money(0),
        shared=bool(values.get("shared")),
        status=str(values.get("status") or RequestState.ASKED),
        observation=str(values.get("observation") or ""),
    )


def form_from(values: Values, *, fundings: Sequence[FundingForm], origin: str) -> ActionForm:
    """What a row of Programmation says of an action.

    raises: InvalidValue, UnbalancedPlan when costs by territory are typed and are not those its headcounts make.
    """
    eligible = _money(values["cost_eligible"]) or ZERO
    typed: dict[str, Any] = {
        name: values[name]
        for name in _COLUMNS
        if name in _TYPED - _SAID_ELSEWHERE and values.get(name) not in (None, "")
    }
    renewal = "" if values.get("renewed_from") else str(values.get("renewal") or "")
    return ActionForm(
        **{**typed, "cost_eligible": eligible},
        renewal=renewal,
        origin=origin,
        references=references_from(str(values.get("references") or "")),
        slices=_slices(values, eligible),
        counts=tuple(_counts(values)),
        fundings=tuple(fundings),
    )


def _counts(values: Values) -> Iterator[EpciCount]:
    for name, people in values.items():
        if (code := epci_of_column(name)) and isinstance(people, int):
            yield EpciCount(code, people)


def _slices(values: Values, eligible: Money) -> tuple[SliceForm, ...]:
    slices = tuple(
        SliceForm(kind, headcount=_count(values.get(f"headcount_{kind}")), cost=_money(values.get(f"cost_{kind}")))
        for kind in SLICE_KINDS
        if values.get(f"headcount_{kind}") is not None or values.get(f"cost_{kind}") is not None
    )
    if all(each.cost is None for each in slices):
        return slices
    made = slice_costs(slices, eligible)
    for each in slices:
        if each.cost is not None and each.kind in made and made[each.kind][1] != each.cost:
            raise InvalidValue(
                f"Le coût {each.kind} saisi ({each.cost.french()}) n'est pas celui que donnent les effectifs "
                f"({made[each.kind][1].french()}).",
                "Laissez vides les coûts par territoire, ou les effectifs.",
            )
    return slices


def _money(value: Value) -> Money | None:
    return value if isinstance(value, Money) else None


def _count(value: Value) -> int | None:
    return value if isinstance(value, int) else None


def settled_action(row: Row, *, detailed: bool, contract: str) -> Row:
    """The row as the base would say it: references and renewal in their form, what is made from elsewhere left out.

    References given by their own command are not taken away by a blank cell.
    detailed: its public is given place by place, so that blank totals say nothing. contract: its own.
    """
    values = dict(row.values)
    if detailed or any(values.get(f"headcount_{kind}") for kind in SLICE_KINDS):
        made = [f"cost_{kind}" for kind in SLICE_KINDS]
        if detailed:
            made += [*(f"headcount_{kind}" for kind in SLICE_KINDS), *filter(epci_of_column, values)]
        for name in (name for name in made if not values.get(name)):
            values.pop(name, None)
    if values.get("renewed_from"):
        values["renewed_from"] = settled_renewal(str(values["renewed_from"]), contract)
        values["renewal"] = values.get("renewal") or Renewal.RENEWED
    if isinstance(named := values.get("criteria"), tuple):
        values["criteria"] = named = criteria_in_order(named)
        values["innovation_criteria"] = values.get("innovation_criteria") or len(named)
    if not values.get("references"):
        values.pop("references", None)
    else:
        with suppress(InvalidValue):
            text, year = str(values["references"]), _count(values.get("year")) or 0
            values["references"] = references_text(references_from(text), year)
    return row.saying(values)
