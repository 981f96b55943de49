"""`cofiville convention montrer`: the whole life of a convention on one screen, with the entries of each figure."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.conventions.convention_life_screen import render_life
from ledger.commands.conventions.convention_views import Numero, state_row
from ledger.commands.conventions.convention_waivers import waiver_rows
from ledger.commands.exchange.origins import Origine, origin_rows, say_origins
from ledger.commands.shell.access import reading
from ledger.commands.shell.options import day
from ledger.commands.shell.screen import show
from ledger.conventions.vocabulary import ConventionKind, ConventionStage, ConventionStatus

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.conventions.model import Convention


def montrer(
    numero: Numero,
    ecritures: Annotated[bool, typer.Option("--ecritures", help="Avec les écritures de chaque chiffre.")] = False,
    origine: Origine = False,
) -> None:
    """Montre la vie d'une convention : accordé, avenants, échéancier, ordonné, versé, justifié, solde.

    Exemple : cofiville convention montrer C2016-001 --ecritures
    """
    from ledger.conventions.lookups import find_convention
    from ledger.execution.states import state_of

    with reading() as session:
        convention = find_convention(session, numero)
        row = state_row(state_of(session, convention)) | life(session, convention, day(None))
        if ecritures:
            row["ecritures"] = _entries(session, convention)
        if origine:
            from ledger.exchange.sheets.bilans import BILANS
            from ledger.exchange.sheets.conventions import CONVENTIONS
            from ledger.exchange.sheets.payments import PAYMENTS

            key = (convention.number,)
            row["origine"] = origin_rows(session, (CONVENTIONS, key), (PAYMENTS, key), (BILANS, key))

    def render() -> None:
        render_life(row)
        if origine:
            say_origins(row["origine"])

    show(row, render)


def life(session: Session, convention: Convention, on: date) -> dict[str, Any]:
    """All that the screen of one convention says besides its figures."""
    from ledger.conventions.references import references_of
    from ledger.conventions.stages import stages_of
    from ledger.execution.financeur_recoveries import takings_back

    return {
        "objet": convention.purpose,
        "piece": convention.piece,
        "signee_le": convention.signed_on,
        "debut": convention.starts_on,
        "fin": convention.ends_on,
        "compte": _account(session, convention),
        "autorisation": convention.cascade_reference,
        "avenants": [_avenant(each) for each in convention.avenants],
        "tranches": [_slice(each) for each in convention.slices],
        "actions": _lines(session, convention),
        "echeances": _schedule(session, convention, on),
        "versements": _payments(session, convention),
        "bilans": _bilans(session, convention),
        "recuperations": [
            {"etape": each.step, "le": each.reached_on, "montant": each.amount, "piece": each.piece}
            for each in takings_back(session, convention.number)
        ],
        "etapes": [
            {"etape": ConventionStage(each.stage).label, "le": each.reached_on, "remarque": each.remark}
            for each in stages_of(session, convention)
        ],
        "references": [
            {"type": each.kind, "reference": each.reference, "exercice": each.year}
            for each in references_of(session, convention)
        ],
        **_chain(session, convention),
        "pieces_manquantes": _missing(session, convention, on),
        "derogations": waiver_rows(session, convention),
        "annulation": _cancellation(session, convention),
    }


def _cancellation(session: Session, convention: Convention) -> dict[str, Any] | None:
    """When, by whom and why the convention was cancelled; only that it was, for a draft put aside."""
    from ledger.conventions.ending import cancellation

    if convention.state != ConventionStatus.CANCELLED:
        return None
    found = cancellation(session, convention)
    names = {"le": "effect_on", "agent": "agent", "motif": "motive", "piece": "piece", "ecriture": "sequence"}
    said = {name: None if found is None else getattr(found, field) for name, field in names.items()}
    return {**said, "montant": convention.amount}


def _account(session: Session, convention: Convention) -> dict[str, str] | None:
    from ledger.conventions.accounts import convention_account

    found = convention_account(session, convention)
    if found is None:
        return None
    return {"compte": found.number, "libelle": found.label, "plan": found.chart, "motif": found.words}


def _avenant(avenant: Any) -> dict[str, Any]:
    return {
        "rang": avenant.rank,
        "le": avenant.signed_on,
        "piece": avenant.piece,
        "avant": avenant.facts_before,
        "apres": avenant.facts_after,
        "lignes": [
            {
                "action": each.action,
                "ligne": each.line,
                "avant": each.amount_before,
                "apres": each.amount_after,
                "ecart": each.amount_after - each.amount_before,
            }
            for each in avenant.lines
        ],
    }


def _slice(each: Any) -> dict[str, Any]:
    return {
        "exercice": each.year,
        "ligne": each.line,
        "montant": each.amount,
        "etat": "ferme" if each.opened_as else "prévue",
        "convention": each.opened_as,
    }


def _lines(session: Session, convention: Convention) -> list[dict[str, Any]]:
    from fractions import Fraction

    from ledger.core.money import Money
    from ledger.reports.convention_life import titles

    named = titles(session, convention)
    rows = []
    for line in convention.lines:
        base = line.terms.get("base")
        rows.append(
            {
                "action": line.action,
                "ligne": line.line,
                "montant": line.amount,
                "signe": line.amount_signed,
                "intitule": named.get(line.action, ""),
                "assiette": None if base is None else Money(base),
                "taux": Fraction(line.amount.cents, base) if base else None,
                "taux_par_territoire": line.terms.get("rates"),
            }
        )
    return rows


def _schedule(session: Session, convention: Convention, on: date) -> list[dict[str, Any]]:
    from ledger.reports.convention_life import scheduled

    return [
        {
            "rang": each.instalment.rank,
            "action": each.instalment.action,
            "ligne": each.instalment.line,
            "montant": each.instalment.amount,
            "condition": each.instalment.condition,
            "le": each.instalment.due_on,
            "ordonne": each.ordered,
            "etat": each.state,
        }
        for each in scheduled(session, convention, on)
    ]


def _payments(session: Session, convention: Convention) -> list[dict[str, Any]]:
    from sqlalchemy import select

    from ledger.execution.model import Payment

    payments = session.scalars(
        select(Payment)
        .where(
            Payment.convention == convention.number,
            Payment.undone_on.is_(None),
        )
        .order_by(Payment.paid_on, Payment.reference)
    )
    return [{"reference": p.reference, "le": p.paid_on, "montant": p.amount} for p in payments]


def _bilans(session: Session, convention: Convention) -> list[dict[str, Any]]:
    from ledger.core.money import total
    from ledger.reports.convention_life import bilans_of

    return [
        {
            "action": each.action,
            "le": each.settled_on,
            "cout_reel": each.real_cost,
            "definitif": total(line.amount_final for line in each.lines),
            "piece": each.piece,
        }
        for each in bilans_of(session, convention)
    ]


def _chain(session: Session, convention: Convention) -> dict[str, Any]:
    from ledger.conventions.upstream import downstream_of, upstream_of

    if convention.kind != ConventionKind.RIGHT:
        return {"amont": upstream_of(session, convention), "aval": []}
    return {
        "amont": [],
        "aval": [
            {"convention": each.number, "beneficiaire": each.beneficiary, "montant": amount}
            for each, amount in downstream_of(session, convention)
        ],
    }


def _missing(session: Session, convention: Convention, on: date) -> list[str]:
    from ledger.conventions.paper import documents, missing_pieces
    from ledger.rules.book import rulebook
    from ledger.rules.figures import Clock

    if convention.beneficiary is None:
        return []
    known = documents(session, convention.beneficiary)
    return list(missing_pieces(session, rulebook(session, Clock.ACT, day=on), convention, known))


def _entries(session: Session, convention: Convention) -> dict[str, list[dict[str, Any]]]:
    from ledger.reports.convention_entries import figure_entries

    return {
        figure: [
            {
                "ecriture": each.sequence,
                "le": each.effect_on,
                "libelle": each.label,
                "piece": each.piece,
                "montant": each.amount,
            }
            for each in entries
        ]
        for figure, entries in figure_entries(session, convention).items()
    }
