"""What the commands of `cofiville rapport` share: their filters, the year they look at, where a report goes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.commands.shell.completion import AXES, FINANCEURS, TERRITORIES
from ledger.commands.shell.options import parse_year
from ledger.commands.shell.screen import say, show, table
from ledger.commands.shell.usage import WrongUsage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.reports.catalogue import Asked
    from ledger.reports.listing import Listing

AnneeVoulue = Annotated[
    int | None,
    typer.Argument(
        metavar="ANNEE",
        parser=parse_year,
        help="L'exercice, par exemple 2016.",
        show_default="l'exercice habituel, sinon le dernier ouvert",
    ),
]
Exercice = Annotated[
    int | None, typer.Option("--exercice", metavar="ANNEE", parser=parse_year, help="L'exercice, dit autrement.")
]
Axe = Annotated[
    str,
    typer.Option(metavar="AXE", autocompletion=AXES, help="Un axe (5), une priorité (5.1) ou un objectif (5.1.2)."),
]
Territoire = Annotated[
    str,
    typer.Option(metavar="TERRITOIRE", autocompletion=TERRITORIES, help="Seulement les actions qui le servent."),
]
Financeur = Annotated[
    str, typer.Option(metavar="FINANCEUR", autocompletion=FINANCEURS, help="Seulement ses lignes de crédits.")
]
Fichier = Annotated[
    Path | None,
    typer.Option(metavar="FICHIER", parser=Path, help="Écrit le rapport dans ce classeur (.xlsx) ou ce fichier .csv."),
]


def wanted_year(session: Session, annee: int | None, exercice: int | None = None) -> int:
    """The year typed, else the usual one of the configuration, else the latest exercice open, else the latest.

    raises: WrongUsage when two years are typed, or when there is none at all.
    """
    from ledger.commands.shell.configuration import configured
    from ledger.journal.exercices import exercices

    if annee is not None and exercice is not None and annee != exercice:
        raise WrongUsage(f"Deux exercices sont demandés : {annee} et {exercice}.", "Gardez-en un seul.")
    typed = annee or exercice or configured().year
    if typed is not None:
        return typed
    found = exercices(session)
    chosen = [each.year for each in found if each.closed_on is None] or [each.year for each in found]
    if not chosen:
        raise WrongUsage("Aucun exercice n'est ouvert.", "Ouvrez-en un : cofiville exercice ouvrir ANNEE.")
    return chosen[-1]


def asked_for(
    session: Session,
    annee: int | None,
    exercice: int | None = None,
    *,
    axe: str = "",
    territoire: str = "",
    financeur: str = "",
    le: date | None = None,
    par: str = "",
    action: str = "",
) -> Asked:
    """What the user asks a report for, codes checked. raises: WrongUsage, NotFound."""
    from ledger.exchange.export.example import example_note
    from ledger.reports.catalogue import Asked
    from ledger.reports.facts import known
    from ledger.reports.selection import Selection

    year = wanted_year(session, annee, exercice)
    selection = known(session, Selection(year, axe, territoire, financeur, le))
    return Asked(selection, example_note(session, year), par, action)


def deliver(report: Listing, name: str, fichier: Path | None) -> None:
    """Show the report, or write it to the file asked for.

    name: that of the sheet. raises: WrongUsage for a file that is neither .xlsx nor .csv.
    """
    if fichier is None:
        show(report.scripted_rows(), lambda: show_report(report))
        return
    match fichier.suffix.lower():
        case ".xlsx":
            from ledger.exchange.export.report import report_table
            from ledger.exchange.workbook import write_workbook

            write_workbook(fichier, [report_table(report, name)])
        case ".csv":
            from ledger.exchange.export.report import csv_text

            titles = [each.title.capitalize() for each in report.fields]
            fichier.write_text(csv_text(report.scripted_rows(), titles), encoding="utf-8-sig")
        case _:
            raise WrongUsage(
                f"« {fichier} » n'est ni un classeur ni un fichier CSV.", "Donnez un nom en .xlsx ou en .csv."
            )
    written = {"fichier": str(fichier), "lignes": len(report.rows)}
    show(written, lambda: say(f"{fichier} écrit : {report.title}, {len(report.rows)} lignes."))


def show_report(report: Listing) -> None:
    """The report as a table with its totals, then how to read it."""
    shown = [each for each in report.fields if each.shown]
    totals = report.totals()
    foot = ["Total", *(totals.get(each.name, "") for each in shown[1:])] if totals else None
    table(
        report.title,
        [each.title for each in shown],
        [[row[each.name] for each in shown] for row in report.rows],
        foot if len(report.rows) > 1 else None,
    )
    for note in report.notes:
        say(note)
