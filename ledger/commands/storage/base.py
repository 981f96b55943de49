"""`cofiville base`: the database itself, made, checked, copied, put back, brought up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import existing_engine, new_base, reading, reading_as_found
from ledger.commands.declaring.caller import shown_progress
from ledger.commands.declaring.choices import agent_name, base_address, command_typed
from ledger.commands.declaring.group import group
from ledger.commands.declaring.older_base import opened_to_write
from ledger.commands.declaring.options import Fichier, Oui, argument, confirm
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.declaring.retrying import note_made
from ledger.commands.declaring.troubles import in_french
from ledger.commands.outcome import Outcome, one
from ledger.commands.storage.acknowledging import (
    ahead_sentences,
    ahead_text,
    seals_missing,
    seals_replaced,
    settle_origin,
)
from ledger.commands.storage.archiving import ARCHIVE, archive_contract
from ledger.commands.storage.backup import (
    check_backup,
    copy_sentences,
    current_state,
    older_restored,
    restore_server,
    save,
)
from ledger.commands.storage.inspection import (
    HEADS,
    anomalies,
    beside_the_base,
    finding_fields,
    guard_anomalies,
    heads,
    inspect,
    kept_on_raise,
    seal_sentences,
    warnings,
)
from ledger.core.addresses import shown_address
from ledger.core.field import Field, Kind
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.journal.audit import Anchor

_BASE = Field("base", "base", help="L'adresse de la base.")
_REVISION = Field("revision", "version", Kind.CODE)
_FILE = Field("fichier", "fichier")
_COPY = one(_FILE, *HEADS)
_AHEAD = Field(
    "en_avance",
    "sceaux en avance",
    many=True,
    optional=True,
    since="0.2",
    help="Les sceaux connus que la base n'a plus.",
)
_ANOMALIES = finding_fields("objet", "anomalie")
_WRONG = Field("anomalies", "anomalies", Kind.RECORD, fields=_ANOMALIES, many=True)
_WARNINGS = finding_fields("compte", "acte antidaté")

app = group("Base : la base de données, créée, contrôlée, sauvegardée, restaurée, mise à niveau.")


@app.command("creer", answer=one(_BASE, _REVISION))
def base_creer(
    sans_referentiel: Annotated[
        bool, Option("--sans-referentiel", help="Sans financeurs, lignes, territoires, objectifs ni règles.")
    ] = False,
) -> Outcome:
    """Crée une base vide, avec le référentiel et les règles du Contrat de ville.

    Exemple : cofiville --base contrat.db base creer
    """
    from ledger.storage.schema import migrate, program_revision
    from ledger.storage.session import Context, ContractSession

    address, revision = base_address(), program_revision()
    with new_base(address) as connection:
        migrate(connection)
        with ContractSession(connection, Context(agent=agent_name(), command=command_typed())) as session:
            _fill(session, with_facts=not sans_referentiel)
            session.commit()
    where = shown_address(address)
    return Outcome({"base": where, "revision": revision}, (f"La base {where} est créée (version {revision}).",))


def _fill(session: Session, *, with_facts: bool) -> None:
    from sqlalchemy import select

    from ledger.journal.model import Contract
    from ledger.referential.seed import load_contracts, load_referential
    from ledger.rules.seed import load_rules
    from ledger.storage.heads import say_origin
    from ledger.storage.history import beginning_a_contract
    from ledger.storage.vocabulary import OriginKind

    say_origin(session, OriginKind.MADE)
    if not with_facts:
        load_contracts(session)
        return
    load_referential(session)
    with beginning_a_contract(session):
        for contract in session.scalars(select(Contract.code).order_by(Contract.code)):
            load_rules(session, contract)


@app.command(
    "controler",
    answer=one(
        _WRONG,
        Field("alertes", "alertes", Kind.RECORD, fields=_WARNINGS, many=True, since="0.2"),
        *HEADS,
    ),
)
def base_controler(
    sceau: Annotated[
        str,
        Option(metavar="SCEAU", help="Un sceau gardé hors de la base, ou le fichier qui le porte."),
    ] = "",
) -> Outcome:
    """Vérifie tout le livre : gardes de la base, équilibre, sceaux, soldes, positions.

    Un sceau gardé hors de la base (clôture, export, sauvegarde) montre aussi qu'aucune écriture n'a été retirée de
    la fin, et que le livre n'a pas été réécrit en entier.

    Exemple : cofiville base controler --sceau cloture-2016.txt
    """
    anchors = _anchors(sceau)
    with reading_as_found() as session, shown_progress() as progress:
        opened_to_write(session, base_address())
        books = inspect(session, anchors, progress)
        found = [*guard_anomalies(session), *anomalies(books)]
        dated_back, beside, kept = warnings(books), beside_the_base(session), kept_on_raise(session)
    wrong = Listing(f"{len(found)} anomalie(s)", _ANOMALIES, tuple(found), empty="Aucune anomalie.")
    overdrawn = Listing(f"{len(dated_back)} compte(s) à découvert un jour passé", _WARNINGS, tuple(dated_back))
    return Outcome(
        {"anomalies": found, "alertes": [*dated_back, *kept, *beside], **heads(books)},
        (
            *seal_sentences(books),
            wrong,
            *((overdrawn,) if dated_back else ()),
            *(f"{each['objet']} : {each['message']}" for each in kept),
            *(f"À côté des tables de Cofiville, sans effet sur elles : {each['message']}" for each in beside),
        ),
        failed=bool(found),
    )


def _anchors(typed: str) -> list[Anchor]:
    from ledger.journal.audit import parse_anchor, printed_anchors
    from ledger.storage.whole_files import check_ordinary

    if typed:
        check_ordinary(Path(typed))
    if typed and (file := Path(typed)).is_file():
        return printed_anchors(file.read_text(encoding="utf-8", errors="replace"))
    return [parse_anchor(typed)] if typed else []


@app.command("sauvegarder", answer=_COPY)
def base_sauvegarder(fichier: Fichier) -> Outcome:
    """Copie la base dans un fichier, même pendant que d'autres écrivent, et vérifie la copie.

    Exemple : cofiville base sauvegarder sauvegarde-2016-12-31.db
    """
    from ledger.storage.archive import put_verifier_beside
    from ledger.storage.backup import is_sqlite_file

    with shown_progress() as progress:
        books = save(fichier, progress)
    said = copy_sentences(f"Sauvegarde écrite dans {fichier}", books)
    verifier = put_verifier_beside(fichier) if is_sqlite_file(fichier) else None
    how = () if verifier is None else (f"Pour la vérifier sans Cofiville : python3 {verifier} {fichier}",)
    return Outcome({"fichier": str(fichier), **heads(books)}, (*said, *how))


@app.command("archiver", answer=one(*ARCHIVE))
def base_archiver(
    code: Annotated[str, argument(ARCHIVE[0])],
    dossier: Annotated[Path, argument(ARCHIVE[1], parser=Path)],
    exercices_ouverts: Annotated[
        bool, Option("--exercices-ouverts", help="Archive aussi un contrat dont des exercices restent ouverts.")
    ] = False,
) -> Outcome:
    """Archive un contrat terminé dans un dossier qui se lit et se vérifie sans Cofiville.

    Chaque table y est un fichier CSV, avec un sommaire, les sceaux et un vérificateur. Contacts et IBAN n'y sont pas.

    Exemple : cofiville base archiver CV195 archive-CV195 --exercices-ouverts
    """
    with reading() as session:
        return archive_contract(session, code, dossier, with_open_years=exercices_ouverts)


@app.command("restaurer", answer=one(_FILE, *HEADS, _AHEAD))
def base_restaurer(fichier: Fichier, oui: Oui = False) -> Outcome:
    """Remplace la base par une sauvegarde, vérifiée avant d'être prise.

    Exemple : cofiville base restaurer sauvegarde-2016-12-31.db --oui
    """
    from ledger.storage.backup import as_shared_file, copy_sqlite
    from ledger.storage.engine import database_url, sqlite_path
    from ledger.storage.vocabulary import OriginKind

    address = base_address()
    path = sqlite_path(database_url(address))
    older = check_backup(fichier, server=path is None)
    replaced = seals_replaced(address)
    if path is None or path.exists():
        confirm(f"La base {shown_address(address)} sera remplacée{current_state(address)}.", oui)
    with in_french(address):
        if path is None:
            restore_server(address, fichier)
        else:
            copy_sqlite(fichier, path)
            as_shared_file(path)
    note_made()
    if older is not None:
        return older_restored(fichier, older)
    ahead = settle_origin(OriginKind.RESTORED, replaced, copy_name=fichier.name)
    with reading() as session:
        books = inspect(session)
    said = copy_sentences(f"Base restaurée depuis {fichier}", books)
    return Outcome({"fichier": str(fichier), **heads(books), "en_avance": ahead}, (*said, *ahead_sentences(ahead)))


@app.command("reconnaitre", answer=one(_BASE, _AHEAD))
def base_reconnaitre(oui: Oui = False) -> Outcome:
    """Garde cette base telle qu'elle est, quand elle est plus ancienne que ce qui y a été écrit de ce poste.

    Cofiville garde hors de la base le dernier sceau qu'il y a écrit, et dit quand elle ne le porte plus. La base note
    alors, sous sceau, lequel manque et qui l'a accepté ; il n'est plus réclamé ensuite.

    Exemple : cofiville base reconnaitre --oui
    """
    from ledger.storage.vocabulary import OriginKind

    address = base_address()
    with reading() as session:
        missing = seals_missing(session, address)
    if missing:
        confirm(f"La base {shown_address(address)} n'a plus {ahead_text(missing)} : ce sera admis.", oui)
    ahead = settle_origin(OriginKind.ACKNOWLEDGED) if missing else []
    said = ahead_sentences(ahead) or ("La base a tout ce qui y a été écrit de ce poste : rien à reconnaître.",)
    return Outcome({"base": shown_address(address), "en_avance": ahead}, said)


@app.command("essayer", answer=one(_FILE, *HEADS, _WRONG))
def base_essayer(
    fichier: Annotated[
        Path | None, Argument(metavar="FICHIER", help="La copie à essayer ; sinon la dernière copie du jour.")
    ] = None,
) -> Outcome:
    """Essaie une copie : la remet dans un endroit à part, la contrôle en entier, et retient ce qui en est sorti.

    La base n'est pas touchée. Une copie se fait d'elle-même chaque jour, avant la première écriture, d'une base en
    fichier : cofiville configurer --copies NOMBRE --dossier-copies DOSSIER ; diagnostic dit la dernière essayée.

    Exemple : cofiville base essayer sauvegarde-2016-12-31.db
    """
    from ledger.commands.storage.rehearsing import rehearse

    with shown_progress() as progress:
        copy, books, found = rehearse(fichier, progress)
    wrong = Listing(f"{len(found)} anomalie(s)", _ANOMALIES, tuple(found), empty="Elle se remet, sans anomalie.")
    row = {"fichier": str(copy), **heads(books), "anomalies": found}
    return Outcome(row, (f"Copie essayée : {copy}", *seal_sentences(books), wrong), failed=bool(found))


@app.command("migrer", answer=one(Field("source", "source"), Field("destination", "destination"), *HEADS))
def base_migrer(
    source: Annotated[str, Argument(metavar="SOURCE", help="La base à recopier : fichier ou postgresql://…")],
    destination: Annotated[str, Argument(metavar="DESTINATION", help="Une base vide, ou un fichier à créer.")],
) -> Outcome:
    """Recopie une base dans une base neuve, d'un fichier vers un serveur ou l'inverse, et vérifie qu'elle est la même.

    Mêmes écritures, mêmes sceaux, toutes les gardes ; la base d'origine n'est pas touchée.

    Exemple : cofiville base migrer contrat.db postgresql://serveur/contrat
    """
    from ledger.commands.storage.moving import move_base

    with shown_progress() as progress:
        books = move_base(source, destination, progress)
    row = {"source": shown_address(source), "destination": shown_address(destination), **heads(books)}
    return Outcome(row, copy_sentences(f"Base migrée vers {row['destination']}", books))


@app.command("roles", answer=one(_BASE, Field("roles", "rôles", Kind.CODE, many=True)))
def base_roles() -> Outcome:
    """Donne ses trois rôles à une base sur serveur : lecture, agent, administration.

    Chaque utilisateur du serveur reçoit ensuite un rôle, par exemple : GRANT cofiville_agent TO anne. Un agent tient
    le livre par Cofiville, sans pouvoir en lever une garde ; la lecture ne voit ni contacts ni IBAN.

    Exemple : cofiville --base postgresql://serveur/contrat base roles
    """
    from ledger.storage.roles import give_roles
    from ledger.storage.schema import check_revision

    address = base_address()
    with in_french(address), existing_engine(address) as engine, engine.begin() as connection:
        check_revision(connection)
        given = give_roles(connection)
    note_made()
    row = {"base": shown_address(address), "roles": list(given)}
    return Outcome(row, (f"Rôles donnés : {', '.join(given)}.",))


@app.command(
    "mettre-a-niveau",
    answer=one(
        _BASE,
        _REVISION.but(name="avant", title="version d'avant"),
        _REVISION,
        Field("copie", "copie d'avant", optional=True),
        Field("actes_sans_ecriture", "actes sans écriture", Kind.INTEGER, since="0.2"),
        Field("anomalies_gardees", "anomalies gardées", Kind.INTEGER, since="0.2"),
    ),
)
def base_mettre_a_niveau(
    malgre: Annotated[
        str,
        Option(metavar="MOTIF", help="Pourquoi garder des lignes changées hors de Cofiville ; elles restent listées."),
    ] = "",
) -> Outcome:
    """Met la base à la version du programme ; une base en fichier est d'abord copiée à côté d'elle.

    Ses lignes sont d'abord comparées à ce qu'en disent ses actes : celles qui ont été changées hors de Cofiville
    sont nommées, et rien n'est fait sans un motif.

    Exemple : cofiville base mettre-a-niveau
    """
    from ledger.commands.storage.upgrading import raise_base, restoring_command
    from ledger.storage.schema import program_revision

    address = base_address()
    done, revision = raise_base(address, malgre), program_revision()
    row = {
        "base": shown_address(address),
        "avant": done.before or revision,
        "revision": revision,
        "copie": done.copy and str(done.copy),
        "actes_sans_ecriture": done.untied,
        "anomalies_gardees": done.kept,
    }
    rules = " Règles livrées depuis : cofiville regle mettre-a-niveau." if done.before else ""
    noted = (
        f" {done.untied} actes ou écritures n'ont pas trouvé leur pendant : cofiville base controler."
        if done.untied
        else ""
    )
    said = [f"La base est à la version {revision}.{rules}{noted}"]
    if done.kept:
        said.append(f"Gardé malgré tout : {done.kept} anomalies, que cofiville base controler listera toujours.")
    if done.copy is not None:
        said.append(f"Copie d'avant : {done.copy}. Pour la reprendre : {restoring_command(address, done.copy)}")
    return Outcome(row, tuple(said))
