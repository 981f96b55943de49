"""`cofiville action lister`: the actions of a year, filtered and sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.options import Annee, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row
from ledger.core.errors import InvalidValue
from ledger.core.money import total
from ledger.journal.fields import ACTION, LINE
from ledger.programming.fields import APPEL, DISPOSITIF, EXAMPLE, OBJECTIVE, PORTEUR, SCALE, STATUS, TITLE
from ledger.programming.vocabulary import ActionState
from ledger.reports.figures.plan import ASKED, COST, GRANTED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from ledger.core.money import Money
    from ledger.programming.actions.forms import ReadAction
    from ledger.programming.queries import ActionFilters
    from ledger.reports.listing import Listing

LISTED = (
    ACTION,
    TITLE,
    PORTEUR,
    OBJECTIVE,
    *(each.field() for each in (COST, ASKED, GRANTED)),
    STATUS,
    DISPOSITIF.but(shown=False, since="0.2"),
    SCALE.but(shown=False, since="0.2"),
    EXAMPLE.but(shown=False, since="0.2"),
    APPEL.but(shown=False, optional=True, since="0.2"),
)
SORTS = tuple(each.name for each in LISTED if each.shown)


def action_lister(
    annee: Annee,
    porteur: Annotated[str, option(PORTEUR.but(help="D'un porteur."))] = "",
    axe: Annotated[str, Option(metavar="AXE", help="D'un axe, d'une priorité ou d'un objectif : 5 ou 5.1.2.")] = "",
    statut: Annotated[str, option(STATUS.but(placeholder="STATUT", help="À un statut."))] = "",
    ligne: Annotated[str, option(LINE.but(help="Qui demandent sur une ligne."))] = "",
    financeur: Annotated[str, Option(metavar="CODE", offers="financeurs", help="Qui demandent à un financeur.")] = "",
    territoire: Annotated[str, Option(metavar="CODE", offers="territoires", help="Qui servent un territoire.")] = "",
    dispositif: Annotated[
        str, option(DISPOSITIF.but(placeholder="MOT", help="D'un dispositif (dispositif lister)."))
    ] = "",
    appel: Annotated[str, option(APPEL.but(placeholder="CODE", help="D'un appel à projets."))] = "",
    echelle: Annotated[str, option(SCALE.but(placeholder="MOT", help="D'une échelle (echelle lister)."))] = "",
    cherche: Annotated[str, Option(metavar="MOTS", help="Dont l'intitulé contient ces mots.")] = "",
    tri: Annotated[str, Option(metavar="COLONNE", help=f"{', '.join(SORTS)}.")] = "action",
    decroissant: Annotated[bool, Option("--decroissant", help="Du plus grand au plus petit.")] = False,
) -> Outcome:
    """Liste les actions d'une année : coût, demandé, accordé, statut ; se filtre et se trie.

    Exemple : cofiville action lister 2016 --axe 5 --ligne ETAT-PDV-ACTIONS --tri cout --decroissant
    """
    from ledger.programming.actions.statuses import read_status
    from ledger.programming.queries import ActionFilters

    if tri not in SORTS:
        raise InvalidValue(f"« {tri} » n'est pas une colonne de tri.", f"Choisissez parmi : {', '.join(SORTS)}.")
    wanted = ActionFilters(
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
        rows = _rows(session, annee, _checked(session, wanted))
    rows.sort(key=lambda row: (row[tri] is not None, row[tri]), reverse=decroissant)
    return Outcome(_listing(annee, rows))


def _rows(session: Session, year: int, wanted: ActionFilters) -> list[Row]:
    from ledger.programming.actions.grants import granted_by_action
    from ledger.programming.actions.model import Action
    from ledger.programming.actions.read_actions import read_actions
    from ledger.programming.queries import conditions_of

    granted = granted_by_action(session, year)
    found = read_actions(session, Action.year == year, *conditions_of(wanted), parts=("fundings",))
    return [listed_row(each, granted.get(each.number, {})) for each in found]


def _listing(year: int, rows: list[Row]) -> Listing:
    """The actions of a year; abandoned ones that were granted nothing are not added up."""
    from ledger.reports.listing import Listing

    counted = [at for at, row in enumerate(rows) if row["statut"] != ActionState.ABANDONED.label or row["accorde"]]
    title = f"Actions {year} : {len(rows)}" + (" (dont exemples)" if any(row["exemple"] for row in rows) else "")
    apart = " hors abandonnées" if len(counted) < len(rows) else ""
    return Listing(title, LISTED, tuple(rows), total=f"Total{apart}", counted=counted)


def _checked(session: Session, wanted: ActionFilters) -> ActionFilters:
    """The filters with the codes they name found. raises: NotFound, InvalidValue."""
    from dataclasses import replace

    from ledger.programming.queries import find_appel
    from ledger.referential.model import Dispositif, Scale
    from ledger.referential.queries import find_financeur, find_line, find_porteur, find_territory
    from ledger.referential.words import find_word

    for code, find in (
        (wanted.porteur, find_porteur),
        (wanted.line, find_line),
        (wanted.financeur, find_financeur),
        (wanted.appel, find_appel),
    ):
        if code:
            find(session, code)
    if wanted.dispositif:
        find_word(session, Dispositif, wanted.dispositif)
    if wanted.scale:
        find_word(session, Scale, wanted.scale)
    if wanted.territory:
        return replace(wanted, territory=find_territory(session, wanted.territory).code)
    return wanted


def listed_row(action: ReadAction, granted: Mapping[str, Money]) -> Row:
    """An action as lists show it. granted: by line."""
    return {
        "action": action.number,
        "intitule": action.title,
        "porteur": action.porteur,
        "objectif": action.objective or None,
        "cout": action.cost_total,
        "demande": total(action.requested.values()),
        "accorde": total(granted.values()),
        "statut": ActionState(action.status).label,
        "dispositif": action.dispositif,
        "echelle": action.scale,
        "exemple": action.example,
        "appel": action.appel or None,
    }
