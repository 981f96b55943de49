"""`cofiville convention etape`, `circuit`, `document`, `referencer`: the way of the paper, and foreign numbers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from ledger.commands.conventions.convention_views import Numero
from ledger.commands.declaring.access import reading, reading_as_of, writing
from ledger.commands.declaring.options import Annee, AnneeOuTout, AuJour, ConnuAu, Le, argument, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Outcome, Row
from ledger.conventions.fields import (
    BENEFICIARY,
    FILED_AT,
    FINANCEUR_REFERENCE,
    PAPER,
    PIECES_MISSING,
    REFERENCE_KIND,
    STAGE,
    STAGE_REMARK,
)
from ledger.core.field import Field, Kind, count
from ledger.journal.fields import CONVENTION, EFFECTIVE_ON, YEAR
from ledger.referential.fields import PORTEUR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ledger.conventions.model import Reference
    from ledger.conventions.stages import ConventionOnItsWay
    from ledger.reports.listing import Listing

REACHED = (CONVENTION, STAGE, EFFECTIVE_ON)
ON_ITS_WAY = (
    CONVENTION,
    BENEFICIARY.but(optional=True),
    STAGE,
    Field("depuis", "depuis le", Kind.DAY),
    count("jours", "jours"),
    count("delai", "délai").but(optional=True),
    Field("attend", "attend"),
    PIECES_MISSING,
    count("retard", "retard", shown=False),
)
GIVEN = (PORTEUR, PAPER, EFFECTIVE_ON, FILED_AT)
REFERRED = (CONVENTION, REFERENCE_KIND, FINANCEUR_REFERENCE, YEAR)


def convention_etape(
    numero: Numero,
    nom: Annotated[str, argument(STAGE)],
    remarque: Annotated[str, option(STAGE_REMARK)] = "",
    le: Le = None,
) -> Outcome:
    """Note le jour où le papier d'une convention atteint une étape ; aucun crédit ne bouge.

    Exemple : cofiville convention etape C2016-001 envoyee --le 2016-04-18
    """
    from ledger.conventions.queries import find_convention
    from ledger.conventions.stages import record_stage, stage_words

    with writing() as session:
        convention = find_convention(session, numero)
        reached = record_stage(session, convention, nom.strip().lower(), on=day(le), remark=remarque)
        row = {"convention": convention.number, "etape": stage_words(reached.stage), "le": reached.reached_on}
    return Outcome(row, (f"{row['convention']} : {row['etape']} le {row['le']:%d/%m/%Y}.",))


def convention_circuit(annee: AnneeOuTout = None, le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Montre où en sont les conventions de papier : ce qui attend, chez qui, depuis quand, ce qui manque.

    Exemple : cofiville convention circuit 2016
    """
    from ledger.conventions.stages import conventions_on_their_way
    from ledger.reports.listing import Listing

    with reading_as_of(le, connu_au) as session:
        rows = [_paper(each, day(le)) for each in conventions_on_their_way(session, annee, day(le))]
    late = [index for index, row in enumerate(rows) if row["retard"]]
    stuck = f", {len(late)} en souffrance" if late else ""
    title = f"Parapheur : {len(rows)} convention(s) en chemin{stuck}"
    none = "Aucune convention n'attend."
    return Outcome(rows, (Listing(title, ON_ITS_WAY, tuple(map(_marked, rows)), empty=none, alerts=late),))


def _marked(row: Row) -> Row:
    """As people read it: what is late says so in words."""
    allowed = row["delai"] and f"{row['delai']} j"
    if not row["retard"]:
        return row | {"delai": allowed}
    return row | {"convention": f"‼ {row['convention']}", "delai": f"{allowed}, dépassé de {row['retard']} j"}


def _paper(paper: ConventionOnItsWay, on: date) -> Row:
    from ledger.conventions.stages import stage_words

    return {
        "convention": paper.convention.number,
        "beneficiaire": paper.convention.beneficiary,
        "etape": stage_words(paper.stage),
        "depuis": paper.since,
        "jours": paper.days(on),
        "attend": paper.waits_for,
        "pieces_manquantes": [each.label for each in paper.missing],
        "delai": paper.allowed,
        "retard": paper.days_late(on),
    }


def convention_document(
    porteur: Annotated[str, argument(PORTEUR.but(placeholder="PORTEUR"))],
    nom: Annotated[str, argument(PAPER)],
    reference: Annotated[str, option(FILED_AT)] = "",
    le: Le = None,
) -> Outcome:
    """Note le jour où un porteur a donné un document (RIB, statuts, comptes certifiés).

    Exemple : cofiville convention document ATELIERS statuts --reference "GED 2016-118" --le 2016-04-20
    """
    from ledger.conventions.stages import record_document
    from ledger.referential.queries import find_porteur

    with writing() as session:
        found = find_porteur(session, porteur)
        record_document(session, found, nom.strip().lower(), on=day(le), reference=reference)
        row = {"porteur": found.code, "document": nom.strip().lower(), "le": day(le), "reference": reference}
    return Outcome(row, (f"{row['porteur']} a donné : {row['document']} ({row['le']:%d/%m/%Y}).",))


def convention_referencer(
    numero: Numero,
    annee: Annee,
    ej: Annotated[list[str] | None, Option("--ej", metavar="NUMERO", help="Un engagement juridique.")] = None,
    dossier: Annotated[list[str] | None, Option("--dossier", metavar="NUMERO", help="Un dossier.")] = None,
) -> Outcome:
    """Attache à une convention les numéros que le financeur lui donne une année ; un numéro peut en couvrir plusieurs.

    Exemple : cofiville convention referencer C2016-001 2016 --ej 2102345678 --dossier 00123456
    """
    from ledger.conventions.queries import find_convention
    from ledger.conventions.stages import add_reference, references_of_convention

    typed = [*(("ej", each) for each in ej or []), *(("dossier", each) for each in dossier or [])]
    if not typed:
        raise WrongUsage("Aucune référence n'est donnée.", "Donnez --ej NUMERO, --dossier NUMERO, ou les deux.")
    with writing() as session:
        convention = find_convention(session, numero)
        for kind, number in typed:
            add_reference(session, convention, kind, number, annee)
        found = _references(references_of_convention(session, convention))
    return Outcome(found)


def convention_references(
    numero: Annotated[str, argument(FINANCEUR_REFERENCE.but(help="L'EJ ou le dossier cherché."))],
) -> Outcome:
    """Retrouve les conventions qui portent un numéro du financeur (EJ, dossier), quelle que soit l'année.

    Exemple : cofiville convention references 2102345678
    """
    from ledger.conventions.stages import with_reference

    with reading() as session:
        found = _references(with_reference(session, numero))
    return Outcome(found)


def _references(found: Iterable[Reference]) -> Listing:
    from ledger.reports.listing import Listing

    rows = tuple(
        {"convention": r.convention, "type": r.kind, "reference": r.reference, "exercice": r.year} for r in found
    )
    none = "Aucune convention ne porte ce numéro."
    return Listing("Références du financeur", REFERRED, rows, empty=none)
