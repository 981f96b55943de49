"""`cofiville document`: letters, conventions and supporting documents, filled from the book in Word templates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading_as_of
from ledger.commands.declaring.choices import contract_code, is_typed
from ledger.commands.declaring.documents_kept import usual_templates
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import ConnuAu, Le, argument, day, parse_year
from ledger.commands.declaring.parameters import Argument, Option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.core.field import Field, Kind
from ledger.core.period import french_day
from ledger.exchange.fields import FILE, SHA256

if TYPE_CHECKING:
    from ledger.reports.documents.editing import Edited

app = group("Documents : conventions, lettres, décomptes, ordres et titres, prêts à envoyer, sur vos modèles Word.")

_DOCUMENT = Field(
    "document",
    "document",
    Kind.CODE,
    help="Le document : cofiville document lister les nomme tous.",
    placeholder="DOCUMENT",
)
_TEMPLATE = Field("modele", "modèle")
_FILES = Field("fichiers", "fichiers", Kind.PATH, many=True)
_ORIGIN = (
    FILE.but(help=""),
    Field("origine", "origine", Kind.CODE, help="acte, ou etat_du_livre."),
    Field("acte_le", "acte du", Kind.DAY, optional=True),
    SHA256,
    Field("mention", "mention"),
    _TEMPLATE.but(optional=True, since="0.2"),
    SHA256.but(name="modele_sha256", title="SHA-256 du modèle", optional=True, since="0.2"),
)
_EDITED = (
    _DOCUMENT,
    _FILES,
    Field("origines", "origines", Kind.RECORD, fields=_ORIGIN, many=True, since="0.2"),
)
_KINDS = (_DOCUMENT, Field("libelle", "libellé"), Field("cle", "numéro de"), _TEMPLATE)
_PLACEHOLDERS = (Field("champ", "champ", Kind.CODE), Field("sens", "sens"))

Genre = Annotated[str, argument(_DOCUMENT)]
Modeles = Annotated[
    Path | None,
    Option(
        "--modeles",
        metavar="DOSSIER",
        envvar="COFIVILLE_MODELES",
        help="Le dossier de vos modèles ; ceux qui n'y sont pas viennent du programme.",
    ),
]


@app.command("editer", answer=one(*_EDITED))
def document_editer(
    document: Genre,
    cles: Annotated[
        list[str] | None,
        Argument(
            metavar="NUMERO",
            offers="conventions",
            help="Le numéro de la convention, du mandat ou du titre ; un ou plusieurs.",
        ),
    ] = None,
    toutes: Annotated[
        int | None, Option("--toutes", metavar="ANNEE", parser=parse_year, help="Tous ceux de l'année.")
    ] = None,
    dossier: Annotated[
        Path, Option("--dossier", metavar="DOSSIER", parser=Path, help="Le dossier où les écrire.", written=True)
    ] = Path("documents"),
    modeles: Modeles = None,
    le: Le = None,
    connu_au: ConnuAu = None,
) -> Outcome:
    """Écrit un document, ou tous ceux d'une année, au format Word : tous, ou aucun si l'un est refusé.

    Ce qui fut signé, notifié, ordonné ou titré est réécrit tel que l'acte l'a laissé (--le choisit le jour, par exemple
    avant un avenant) ; une copie, un état ultérieur ou un document établi après coup le dit, dans le fichier et ici.

    Exemple : cofiville document editer decompte --toutes 2016 --dossier courriers
    """
    from ledger.reports.documents.editing import Templates, edit_documents, write_files
    from ledger.reports.documents.kinds import find_kind

    kind = find_kind(document)
    if bool(cles) == (toutes is not None):
        raise WrongUsage(
            f"Désignez un numéro de {kind.subject}, ou tous ceux d'une année.", "Par exemple : --toutes 2016."
        )
    with reading_as_of(le, connu_au) as session:
        keys = cles or kind.keys(session, toutes or 0, day(le))
        # A folder settled once for all is not asked for: what an act kept is printed on the template of that act.
        asked = modeles if is_typed("modeles") else None
        templates = Templates(usual_templates(), asked)
        made = edit_documents(session, kind, keys, templates=templates, on=day(le), today=datetime.now(UTC).date())
    written = write_files(dossier, {each.name: each.content for each in made})
    data = {"document": kind.name, "fichiers": [str(path) for path in written], "origines": _origins(made)}
    said = f"{len(written)} document(s) « {kind.label} » dans {dossier}."
    return Outcome(data, (said, *_notes(made)))


def _origins(made: Sequence[Edited]) -> list[Row]:
    return [
        {
            "fichier": each.name,
            "origine": "etat_du_livre" if each.act_on is None else "acte",
            "acte_le": each.act_on,
            "sha256": each.sha256,
            "mention": each.note,
            "modele": each.template,
            "modele_sha256": each.template_sha256,
        }
        for each in made
    ]


def _notes(made: Sequence[Edited]) -> Iterator[str]:
    for each in made:
        kept = f"tel que l'acte du {french_day(each.act_on)} l'a laissé" if each.act_on else ""
        notes = (each.note,) if each.template_note in each.note else (each.note, each.template_note)
        if noted := " ; ".join(part for part in (kept, *notes) if part):
            yield f"  {each.name} : {noted}"


@app.command("lister", answer=several(*_KINDS))
def document_lister(modeles: Modeles = None) -> Outcome:
    """Liste les documents que l'on peut éditer, et le modèle qui sert à chacun.

    Exemple : cofiville document lister
    """
    from ledger.reports.documents.kinds import KINDS
    from ledger.reports.documents.template import SHIPPED, find_template
    from ledger.reports.listing import Listing

    folder = modeles or usual_templates()
    found = {kind.name: find_template(kind.name, folder, contract_code()) for kind in KINDS.values()}
    rows = tuple(
        {
            "document": kind.name,
            "libelle": kind.label,
            "cle": kind.subject,
            "modele": "livré" if found[kind.name].parent == SHIPPED else str(found[kind.name]),
        }
        for kind in KINDS.values()
    )
    return Outcome(Listing("Documents", _KINDS, rows))


@app.command("champs", answer=several(*_PLACEHOLDERS))
def document_champs(document: Genre) -> Outcome:
    """Liste les champs qu'un modèle peut nommer, avec leur sens.

    Exemple : cofiville document champs decompte
    """
    from ledger.reports.documents.kinds import find_kind
    from ledger.reports.listing import Listing

    kind = find_kind(document)
    rows = tuple({"champ": name, "sens": meaning} for name, meaning in kind.known_fields.items())
    note = "Dans le modèle : {{ champ }} ; une liste se répète par {%tr for x in liste %} … {%tr endfor %}."
    return Outcome(Listing(f"Champs du document « {kind.label} »", _PLACEHOLDERS, rows, notes=(note,)))


@app.command("modeles", answer=one(_FILES))
def document_modeles_livres(
    dossier: Annotated[Path, Argument(metavar="DOSSIER", parser=Path, help="Le dossier où les copier.", written=True)],
) -> Outcome:
    """Copie les modèles livrés, pour les adapter dans Word et les donner ensuite avec --modeles.

    Exemple : cofiville document modeles mes_modeles
    """
    from ledger.reports.documents.editing import shipped_templates, write_files

    written = write_files(dossier, shipped_templates())
    said = f"{len(written)} modèles copiés dans {dossier}. Vos modèles : --modeles {dossier}"
    return Outcome({"fichiers": [str(path) for path in written]}, (said,))
