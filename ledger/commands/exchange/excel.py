"""`cofiville excel`: workbooks in and out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import as_of, reading, writing
from ledger.commands.declaring.caller import shown_progress
from ledger.commands.declaring.options import Annee, ConnuAu, Fichier, FichierEcrit, Le, argument, day, option
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.exchange.excel_help import app
from ledger.commands.exchange.imports import Annoter, Limite, imported, refuse_unsound, sheets_read
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.core.field import count, words
from ledger.exchange.fields import CHANGE, FILE, IMPORT, ROW_KEY, SENDING, SHA256, SHEET
from ledger.journal.fields import ACTS_SEAL, EFFECTIVE_ON, SEAL, YEAR
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from ledger.exchange.sending.sent import WorkbookStamp
    from ledger.exchange.sheets.of_contract import SheetTerms
    from ledger.exchange.workbook import Reading
    from ledger.exchange.writing.lists import Lists

_MOST_BYTES = 32 * 1024 * 1024
_EXPORTED = one(
    FILE,
    words("feuilles", "feuilles").but(many=True),
    count("ecritures", "écritures"),
    SEAL,
    SENDING.but(optional=True, since="0.2"),
    ACTS_SEAL,
)
_SENT = (
    SENDING,
    words("quoi", "classeur"),
    YEAR,
    EFFECTIVE_ON.but(title="envoyé le"),
    words("agent", "par"),
    SEAL.but(title="sceau du livre", help="Celui du livre que le classeur montre.", shown=False),
    ACTS_SEAL.but(shown=False),
)
_DIFFERENCES = (SHEET, ROW_KEY, *CHANGE)
Conflits = Annotated[
    str,
    Option(
        "--conflits",
        metavar="QUI",
        help="Au retour d'un envoi, qui a raison là où les deux côtés ont changé : nous ou eux.",
        show_default=False,
    ),
]
Retour = Annotated[
    Path | None,
    option(
        FILE.but(
            placeholder="SORTIE",
            help="Au retour d'un envoi, écrit ce qu'ils ont changé, à adopter ligne par ligne ; n'importe rien.",
        ),
        "--retour",
        written=True,
    ),
]


@app.command("modeles", answer=one(words("fichiers", "fichiers").but(many=True)))
def excel_modeles(
    dossier: Annotated[Path, argument(FILE.but(placeholder="DOSSIER", help="Le dossier où les écrire."), written=True)],
    lignes: Annotated[
        int | None,
        Option(
            metavar="NOMBRE",
            min=1,
            max=4_000,
            help="Combien de lignes à remplir ont leurs totaux et contrôles.",
            show_default="200",
        ),
    ] = None,
) -> Outcome:
    """Écrit les modèles de classeurs à remplir, avec les listes du contrat ; sans base, celles du programme.

    Ces lignes s'impriment, même vides : pour un modèle à remplir à la main, --lignes 20 ; pour une grande année,
    --lignes 1000.

    Exemple : cofiville excel modeles modeles
    """
    from ledger.exchange.declaration import FREE_ROWS
    from ledger.exchange.writing.templates import write_templates

    lists, terms = _offered()
    files = [str(path) for path in write_templates(dossier, lignes or FREE_ROWS, lists, terms)]
    return Outcome({"fichiers": files}, (f"{len(files)} modèles écrits dans {dossier}.",))


def _offered() -> tuple[Lists | None, SheetTerms | None]:
    """What drop-downs offer, of the contract, and what it says in its own words; nothing where there is no base."""
    from ledger.exchange.writing.lists import contract_lists, contract_terms
    from ledger.storage.engine import DatabaseUnavailable

    try:
        with reading() as session:
            return contract_lists(session), contract_terms(session)
    except DatabaseUnavailable:
        return None, None


@app.command("importer", act=True, answer=one(*IMPORT))
def excel_importer(
    fichier: Fichier,
    simuler: Annotated[
        bool, Option("--simuler", help="Montre ce que le fichier changerait, sans rien écrire.")
    ] = False,
    annoter: Annoter = None,
    limite: Limite = None,
    conflits: Conflits = "",
    retour: Retour = None,
    le: Le = None,
) -> Outcome:
    """Importe un classeur : tout ou rien, chaque problème montré avec sa cellule.

    Un même fichier importé deux fois ne change rien la seconde. Les lignes absentes du fichier ne sont jamais
    supprimées. --annoter rend votre fichier, cellules en cause marquées, avec une feuille « Problèmes ».
    Un classeur que vous aviez envoyé (excel exporter tableau, ou programmation) est comparé à son envoi et à la base :
    ce qui a changé chez vous entre-temps reste. Avec --retour, ce qu'ils ont changé s'écrit trois fois (envoyé, chez
    nous, chez eux), avec une colonne « Adopter » : remplie et importée, elle fait tout en une fois.

    Exemple : cofiville excel importer programmation_2016.xlsx --simuler
    """
    from ledger.exchange.handlers.registry import WORKBOOK
    from ledger.exchange.importing.handling import RowsOrigin
    from ledger.exchange.importing.importer import import_file
    from ledger.exchange.importing.unfolding import unfolded
    from ledger.exchange.opening.limits import parse_limits
    from ledger.exchange.sending.adopting import adopted
    from ledger.exchange.sending.returning import read_side, returned
    from ledger.exchange.sheets import SHEETS
    from ledger.exchange.workbook import read_workbook

    origin, decided = RowsOrigin(fichier.name, day(le)), read_side(conflits)
    with shown_progress() as progress:
        content = read_workbook(fichier, sheets_read(SHEETS, wide=True), parse_limits(limite or ()), progress=progress)
        if retour is not None:
            return _to_adopt(content, retour)
        with writing() as session:
            content = unfolded(session, adopted(session, returned(session, content, decided)))
            found = import_file(session, content, WORKBOOK, origin, simulate=simuler, alone=True, progress=progress)
    return imported(found, content, annoter)


def _to_adopt(content: Reading, path: Path) -> Outcome:
    """The workbook where what a returned one changes is adopted; the book is only read. raises: InvalidValue."""
    from ledger.exchange.sending.adopting import return_table
    from ledger.exchange.writing.writer import write_workbook

    refuse_unsound(content)
    with reading() as session:
        table = return_table(session, content)
    write_workbook(path, [table])
    waiting = sum(each["adopt"] is None for each in table.rows)
    row = {"feuilles": [], "problemes": [], "ecrit": False, "retour": str(path), "a_adopter": len(table.rows)}
    said = (
        f"{path} écrit : {len(table.rows)} valeur(s) changée(s) chez eux, dont {waiting} qui attend(ent) votre réponse."
    )
    return Outcome(row, (said, f"Remplissez « Adopter », puis : cofiville excel importer {path}"))


@app.command("exporter", answer=_EXPORTED)
def excel_exporter(
    quoi: Annotated[
        str,
        Argument(
            metavar="QUOI",
            help="programmation, tableau, avis, conventions, consommation, cloture ou referentiel.",
            show_default=False,
        ),
    ],
    annee: Annee,
    fichier: FichierEcrit,
    sans_numero: Annotated[
        bool,
        Option("--sans-numero", help="Un brouillon : ni numéro d'envoi, ni copie gardée."),
    ] = False,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Écrit un classeur : totaux en formules, mise en page prête à imprimer, feuilles réimportables.

    Le tableau est la grande feuille : une ligne par action, les financeurs en colonnes ; on y saisit, on y décide, on
    l'envoie, on l'imprime, on le réimporte. Le tableau et la programmation sont des envois : numérotés, gardés tels
    quels ; à leur retour, excel importer compare trois versions. La clôture d'un exercice clos est rendue telle
    qu'elle fut faite, quoi qu'on ait saisi depuis.

    Exemple : cofiville excel exporter programmation 2016 sous_prefecture_2016.xlsx
    """
    from ledger.exchange.export.subjects import NUMBERED

    subject = quoi.strip().lower()
    numbered = subject in NUMBERED and not sans_numero
    if numbered and connu_au is not None:
        raise WrongUsage("Un envoi montre ce qui est su aujourd'hui.", "Ajoutez --sans-numero, ou retirez --connu-au.")
    with writing() if numbered else reading() as session, as_of(session, le, connu_au) as seen:
        data, stamp = _write_export(session, seen, fichier, subject, annee, day(le), numbered=numbered)
        if not numbered and (le is not None or connu_au is not None):
            data["sceau_actes"] = ""
    sent = f" Envoi n° {stamp.number}." if stamp else ""
    return Outcome(data, (f"{fichier} écrit : {', '.join(data['feuilles'])}.{sent}",))


def _write_export(
    session: Session, seen: Session, path: Path, subject: str, year: int, on: date, *, numbered: bool
) -> tuple[Row, WorkbookStamp | None]:
    from ledger.exchange.export.subjects import export_tables, lists_of
    from ledger.exchange.sending.closing import SUBJECT, kept_closing, sheet_names
    from ledger.exchange.sending.sent import content_of, send_workbook
    from ledger.exchange.writing.lists import contract_sheets
    from ledger.exchange.writing.writer import workbook_bytes
    from ledger.journal.audit import book_head
    from ledger.storage.delivered_files import deliver_file
    from ledger.storage.heads import acts_seal
    from ledger.storage.session import context

    names: list[str] = []

    def made(stamp: WorkbookStamp | None) -> bytes:
        tables = export_tables(seen, subject, year, on=on, stamp=stamp)
        sheets = contract_sheets(seen, [each.sheet for each in tables])
        tables = [replace(each, sheet=sheet) for each, sheet in zip(tables, sheets, strict=True)]
        names[:] = [each.sheet.name for each in tables]
        about = {"contrat": context(seen).contract, "export": subject, "exercice": str(year)}
        about |= stamp.about if stamp else {}
        return workbook_bytes(tables, lists_of(seen, subject), about)

    if subject == SUBJECT and (kept := kept_closing(session, year, on)) is not None:
        stamp, content, names = None, content_of(kept), sheet_names(kept)
    else:
        stamp, content = send_workbook(session, subject, year, on=on, made=made) if numbered else (None, made(None))
    seal = book_head(seen)
    deliver_file(path, content)
    data = {"fichier": str(path), "feuilles": names, "ecritures": seal.entries, "sceau": seal.seal}
    data["sceau_actes"] = acts_seal(seen)
    return {**data, "envoi": stamp.number if stamp else None}, stamp


@app.command("garder", act=True, answer=one(FILE, SENDING, EFFECTIVE_ON))
def excel_garder(
    fichier: Fichier,
    annee: Annee,
    quoi: Annotated[str, Option("--quoi", metavar="TEXTE", help="Ce que c'est ; le nom du fichier sinon.")] = "",
    le: Le = None,
) -> Outcome:
    """Garde un fichier remis (rapport, dossier, PDF) : il se réécrit à l'octet près, quoi qu'on ait saisi depuis.

    Gardé deux fois sous le même nom sans avoir changé, il garde son numéro. Pour le réécrire : cofiville excel
    renvoyer NUMERO FICHIER.

    Exemple : cofiville excel garder dossier_2016.html 2016 --quoi "Dossier du COPIL du 04/03/2016"
    """
    from ledger.exchange.sending.sent import send_workbook
    from ledger.storage.whole_files import check_ordinary

    check_ordinary(fichier)
    try:
        content = fichier.read_bytes()
    except OSError as trouble:
        raise WrongUsage(
            f"« {fichier} » ne peut pas être lu ({trouble.strerror}).", "Vérifiez son nom et son dossier."
        ) from None
    if len(content) > _MOST_BYTES:
        raise WrongUsage(f"« {fichier} » dépasse 32 Mo.", "Gardez un fichier plus léger.")
    with writing() as session:
        stamp, _ = send_workbook(session, quoi.strip() or fichier.name, annee, on=day(le), made=lambda _: content)
        row = {"fichier": str(fichier), "envoi": stamp.number, "le": stamp.on}
    return Outcome(row, (f"{fichier} gardé sous le n° {stamp.number}.",))


@app.command("envois", answer=several(*_SENT))
def excel_envois() -> Outcome:
    """Liste les classeurs envoyés et les fichiers gardés : numéro, jour, sceau du livre qu'ils montrent.

    Exemple : cofiville excel envois
    """
    from ledger.exchange.sending.sent import sent_workbooks

    with reading() as session:
        rows = tuple(
            {
                "envoi": each.number,
                "quoi": each.subject,
                "exercice": each.year,
                "le": each.sent_on,
                "agent": each.agent,
                "sceau": f"{each.entries}:{each.seal}",
                "sceau_actes": each.acts_seal,
            }
            for each in sent_workbooks(session)
        )
    return Outcome(Listing("Classeurs envoyés", _SENT, rows, empty="Aucun classeur n'a encore été envoyé."))


@app.command("renvoyer", answer=one(FILE, SENDING, SHA256))
def excel_renvoyer(numero: Annotated[int, argument(SENDING)], fichier: FichierEcrit) -> Outcome:
    """Écrit à nouveau un classeur envoyé, à l'octet près.

    Exemple : cofiville excel renvoyer 1 envoi_1.xlsx
    """
    from ledger.exchange.sending.sent import content_of, find_sent
    from ledger.storage.delivered_files import deliver_file

    with reading() as session:
        sent = find_sent(session, numero)
        content, sha256 = content_of(sent), sent.sha256
    deliver_file(fichier, content)
    return Outcome(
        {"fichier": str(fichier), "envoi": numero, "sha256": sha256},
        (f"{fichier} écrit, tel qu'envoyé sous le n° {numero}.",),
    )


@app.command("comparer", answer=several(*_DIFFERENCES))
def excel_comparer(
    avant: Annotated[Path, argument(FILE.but(placeholder="AVANT", help="Le premier classeur."))],
    apres: Annotated[Path, argument(FILE.but(placeholder="APRES", help="Le second classeur."))],
    limite: Limite = None,
) -> Outcome:
    """Compare deux classeurs, feuille par feuille, ligne par ligne.

    Exemple : cofiville excel comparer programmation_envoyee.xlsx programmation_recue.xlsx
    """
    from ledger.exchange.importing.importer import compare_workbooks
    from ledger.exchange.opening.limits import parse_limits

    rows = tuple(compare_workbooks(avant, apres, parse_limits(limite or ())))
    empty = "Aucune différence sur les feuilles connues."
    return Outcome(Listing("Différences", _DIFFERENCES, rows, empty=empty))
