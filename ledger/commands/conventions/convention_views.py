"""What `cofiville convention lister` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.shell.access import reading_as_of
from ledger.commands.shell.completion import CONVENTIONS
from ledger.commands.shell.options import AnneeOuTout, AuJour, ConnuAu
from ledger.commands.shell.screen import show, table
from ledger.conventions.vocabulary import ConventionKind, ConventionStatus
from ledger.core.money import total
from ledger.reports.figures.credits import TO_RECOVER
from ledger.reports.figures.payments import JUSTIFIED, ORDERED, PAID, STILL_DUE
from ledger.reports.figures.plan import GRANTED

if TYPE_CHECKING:
    from ledger.execution.states import ConventionState

Numero = Annotated[
    str,
    typer.Argument(
        metavar="CONVENTION", autocompletion=CONVENTIONS, help="Le numéro de la convention, par exemple C2016-001."
    ),
]


FIGURES = {each.script_key: each.heading for each in (GRANTED, ORDERED, PAID, JUSTIFIED, STILL_DUE, TO_RECOVER)}


def state_row(state: ConventionState) -> dict[str, Any]:
    """The figures of a convention as scripts read them."""

    convention = state.convention
    return {
        "convention": convention.number,
        "payeur": convention.payer,
        "beneficiaire": convention.beneficiary or "CAPH",
        "etat": ConventionStatus(convention.state).label,
        "accorde": state.granted,
        "ordonne": state.ordered,
        "verse": state.paid,
        "justifie": state.justified,
        "reste_du": state.still_due,
        "a_recouvrer": state.to_recover,
        "recouvre_par": convention.payer,
        "actions": sorted({line.action for line in convention.lines}),
        "exercice": convention.year,
        "nature": convention.kind,
        "circuit": convention.circuit,
        "exemple": convention.example,
        "nombre_avenants": len(convention.avenants),
    }


def lister(annee: AnneeOuTout = None, le: AuJour = None, connu_au: ConnuAu = None) -> None:
    """Liste les conventions : accordé, ordonné, versé, justifié, reste dû, à recouvrer ; annulée, plus rien.

    Exemple : cofiville convention lister 2016
    """
    from ledger.execution.states import convention_states

    with reading_as_of(le, connu_au) as session:
        rows: list[dict[str, Any]] = [state_row(state) for state in convention_states(session, annee, le)]

    def render() -> None:
        title = f"Conventions {annee or ''}".strip() + (
            " (dont exemples)" if any(row["exemple"] for row in rows) else ""
        )
        shown = [row for row in rows if row["nature"] != ConventionKind.RIGHT]
        table(
            title,
            ("Convention", "Payeur", "Bénéficiaire", "État", *FIGURES.values()),
            [
                (row["convention"], row["payeur"], row["beneficiaire"], row["etat"], *(row[name] for name in FIGURES))
                for row in rows
            ],
            ("Total hors recettes", "", "", "", *(total(row[name] for row in shown) for name in FIGURES)),
        )

    show(rows, render)
