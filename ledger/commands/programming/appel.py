"""`cofiville appel`: the yearly and complementary calls, and what is asked in them against what is notified."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, Le, argument, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.commands.programming.action_controls import FINDING, action_controler_appel
from ledger.commands.reports.history_line import history_line
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.money import total
from ledger.core.period import french_day, parse_day
from ledger.journal.fields import EFFECTIVE_ON, LINE, YEAR
from ledger.programming.fields import APPEL, APPEL_KIND, CLOSES_ON, LAUNCHED_ON, STATUS
from ledger.programming.vocabulary import ActionState, AppelKind
from ledger.reports.figures.credits import NOTIFIED
from ledger.reports.figures.plan import ACTIONS, ASKED, ASKED_STILL, BEYOND, COST, PRESSURE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from ledger.programming.actions.forms import ReadAction
    from ledger.programming.calls.model import Appel
    from ledger.programming.calls.state import Pressure
    from ledger.reports.listing import Listing


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
    appel: Annotated[
        str, Option(metavar="CODE", offers="appels", help="Les actions de cet appel à projets seulement.")
    ] = "",
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
            "lignes": [_pressure_row("ligne", each, each.name) for each in pressure_by_line(wishes, opened)],
            "axes": [
                _pressure_row("axe", each, axes.get(each.name, "sans objectif"))
                for each in pressure_by_axis(wishes, opened)
            ],
            "territoires": [
                _pressure_row("territoire", each, places[each.name])
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


def _pressure_row(what: str, each: Pressure, label: str) -> dict[str, Any]:
    return {
        what: each.name,
        "libelle": label,
        "demandes": each.actions,
        "demande": each.asked,
        "notifie": each.notified,
        "depassement": each.beyond,
        "taux": each.rate,
    }


app.command("controler", answer=several(*FINDING))(action_controler_appel)

_STEP = (Field("etape", "étape"), EFFECTIVE_ON.but(title="le"))
_APPEL = (
    APPEL,
    YEAR,
    APPEL_KIND,
    LAUNCHED_ON,
    CLOSES_ON,
    Field("valide_le", "validé le", Kind.DAY, optional=True),
    Field("axes", "axes", Kind.CODES, shown=False),
    Field("lignes", "lignes", Kind.CODES, shown=False),
    Field("calendrier", "calendrier", Kind.RECORD, fields=_STEP, many=True, shown=False),
)
_ONE = one(*_APPEL)

CodeAppel = Annotated[str, argument(APPEL)]
Cloture = Annotated[date | None, option(CLOSES_ON, "--cloture")]
Axes = Annotated[list[str] | None, Option("--axe", metavar="AXE", help="Un axe visé ; répétez. Tous sinon.")]
Lignes = Annotated[list[str] | None, option(LINE.but(help="Une ligne offerte ; répétez. Toutes sinon.", offers=""))]
Echeances = Annotated[
    list[str] | None,
    Option("--echeance", metavar="NOM=JOUR", help='Une étape du calendrier, "comité technique=2016-02-12".'),
]


@app.command("ouvrir", act=True, answer=_ONE)
def appel_ouvrir(
    annee: Annee,
    genre: Annotated[str, option(APPEL_KIND)] = AppelKind.YEARLY,
    cloture: Cloture = None,
    code: Annotated[str, Option(help="Le code ; l'année sinon.")] = "",
    axe: Axes = None,
    ligne: Lignes = None,
    echeance: Echeances = None,
    le: Le = None,
) -> Outcome:
    """Ouvre un appel à projets, lancé le jour donné par --le ; dans un terminal, demande la clôture.

    Un appel complémentaire n'offre que des lignes où il reste des crédits.

    Exemple : cofiville appel ouvrir 2016 --le 2015-11-16 --cloture 2016-01-15 --echeance "comité technique=2016-02-12"
    """
    from ledger.programming.calls.appels import AppelForm, open_appel

    form = AppelForm(
        year=annee,
        kind=genre,
        launched_on=day(le),
        closes_on=cloture,
        code=code,
        axes=tuple(axe or ()),
        lines=tuple(ligne or ()),
        deadlines=_deadlines(echeance),
    )
    with writing() as session:
        row = _row(open_appel(session, form))
    return Outcome(row, (f"Appel à projets {row['appel']} ouvert.",))


@app.command("reconduire", act=True, answer=_ONE)
def appel_reconduire(
    appel: CodeAppel,
    annee: Annee,
    code: Annotated[str, Option(help="Le code ; l'année sinon.")] = "",
    le: Le = None,
) -> Outcome:
    """Ouvre un appel sur le modèle d'un autre : mêmes axes et lignes, calendrier décalé du nombre d'années.

    Exemple : cofiville appel reconduire 2015 2016
    """
    from ledger.programming.calls.appels import start_again
    from ledger.programming.queries import find_appel

    with writing() as session:
        row = _row(start_again(session, find_appel(session, appel), annee, launched_on=le, code=code))
    launched = french_day(row["lance_le"])
    return Outcome(row, (f"Appel à projets {row['appel']} ouvert, lancé le {launched}. Relisez son calendrier.",))


@app.command("modifier", act=True, answer=_ONE)
def appel_modifier(appel: CodeAppel, cloture: Cloture = None, echeance: Echeances = None) -> Outcome:
    """Change le dernier jour de dépôt ou des étapes du calendrier.

    Exemple : cofiville appel modifier 2016 --cloture 2016-01-22 --echeance "comité de pilotage=2016-03-04"
    """
    from ledger.programming.calls.appels import close_on, set_deadlines
    from ledger.programming.queries import find_appel

    with writing() as session:
        found = find_appel(session, appel)
        if cloture is not None:
            close_on(session, found, cloture)
        set_deadlines(found, _deadlines(echeance))
        session.flush()
        session.refresh(found)
        row = _row(found)
    return Outcome(row, tuple(_shown(row)))


@app.command("valider", act=True, answer=_ONE)
def appel_valider(appel: CodeAppel, le: Le = None) -> Outcome:
    """Note que la programmation de l'appel est validée : plus rien n'y est déposé après ce jour.

    Exemple : cofiville appel valider 2015 --le 2015-03-06
    """
    from ledger.programming.calls.appels import validate_appel
    from ledger.programming.queries import find_appel

    with writing() as session:
        found = find_appel(session, appel)
        validate_appel(session, found, day(le))
        row = _row(found)
    return Outcome(row, (f"Programmation de l'appel {row['appel']} validée le {french_day(row['valide_le'])}.",))


@app.command("montrer", answer=_ONE)
def appel_montrer(appel: CodeAppel) -> Outcome:
    """Montre un appel : ses jours, ses axes, ses lignes, son calendrier.

    Exemple : cofiville appel montrer 2016
    """
    from ledger.programming.queries import find_appel

    with reading() as session:
        row = _row(find_appel(session, appel))
        last = history_line(session, "appel", row["appel"])
    return Outcome(row, (*_shown(row), *last))


@app.command("lister", answer=several(*_APPEL))
def appel_lister() -> Outcome:
    """Liste les appels à projets.

    Exemple : cofiville appel lister
    """
    from sqlalchemy import select

    from ledger.programming.calls.model import Appel
    from ledger.reports.listing import Listing

    with reading() as session:
        query = select(Appel).order_by(Appel.launched_on)
        rows = tuple(_row(each) for each in session.scalars(query))
    return Outcome(Listing("Appels à projets", _APPEL, rows))


def _row(appel: Appel) -> dict[str, Any]:
    return {
        "appel": appel.code,
        "exercice": appel.year,
        "type": appel.kind,
        "lance_le": appel.launched_on,
        "clos_le": appel.closes_on,
        "valide_le": appel.validated_on,
        "axes": [each.axis for each in appel.axes],
        "lignes": [each.line for each in appel.lines],
        "calendrier": [{"etape": each.label, "le": each.on} for each in appel.deadlines],
    }


def _shown(row: dict[str, Any]) -> Iterator[str | Listing]:
    from ledger.reports.listing import Listing

    closed = f", dépôts jusqu'au {french_day(row['clos_le'])}" if row["clos_le"] else ", sans date de clôture"
    yield f"Appel {row['appel']} ({row['type']}), lancé le {french_day(row['lance_le'])}{closed}."
    if row["valide_le"]:
        yield f"Programmation validée le {french_day(row['valide_le'])}."
    yield f"Axes visés : {', '.join(row['axes']) or 'tous'}. Lignes offertes : {', '.join(row['lignes']) or 'toutes'}."
    if row["calendrier"]:
        yield Listing("Calendrier", _STEP, tuple(row["calendrier"]))


def _deadlines(typed: list[str] | None) -> dict[str, date]:
    found = {}
    for text in typed or ():
        label, separator, on = text.rpartition("=")
        if not separator:
            raise InvalidValue(f"« {text} » n'est pas une étape.", 'Écrivez NOM=JOUR : "comité technique=2016-02-12".')
        found[label] = parse_day(on)
    return found
