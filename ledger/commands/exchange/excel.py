"""`cofiville excel`: workbooks in and out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.exchange.excel_help import aide
from ledger.commands.exchange.imports import Annoter, Limite, show_import
from ledger.commands.exchange.keeping import garder
from ledger.commands.shell.access import as_of, reading, writing
from ledger.commands.shell.options import Annee, ConnuAu, Fichier, Le, day
from ledger.commands.shell.program import group
from ledger.commands.shell.progress import shown_progress
from ledger.commands.shell.screen import say, show, table
from ledger.commands.shell.usage import WrongUsage

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from ledger.exchange.sending.sent import Stamp

app = group("Classeurs : modèles à remplir, import vérifié, exports, comparaison.")

app.command("aide")(aide)

Dossier = Annotated[Path, typer.Argument(metavar="DOSSIER", parser=Path, help="Le dossier où les écrire.")]
Simuler = Annotated[bool, typer.Option("--simuler", help="Montre ce que le fichier changerait, sans rien écrire.")]


Conflits = Annotated[
    str,
    typer.Option(
        "--conflits",
        metavar="QUI",
        help="Au retour d'un envoi, qui a raison là où les deux côtés ont changé : nous ou eux.",
        show_default=False,
    ),
]


@app.command("modeles")
def modeles(
    dossier: Dossier,
    lignes: Annotated[
        int | None,
        typer.Option(
            metavar="NOMBRE",
            min=1,
            max=4_000,
            help="Combien de lignes à remplir ont leurs totaux et contrôles.",
            show_default="200",
        ),
    ] = None,
) -> None:
    """Écrit les modèles de classeurs à remplir.

    Ces lignes s'impriment, même vides : pour un modèle à remplir à la main, --lignes 20 ; pour une grande année,
    --lignes 1000.

    Exemple : cofiville excel modeles modeles
    """
    from ledger.exchange.declaration import FREE_ROWS
    from ledger.exchange.writing.templates import write_templates

    files = [str(path) for path in write_templates(dossier, lignes or FREE_ROWS)]
    show({"fichiers": files}, lambda: say(f"{len(files)} modèles écrits dans {dossier}."))


@app.command("importer")
def importer(
    fichier: Fichier,
    simuler: Simuler = False,
    annoter: Annoter = None,
    limite: Limite = None,
    conflits: Conflits = "",
    le: Le = None,
) -> None:
    """Importe un classeur : tout ou rien, chaque problème montré avec sa cellule.

    Un même fichier importé deux fois ne change rien la seconde. Les lignes absentes du fichier ne sont jamais
    supprimées. --annoter rend votre fichier, cellules en cause marquées, avec une feuille « Problèmes ».
    Un classeur que vous aviez envoyé (excel exporter programmation) est comparé à son envoi et à la base : ce qui a
    changé chez vous entre-temps reste, ce qu'ils ont changé au tableau est proposé avec l'acte qui l'adopte.

    Exemple : cofiville excel importer programmation_2016.xlsx --simuler
    """
    from ledger.exchange.handlers.registry import WORKBOOK
    from ledger.exchange.importing.handling import Origin
    from ledger.exchange.importing.importer import import_file
    from ledger.exchange.opening.limits import parse_limits
    from ledger.exchange.sending.returning import read_side, returned
    from ledger.exchange.sheets import SHEETS
    from ledger.exchange.workbook import read_workbook

    origin, decided = Origin(fichier.name, day(le)), read_side(conflits)
    with shown_progress() as progress:
        content = read_workbook(fichier, SHEETS, parse_limits(limite or ()), progress=progress)
        with writing() as session:
            content = returned(session, content, decided)
            found = import_file(session, content, WORKBOOK, origin, simulate=simuler, alone=True, progress=progress)
    show_import(found, content=content, annotated=annoter)


@app.command("exporter")
def exporter(
    quoi: Annotated[
        str,
        typer.Argument(
            metavar="QUOI",
            help="programmation, avis, conventions, consommation, cloture ou referentiel.",
            show_default=False,
        ),
    ],
    annee: Annee,
    fichier: Fichier,
    sans_numero: Annotated[
        bool,
        typer.Option("--sans-numero", help="Un brouillon de la programmation : ni numéro d'envoi, ni copie gardée."),
    ] = False,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> None:
    """Écrit un classeur : totaux en formules, mise en page prête à imprimer, feuilles réimportables.

    La programmation est un envoi : elle porte un numéro, son jour et le sceau du livre, et elle est gardée telle
    quelle ; à son retour, excel importer compare trois versions. La clôture d'un exercice clos est rendue telle
    qu'elle fut faite, quoi qu'on ait saisi depuis.

    Exemple : cofiville excel exporter programmation 2016 sous_prefecture_2016.xlsx
    """
    subject = quoi.strip().lower()
    numbered = subject == "programmation" and not sans_numero
    if numbered and connu_au is not None:
        raise WrongUsage("Un envoi montre ce qui est su aujourd'hui.", "Ajoutez --sans-numero, ou retirez --connu-au.")
    with writing() if numbered else reading() as session, as_of(session, le, connu_au) as seen:
        data, stamp = _write_export(session, seen, fichier, subject, annee, day(le), numbered=numbered)
    sent = f" Envoi n° {stamp.number}." if stamp else ""
    state = f"{data['ecritures']}:{data['sceau']}"
    show(data, lambda: say(f"{fichier} écrit : {', '.join(data['feuilles'])}.{sent} Sceau du livre : {state}"))


def _write_export(
    session: Session, seen: Session, path: Path, subject: str, year: int, on: date, *, numbered: bool
) -> tuple[dict[str, Any], Stamp | None]:
    from ledger.exchange.export.subjects import export_tables
    from ledger.exchange.sending.closing import SUBJECT, kept_closing, sheet_names
    from ledger.exchange.sending.sent import content_of, send
    from ledger.exchange.writing.lists import seed_lists
    from ledger.exchange.writing.writer import workbook_bytes
    from ledger.exchange.writing.written import write_whole
    from ledger.journal.audit import head

    names: list[str] = []

    def made(stamp: Stamp | None) -> bytes:
        tables = export_tables(seen, subject, year, on=on, stamp=stamp.words if stamp else "")
        names[:] = [each.sheet.name for each in tables]
        about = {"export": subject, "exercice": str(year), **(stamp.about if stamp else {})}
        return workbook_bytes(tables, seed_lists(), about)

    if subject == SUBJECT and (kept := kept_closing(session, year, on)) is not None:
        stamp, content, names = None, content_of(kept), sheet_names(kept)
    else:
        stamp, content = send(session, subject, year, on=on, made=made) if numbered else (None, made(None))
    seal = head(seen)
    write_whole(path, content)
    data = {"fichier": str(path), "feuilles": names, "ecritures": seal.entries, "sceau": seal.seal}
    return {**data, "envoi": stamp.number if stamp else None}, stamp


app.command("garder")(garder)


@app.command("envois")
def envois() -> None:
    """Liste les classeurs envoyés et les fichiers gardés : numéro, jour, sceau du livre qu'ils montrent.

    Exemple : cofiville excel envois
    """
    from ledger.exchange.sending.sent import sent_workbooks

    with reading() as session:
        rows = [
            {
                "envoi": each.number,
                "quoi": each.subject,
                "exercice": each.year,
                "le": each.sent_on,
                "agent": each.agent,
                "sceau": f"{each.entries}:{each.seal}",
            }
            for each in sent_workbooks(session)
        ]
    columns = ("N°", "Classeur", "Exercice", "Envoyé le", "Par", "Sceau du livre")
    show(
        rows,
        lambda: (
            table("Classeurs envoyés", columns, [tuple(row.values()) for row in rows])
            if rows
            else say("Aucun classeur n'a encore été envoyé.")
        ),
    )


@app.command("renvoyer")
def renvoyer(
    numero: Annotated[int, typer.Argument(metavar="NUMERO", help="Le numéro de l'envoi.")], fichier: Fichier
) -> None:
    """Écrit à nouveau un classeur envoyé, à l'octet près.

    Exemple : cofiville excel renvoyer 1 envoi_1.xlsx
    """
    from ledger.exchange.sending.sent import content_of, find_sent
    from ledger.exchange.writing.written import write_whole

    with reading() as session:
        sent = find_sent(session, numero)
        content, sha256 = content_of(sent), sent.sha256
    write_whole(fichier, content)
    show(
        {"fichier": str(fichier), "envoi": numero, "sha256": sha256},
        lambda: say(f"{fichier} écrit, tel qu'envoyé sous le n° {numero}."),
    )


@app.command("comparer")
def comparer(
    avant: Annotated[Path, typer.Argument(metavar="AVANT", parser=Path, help="Le premier classeur.")],
    apres: Annotated[Path, typer.Argument(metavar="APRES", parser=Path, help="Le second classeur.")],
    limite: Limite = None,
) -> None:
    """Compare deux classeurs, feuille par feuille, ligne par ligne.

    Exemple : cofiville excel comparer programmation_envoyee.xlsx programmation_recue.xlsx
    """
    from ledger.exchange.importing.comparing import compare_workbooks
    from ledger.exchange.opening.limits import parse_limits

    rows = compare_workbooks(avant, apres, parse_limits(limite or ()))
    columns = ("Feuille", "Ligne", "Colonne", "Avant", "Après")
    show(
        rows,
        lambda: (
            table("Différences", columns, [tuple(row.values()) for row in rows])
            if rows
            else say("Aucune différence sur les feuilles connues.")
        ),
    )
