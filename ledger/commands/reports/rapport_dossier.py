"""`cofiville rapport dossier`: what the comité de pilotage looks at, on one page and on paper."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading_as_of
from ledger.commands.declaring.caller import shown_progress
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, AuJour, ConnuAu, argument, day, option
from ledger.commands.outcome import Outcome, one
from ledger.core.field import Field, Kind, count
from ledger.exchange.fields import FILE
from ledger.journal.fields import ACTS_SEAL, SEAL

if TYPE_CHECKING:
    from ledger.core.progress import Progress
    from ledger.reports.dossier.content import Dossier

app = group("Rapports : consommation, plans, demandes, écarts, effet levier, territoires, dossier du COPIL.")

_PDF = FILE.but(name="pdf", title="PDF", help="Écrit aussi le dossier en PDF, sur A4.", optional=True)
_WRITTEN = one(
    FILE,
    _PDF,
    Field("chiffres", "chiffres clés", Kind.TEXT, keyed=True, help="Chacun par son nom ; un montant a un point."),
    count("actions", "actions"),
    SEAL,
    ACTS_SEAL,
)


@app.command("dossier", answer=_WRITTEN)
def rapport_dossier(
    annee: Annee,
    fichier: Annotated[Path, argument(FILE.but(help="La page HTML à écrire."), written=True)],
    pdf: Annotated[Path | None, option(_PDF, written=True)] = None,
    le: AuJour = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Écrit le dossier du comité de pilotage : une page qui s'ouvre sans réseau, et son PDF si on le demande.

    La page porte les chiffres clés, le chemin de l'argent, les financeurs, l'année, les axes, les territoires, ce
    qui n'est pas consommé, ce qui est en retard, et chaque action avec son plan et l'explication de ses montants.

    Exemple : cofiville rapport dossier 2016 dossier_2016.html --pdf dossier_2016.pdf
    """
    from ledger.reports.dossier.page import dossier_page
    from ledger.reports.dossier.pdf import check_typesetter, dossier_pdf
    from ledger.storage.delivered_files import deliver_file

    if pdf is not None:
        check_typesetter()
    written = [fichier]
    with shown_progress() as progress:
        content = _gathered(annee, le, connu_au, progress)
        progress("Page")
        deliver_file(fichier, dossier_page(content).encode())
        if pdf is not None:
            progress("PDF")
            deliver_file(pdf, dossier_pdf(content))
            written.append(pdf)
    row = {
        "fichier": str(fichier),
        "pdf": str(pdf) if pdf is not None else None,
        "chiffres": {figure.name: figure.plain for figure in content.figures},
        "actions": len(content.actions),
        "sceau": content.seal,
        "sceau_actes": content.acts_seal,
    }
    return Outcome(row, (f"{' et '.join(map(str, written))} écrit : {len(content.actions)} actions.",))


def _gathered(year: int, on: date | None, known_at: datetime | None, progress: Progress) -> Dossier:
    from ledger.exchange.export.example import example_note
    from ledger.journal.audit import book_head
    from ledger.journal.exercices import find_exercice
    from ledger.reports.dossier.content import dossier_of_year
    from ledger.storage.heads import acts_seal

    with reading_as_of(on, known_at) as session:
        find_exercice(session, year)
        note, seal = example_note(session, year), book_head(session).text
        acts = acts_seal(session) if on is None and known_at is None else ""
        return dossier_of_year(
            session, year, today=day(None), note=note, seal=seal, acts_seal=acts, on=on, progress=progress
        )
