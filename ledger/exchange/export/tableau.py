"""The tableau de programmation: one row an action; each line asked, advised, granted, paid; how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy.orm import Session

from ledger.core.field import Kind, Value
from ledger.exchange.declaration import Added, Column, Sheet, Table, Values, column
from ledger.exchange.export.following import Followed, following
from ledger.programming.lookups import own_fund_lines
from ledger.programming.vocabulary import Renewal
from ledger.referential.lookups import find_line, find_objective, find_porteur, find_territory
from ledger.referential.vocabulary import LineNature
from ledger.reports.figures.payments import ADVANCE, BALANCE, COST_REAL, OVERPAID, PAID
from ledger.reports.figures.plan import ASKED, COST, GRANTED, GRANTED_BEFORE, OWN_FUNDS, PROPOSED
from ledger.reports.programme import ActionFigures

_STEPS = {"requested": ASKED, "proposed": PROPOSED, "granted": GRANTED, "paid": PAID}
_WORDS = (
    "Vos changements reviennent ici comme des propositions : chacune s'adopte par un acte. Les demandes se corrigent "
    "sur les feuilles suivantes."
)


def tableau(session: Session, year: int, figures: Sequence[ActionFigures], *, note: str, stamp: str) -> Table:
    """The calculated sheet. stamp: the words that sign a workbook sent; "" for none."""
    own = own_fund_lines(session)
    every = _lines(session, figures)
    lines = [code for code in every if code not in own]
    followed = following(session, year)
    sheet = Sheet(
        name=f"Tableau {year}",
        title=f"Contrat de ville — programmation {year}",
        key=("number",),
        instructions=(*((stamp,) if stamp else ()), _WORDS),
        columns=(
            *_fixed_columns(),
            *_total_columns(lines),
            *_line_columns(lines, [code for code in every if code in own]),
            *_last_columns(),
        ),
        computed=True,
    )
    return Table(sheet, tuple(_row(session, action, followed) for action in figures), note=note)


def _lines(session: Session, figures: Iterable[ActionFigures]) -> list[str]:
    """The lines that some action asks or is granted, in the order of the référentiel; own funds last."""
    natures = {line.line: line.nature for action in figures for line in action.lines}
    ranks = {code: find_line(session, code).rank for code in natures}
    return sorted(natures, key=lambda code: (natures[code] == LineNature.OWN_FUNDS, ranks[code]))


def _fixed_columns() -> tuple[Column, ...]:
    return (
        Column("number", "N°", Kind.CODE, width=10),
        Column("title", "Intitulé", Kind.TEXT, width=36),
        Column("example", "Exemple", Kind.YES_NO, width=9),
        Column("axis", "Axe", Kind.TEXT, width=26),
        Column("objective", "Objectif", Kind.CODE, width=9),
        Column("territories", "QPV / veille", Kind.TEXT, width=28),
        Column("porteur", "Porteur", Kind.TEXT, width=28),
        Column("siret", "SIRET", Kind.SIRET, width=17),
        Column("renewal", "Nouveau / reconduction", Kind.TEXT, width=15),
        column("cost", COST.field(title=COST.also[0]), summed=True, width=15),
        column("granted_before", GRANTED_BEFORE.field(), summed=True, width=15),
    )


def _line_columns(lines: Sequence[str], own: Sequence[str]) -> Iterable[Column]:
    for code in lines:
        for step, figure in _STEPS.items():
            yield column(f"{code} {step}", figure.field(), summed=True, width=14, group=code)
    for code in own:
        yield column(f"{code} own_funds", OWN_FUNDS.field(), summed=True, width=14, group=code)


def _total_columns(lines: Sequence[str]) -> Iterable[Column]:
    for step, figure in _STEPS.items():
        formula = Added(tuple(f"{code} {step}" for code in lines))
        yield column(f"total {step}", figure.field(), summed=True, width=15, group="Ensemble", formula=formula)


def _last_columns() -> tuple[Column, ...]:
    return (
        Column("avis", "Avis", Kind.TEXT, width=30),
        Column("ej", "EJ", Kind.TEXT, width=16),
        column("advance", ADVANCE.field(), summed=True, width=14),
        column("balance", BALANCE.field(), summed=True, width=14),
        column("realised", COST_REAL.field(title=COST_REAL.also[0]), summed=True, width=14),
        column("given_back", OVERPAID.field(), summed=True, width=15),
        Column("remarks", "Observations", Kind.TEXT, width=36),
    )


def _row(session: Session, action: ActionFigures, followed: dict[str, Followed]) -> Values:
    porteur = find_porteur(session, action.porteur)
    axis = find_objective(session, action.objective).axis_label if action.objective else ""
    more = followed[action.number]
    values: dict[str, Value] = {
        "number": action.number,
        "title": action.title,
        "example": action.example,
        "axis": axis,
        "objective": action.objective,
        "territories": ", ".join(find_territory(session, code).name for code in action.territories),
        "porteur": porteur.name,
        "siret": porteur.siret,
        "renewal": Renewal(more.renewal).label if more.renewal else "",
        "cost": action.cost,
        "granted_before": more.granted_before,
        "avis": more.avis,
        "ej": more.ej,
        "advance": more.advance,
        "balance": more.balance,
        "realised": more.realised,
        "given_back": more.given_back,
        "remarks": more.remarks,
    }
    for line in action.lines:
        if line.nature == LineNature.OWN_FUNDS:
            values[f"{line.line} own_funds"] = line.own_funds
            continue
        values |= {
            f"{line.line} requested": line.requested,
            f"{line.line} proposed": more.proposed.get(line.line),
            f"{line.line} granted": line.granted,
            f"{line.line} paid": line.paid,
        }
    return values
