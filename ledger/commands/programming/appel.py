"""`cofiville appel`: the yearly and complementary calls."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.commands.programming.action_controls import controler_appel
from ledger.commands.programming.appel_state import etat
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.choices import may_ask
from ledger.commands.shell.dialogue import ask
from ledger.commands.shell.options import Annee, Le, day
from ledger.commands.shell.program import group
from ledger.commands.shell.screen import say, show, table
from ledger.core.errors import InvalidValue
from ledger.core.period import french_day, parse_day

if TYPE_CHECKING:
    from ledger.programming.appel_model import Appel

app = group("Appels à projets : le calendrier de ce qui est demandé (§5.4.1).")
app.command("etat")(etat)
app.command("controler")(controler_appel)

CodeAppel = Annotated[str, typer.Argument(metavar="APPEL", help="Le code de l'appel, par exemple 2016 ou 2016-C.")]
Cloture = Annotated[date | None, typer.Option(metavar="JOUR", parser=parse_day, help="Le dernier jour pour déposer.")]
Axes = Annotated[list[str] | None, typer.Option("--axe", metavar="AXE", help="Un axe visé ; répétez. Tous sinon.")]
Lignes = Annotated[
    list[str] | None, typer.Option("--ligne", metavar="LIGNE", help="Une ligne offerte ; répétez. Toutes sinon.")
]
Echeances = Annotated[
    list[str] | None,
    typer.Option("--echeance", metavar="NOM=JOUR", help='Une étape du calendrier, "comité technique=2016-02-12".'),
]


@app.command("ouvrir")
def ouvrir(
    annee: Annee,
    genre: Annotated[str, typer.Option("--type", metavar="TYPE", help="annuel ou complementaire.")] = "annuel",
    cloture: Cloture = None,
    code: Annotated[str, typer.Option(help="Le code ; l'année sinon.")] = "",
    axe: Axes = None,
    ligne: Lignes = None,
    echeance: Echeances = None,
    le: Le = None,
) -> None:
    """Ouvre un appel à projets, lancé le jour donné par --le ; dans un terminal, demande la clôture.

    Un appel complémentaire n'offre que des lignes où il reste des crédits.

    Exemple : cofiville appel ouvrir 2016 --le 2015-11-16 --cloture 2016-01-15 --echeance "comité technique=2016-02-12"
    """
    from ledger.programming.appels import AppelForm, open_appel

    if cloture is None and le is None and may_ask():
        cloture = ask("Dernier jour pour déposer (vide : non fixé)", lambda text: parse_day(text) if text else None)
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
    show(row, lambda: say(f"Appel à projets {row['appel']} ouvert."))


@app.command("reconduire")
def reconduire(
    appel: CodeAppel,
    annee: Annee,
    code: Annotated[str, typer.Option(help="Le code ; l'année sinon.")] = "",
    le: Le = None,
) -> None:
    """Ouvre un appel sur le modèle d'un autre : mêmes axes et lignes, calendrier décalé du nombre d'années.

    Exemple : cofiville appel reconduire 2015 2016
    """
    from ledger.programming.appels import start_again
    from ledger.programming.lookups import find_appel

    with writing() as session:
        row = _row(start_again(session, find_appel(session, appel), annee, launched_on=le, code=code))
    launched = french_day(row["lance_le"])
    show(row, lambda: say(f"Appel à projets {row['appel']} ouvert, lancé le {launched}. Relisez son calendrier."))


@app.command("modifier")
def modifier(appel: CodeAppel, cloture: Cloture = None, echeance: Echeances = None) -> None:
    """Change le dernier jour de dépôt ou des étapes du calendrier.

    Exemple : cofiville appel modifier 2016 --cloture 2016-01-22 --echeance "comité de pilotage=2016-03-04"
    """
    from ledger.programming.appels import close_on, set_deadlines
    from ledger.programming.lookups import find_appel

    with writing() as session:
        found = find_appel(session, appel)
        if cloture is not None:
            close_on(session, found, cloture)
        set_deadlines(found, _deadlines(echeance))
        session.flush()
        session.refresh(found)
        row = _row(found)
    show(row, lambda: _render(row))


@app.command("valider")
def valider(appel: CodeAppel, le: Le = None) -> None:
    """Note que la programmation de l'appel est validée : plus rien n'y est déposé après ce jour.

    Exemple : cofiville appel valider 2015 --le 2015-03-06
    """
    from ledger.programming.appels import validate_appel
    from ledger.programming.lookups import find_appel

    with writing() as session:
        found = find_appel(session, appel)
        validate_appel(session, found, day(le))
        row = _row(found)
    show(row, lambda: say(f"Programmation de l'appel {row['appel']} validée le {french_day(row['valide_le'])}."))


@app.command("montrer")
def montrer(appel: CodeAppel) -> None:
    """Montre un appel : ses jours, ses axes, ses lignes, son calendrier.

    Exemple : cofiville appel montrer 2016
    """
    from ledger.programming.lookups import find_appel

    with reading() as session:
        row = _row(find_appel(session, appel))
    show(row, lambda: _render(row))


@app.command("lister")
def lister() -> None:
    """Liste les appels à projets.

    Exemple : cofiville appel lister
    """
    from sqlalchemy import select

    from ledger.programming.appel_model import Appel
    from ledger.storage.session import context

    with reading() as session:
        query = select(Appel).where(Appel.contract == context(session).contract).order_by(Appel.launched_on)
        rows = [_row(each) for each in session.scalars(query)]
    show(
        rows,
        lambda: table(
            "Appels à projets",
            ("Appel", "Exercice", "Type", "Lancé le", "Clos le", "Validé le"),
            [(r["appel"], str(r["exercice"]), *list(r.values())[2:6]) for r in rows],
        ),
    )


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


def _render(row: dict[str, Any]) -> None:
    closed = f", dépôts jusqu'au {french_day(row['clos_le'])}" if row["clos_le"] else ", sans date de clôture"
    say(f"Appel {row['appel']} ({row['type']}), lancé le {french_day(row['lance_le'])}{closed}.")
    if row["valide_le"]:
        say(f"Programmation validée le {french_day(row['valide_le'])}.")
    say(f"Axes visés : {', '.join(row['axes']) or 'tous'}. Lignes offertes : {', '.join(row['lignes']) or 'toutes'}.")
    if row["calendrier"]:
        table("Calendrier", ("Étape", "Le"), [tuple(each.values()) for each in row["calendrier"]])


def _deadlines(typed: list[str] | None) -> dict[str, date]:
    found = {}
    for text in typed or ():
        label, separator, on = text.rpartition("=")
        if not separator:
            raise InvalidValue(f"« {text} » n'est pas une étape.", 'Écrivez NOM=JOUR : "comité technique=2016-02-12".')
        found[label] = parse_day(on)
    return found
