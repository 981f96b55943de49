"""`cofiville rapport`: what people look at, each figure as `ledger.reports` defines it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.reports.rapport_beyond import echeancier, tendance
from ledger.commands.reports.rapport_dossier import dossier
from ledger.commands.reports.report_groups import Par, ParEcart
from ledger.commands.reports.reporting import (
    AnneeVoulue,
    Axe,
    Exercice,
    Fichier,
    Financeur,
    Territoire,
    asked_for,
    deliver,
    show_report,
)
from ledger.commands.reports.semaine import semaine
from ledger.commands.shell.access import reading, reading_as_of
from ledger.commands.shell.completion import ACTIONS
from ledger.commands.shell.options import AuJour, ConnuAu
from ledger.commands.shell.program import group
from ledger.core.errors import InvalidValue
from ledger.core.period import french_day

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from ledger.reports.consumption import LineConsumption

app = group("Rapports : consommation, plans, demandes, écarts, effet levier, territoires, dossier du COPIL.")
app.command("dossier")(dossier)
app.command("semaine")(semaine)
app.command("echeancier")(echeancier)
app.command("tendance")(tendance)


def _make(
    name: str,
    fichier: Path | None,
    annee: int | None,
    exercice: int | None,
    connu_au: datetime | None = None,
    **wanted: Any,
) -> None:
    from ledger.reports.catalogue import make_report

    with reading_as_of(wanted.get("le"), connu_au) as session:
        asked = asked_for(session, annee, exercice, **wanted)
        if connu_au is not None:
            asked = replace(asked, note=f"{asked.note}, connu au {french_day(connu_au.date())}")
        report = make_report(session, name, asked)
    deliver(report, f"{name.capitalize()} {asked.selection.year}", fichier)


@app.command("consommation")
def consommation(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    financeur: Financeur = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> None:
    """Montre où en sont les crédits de chaque ligne ; chaque ligne additionne ce qui a été notifié.

    Exemple : cofiville rapport consommation 2016
    """
    _make("consommation", fichier, annee, exercice, financeur=financeur, le=le, connu_au=connu_au)


def show_consumption(of: str, lines: Sequence[LineConsumption]) -> None:
    """The state of consumption as a table, with its totals.

    of: the year and what is to be known of it, as the title shows them.
    """
    from ledger.reports.consumption import consumption_report

    show_report(consumption_report(lines, of))


@app.command("plan")
def plan(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    action: Annotated[
        str, typer.Option("--action", metavar="ACTION", autocompletion=ACTIONS, help="Une seule action.")
    ] = "",
    axe: Axe = "",
    territoire: Territoire = "",
    financeur: Financeur = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> None:
    """Montre le plan de financement de la programmation, ou d'une action : demandé, accordé, versé par ligne.

    Exemple : cofiville rapport plan 2016
    """
    number = _of_year(action, annee or exercice) if action else ""
    wanted = {
        "axe": axe,
        "territoire": territoire,
        "financeur": financeur,
        "le": le,
        "action": number,
    }
    its_year = int(number[:4]) if number and not (annee or exercice) else annee
    _make("plan", fichier, its_year, exercice, connu_au, **wanted)


def _of_year(action: str, year: int | None) -> str:
    """The number of the action, which is of this year. raises: NotFound, InvalidValue."""
    from ledger.programming.lookups import find_action

    with reading() as session:
        found = find_action(session, action)
        number, its_year = found.number, found.year
    if year is not None and its_year != year:
        raise InvalidValue(
            f"L'action {number} est de l'exercice {its_year}.",
            f"Tapez : cofiville rapport plan {its_year} --action {number}",
        )
    return number


@app.command("demandes")
def demandes(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    par: Annotated[Par, typer.Option("--par", help="Ce que chaque ligne du tableau additionne.")] = Par.FINANCEUR,
    axe: Axe = "",
    territoire: Territoire = "",
    financeur: Financeur = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> None:
    """Montre qui demande et qui obtient quoi : demandé, proposé, accordé, conventionné, versé, justifié côte à côte.

    Exemple : cofiville rapport demandes 2016 --par axe
    """
    wanted = {
        "axe": axe,
        "territoire": territoire,
        "financeur": financeur,
        "le": le,
        "par": par.value,
    }
    _make("demandes", fichier, annee, exercice, connu_au, **wanted)


@app.command("ecarts")
def ecarts(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    par: Annotated[ParEcart, typer.Option("--par", help="Ce que chaque ligne du tableau additionne.")] = (
        ParEcart.ACTION
    ),
    axe: Axe = "",
    territoire: Territoire = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> None:
    """Compare le prévu et le réalisé de chaque action, d'après son bilan ; ou par axe, pilier, territoire, financeur.

    Exemple : cofiville rapport ecarts 2016 --par pilier
    """
    _make("ecarts", fichier, annee, exercice, axe=axe, territoire=territoire, le=le, connu_au=connu_au, par=par.value)


@app.command("leviers")
def leviers(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    axe: Axe = "",
    territoire: Territoire = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> None:
    """Montre ce que les crédits spécifiques entraînent de droit commun et d'autres financements.

    Exemple : cofiville rapport leviers 2016
    """
    _make("leviers", fichier, annee, exercice, axe=axe, territoire=territoire, le=le, connu_au=connu_au)


@app.command("territoires")
def territoires(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    axe: Axe = "",
    financeur: Financeur = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> None:
    """Montre ce qui va à chaque territoire : actions, coût, montants accordés.

    Exemple : cofiville rapport territoires 2016
    """
    _make("territoires", fichier, annee, exercice, axe=axe, financeur=financeur, le=le, connu_au=connu_au)


@app.command("dre")
def dre(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> None:
    """Montre la position des crédits reversés (réussite éducative) : reçu, reversé, détenu, à rendre.

    Exemple : cofiville rapport dre 2016
    """
    _make("dre", fichier, annee, exercice, le=le, connu_au=connu_au)
