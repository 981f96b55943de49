"""`cofiville territoire vecu`, `vecus`: the list of quartiers vécus, revised each year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.options import Annee
from ledger.commands.shell.screen import say, show, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from ledger.programming.public_model import QuartierVecu

Source = Annotated[str, typer.Option("--source", metavar="TEXTE", help="Qui a arrêté la liste, et quand.")]


def vecu(
    annee: Annee,
    nom: Annotated[str, typer.Argument(metavar="NOM", help="Le nom du quartier vécu (équipement, rue…).")],
    source: Source,
    qpv: Annotated[str, typer.Option(metavar="CODE", help="Le QPV dont les habitants l'utilisent.")] = "",
    epci: Annotated[str, typer.Option(metavar="CODE", help="CAPH ou CAVM.")] = "CAPH",
) -> None:
    """Ajoute un quartier vécu à la liste d'une année (§3.2) ; il devient un territoire connu.

    Exemple : cofiville territoire vecu 2016 "Stade Youri-Gagarine" --qpv DENAIN-CENTRE --source "COPIL du 04/03/2016"
    """
    from ledger.programming.quartiers import list_quartier

    with writing() as session:
        row = _row(session, list_quartier(session, annee, nom, epci=epci, qpv=qpv, source=source))
    show(row, lambda: say(f"Quartier vécu {row['nom']} ({row['code']}) sur la liste {annee}."))


def vecus(
    annee: Annee,
    reconduire: Annotated[bool, typer.Option("--reconduire", help="Reprend d'abord la dernière liste.")] = False,
    source: Annotated[str, typer.Option("--source", metavar="TEXTE", help="Qui a arrêté la liste, et quand.")] = "",
) -> None:
    """Montre la liste des quartiers vécus d'une année, ou la commence depuis la précédente.

    Exemple : cofiville territoire vecus 2017 --reconduire --source "COPIL du 10/03/2017"
    """
    from ledger.programming.quartiers import quartiers, renew_list

    if reconduire:
        with writing() as session:
            rows = _rows(session, renew_list(session, annee, source=source))
    else:
        with reading() as session:
            rows = _rows(session, quartiers(session, annee))
    titles = ("Code", "Nom", "QPV", "Source")
    show(rows, lambda: table(f"Quartiers vécus {annee}", titles, [tuple(r.values()) for r in rows]))


def _rows(session: Session, listed: Sequence[QuartierVecu]) -> list[dict[str, Any]]:
    return [_row(session, each) for each in listed]


def _row(session: Session, listed: QuartierVecu) -> dict[str, Any]:
    from ledger.referential.lookups import find_territory

    name = find_territory(session, listed.territory).name
    return {"code": listed.territory, "nom": name, "qpv": listed.qpv, "source": listed.source}
