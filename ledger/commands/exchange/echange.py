"""`cofiville echange adapter` and `profils`: a partner's layout matched once with one of ours, and reused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading, reading_as_of, writing
from ledger.commands.declaring.caller import shown_progress
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, ConnuAu, Fichier, FichierEcrit, Le, day
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.exchange.imports import Annoter, Limite, imported, refuse_unsound
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.core.field import Choice, Field, Kind, code, count, words
from ledger.exchange.fields import FILE, IMPORT, ROWS
from ledger.execution.vocabulary import Agreement
from ledger.journal.fields import AMOUNT, CONVENTION
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from sqlalchemy.orm import Session

    from ledger.core.progress import Progress
    from ledger.exchange.partners.publishing import Publication, SetAside
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


@app.command("importer", act=True, answer=one(*IMPORT))
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


_BENEFICIARY = code("beneficiaire", "bénéficiaire")
_ASIDE = (CONVENTION, _BENEFICIARY, AMOUNT, words("motif", "pourquoi"))
_DELAYS = (
    CONVENTION,
    _BENEFICIARY,
    Field("signee_le", "signée le", Kind.DAY),
    Field("publier_au_plus_tard", "publier au plus tard", Kind.DAY),
    Field("depasse", "dépassé", Kind.YES_NO, shown=False),
    words("source", "source"),
)
_PUBLISHED = one(
    FILE,
    ROWS,
    Field("ecartees", "écartées", Kind.RECORD, fields=_ASIDE, many=True),
    Field("delais", "délais", Kind.RECORD, fields=_DELAYS, many=True, since="0.2"),
)


@app.command("publier", answer=_PUBLISHED)
def echange_publier(
    quoi: Annotated[str, Argument(metavar="QUOI", help="La forme à publier : scdl.")],
    annee: Annee,
    fichier: FichierEcrit,
    attribuant: Annotated[
        str,
        Option(metavar="SIRET", help="Le SIRET de l'agglomération, si aucun porteur n'est elle.", show_default=False),
    ] = "",
    tout: Annotated[
        bool, Option("--tout", help="Publie aussi ce qui ne dépasse pas le seuil légal de publication.")
    ] = False,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Écrit les subventions de l'agglomération sous la forme que la loi publie (SCDL 2.1.1, 16 colonnes).

    Une ligne par bénéficiaire ; ce qui ne peut pas être publié est listé avec sa raison, et ce que la loi voulait
    public avant ce jour (--le) est signalé.

    Exemple : cofiville echange publier scdl 2016 subventions_2016.csv
    """
    from ledger.exchange.partners.publishing import publish, write_publication

    if quoi.strip().lower() != "scdl":
        raise WrongUsage(f"« {quoi} » ne se publie pas.", "Choisissez : scdl.")
    with reading_as_of(le, connu_au) as session:
        found = publish(session, annee, siret=attribuant, everything=tout)
    write_publication(fichier, found)
    row = {
        "fichier": str(fichier),
        "lignes": len(found.rows),
        "ecartees": [_aside(each) for each in found.aside],
        "delais": _delays(found, day(le)),
    }
    return Outcome(row, tuple(_said(found, row)))


def _aside(each: SetAside) -> Row:
    return {
        "convention": each.convention,
        "beneficiaire": each.beneficiary,
        "montant": each.amount,
        "motif": each.reason,
    }


def _delays(found: Publication, today: date) -> list[Row]:
    return [
        {
            "convention": each.convention,
            "beneficiaire": each.beneficiary,
            "signee_le": each.signed_on,
            "publier_au_plus_tard": each.due_on,
            "depasse": each.due_on < today,
            "source": str(each.source),
        }
        for each in found.deadlines
    ]


def _said(found: Publication, row: Row) -> Iterator[str | Listing]:
    yield f"{row['fichier']} écrit : {row['lignes']} subvention(s)."
    refused = tuple(_aside(each) for each in found.aside if not each.optional)
    if small := len(found.aside) - len(refused):
        yield f"{small} subvention(s) sous le seuil légal ne sont pas publiées ; --tout les ajoute."
    if refused:
        yield Listing("Non publiées", _ASIDE, refused)
    if late := tuple(each for each in row["delais"] if each["depasse"]):
        yield Listing("Délai de publication dépassé : à mettre en ligne sans attendre, si ce n'est fait", _DELAYS, late)


_PROFILE = code("profil", "profil")
_VERSION = count("version", "version")
_SAVED = one(_PROFILE, _VERSION, code("modele", "modèle"), words("colonnes", "colonnes").but(keyed=True))
_PROFILES = (_PROFILE, words("contenu", "contenu"), _VERSION)


@app.command("adapter", act=True, answer=_SAVED)
def echange_adapter(
    nom: Annotated[str, Argument(metavar="NOM", help="Le nom de votre profil.")],
    fichier: Fichier,
    modele: Annotated[
        str, Option(metavar="PROFIL", help="Le profil livré qui lui ressemble.", show_default=False)
    ] = "etat-dossiers",
    colonne: Annotated[
        list[str] | None,
        Option(metavar="COLONNE=TITRE", help="Votre titre pour une colonne du modèle ; répétez l'option."),
    ] = None,
    limite: Limite = None,
) -> Outcome:
    """Rattache les colonnes du fichier d'un partenaire à celles d'un profil livré, et retient le résultat.

    Les titres déjà connus sont rattachés d'office ; dans un terminal, chaque autre colonne du modèle est demandée. Le
    profil sert ensuite à importer et à rapprocher ; un titre disparu l'année suivante est signalé.

    Exemple : cofiville echange adapter prefecture suivi.xls --modele etat-dossiers --colonne "Accordé=Montant voté"
    """
    from ledger.exchange.partners.saved import save_profile, titles_in, titles_matched
    from ledger.exchange.profiles import find_profile

    titles = titles_matched(find_profile(modele).sheet, titles_in(fichier, limite or ()), colonne or ())
    with writing() as session:
        saved = save_profile(session, nom, modele, titles)
        row = {"profil": saved.name, "version": saved.version, "modele": saved.model, "colonnes": saved.titles}
    return Outcome(row, (f"Profil {row['profil']} retenu ({len(titles)} colonnes), version {row['version']}.",))


@app.command("profils", answer=several(*_PROFILES))
def echange_profils() -> Outcome:
    """Liste les profils de fichiers : ceux livrés et les vôtres.

    Exemple : cofiville echange profils
    """
    from ledger.exchange.partners.saved import saved_profiles
    from ledger.exchange.profiles import PROFILES

    shipped = [{"profil": each.name, "contenu": each.words, "version": 1} for each in PROFILES.values()]
    with reading() as session:
        own = [
            {"profil": each.name, "contenu": f"votre profil, d'après {each.model}", "version": each.version}
            for each in saved_profiles(session)
        ]
    return Outcome(Listing("Profils de fichiers", _PROFILES, (*shipped, *own)))
