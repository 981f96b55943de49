"""`cofiville appel`: the yearly and complementary calls."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from ledger.commands.declaring.access import reading, writing
from ledger.commands.declaring.options import Annee, Le, argument, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, one, several
from ledger.commands.programming.action_controls import FINDING, action_controler_appel
from ledger.commands.programming.appel_state import app
from ledger.core.errors import InvalidValue
from ledger.core.field import Field, Kind
from ledger.core.period import french_day, parse_day
from ledger.journal.fields import EFFECTIVE_ON, LINE, YEAR
from ledger.programming.fields import APPEL, APPEL_KIND, CLOSES_ON, LAUNCHED_ON
from ledger.programming.vocabulary import AppelKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ledger.programming.calls.model import Appel
    from ledger.reports.listing import Listing

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


@app.command("ouvrir", answer=_ONE)
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


@app.command("reconduire", answer=_ONE)
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


@app.command("modifier", answer=_ONE)
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


@app.command("valider", answer=_ONE)
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
    return Outcome(row, tuple(_shown(row)))


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
