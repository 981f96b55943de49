"""`cofiville axe`: axes, priorities and operational objectives."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Le, Oui, argument, confirm, day, option
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.core.field import Field, Kind
from ledger.journal.fields import LABEL
from ledger.referential.fields import AXIS, CODE, FIRST_DAY, LAST_DAY, NEW_NAME
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.referential.axes import AxisTree
    from ledger.referential.model import Axis

_OBJECTIVES = (
    Field("axe", "axe", Kind.CODE),
    Field("priorite", "priorité", Kind.CODE),
    Field("objectif", "objectif", Kind.CODE),
    LABEL,
    Field("axe_libelle", "libellé de l'axe", shown=False),
    Field("priorite_libelle", "libellé de la priorité", shown=False),
    Field("chemin", "chemin", Kind.CODE, help="Du premier niveau à l'objectif.", many=True, shown=False, since="0.2"),
)
_AXIS = (CODE, LABEL, Field("parent", "sous", Kind.CODE, optional=True, since="0.2"), FIRST_DAY, LAST_DAY)
Code = Annotated[str, argument(AXIS.but(help="Le code : 5, 5.1 ou 5.1.4, sous celui qu'il prolonge."))]

app = group("Axes : les axes, priorités et objectifs du contrat, sur autant de niveaux qu'il en a.")


@app.command("lister", answer=several(*_OBJECTIVES))
def axe_lister() -> Outcome:
    """Liste les objectifs opérationnels, par axe et priorité.

    Exemple : cofiville axe lister
    """
    from ledger.referential.axes import axis_tree

    with reading() as session:
        tree = axis_tree(session)
    rows = tuple(_row(tree, code) for code in tree.objectives)
    return Outcome(Listing("Objectifs", _OBJECTIVES, rows))


def _row(tree: AxisTree, code: str) -> Row:
    path = tree.path(code)
    priority = path[1] if len(path) > 2 else ""
    return {
        "axe": path[0],
        "priorite": priority,
        "objectif": code,
        "libelle": tree.labels[code],
        "axe_libelle": tree.labels[path[0]],
        "priorite_libelle": tree.labels[priority] if priority else "",
        "chemin": list(path),
    }


@app.command("ajouter", act=True, answer=one(*_AXIS))
def axe_ajouter(
    code: Code,
    libelle: Annotated[str, argument(LABEL.but(help="Son libellé.", placeholder="LIBELLE"))],
    du: Annotated[date | None, option(FIRST_DAY)] = None,
) -> Outcome:
    """Ajoute un axe, une priorité ou un objectif : 5.1.4 se range sous 5.1, sur autant de niveaux qu'il faut.

    Exemple : cofiville axe ajouter 5.1.9 "Soutenir les conseils citoyens"
    """
    from ledger.referential.change_facts import add_axis

    with writing() as session:
        row = _axis_row(add_axis(session, code, libelle, first=du, aimed_at=_aimed_at(session)))
    return Outcome(row, (f"{row['code']} ajouté : {row['libelle']}.",))


@app.command("modifier", act=True, answer=one(*_AXIS))
def axe_modifier(
    code: Code,
    libelle: Annotated[str, option(NEW_NAME, "--libelle")],
    le: Le = None,
) -> Outcome:
    """Corrige le libellé d'un axe, d'une priorité ou d'un objectif, depuis un jour.

    Exemple : cofiville axe modifier 5.1.1 --libelle "Prévenir le décrochage scolaire"
    """
    from ledger.referential.axes import find_axis
    from ledger.referential.change_facts import change_fact

    with writing() as session:
        found = find_axis(session, code)
        change_fact(session, found, {"label": libelle}, le)
        row = _axis_row(found)
    return Outcome(row, (f"{row['code']} : {row['libelle']}.",))


@app.command("clore", act=True, answer=one(*_AXIS))
def axe_clore(code: Code, le: Le = None, oui: Oui = False) -> Outcome:
    """Clôt un axe, une priorité ou un objectif : plus aucune action ne le vise les années d'après.

    Exemple : cofiville axe clore 7.2.2 --le 2019-12-31 --oui
    """
    from ledger.programming.facts_in_use import close_unused
    from ledger.referential.axes import find_axis

    confirm(f"L'axe {code} sera clos.", oui)
    with writing() as session:
        found = find_axis(session, code)
        close_unused(session, found, day(le))
        row = _axis_row(found)
    return Outcome(row, (f"{row['code']} clos le {row['au']:%d/%m/%Y}.",))


def _axis_row(found: Axis) -> Row:
    days = {"du": found.starts_on, "au": found.ends_on}
    return {"code": found.code, "libelle": found.label, "parent": found.parent, **days}


def _aimed_at(session: Session) -> set[str]:
    from sqlalchemy import select

    from ledger.programming.actions.model import Action

    return {code for code in session.scalars(select(Action.objective).distinct()) if code}
