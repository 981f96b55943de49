"""`cofiville territoire`: QPV, veille active, outside, with their population; the quartiers vécus of each year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

from ledger.commands.declaring.access import reading, reading_as_of, writing
from ledger.commands.declaring.group import group
from ledger.commands.declaring.options import Annee, AuJour, ConnuAu, Le, Oui, argument, confirm, day, option
from ledger.commands.declaring.parameters import Option
from ledger.commands.outcome import Outcome, Row, one, several
from ledger.commands.referential.doubts import doubts_said
from ledger.core.field import Field, Kind
from ledger.referential.fields import CODE, FIRST_DAY, LAST_DAY, NAME, NEW_NAME, SOURCE, TERRITORY
from ledger.reports.listing import Listing

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from ledger.programming.publics.model import QuartierVecu
    from ledger.referential.model import Territory

_EPCI = Field(
    "epci",
    "piloté par",
    Kind.CODE,
    help="Le code de l'EPCI ; celui du contrat sinon.",
    placeholder="CODE",
    offers="epci",
)
_KIND = Field(
    "type",
    "type",
    Kind.CODE,
    help="qpv, veille, vecu, hors, ou un type du contrat.",
    placeholder="TYPE",
    offers="types_de_territoire",
)
_PEOPLE = Field("population", "population", help="Les habitants par EPCI : EPCI=NOMBRE, séparés par des virgules.")
_QPV = Field(
    "qpv", "QPV", Kind.CODE, help="Le QPV dont les habitants l'utilisent.", placeholder="CODE", offers="territoires"
)
_QUARTIERS = (CODE, NAME, _QPV.but(optional=True), SOURCE)
_DECIDED = SOURCE.but(help="Qui a arrêté la liste, et quand.", placeholder="TEXTE")
_TERRITORIES = (
    CODE,
    NAME,
    _KIND,
    _EPCI,
    Field("population", "population", Kind.INTEGER, help="Les habitants, par EPCI.", keyed=True, shown=False),
    SOURCE.but(shown=False),
    FIRST_DAY,
    LAST_DAY,
)
Code = Annotated[str, argument(TERRITORY.but(help="Le territoire."))]

Vintage = Annotated[int | None, Option(metavar="ANNEE", help="L'année de cette population.")]

app = group("Territoires : quartiers prioritaires, veille active, et leur population par agglomération.")


@app.command("vecu", act=True, answer=one(*_QUARTIERS))
def territoire_vecu(
    annee: Annee,
    nom: Annotated[str, argument(NAME.but(help="Le nom du quartier vécu (équipement, rue…).", placeholder="NOM"))],
    source: Annotated[str, option(_DECIDED)],
    qpv: Annotated[str, option(_QPV)] = "",
    epci: Annotated[str, option(_EPCI)] = "",
) -> Outcome:
    """Ajoute un quartier vécu à la liste d'une année ; il devient un territoire connu.

    Exemple : cofiville territoire vecu 2016 "Stade Youri-Gagarine" --qpv DENAIN-CENTRE --source "COPIL du 04/03/2016"
    """
    from ledger.programming.publics.record_publics import list_quartier

    with writing() as session:
        row = _row(session, list_quartier(session, annee, nom, epci=epci, qpv=qpv, source=source))
    return Outcome(row, (f"Quartier vécu {row['nom']} ({row['code']}) sur la liste {annee}.",))


@app.command("vecus", act=True, answer=several(*_QUARTIERS))
def territoire_vecus(
    annee: Annee,
    reconduire: Annotated[bool, Option("--reconduire", help="Reprend d'abord la dernière liste.")] = False,
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
def territoire_lister(le: AuJour = None, connu_au: ConnuAu = None) -> Outcome:
    """Liste les territoires du contrat et leur population (vide quand la source ne la donne pas).

    Exemple : cofiville territoire lister
    """
    from sqlalchemy import select

    from ledger.referential.contracts import epcis_of_contract
    from ledger.referential.model import Territory
    from ledger.referential.populations import people_by_epci

    with reading_as_of(le, connu_au) as session:
        people, epcis = people_by_epci(session), [each.code for each in epcis_of_contract(session)]
        found = session.scalars(select(Territory).order_by(Territory.kind, Territory.code)).all()
        rows = tuple(_territory_row(each, people.get(each.code, {}), epcis) for each in found)
        doubts = doubts_said((each.code, each.to_confirm) for each in found)
    by_epci = (Field(epci, f"habitants {epci}", Kind.INTEGER, scripted=False) for epci in epcis)
    listing = Listing("Territoires", (*_TERRITORIES[:5], *by_epci, *_TERRITORIES[5:]), rows)
    return Outcome(listing, (listing, *doubts))


@app.command("ajouter", act=True, answer=one(*_TERRITORIES))
def territoire_ajouter(
    nom: Annotated[str, argument(NAME.but(help="Son nom.", placeholder="NOM"))],
    kind: Annotated[str, option(_KIND, "--type")],
    source: Annotated[str, option(SOURCE.but(placeholder="TEXTE"))],
    code: Annotated[str, option(CODE.but(help="Le code ; tiré du nom sinon."))] = "",
    epci: Annotated[str, option(_EPCI)] = "",
    population: Annotated[str, option(_PEOPLE)] = "",
    millesime: Vintage = None,
    du: Annotated[date | None, option(FIRST_DAY)] = None,
) -> Outcome:
    """Ajoute un territoire au contrat ; sans population, elle reste inconnue.

    Exemple : cofiville territoire ajouter "Cité Chabaud-Latour" --type veille --source "Avenant du 12/12/2019"
    """
    from ledger.referential.change_facts import add_territory
    from ledger.referential.populations import read_people

    people = read_people(population)
    with writing() as session:
        found = add_territory(
            session,
            nom,
            code=code,
            kind=kind.strip().lower(),
            epci=epci.strip().upper(),
            source=source,
            first=du,
            population=people,
            vintage=millesime,
        )
        row = _territory_row(found, people)
    return Outcome(row, (f"Territoire {row['code']} ajouté : {row['nom']}.",))


@app.command("modifier", act=True, answer=one(*_TERRITORIES))
def territoire_modifier(
    code: Code,
    nom: Annotated[str | None, option(NEW_NAME)] = None,
    source: Annotated[str | None, option(SOURCE.but(placeholder="TEXTE"))] = None,
    population: Annotated[str, option(_PEOPLE)] = "",
    millesime: Vintage = None,
    le: Le = None,
) -> Outcome:
    """Donne un nouveau nom à un territoire depuis un jour, ou corrige sa source ou sa population.

    Exemple : cofiville territoire modifier DENAIN-CENTRE --nom "Denain - Centre-ville" --le 2017-01-01
    """
    from ledger.referential.change_facts import change_fact
    from ledger.referential.populations import count_people, people_by_epci, read_people
    from ledger.referential.queries import find_territory

    typed, people = {"name": nom, "source": source}, read_people(population)
    with writing() as session:
        found = find_territory(session, code)
        change_fact(session, found, {name: value for name, value in typed.items() if value is not None}, le)
        count_people(session, found, people, millesime)
        row = _territory_row(found, people_by_epci(session).get(found.code, {}))
    return Outcome(row, (f"Territoire {row['code']} : {row['nom']}.",))


@app.command("clore", act=True, answer=one(*_TERRITORIES))
def territoire_clore(code: Code, le: Le = None, oui: Oui = False) -> Outcome:
    """Clôt un territoire : plus aucune action ne le sert les années d'après.

    Exemple : cofiville territoire clore VEILLE-ROEULX --le 2019-12-31 --oui
    """
    from ledger.programming.facts_in_use import close_unused
    from ledger.referential.populations import people_by_epci
    from ledger.referential.queries import find_territory

    confirm(f"Le territoire {code} sera clos.", oui)
    with writing() as session:
        found = find_territory(session, code)
        close_unused(session, found, day(le))
        row = _territory_row(found, people_by_epci(session).get(found.code, {}))
    return Outcome(row, (f"Territoire {row['code']} clos le {row['au']:%d/%m/%Y}.",))


def _territory_row(found: Territory, people: Mapping[str, int], epcis: Sequence[str] = ()) -> Row:
    return {
        "code": found.code,
        "nom": found.name,
        "type": found.kind,
        "epci": found.epci,
        "population": dict(people),
        **{epci: people.get(epci) for epci in epcis},
        "source": found.source,
        "du": found.starts_on,
        "au": found.ends_on,
    }
