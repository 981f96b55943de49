"""`cofiville territoire`: QPV, veille active, outside, with their population; the quartiers vécus of each year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ledger.commands.outcome import Outcome, Row, one, several
from ledger.commands.shell.access import reading, writing
from ledger.commands.shell.options import Annee, argument, option
from ledger.commands.shell.program import group
from ledger.core.field import Field, Kind
from ledger.referential.fields import CODE, NAME, SOURCE
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.programming.publics.model import QuartierVecu

_EPCI = Field("epci", "piloté par", Kind.CODE, help="Le code de l'EPCI ; celui du contrat sinon.", placeholder="CODE")
_QPV = Field("qpv", "QPV", Kind.CODE, help="Le QPV dont les habitants l'utilisent.", placeholder="CODE")
_QUARTIERS = (CODE, NAME, _QPV.but(optional=True), SOURCE)
_DECIDED = SOURCE.but(help="Qui a arrêté la liste, et quand.", placeholder="TEXTE")
_TERRITORIES = (
    CODE,
    NAME,
    Field("type", "type", Kind.CODE),
    _EPCI,
    Field("population", "population", Kind.INTEGER, help="Les habitants, par EPCI.", keyed=True, shown=False),
    SOURCE.but(shown=False),
)

app = group("Territoires : quartiers prioritaires, veille active, et leur population par agglomération.")


@app.command("vecu", answer=one(*_QUARTIERS))
def territoire_vecu(
    annee: Annee,
    nom: Annotated[str, argument(NAME.but(help="Le nom du quartier vécu (équipement, rue…).", placeholder="NOM"))],
    source: Annotated[str, option(_DECIDED)],
    qpv: Annotated[str, option(_QPV)] = "",
    epci: Annotated[str, option(_EPCI)] = "",
) -> Outcome:
    """Ajoute un quartier vécu à la liste d'une année (§3.2) ; il devient un territoire connu.

    Exemple : cofiville territoire vecu 2016 "Stade Youri-Gagarine" --qpv DENAIN-CENTRE --source "COPIL du 04/03/2016"
    """
    from ledger.programming.publics.record_publics import list_quartier

    with writing() as session:
        row = _row(session, list_quartier(session, annee, nom, epci=epci, qpv=qpv, source=source))
    return Outcome(row, (f"Quartier vécu {row['nom']} ({row['code']}) sur la liste {annee}.",))


@app.command("vecus", answer=several(*_QUARTIERS))
def territoire_vecus(
    annee: Annee,
    reconduire: Annotated[bool, typer.Option("--reconduire", help="Reprend d'abord la dernière liste.")] = False,
    source: Annotated[str, option(_DECIDED)] = "",
) -> Outcome:
    """Montre la liste des quartiers vécus d'une année, ou la commence depuis la précédente.

    Exemple : cofiville territoire vecus 2017 --reconduire --source "COPIL du 10/03/2017"
    """
    from ledger.programming.publics.record_publics import quartiers, renew_list

    with writing() if reconduire else reading() as session:
        listed = renew_list(session, annee, source=source) if reconduire else quartiers(session, annee)
        rows = tuple(_row(session, each) for each in listed)
    return Outcome(Listing(f"Quartiers vécus {annee}", _QUARTIERS, rows))


def _row(session: Session, listed: QuartierVecu) -> Row:
    from ledger.referential.queries import find_territory

    name = find_territory(session, listed.territory).name
    return {"code": listed.territory, "nom": name, "qpv": listed.qpv, "source": listed.source}


@app.command("lister", answer=several(*_TERRITORIES))
def territoire_lister() -> Outcome:
    """Liste les territoires du contrat et leur population (vide quand la source ne la donne pas).

    Exemple : cofiville territoire lister
    """
    from sqlalchemy import select

    from ledger.referential.contracts import epcis_of_contract
    from ledger.referential.model import Territory, TerritoryPopulation

    with reading() as session:
        epcis = [each.code for each in epcis_of_contract(session)]
        population: dict[str, dict[str, int]] = {}
        for each in session.scalars(select(TerritoryPopulation)):
            of_territory = population.setdefault(each.territory, {})
            of_territory[each.epci] = of_territory.get(each.epci, 0) + each.population
        rows = tuple(
            {
                "code": t.code,
                "nom": t.name,
                "type": t.kind,
                "epci": t.epci,
                "population": population.get(t.code, {}),
                **{epci: population.get(t.code, {}).get(epci) for epci in epcis},
                "source": t.source,
            }
            for t in session.scalars(select(Territory).order_by(Territory.kind, Territory.code))
        )
    *first, source = _TERRITORIES
    of_epcis = (Field(epci, f"habitants {epci}", Kind.INTEGER, scripted=False) for epci in epcis)
    return Outcome(Listing("Territoires", (*first, *of_epcis, source), rows))
