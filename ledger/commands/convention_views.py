"""What `cofiville convention` shows: the list of conventions, and the whole life of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.access import reading
from ledger.commands.completion import CONVENTIONS
from ledger.commands.options import AnneeOuTout, AuJour
from ledger.commands.origins import Origine, origin_rows, say_origins
from ledger.commands.screen import say, show, table
from ledger.core.money import total

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.conventions.model import Convention
    from ledger.execution.states import ConventionState

Numero = Annotated[
    str,
    typer.Argument(
        metavar="CONVENTION", autocompletion=CONVENTIONS, help="Le numéro de la convention, par exemple C2016-001."
    ),
]


FIGURES = {
    "accorde": "Accordé",
    "ordonne": "Ordonné",
    "verse": "Versé",
    "justifie": "Justifié",
    "reste_du": "Reste dû",
    "a_recouvrer": "À recouvrer",
}


def _row(state: ConventionState) -> dict[str, Any]:
    from ledger.conventions.model import STATES

    convention = state.convention
    return {
        "convention": convention.number,
        "payeur": convention.payer,
        "beneficiaire": convention.beneficiary or "CAPH",
        "etat": STATES[convention.state],
        "accorde": state.granted,
        "ordonne": state.ordered,
        "verse": state.paid,
        "justifie": state.justified,
        "reste_du": state.still_due,
        "a_recouvrer": state.to_recover,
        "actions": sorted({line.action for line in convention.lines}),
        "exercice": convention.year,
        "nature": convention.kind,
        "circuit": convention.circuit,
        "exemple": convention.example,
    }


def lister(annee: AnneeOuTout = None, le: AuJour = None) -> None:
    """Liste les conventions : accordé, ordonné, versé, justifié, reste dû, à recouvrer.

    Exemple : cofiville convention lister 2016
    """
    from ledger.execution.states import convention_states

    with reading() as session:
        rows: list[dict[str, Any]] = [_row(state) for state in convention_states(session, annee, le)]

    def render() -> None:
        title = f"Conventions {annee or ''}".strip() + (
            " (dont exemples)" if any(row["exemple"] for row in rows) else ""
        )
        shown = [row for row in rows if row["nature"] != "recette"]
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


def montrer(numero: Numero, origine: Origine = False) -> None:
    """Montre la vie d'une convention : lignes, échéancier, versements, bilan, solde.

    Exemple : cofiville convention montrer C2016-001
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.states import state_of

    with reading() as session:
        convention = find_convention(session, numero)
        row = _row(state_of(session, convention)) | _life(session, convention)
        if origine:
            from ledger.exchange.sheets.bilans import BILANS
            from ledger.exchange.sheets.conventions import CONVENTIONS
            from ledger.exchange.sheets.payments import PAYMENTS

            key = (convention.number,)
            row["origine"] = origin_rows(session, (CONVENTIONS, key), (PAYMENTS, key), (BILANS, key))

    def render() -> None:
        say(f"{row['convention']} : {row['objet']}" + (" (exemple)" if row["exemple"] else ""))
        say(f"{row['payeur']} → {row['beneficiaire']}, {row['etat']}, pièce : {row['piece'] or '—'}")
        table("Situation", list(FIGURES.values()), [[row[name] for name in FIGURES]])
        table("Lignes", ("Action", "Ligne", "Montant"), [tuple(each.values()) for each in row["actions"]])
        table(
            "Échéancier",
            ("Rang", "Action", "Ligne", "Montant", "Condition"),
            [(e["rang"], e["action"], e["ligne"], e["montant"], e["condition"]) for e in row["echeances"]],
        )
        table(
            "Versements",
            ("Référence", "Jour", "Montant"),
            [(v["reference"], v["le"], v["montant"]) for v in row["versements"]],
        )
        if origine:
            say_origins(row["origine"])

    show(row, render)


def _life(session: Session, convention: Convention) -> dict[str, Any]:
    from sqlalchemy import select

    from ledger.execution.model import Payment

    payments = session.scalars(
        select(Payment)
        .where(Payment.contract == convention.contract, Payment.convention == convention.number)
        .order_by(Payment.paid_on, Payment.reference)
    )
    return {
        "objet": convention.purpose,
        "piece": convention.piece,
        "signee_le": convention.signed_on,
        "debut": convention.starts_on,
        "fin": convention.ends_on,
        "avenants": [],
        "actions": [{"action": line.action, "ligne": line.line, "montant": line.amount} for line in convention.lines],
        "echeances": [
            {
                "rang": each.rank,
                "action": each.action,
                "ligne": each.line,
                "montant": each.amount,
                "condition": each.condition,
                "le": each.due_on,
            }
            for each in convention.instalments
        ],
        "versements": [{"reference": p.reference, "le": p.paid_on, "montant": p.amount} for p in payments],
    }
