"""`cofiville appel etat`: how many actions are where, what is asked, against what is notified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row, one
from ledger.core.field import Field, Kind
from ledger.core.money import total
from ledger.journal.fields import LINE, YEAR
from ledger.programming.fields import STATUS
from ledger.programming.vocabulary import ActionState
from ledger.reports.figures.credits import NOTIFIED
from ledger.reports.figures.plan import ACTIONS, ASKED, ASKED_STILL, BEYOND, COST, PRESSURE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.programming.actions.forms import ReadAction
    from ledger.programming.calls.state import Pressure

_KINDS = {
    "": "public non réparti",
    "qpv": "QPV non précisé",
    "veille": "veille non précisée",
    "hors": "hors territoires",
}


_SHARED = "Notifié vide : rien de notifié. Un axe ou un territoire partage l'enveloppe de ses lignes avec les autres."
_STATUSES = (STATUS, ACTIONS.field(key="actions"), COST.field(), ASKED.field())
_PRESSURE = (
    ACTIONS.field(summed=False, key="demandes"),
    ASKED_STILL.field(summed=False, key="demande"),
    NOTIFIED.field(summed=False).but(optional=True),
    BEYOND.field(summed=False).but(optional=True),
    PRESSURE.field(summed=False).but(kind=Kind.RATE, optional=True),
)
_LABEL = Field("libelle", "libellé")
_PRESSURES = {
    "lignes": (LINE, _LABEL.but(shown=False), *(each.but(summed=each.kind is Kind.AMOUNT) for each in _PRESSURE)),
    "axes": (Field("axe", "axe", Kind.CODE, shown=False), _LABEL.but(title="axe"), *_PRESSURE),
    "territoires": (
        Field("territoire", "territoire", Kind.CODE, shown=False),
        _LABEL.but(title="territoire"),
        *_PRESSURE,
    ),
}
_STATE = (
    YEAR,
    Field("statuts", "statuts", Kind.RECORD, fields=_STATUSES, many=True),
    *(Field(name, name, Kind.RECORD, fields=fields, many=True) for name, fields in _PRESSURES.items()),
)

app = group("Appels à projets : le calendrier de ce qui est demandé.")


@app.command("etat", answer=one(*_STATE))
def appel_etat(
    annee: Annee,
    appel: Annotated[str, Option(metavar="CODE", help="Les actions de cet appel à projets seulement.")] = "",
) -> Outcome:
    """Dit où en sont les actions, et ce qui est demandé par ligne, par axe et par territoire, face au notifié.

    Les fonds propres, les demandes non recevables et les actions écartées ne comptent pas dans les demandes.

    Exemple : cofiville appel etat 2016
    """
    from ledger.programming.calls.state import pressure_by_axis, pressure_by_line, pressure_by_territory
    from ledger.reports.committees import notified_by_line
    from ledger.reports.listing import Listing

    with reading() as session:
        actions = _actions(session, annee, appel)
        wishes = [each for each in actions if each.status not in _set_aside()]
        opened, axes, places = notified_by_line(session, annee), _axes(session), _places(session)
        result: Row = {
            "exercice": annee,
            "statuts": _statuses(actions),
            "lignes": [_row("ligne", each, each.name) for each in pressure_by_line(wishes, opened)],
            "axes": [
                _row("axe", each, axes.get(each.name, "sans objectif")) for each in pressure_by_axis(wishes, opened)
            ],
            "territoires": [
                _row("territoire", each, places[each.name])
                for each in pressure_by_territory(wishes, opened, _kinds(session))
            ],
        }
    listings = [Listing(f"Actions {annee}", _STATUSES, tuple(result["statuts"]))]
    for name, fields in _PRESSURES.items():
        title = next(each.title for each in fields if each.shown)
        listings.append(Listing(f"Demandes {annee} par {title}", fields, tuple(result[name])))
    return Outcome(result, (*listings, _SHARED))


def _actions(session: Session, year: int, appel: str) -> list[ReadAction]:
    from ledger.programming.actions.model import Action
    from ledger.programming.actions.read_actions import read_actions
    from ledger.programming.queries import find_appel

    of_appel = [Action.appel == find_appel(session, appel).code] if appel else []
    return read_actions(session, Action.year == year, *of_appel)


def _set_aside() -> frozenset[str]:
    from ledger.programming.controls.facts import SET_ASIDE

    return SET_ASIDE


def _kinds(session: Session) -> dict[str, str]:
    """The kind of public that each territory serves: a quartier vécu serves a QPV's."""
    from sqlalchemy import select

    from ledger.referential.model import Territory, TerritoryKind

    served = select(Territory.code, TerritoryKind.served_as).join(TerritoryKind, TerritoryKind.code == Territory.kind)
    return {code: kind for code, kind in session.execute(served)}  # noqa: C416


def _axes(session: Session) -> dict[str, str]:
    from ledger.referential.axes import axis_tree

    tree = axis_tree(session)
    return {axis: f"{axis}. {tree.labels[axis]}" for axis in tree.tops}


def _places(session: Session) -> dict[str, str]:
    from sqlalchemy import select

    from ledger.referential.model import Territory

    names = {code: name for code, name in session.execute(select(Territory.code, Territory.name))}  # noqa: C416
    return names | _KINDS


def _statuses(actions: list[ReadAction]) -> list[dict[str, Any]]:
    rows = []
    for code, label in ActionState.labels().items():
        there = [action for action in actions if action.status == code]
        if there:
            asked = total(amount for action in there for amount in action.requested.values())
            cost = total(action.cost_total for action in there)
            rows.append({"statut": label, "actions": len(there), "cout": cost, "demande": asked})
    return rows


def _row(what: str, each: Pressure, label: str) -> dict[str, Any]:
    return {
        what: each.name,
        "libelle": label,
        "demandes": each.actions,
        "demande": each.asked,
        "notifie": each.notified,
        "depassement": each.beyond,
        "taux": each.rate,
    }
