"""`cofiville piece`: files filed with an object or an act, kept whole in the base."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import FichierEcrit, Le, Oui, argument, confirm, day, option
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.outcome import Outcome, one, several
from ledger.core.field import Field, Kind
from ledger.journal.fields import EFFECTIVE_ON, MOTIVE

_ABOUT = Field(
    "objet", "objet", Kind.CODE, help="Le code de ce dont elle est la pièce ; ou son genre:code.", placeholder="OBJET"
)
_NUMBER = Field("numero", "n°", Kind.INTEGER, help="Le numéro de la pièce.", placeholder="NUMERO")
_KIND = Field(
    "genre",
    "genre",
    Kind.CODE,
    help="rib, statuts, comptes, deliberation, convention_signee, avenant_signe, decision, recapitulatif, bilan,"
    " courrier ou autre.",
)
_DIGEST = Field("sha256", "empreinte", Kind.CODE, shown=False)
_SIZE = Field("octets", "octets", Kind.INTEGER)
_FILE = Field("fichier", "fichier", optional=True)
_FILED = (_ABOUT, _NUMBER, _KIND, _FILE, _SIZE, _DIGEST, EFFECTIVE_ON.but(title="déposée le"))
_ADDED = one(*_FILED, Field("deja_deposee", "déjà déposée", Kind.YES_NO))
_LISTED = (*_FILED, Field("personnelle", "personnelle", Kind.YES_NO, shown=False), Field("effacee", "effacée"))

app = group("Pièces : RIB, statuts, délibérations, conventions signées, gardés entiers avec ce qu'ils concernent.")
Objet = Annotated[str, argument(_ABOUT)]
Numero = Annotated[int, argument(_NUMBER)]


@app.command("ajouter", act=True, answer=_ADDED)
def piece_ajouter(
    objet: Objet,
    fichier: Annotated[Path, Argument(metavar="FICHIER", parser=Path, help="Le fichier à garder.")],
    genre: Annotated[str, option(_KIND)],
    personnelle: Annotated[
        bool, Option("--personnelle", help="Elle parle d'une personne : les archives n'en gardent que l'empreinte.")
    ] = False,
    le: Le = None,
) -> Outcome:
    """Garde un fichier entier dans la base, avec ce qu'il concerne ; les mêmes octets ne s'y gardent qu'une fois.

    Se défait par piece effacer.

    Exemple : cofiville piece ajouter C2016-001 convention-signee.pdf --genre convention_signee --le 2016-04-29
    """
    from ledger.reports.attachments.file_attachment import file_attachment, read_file, read_object
    from ledger.storage.instants import instant_of_record

    content = read_file(fichier)
    with writing() as session:
        about = read_object(session, objet)
        at = instant_of_record(session)
        kept, new = file_attachment(
            session,
            about,
            fichier.name,
            content,
            kind=genre.strip().lower(),
            on=day(le),
            at=at,
            personal=personnelle,
        )
        row = {
            "objet": kept.code,
            "numero": kept.rank,
            "genre": kept.kind,
            "fichier": kept.name,
            "octets": kept.size,
            "sha256": kept.sha256,
            "le": kept.filed_on,
            "deja_deposee": not new,
        }
    again = "" if new else " (déjà déposée)"
    return Outcome(row, (f"{row['objet']}, pièce {row['numero']} : {row['fichier']}, {row['octets']} octets{again}.",))


@app.command("lister", answer=several(*_LISTED))
def piece_lister(
    objet: Annotated[str | None, argument(_ABOUT.but(help="Le code de l'objet ; toutes les pièces sinon."))] = None,
) -> Outcome:
    """Liste les pièces gardées, celles d'un objet ou toutes ; une pièce effacée n'y garde que son empreinte.

    Exemple : cofiville piece lister C2016-001
    """
    from ledger.reports.attachments.file_attachment import attached_files, read_object
    from ledger.reports.listing import Listing

    with reading() as session:
        about = None if objet is None else read_object(session, objet)
        rows = tuple(
            {
                "objet": each.code,
                "numero": each.rank,
                "genre": each.kind,
                "fichier": each.name,
                "octets": each.size,
                "sha256": each.sha256,
                "le": each.filed_on,
                "personnelle": each.personal,
                "effacee": each.reason,
            }
            for each in attached_files(session, about)
        )
    return Outcome(Listing("Pièces gardées", _LISTED, rows, empty="Aucune pièce n'est gardée."))


@app.command("extraire", answer=one(_ABOUT, _NUMBER, _FILE, _SIZE, _DIGEST))
def piece_extraire(objet: Objet, numero: Numero, fichier: FichierEcrit) -> Outcome:
    """Écrit une pièce dans un fichier, octet pour octet.

    Exemple : cofiville piece extraire C2016-001 1 copie.pdf
    """
    from ledger.reports.attachments.file_attachment import attached_content, find_attachment, read_object
    from ledger.storage.delivered_files import deliver_file

    with reading() as session:
        row = find_attachment(session, read_object(session, objet), numero)
        content = attached_content(row)
        said = {"objet": row.code, "numero": row.rank, "octets": row.size, "sha256": row.sha256}
    deliver_file(fichier, content)
    return Outcome({**said, "fichier": str(fichier)}, (f"Pièce écrite : {fichier} ({said['octets']} octets).",))


@app.command("effacer", act=True, answer=one(_ABOUT, _NUMBER, _DIGEST))
def piece_effacer(
    objet: Objet,
    numero: Numero,
    motif: Annotated[str, option(MOTIVE.but(help="Pourquoi.", personal=False))],
    oui: Oui = False,
) -> Outcome:
    """Efface une pièce sans retour, son nom compris ; son empreinte et sa taille restent, le sceau ne change pas.

    Les sauvegardes déjà faites la portent encore : détruisez-les, ou refaites l'effacement après une restauration.

    Exemple : cofiville piece effacer C2016-001 1 --motif "RIB d'une personne" --oui
    """
    from ledger.commands.referential.porteur_erasing import STILL_IN_THE_FILE, old_pages_forgotten
    from ledger.reports.attachments.file_attachment import erase_attachment, find_attachment, read_object
    from ledger.storage.instants import instant_of_record

    confirm(f"La pièce {numero} de {objet} sera effacée, sans retour.", oui)
    with writing() as session:
        row = find_attachment(session, read_object(session, objet), numero)
        erase_attachment(session, row, motive=motif, at=instant_of_record(session))
        said = {"objet": row.code, "numero": row.rank, "sha256": row.sha256}
    waiting = () if old_pages_forgotten() else (STILL_IN_THE_FILE,)
    return Outcome(said, (f"Pièce {numero} de {said['objet']} effacée ; son empreinte reste.",), waiting)
