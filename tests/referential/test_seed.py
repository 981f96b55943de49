"""The common facts are those of the Contrat de ville, and loading them twice changes nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ledger.core.errors import NotFound
from ledger.core.identifiers import plain_words
from ledger.journal.model import Contract
from ledger.referential.axes import axis_tree
from ledger.referential.model import (
    Axis,
    ChartAccount,
    Commune,
    CreditLine,
    Epci,
    Financeur,
    Territory,
    TerritoryCommune,
    TerritoryPopulation,
)
from ledger.referential.queries import find_financeur, find_line, find_objective, find_territory
from ledger.referential.seed import load_referential, shipped_framework
from ledger.storage.session import acting_for

FACTS = (
    Epci,
    Financeur,
    CreditLine,
    Commune,
    Territory,
    TerritoryPopulation,
    TerritoryCommune,
    Axis,
    ChartAccount,
)


def counted(session: Session) -> dict[str, int]:
    return {fact.__tablename__: session.scalar(select(func.count()).select_from(fact)) or 0 for fact in FACTS}


def test_the_facts_are_as_many_as_the_text_names(session: Session) -> None:
    found = counted(session)
    assert (found["epci"], found["credit_line"], found["axis"]) == (2, 27, 77)
    by_kind = dict(session.execute(select(Territory.kind, func.count()).group_by(Territory.kind)).all())
    assert by_kind == {"qpv": 13, "veille": 14, "hors": 1}
    tree = axis_tree(session)
    levels = [len(tree.path(code)) for code in tree.labels]
    assert (levels.count(1), levels.count(2), levels.count(3)) == (7, 20, 50)
    assert len(tree.objectives) == 50
    contracts = session.scalars(select(Contract).order_by(Contract.code)).all()
    assert [(each.code, each.epci) for each in contracts] == [("CV193", "CAVM"), ("CV195", "CAPH")]


def test_the_neighbour_has_what_is_known_of_it_and_nothing_of_the_first_alone(session: Session) -> None:
    """II-3: its lines and its quartiers are to be confirmed; its axes are not known."""
    with acting_for(session, "CV193"):
        lines = {each.code: each.to_confirm for each in session.scalars(select(CreditLine))}
        territories = session.scalars(select(Territory)).all()
        assert (len(lines), all(lines.values()), {"CAPH-PDV", "FSE"} & lines.keys()) == (19, True, set())
        assert (
            {each.epci for each in territories} == {each.epci for each in session.scalars(select(Commune))} == {"CAVM"}
        )
        assert all(each.to_confirm for each in territories)
        assert session.scalars(select(Axis)).all() == []


def test_loading_twice_changes_nothing(session: Session) -> None:
    before = counted(session)
    load_referential(session)
    assert counted(session) == before


@pytest.mark.parametrize(
    ("pilot", "epci", "inhabitants"), [("CAPH", "CAPH", 30540), ("CAVM", "CAPH", 1447), ("CAVM", "CAVM", 16231)]
)
def test_the_inhabitants_of_the_priority_quarters_are_those_of_paragraph_3_2(
    session: Session, pilot: str, epci: str, inhabitants: int
) -> None:
    query = (
        select(func.sum(TerritoryPopulation.population))
        .join(Territory, Territory.code == TerritoryPopulation.territory)
        .where(Territory.epci == pilot, TerritoryPopulation.epci == epci)
    )
    assert int(session.scalar(query) or 0) == inhabitants


def test_no_inhabitants_are_guessed_for_veille_territories(session: Session) -> None:
    of_territory = Territory.code == TerritoryPopulation.territory
    query = select(func.count()).select_from(TerritoryPopulation).join(Territory, of_territory)
    assert session.scalar(query.where(Territory.kind != "qpv")) == 0


def test_the_communes_of_a_territory_are_communes_of_the_caph_or_its_neighbour(session: Session) -> None:
    known = {plain_words(name) for name in session.scalars(select(Commune.name).where(Commune.epci == "CAPH"))}
    named = {plain_words(name) for name in session.scalars(select(TerritoryCommune.commune_name))}
    assert named - known == {"territoire cavm"}


@pytest.mark.parametrize("typed", ["VEILLE-ROEULX", "Veille Rœulx", "veille roeulx"])
def test_a_territory_is_found_whatever_the_spelling(session: Session, typed: str) -> None:
    assert find_territory(session, typed).name == "Veille Roeulx"


@pytest.mark.parametrize(
    ("line", "territories"),
    [
        ("ETAT-PDV-ACTIONS", "qpv"),
        ("ETAT-PDV-DRE", "qpv|veille"),
        ("ETAT-FIPD", "qpv|veille"),
        ("PORTEUR-FONDS-PROPRES", "qpv|veille|hors"),
    ],
)
def test_a_line_says_which_territories_it_serves(session: Session, line: str, territories: str) -> None:
    assert find_line(session, line).territories == territories


@pytest.mark.parametrize("find", [find_financeur, find_line, find_objective, find_territory])
def test_an_unknown_code_is_refused_with_the_list_to_read(session: Session, find: object) -> None:
    with pytest.raises(NotFound) as refused:
        find(session, "INCONNU")  # type: ignore[operator]
    assert "« INCONNU » n'existe pas" in refused.value.problem
    assert "cofiville" in refused.value.remedy


def test_what_is_known_of_the_neighbour_contract_is_its_own_places_and_all_to_be_confirmed() -> None:
    known = shipped_framework("cavm-2015-2020")
    assert {row["epci"] for row in known[Commune]} == {"CAVM"}
    assert sorted(row["population"] for row in known[TerritoryPopulation]) == [1838, 3798, 10595]
    assert [row["code"] for row in known[Territory] if row["kind"] == "hors"] == ["HORS"]
    assert all(row["to_confirm"] for entity in (Financeur, CreditLine, Territory) for row in known[entity])
    assert {row["financeur"] for row in known[CreditLine]} <= {row["code"] for row in known[Financeur]}
    assert not known[Axis]
