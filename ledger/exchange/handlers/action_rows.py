"""An action, its plan and its details as rows of sheets, and rows as an action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy import Row as DatabaseRow
from sqlalchemy.orm import Session

from ledger.core.errors import InvalidValue
from ledger.core.field import Value
from ledger.core.money import ZERO, Money
from ledger.exchange.declaration import Values
from ledger.exchange.reading.rows import Row
from ledger.exchange.sheets.programming import UNKNOWN_EPCI
from ledger.programming.actions.form_rows import ReadAction, public_forms, reference_forms
from ledger.programming.actions.forms import ActionForm, IndicatorForm, ReferenceForm
from ledger.programming.actions.model import Action
from ledger.programming.plans.balance import ACCOUNTS, FundingForm, PlanLineForm, account_label, find_account, label_of
from ledger.programming.plans.versions import as_typed
from ledger.programming.publics.model import PLACE_KINDS
from ledger.programming.publics.record_publics import usual_epci
from ledger.programming.publics.shares import SLICE_KINDS, PublicForm, SliceForm, slice_costs
from ledger.programming.vocabulary import Renewal


def public_rows(action: ReadAction) -> Iterator[Values]:
    """The rows of who benefits."""
    for each in public_forms(action):
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


def action_values(action: Action | ReadAction) -> Values:
    """The row of the sheet Programmation for an action."""
    values: dict[str, Value] = {
        "number": action.number,
        "year": action.year,
        "appel": action.appel,
        "porteur": action.porteur,
        "title": action.title,
        "objective": action.objective,
        "scale": action.scale,
        "dispositif": action.dispositif,
        "nature": action.nature,
        "innovation_criteria": action.innovation_criteria,
        "cost_total": action.cost_total,
        "cost_eligible": action.cost_eligible,
        "public_caph": action.public_caph,
        "public_cavm": action.public_cavm,
        "territories": tuple(sorted(each.territory for each in action.territories)),
        "no_droit_commun_reason": action.no_droit_commun_reason,
        "deposited_on": action.deposited_on,
        "starts_on": action.starts_on,
        "ends_on": action.ends_on,
        "years": action.years,
        "renewal": action.renewal,
        "renewed_from": action.renewed.previous if action.renewed else None,
        "references": references_text(reference_forms(action), action.year),
        "share_source": action.share_source,
        "valued": action.valued,
        "example": action.example,
        "status": action.status,
        "origin": action.origin,
    }
    by_kind = {each.kind: each for each in action.slices}
    for kind in SLICE_KINDS:
        values[f"headcount_{kind}"] = by_kind[kind].headcount if kind in by_kind else None
        values[f"cost_{kind}"] = by_kind[kind].cost if kind in by_kind else None
    return values


def funding_values(funding: DatabaseRow[Any], granted: Money | None, *, example: bool) -> Values:
    """The row of one line of a plan, with what was granted on it."""
    return {
        "action": funding.action,
        "line": funding.line,
        "amount_requested": funding.amount_requested,
        "shared": funding.shared,
        "status": funding.status,
        "observation": funding.observation,
        "granted": granted,
        "example": example,
    }


def funding_from(values: Values) -> FundingForm:
    """What a row of Financements asks."""
    return FundingForm(
        line=str(values["line"]),
        amount_requested=_money(values["amount_requested"]) or Money(0),
        shared=bool(values.get("shared")),
        status=str(values.get("status") or "demande"),
        observation=str(values.get("observation") or ""),
    )


def form_from(values: Values, *, fundings: Sequence[FundingForm], origin: str) -> ActionForm:
    """What a row of Programmation says of an action.

    raises: InvalidValue, UnbalancedPlan when costs by territory are typed and are not those its headcounts make.
    """
    eligible = _money(values["cost_eligible"]) or Money(0)
    territories = values.get("territories")
    return ActionForm(
        year=_count(values["year"]) or 0,
        number=str(values["number"]),
        porteur=str(values["porteur"]),
        title=str(values["title"]),
        appel=str(values.get("appel") or ""),
        objective=str(values.get("objective") or ""),
        scale=str(values["scale"]),
        dispositif=str(values["dispositif"]),
        nature=str(values["nature"]),
        innovation_criteria=_count(values.get("innovation_criteria")) or 0,
        cost_total=_money(values["cost_total"]) or Money(0),
        cost_eligible=eligible,
        public_caph=_count(values.get("public_caph")),
        public_cavm=_count(values.get("public_cavm")),
        no_droit_commun_reason=str(values.get("no_droit_commun_reason") or ""),
        example=bool(values.get("example")),
        origin=origin,
        deposited_on=_day(values.get("deposited_on")),
        starts_on=_day(values.get("starts_on")),
        ends_on=_day(values.get("ends_on")),
        years=_count(values.get("years")) or 1,
        renewal="" if values.get("renewed_from") else str(values.get("renewal") or ""),
        renewed_from=str(values.get("renewed_from") or ""),
        references=references_from(str(values.get("references") or "")),
        share_source=str(values.get("share_source") or ""),
        slices=_slices(values, eligible),
        territories=territories if isinstance(territories, tuple) else (),
        fundings=tuple(fundings),
    )


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


def _day(value: Value) -> date | None:
    return value if isinstance(value, date) else None


def _count(value: Value) -> int | None:
    return value if isinstance(value, int) else None


def settled_action(row: Row, *, detailed: bool) -> Row:
    """The row as the base would say it: references and renewal in their form, what is made from elsewhere left out.

    References given by their own command are not taken away by a blank cell.
    detailed: its public is given place by place, so that blank totals say nothing.
    """
    values = dict(row.values)
    if detailed or any(values.get(f"headcount_{kind}") for kind in SLICE_KINDS):
        made = [f"cost_{kind}" for kind in SLICE_KINDS]
        made += [*(f"headcount_{kind}" for kind in SLICE_KINDS), "public_caph", "public_cavm"] if detailed else []
        for name in (name for name in made if not values.get(name)):
            values.pop(name, None)
    if values.get("renewed_from") and not values.get("renewal"):
        values["renewal"] = Renewal.RENEWED
    if not values.get("references"):
        values.pop("references", None)
    else:
        with suppress(InvalidValue):
            text, year = str(values["references"]), _count(values.get("year")) or 0
            values["references"] = references_text(references_from(text), year)
    return row.saying(values)
