"""`cofiville echange importer` and `rapprocher`: files of the partners, read by profile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.caller import shown_progress
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Fichier, Le, day
from ledger.commands.declaring.parameters import Option
from ledger.commands.exchange.imports import Annoter, Limite, imported, refuse_unsound
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.core.field import Choice, Field, Kind, code, words
from ledger.exchange.fields import IMPORT
from ledger.execution.vocabulary import Agreement
from ledger.journal.fields import AMOUNT
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from sqlalchemy.orm import Session

    from ledger.core.progress import Progress
    from ledger.exchange.partners.reconciling import Found
    from ledger.exchange.profiles import Profile
    from ledger.exchange.workbook import Reading

app = group("Échanges : les fichiers des partenaires, lus chacun selon son profil.")

Profil = Annotated[
    str,
    Option(
        "--profil",
        metavar="PROFIL",
        help="La forme du fichier : etat-dossiers, etat-actions, helios, scdl, postes-etat, ou un profil à vous.",
        show_default=False,
    ),
]
Arrondir = Annotated[
    bool,
    Option(
        "--arrondir",
        help="Arrondit au centime le plus proche les montants de plus de deux décimales, chacun listé.",
    ),
]
_COMPARED = (
    words("cle", "ligne du fichier ou convention"),
    code("sens", "sens", shown=False),
    Field(
        "figure",
        "montant",
        Kind.CHOICE,
        choices=(Choice("accorde", "accordé"), Choice("verse", "versé")),
    ),
    AMOUNT.but(name="livre", title="au livre", help="", optional=True),
    AMOUNT.but(name="fichier", title="au fichier", help="", optional=True),
    AMOUNT.but(name="ecart", title="écart", help="", optional=True),
    Field(
        "etat",
        "état",
        Kind.CHOICE,
        choices=tuple(Agreement),
    ),
    words("conventions", "conventions", shown=False).but(many=True),
    Field("porteur_connu", "porteur connu", Kind.YES_NO, shown=False, since="0.2"),
    words("note", "note", shown=False),
    Field("a_savoir", "à savoir", scripted=False),
)


@app.command("importer", answer=one(*IMPORT))
def partners_importer(
    fichier: Fichier,
    profil: Profil,
    simuler: Annotated[
        bool, Option("--simuler", help="Montre ce que le fichier changerait, sans rien écrire.")
    ] = False,
    annoter: Annoter = None,
    arrondir: Arrondir = False,
    limite: Limite = None,
    le: Le = None,
) -> Outcome:
    """Importe un fichier d'un partenaire : tout ou rien, chaque problème montré avec sa cellule.

    etat-dossiers, etat-actions : les suivis de l'État, gardés pour les rapprocher des conventions.
    helios : les mandats du comptable ; celui qui paie à lui seul un versement ordonné est enregistré, les autres sont
    proposés.
    scdl : les subventions publiées par d'autres.
    postes-etat : les postes adultes-relais et FONJEP publiés par l'ANCT ; seules les lignes du contrat tenu sont lues.
    Une ligne est reconnue à tout ce qu'elle dit. Un fichier plus récent du même attribuant pour la même année remplace
    le précédent : lignes corrigées et disparues sont listées. L'import finit par les sommes lues, gardées, écartées.
    --annoter rend le fichier du partenaire, cellules en cause marquées, avec une feuille « Problèmes » à lui renvoyer.

    Exemple : cofiville echange importer --profil postes-etat postes_etat_caph_cavm.csv
    """
    from ledger.exchange.importing.handling import RowsOrigin
    from ledger.exchange.importing.importer import import_file

    with shown_progress() as progress:
        profile, content = _read(profil, fichier, limite, progress, rounded=arrondir)
        origin = RowsOrigin(fichier.name, day(le), sender=profile.saved_as)
        with writing() as session:
            found = import_file(session, content, profile.handlers, origin, simulate=simuler, progress=progress)
    return imported(found, content, annoter)


@app.command("rapprocher", answer=several(*_COMPARED))
def partners_rapprocher(
    fichier: Fichier,
    profil: Profil,
    retenir: Annotated[
        bool,
        Option("--retenir", help="Garde le résultat : la vérification de clôture rappelle ce qui diffère encore."),
    ] = False,
    arrondir: Arrondir = False,
    limite: Limite = None,
    le: Le = None,
) -> Outcome:
    """Compare un fichier d'un partenaire au livre, montant par montant ; rien du livre ne change.

    « à confirmer » : plusieurs lignes pour une, ou un autre jour ; c'est à vous de dire si c'est le même argent.

    Exemple : cofiville echange rapprocher --profil helios mandats_2016.ods
    """
    from ledger.exchange.partners.reconciling import reconcile

    with shown_progress() as progress:
        profile, content = _read(profil, fichier, limite, progress, rounded=arrondir)
    refuse_unsound(content)
    rows = content.rows[profile.sheet.name]
    with writing() if retenir else reading() as session:
        found = reconcile(profile.sides(session, rows), profile.orders(session))
        if retenir:
            _keep(session, profile.name, found, content, day(le))
    return _outcome([_row(each) for each in found])


def _read(
    name: str, path: Path, limits: list[str] | None, progress: Progress, *, rounded: bool
) -> tuple[Profile, Reading]:
    """The profile of this name, and what the file says under it, titles gone since last year included."""
    from ledger.exchange.opening.limits import parse_limits
    from ledger.exchange.partners.saved import drift, profile_named, recognised
    from ledger.exchange.workbook import read_workbook

    with reading() as session:
        profile = profile_named(session, name)
    sheet = replace(profile.sheet, rounded=rounded)
    content = read_workbook(path, (sheet,), parse_limits(limits or ()), by_header=True, progress=progress)
    problems = recognised(path, profile, content.opened.grids, content.problems)
    return profile, replace(content, problems=[*problems, *drift(profile, content.opened.grids)])


def _keep(session: Session, profile: str, found: list[Found], content: Reading, on: date) -> None:
    """One reconciliation kept a year, so that each year's closing reads its own."""
    from ledger.execution.reconciliation.record_reconciliation import keep_reconciliation

    for year in dict.fromkeys(each.year for each in found):
        lines = [each.compared for each in found if each.year == year]
        keep_reconciliation(session, profile, lines, year=year, file=content.path.name, sha256=content.sha256, on=on)


def _row(found: Found) -> Row:
    compared = found.compared
    return {
        "cle": compared.key,
        "sens": compared.direction,
        "figure": found.figure,
        "livre": compared.book,
        "fichier": compared.file,
        "ecart": found.gap,
        "etat": str(compared.state),
        "conventions": list(compared.conventions),
        "porteur_connu": found.local,
        "note": found.note,
        "a_savoir": found.note or ", ".join(compared.conventions),
    }


def _outcome(rows: list[Row]) -> Outcome:
    ours = [row for row in rows if row["porteur_connu"]]
    different = tuple(row for row in ours if row["etat"] != Agreement.MATCHED)
    said = f"{len(ours) - len(different)} montant(s) rapproché(s), {len(different)} à regarder."
    others = f"{len(rows) - len(ours)} ligne(s) du fichier concernent d'autres organismes : non montrées."
    return Outcome(
        Listing("Rapprochement", _COMPARED, tuple(rows)),
        (
            *((Listing("Ce qui diffère", _COMPARED, different),) if different else ()),
            said,
            *((others,) if len(ours) < len(rows) else ()),
        ),
    )
