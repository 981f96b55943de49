"""`cofiville rapport`: what people look at, each figure as `ledger.reports` defines it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, reading_as_of
from ledger.commands.declaring.options import AuJour, ConnuAu, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Answer, Outcome, several
from ledger.commands.reports.rapport_beyond import app
from ledger.commands.reports.reporting import (
    WRITTEN,
    AnneeVoulue,
    Axe,
    Exercice,
    Fichier,
    Financeur,
    Territoire,
    asked_for,
    delivered,
)
from ledger.core.errors import InvalidValue
from ledger.core.period import french_day
from ledger.journal.fields import ACTION
from ledger.reports.vocabulary import Par, ParEcart

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def _rows_of(report: str) -> Callable[[], Answer]:
    """What gives the answer of a report on a year: its rows, or the file they were written to."""

    def answer() -> Answer:
        from ledger.reports.catalogue import REPORTS

        return reduce(or_, (several(*fields) for fields in REPORTS[report]().shapes)) | WRITTEN

    return answer


def _report(
    name: str,
    fichier: Path | None,
    annee: int | None,
    exercice: int | None,
    connu_au: datetime | None = None,
    **wanted: Any,
) -> Outcome:
    from ledger.reports.catalogue import make_report

    with reading_as_of(wanted.get("le"), connu_au) as session:
        asked = asked_for(session, annee, exercice, **wanted)
        if connu_au is not None:
            asked = replace(asked, note=f"{asked.note}, connu au {french_day(connu_au.date())}")
        report = make_report(session, name, asked)
    return delivered(report, f"{name.capitalize()} {asked.selection.year}", fichier)


@app.command("consommation", answer=_rows_of("consommation"))
def rapport_consommation(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    financeur: Financeur = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> Outcome:
    """Montre où en sont les crédits de chaque ligne ; chaque ligne additionne ce qui a été notifié.

    Exemple : cofiville rapport consommation 2016
    """
    return _report("consommation", fichier, annee, exercice, financeur=financeur, le=le, connu_au=connu_au)


@app.command("plan", answer=_rows_of("plan"))
def rapport_plan(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    action: Annotated[str, option(ACTION.but(help="Une seule action."))] = "",
    axe: Axe = "",
    territoire: Territoire = "",
    financeur: Financeur = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> Outcome:
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
    return _report("plan", fichier, its_year, exercice, connu_au, **wanted)


def _of_year(action: str, year: int | None) -> str:
    """The number of the action, which is of this year. raises: NotFound, InvalidValue."""
    from ledger.programming.queries import find_action

    with reading() as session:
        found = find_action(session, action)
        number, its_year = found.number, found.year
    if year is not None and its_year != year:
        raise InvalidValue(
            f"L'action {number} est de l'exercice {its_year}.",
            f"Tapez : cofiville rapport plan {its_year} --action {number}",
        )
    return number


@app.command("demandes", answer=_rows_of("demandes"))
def rapport_demandes(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    par: Annotated[Par, Option("--par", help="Ce que chaque ligne du tableau additionne.")] = Par.FINANCEUR,
    axe: Axe = "",
    territoire: Territoire = "",
    financeur: Financeur = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> Outcome:
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
    return _report("demandes", fichier, annee, exercice, connu_au, **wanted)


@app.command("ecarts", answer=_rows_of("ecarts"))
def rapport_ecarts(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    par: Annotated[ParEcart, Option("--par", help="Ce que chaque ligne du tableau additionne.")] = (ParEcart.ACTION),
    axe: Axe = "",
    territoire: Territoire = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> Outcome:
    """Compare le prévu et le réalisé de chaque action, d'après son bilan ; ou par axe, pilier, territoire, financeur.

    Exemple : cofiville rapport ecarts 2016 --par pilier
    """
    return _report(
        "ecarts", fichier, annee, exercice, axe=axe, territoire=territoire, le=le, connu_au=connu_au, par=par.value
    )


@app.command("leviers", answer=_rows_of("leviers"))
def rapport_leviers(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    axe: Axe = "",
    territoire: Territoire = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> Outcome:
    """Montre ce que les crédits spécifiques entraînent de droit commun et d'autres financements.

    Exemple : cofiville rapport leviers 2016
    """
    return _report("leviers", fichier, annee, exercice, axe=axe, territoire=territoire, le=le, connu_au=connu_au)


@app.command("territoires", answer=_rows_of("territoires"))
def rapport_territoires(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    axe: Axe = "",
    financeur: Financeur = "",
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> Outcome:
    """Montre ce qui va à chaque territoire : actions, coût, montants accordés.

    Exemple : cofiville rapport territoires 2016
    """
    return _report("territoires", fichier, annee, exercice, axe=axe, financeur=financeur, le=le, connu_au=connu_au)


@app.command("dre", answer=_rows_of("dre"))
def rapport_dre(
    annee: AnneeVoulue = None,
    exercice: Exercice = None,
    le: AuJour = None,
    connu_au: ConnuAu = None,
    fichier: Fichier = None,
) -> Outcome:
    """Montre la position des crédits reversés (réussite éducative) : reçu, reversé, détenu, à rendre.

    Exemple : cofiville rapport dre 2016
    """
    return _report("dre", fichier, annee, exercice, le=le, connu_au=connu_au)
