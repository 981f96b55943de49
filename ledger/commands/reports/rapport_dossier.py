"""`cofiville rapport dossier`: what the comité de pilotage looks at, on one page and on paper."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.commands.shell.access import reading_as_of
from ledger.commands.shell.options import Annee, AuJour, ConnuAu, day
from ledger.commands.shell.progress import shown_progress
from ledger.commands.shell.screen import say, show

if TYPE_CHECKING:
    from ledger.core.progress import Progress
    from ledger.reports.dossier.content import Dossier

Page = Annotated[Path, typer.Argument(metavar="FICHIER", parser=Path, help="La page HTML à écrire.")]
Pdf = Annotated[
    Path | None, typer.Option("--pdf", metavar="FICHIER", parser=Path, help="Écrit aussi le dossier en PDF, sur A4.")
]


def dossier(annee: Annee, fichier: Page, pdf: Pdf = None, le: AuJour = None, connu_au: ConnuAu = None) -> None:
    """Écrit le dossier du comité de pilotage : une page qui s'ouvre sans réseau, et son PDF si on le demande.

    La page porte les chiffres clés, le chemin de l'argent, les financeurs, l'année, les axes, les territoires, ce
    qui n'est pas consommé, ce qui est en retard, et chaque action avec son plan et l'explication de ses montants.

    Exemple : cofiville rapport dossier 2016 dossier_2016.html --pdf dossier_2016.pdf
    """
    from ledger.reports.dossier.page import dossier_page
    from ledger.reports.dossier.paper import check_typesetter, dossier_pdf

    if pdf is not None:
        check_typesetter()
    written = [fichier]
    with shown_progress() as progress:
        content = _gathered(annee, le, connu_au, progress)
        progress("Page")
        fichier.write_text(dossier_page(content), encoding="utf-8")
        if pdf is not None:
            progress("PDF")
            pdf.write_bytes(dossier_pdf(content))
            written.append(pdf)
    row = {
        "fichier": str(fichier),
        "pdf": str(pdf) if pdf is not None else None,
        "chiffres": {figure.name: figure.plain for figure in content.figures},
        "actions": len(content.actions),
        "sceau": content.seal,
    }
    show(row, lambda: say(f"{' et '.join(map(str, written))} écrit : {len(content.actions)} actions."))


def _gathered(year: int, on: date | None, known_at: datetime | None, progress: Progress) -> Dossier:
    from ledger.exchange.export.example import example_note
    from ledger.journal.audit import head
    from ledger.journal.exercices import find_exercice
    from ledger.reports.dossier.content import gather_dossier

    with reading_as_of(on, known_at) as session:
        find_exercice(session, year)
        note, seal = example_note(session, year), head(session).text
        return gather_dossier(session, year, today=day(None), note=note, seal=seal, on=on, progress=progress)
