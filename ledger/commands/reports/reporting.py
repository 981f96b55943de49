"""What the commands of `cofiville rapport` share: their filters, the year they look at, where a report goes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.choices import all_for_this_contract, chosen
from ledger.commands.declaring.options import argument, option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Outcome, one
from ledger.exchange.fields import FILE, ROWS
from ledger.journal.fields import YEAR
from ledger.referential.fields import AXIS, FINANCEUR, TERRITORY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.reports.catalogue import ReportAsked
    from ledger.reports.listing import Listing

AnneeVoulue = Annotated[
    int | None,
    argument(YEAR.but(offers=""), show_default="l'exercice habituel, sinon le dernier ouvert"),
]
Exercice = Annotated[int | None, option(YEAR.but(help="L'exercice, dit autrement.", offers=""))]
Axe = Annotated[str, option(AXIS)]
Territoire = Annotated[str, option(TERRITORY.but(help="Seulement les actions qui le servent."))]
Financeur = Annotated[str, option(FINANCEUR.but(help="Seulement ses lignes de crédits."))]
Fichier = Annotated[
    Path | None, option(FILE.but(help="Écrit le rapport dans ce classeur (.xlsx) ou ce fichier .csv."), written=True)
]
WRITTEN = one(FILE, ROWS)


def wanted_year(session: Session, annee: int | None, exercice: int | None = None) -> int:
    """The year typed, else the usual one of the configuration, else the latest exercice open, else the latest.

    raises: WrongUsage when two years are typed, or when there is none at all.
    """
    from ledger.commands.declaring.configuration import configured
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
) -> ReportAsked:
    """What the user asks a report for, codes checked. raises: WrongUsage, NotFound."""
    from ledger.exchange.export.example import example_note
    from ledger.reports.catalogue import ReportAsked
    from ledger.reports.selection import Selection, known_in_referential

    year = wanted_year(session, annee, exercice)
    selection = known_in_referential(session, Selection(year, axe, territoire, financeur, le))
    return ReportAsked(selection, example_note(session, year), par, action)


def delivered(report: Listing, name: str, fichier: Path | None) -> Outcome:
    """The report, or the file asked for, written.

    name: that of the sheet. raises: WrongUsage for a file that is neither .xlsx nor .csv.
    """
    if fichier is None:
        return Outcome(report)
    report = replace(report, rows=tuple(all_for_this_contract(report.rows)))
    match fichier.suffix.lower():
        case ".xlsx":
            from ledger.exchange.export.report import report_table
            from ledger.exchange.writing.writer import write_workbook

            write_workbook(fichier, [report_table(report, name)], about={"contrat": chosen().contract})
        case ".csv":
            from ledger.exchange.export.report import csv_text
            from ledger.storage.delivered_files import deliver_file

            titles = [each.title.capitalize() for each in report.fields]
            deliver_file(fichier, csv_text(report.scripted_rows(), titles).encode("utf-8-sig"))
        case _:
            raise WrongUsage(
                f"« {fichier} » n'est ni un classeur ni un fichier CSV.", "Donnez un nom en .xlsx ou en .csv."
            )
    lines = len(report.rows)
    return Outcome({"fichier": str(fichier), "lignes": lines}, (f"{fichier} écrit : {report.title}, {lines} lignes.",))
