"""`cofiville action lister`: the actions of a year, filtered and sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.shell.access import reading
from ledger.commands.shell.completion import LINES, PORTEURS
from ledger.commands.shell.options import Annee
from ledger.commands.shell.screen import show, table
from ledger.core.errors import InvalidValue
from ledger.core.money import total
from ledger.programming.vocabulary import ActionState
from ledger.reports.figures.plan import ASKED, COST, GRANTED

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.core.money import Money
    from ledger.programming.listing import Filters, Listed

SORTS = ("action", "intitule", "porteur", "objectif", "cout", "demande", "accorde", "statut")
_FIGURES = (COST, ASKED, GRANTED)


def lister(
    annee: Annee,
    porteur: Annotated[str, typer.Option(metavar="CODE", autocompletion=PORTEURS, help="D'un porteur.")] = "",
    axe: Annotated[
        str, typer.Option(metavar="AXE", help="D'un axe, d'une priorité ou d'un objectif : 5 ou 5.1.2.")
    ] = "",
    statut: Annotated[str, typer.Option(metavar="STATUT", help="À un statut.")] = "",
    ligne: Annotated[
        str, typer.Option(metavar="LIGNE", autocompletion=LINES, help="Qui demandent sur une ligne.")
    ] = "",
    financeur: Annotated[str, typer.Option(metavar="CODE", help="Qui demandent à un financeur.")] = "",
    territoire: Annotated[str, typer.Option(metavar="CODE", help="Qui servent un territoire.")] = "",
    dispositif: Annotated[
        str, typer.Option(metavar="MOT", help="D'un dispositif : action, dre, ovv, fipd, mous…")
    ] = "",
    appel: Annotated[str, typer.Option(metavar="CODE", help="D'un appel à projets.")] = "",
    echelle: Annotated[str, typer.Option(metavar="MOT", help="communale, communautaire ou arrondissement.")] = "",
    cherche: Annotated[str, typer.Option(metavar="MOTS", help="Dont l'intitulé contient ces mots.")] = "",
    tri: Annotated[str, typer.Option(metavar="COLONNE", help=f"{', '.join(SORTS)}.")] = "action",
    decroissant: Annotated[bool, typer.Option("--decroissant", help="Du plus grand au plus petit.")] = False,
) -> None:
    """Liste les actions d'une année : coût, demandé, accordé, statut ; se filtre et se trie.

    Exemple : cofiville action lister 2016 --axe 5 --ligne ETAT-PDV-ACTIONS --tri cout --decroissant
    """
    from ledger.programming.grants import granted_by_action
    from ledger.programming.listing import Filters, list_actions
    from ledger.programming.statuses import read_status

    if tri not in SORTS:
        raise InvalidValue(f"« {tri} » n'est pas une colonne de tri.", f"Choisissez parmi : {', '.join(SORTS)}.")
    wanted = Filters(
        porteur=porteur.strip().upper(),
        objective=axe.strip(),
        status=read_status(statut) if statut else "",
        line=ligne.strip().upper(),
        financeur=financeur.strip().upper(),
        territory=territoire,
        dispositif=dispositif.strip().lower(),
        appel=appel.strip().upper(),
        scale=echelle.strip().lower(),
        words=cherche.strip(),
    )
    with reading() as session:
        found = list_actions(session, annee, _checked(session, wanted))
        granted = granted_by_action(session, annee)
        rows = [listed_row(each, total(granted.get(each.number, {}).values())) for each in found]
    rows.sort(key=lambda row: (row[tri] is not None, row[tri]), reverse=decroissant)
    show(rows, lambda: _render(annee, rows))


def _checked(session: Session, wanted: Filters) -> Filters:
    """The filters with the codes they name found. raises: NotFound, InvalidValue."""
    from dataclasses import replace

    from ledger.programming.lookups import find_appel
    from ledger.programming.model import DISPOSITIFS, SCALES
    from ledger.referential.lookups import find_financeur, find_line, find_porteur, find_territory

    for code, find in (
        (wanted.porteur, find_porteur),
        (wanted.line, find_line),
        (wanted.financeur, find_financeur),
        (wanted.appel, find_appel),
    ):
        if code:
            find(session, code)
    for word, known, what in ((wanted.dispositif, DISPOSITIFS, "dispositif"), (wanted.scale, SCALES, "échelle")):
        if word and word not in known:
            raise InvalidValue(f"« {word} » : {what} inconnu(e).", f"Valeurs possibles : {', '.join(known)}.")
    if wanted.territory:
        return replace(wanted, territory=find_territory(session, wanted.territory).code)
    return wanted


def listed_row(action: Listed, granted: Money) -> dict[str, Any]:
    """An action as lists show it."""

    return {
        "action": action.number,
        "intitule": action.title,
        "porteur": action.porteur,
        "objectif": action.objective,
        "cout": action.cost_total,
        "demande": action.requested,
        "accorde": granted,
        "statut": ActionState(action.status).label,
        "dispositif": action.dispositif,
        "echelle": action.scale,
        "exemple": action.example,
        "appel": action.appel,
    }


def _render(year: int, rows: list[dict[str, Any]]) -> None:

    counted = [row for row in rows if row["statut"] != ActionState.ABANDONED.label or row["accorde"]]
    apart = " hors abandonnées" if len(counted) < len(rows) else ""
    table(
        f"Actions {year} : {len(rows)}" + (" (dont exemples)" if any(r["exemple"] for r in rows) else ""),
        ("Action", "Intitulé", "Porteur", "Objectif", *(each.title for each in _FIGURES), "Statut"),
        [tuple(r.values())[:8] for r in rows],
        (f"Total{apart}", "", "", "", *(total(r[each.script_key] for r in counted) for each in _FIGURES), ""),
    )
