"""`cofiville convention etape`, `circuit`, `document`, `referencer`: the way of the paper, and foreign numbers."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.conventions.convention_views import Numero
from ledger.commands.shell.access import reading, reading_as_of, writing
from ledger.commands.shell.completion import PORTEURS
from ledger.commands.shell.options import Annee, AnneeOuTout, AuJour, ConnuAu, Le, day
from ledger.commands.shell.screen import say, show, table
from ledger.commands.shell.usage import WrongUsage

if TYPE_CHECKING:
    from ledger.conventions.paper import Paper


def etape(
    numero: Numero,
    nom: Annotated[
        str,
        typer.Argument(
            metavar="ETAPE",
            help="deliberation, executoire, envoyee, retournee, parapheur, signee ou notifiee.",
        ),
    ],
    remarque: Annotated[str, typer.Option(help="Ce qu'il faut en retenir.")] = "",
    le: Le = None,
) -> None:
    """Note le jour où le papier d'une convention atteint une étape ; aucun crédit ne bouge.

    Exemple : cofiville convention etape C2016-001 envoyee --le 2016-04-18
    """
    from ledger.conventions.lookups import find_convention
    from ledger.conventions.paper import stage_words
    from ledger.conventions.stages import record_stage

    with writing() as session:
        convention = find_convention(session, numero)
        reached = record_stage(session, convention, nom.strip().lower(), on=day(le), remark=remarque)
        row = {"convention": convention.number, "etape": stage_words(reached.stage), "le": reached.reached_on}
    show(row, lambda: say(f"{row['convention']} : {row['etape']} le {row['le']:%d/%m/%Y}."))


def circuit(annee: AnneeOuTout = None, le: AuJour = None, connu_au: ConnuAu = None) -> None:
    """Montre où en sont les conventions de papier : ce qui attend, chez qui, depuis quand, ce qui manque.

    Exemple : cofiville convention circuit 2016
    """
    from ledger.conventions.paper import papers

    with reading_as_of(le, connu_au) as session:
        rows = [_paper(each, day(le)) for each in papers(session, annee, day(le))]
    late = [index for index, row in enumerate(rows) if row["retard"]]
    stuck = f", {len(late)} en souffrance" if late else ""
    show(
        rows,
        lambda: table(
            f"Parapheur : {len(rows)} convention(s) en chemin{stuck}" if rows else "Aucune convention n'attend.",
            ("Convention", "Bénéficiaire", "Étape", "Depuis le", "Jours", "Délai", "Attend", "Documents manquants"),
            [_cells(row) for row in rows],
            alerts=late,
        ),
    )


def _cells(row: dict[str, Any]) -> tuple[Any, ...]:
    number = f"‼ {row['convention']}" if row["retard"] else row["convention"]
    named = tuple(row[name] for name in ("beneficiaire", "etape", "depuis", "jours"))
    limit = f"{row['delai']} j, dépassé de {row['retard']} j" if row["retard"] else row["delai"] and f"{row['delai']} j"
    return (number, *named, limit, row["attend"], ", ".join(row["pieces_manquantes"]))


def _paper(paper: Paper, on: date) -> dict[str, Any]:
    from ledger.conventions.paper import stage_words

    return {
        "convention": paper.convention.number,
        "beneficiaire": paper.convention.beneficiary,
        "etape": stage_words(paper.stage),
        "depuis": paper.since,
        "jours": paper.days(on),
        "attend": paper.waits_for,
        "pieces_manquantes": list(paper.missing),
        "delai": paper.allowed,
        "retard": paper.days_late(on),
    }


def document(
    porteur: Annotated[str, typer.Argument(metavar="PORTEUR", autocompletion=PORTEURS, help="Le code du porteur.")],
    nom: Annotated[str, typer.Argument(metavar="DOCUMENT", help="rib ou statuts.")],
    reference: Annotated[str, typer.Option(metavar="REFERENCE", help="Où il est rangé.")] = "",
    le: Le = None,
) -> None:
    """Note le jour où un porteur a donné un document (RIB, statuts).

    Exemple : cofiville convention document ATELIERS statuts --reference "GED 2016-118" --le 2016-04-20
    """
    from ledger.conventions.paper import record_document
    from ledger.referential.lookups import find_porteur

    with writing() as session:
        found = find_porteur(session, porteur)
        record_document(session, found, nom.strip().lower(), on=day(le), reference=reference)
        row = {"porteur": found.code, "document": nom.strip().lower(), "le": day(le), "reference": reference}
    show(row, lambda: say(f"{row['porteur']} a donné : {row['document']} ({row['le']:%d/%m/%Y})."))


def referencer(
    numero: Numero,
    annee: Annee,
    ej: Annotated[list[str] | None, typer.Option("--ej", metavar="NUMERO", help="Un engagement juridique.")] = None,
    dossier: Annotated[list[str] | None, typer.Option("--dossier", metavar="NUMERO", help="Un dossier.")] = None,
) -> None:
    """Attache à une convention les numéros que le financeur lui donne une année ; un numéro peut en couvrir plusieurs.

    Exemple : cofiville convention referencer C2016-001 2016 --ej 2102345678 --dossier 00123456
    """
    from ledger.conventions.lookups import find_convention
    from ledger.conventions.references import add_reference, references_of

    typed = [*(("ej", each) for each in ej or []), *(("dossier", each) for each in dossier or [])]
    if not typed:
        raise WrongUsage("Aucune référence n'est donnée.", "Donnez --ej NUMERO, --dossier NUMERO, ou les deux.")
    with writing() as session:
        convention = find_convention(session, numero)
        for kind, number in typed:
            add_reference(session, convention, kind, number, annee)
        rows = [
            {"convention": convention.number, "type": r.kind, "reference": r.reference, "exercice": r.year}
            for r in references_of(session, convention)
        ]
    _show_references(rows)


def references(
    numero: Annotated[str, typer.Argument(metavar="NUMERO", help="L'EJ ou le dossier cherché.")],
) -> None:
    """Retrouve les conventions qui portent un numéro du financeur (EJ, dossier), quelle que soit l'année.

    Exemple : cofiville convention references 2102345678
    """
    from ledger.conventions.references import with_reference

    with reading() as session:
        rows = [
            {"convention": r.convention, "type": r.kind, "reference": r.reference, "exercice": r.year}
            for r in with_reference(session, numero)
        ]
    _show_references(rows)


def _show_references(rows: list[dict[str, Any]]) -> None:
    shown = [(r["convention"], r["type"].upper(), r["reference"], str(r["exercice"])) for r in rows]
    title = "Références du financeur" if rows else "Aucune convention ne porte ce numéro."
    show(rows, lambda: table(title, ("Convention", "Type", "Référence", "Exercice"), shown))
