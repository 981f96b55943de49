"""The region's view adds up what each contract's own reports say, over contracts and over bases, and writes nothing."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from ledger.core.money import Money, parse_money, total
from ledger.referential.vocabulary import LineNature
from tests.bases import PostgresqlBases, SqliteBases
from tests.conftest import Lived, Typist
from tests.one_year import YearLived, lines_of, places_of

CAPH, REIMS = "200042190", "200067213"
PERIOD = ("--du", "2024-01-01", "--au", "2030-12-31")
CREDITS = ("notifie", "reporte_entrant", "accorde", "verse", "non_verse", "disponible", "annule", "reporte", "rendu")
NOT_THERE = "n'est pas additionnée"


def asking(typed: Typist, base: str) -> Callable[[list[str]], Any]:
    """Types a command on this base and gives its JSON; one that is refused fails the test."""

    def ask(words: list[str]) -> Any:
        answer = typed("--base", base, "--json", *words)
        assert answer.code == 0, f"{words}\n{answer.err}"
        return answer.data

    return ask


def lived(ask: Callable[[list[str]], Any], contract: str, epci: str, year: int) -> None:
    """A contract of this EPCI and one of its years, from the call to the closing."""
    ask(["contrat", "creer", contract, "--epci", epci, *PERIOD])
    ask(["--contrat", contract, "axe", "ajouter", "1", "Plein emploi"])
    YearLived(ask, contract, year, lines_of(ask, contract), places_of(ask, contract), "1").live()


@pytest.fixture
def two_contracts(typed: Typist, base: str, brought: Lived) -> Typist:
    """A base with two contracts of two EPCI, a year lived in each, and the first of the model, where nothing is."""

    def live() -> None:
        lived(asking(typed, base), "HAINAUT", CAPH, 2024)
        lived(asking(typed, base), "REIMS", REIMS, 2025)

    brought(live)
    return lambda *words: typed("--base", base, *words)


def amounts(rows: list[dict[str, Any]], names: tuple[str, ...] = CREDITS) -> dict[str, Money]:
    return {name: total(parse_money(row[name]) for row in rows) for name in names}


def test_every_view_adds_up_what_each_contract_reports_of_itself(two_contracts: Typist) -> None:
    seen = two_contracts("--json", "rapport", "consolide").data
    assert [row["contrat"] for row in seen["contrats"]] == ["HAINAUT", "REIMS"]
    own: list[dict[str, Any]] = []
    places: list[dict[str, Any]] = []
    for contract, year in (("HAINAUT", 2024), ("REIMS", 2025)):
        mine = ("--json", "--contrat", contract)
        lines = two_contracts(*mine, "rapport", "consommation", year).data
        [state] = two_contracts(*mine, "rapport", "tendance", "--de", year, "--jusqua", year).data
        of_state = [row for row in seen["lignes"] if (row["contrat"], row["financeur"]) == (contract, "ETAT")]
        for name in CREDITS:
            if name != "non_verse":
                assert total(parse_money(row[name]) for row in of_state) == parse_money(state[name]), name
        own += [row | {"contrat": contract} for row in lines]
        places += two_contracts(*mine, "rapport", "territoires", year).data
    for view in ("contrats", "exercices", "financeurs", "natures", "lignes"):
        found = amounts(seen[view])
        for name in ("notifie", "reporte_entrant", "disponible", "annule", "reporte", "rendu"):
            assert found[name] == total(parse_money(row[name]) for row in own), (view, name)
        paid = total(parse_money(row["verse"]) + parse_money(row["a_recouvrer"]) for row in own)
        assert (found["verse"], found["non_verse"]) == (paid, found["notifie"] - paid), view
    for view in ("territoires", "lieux"):
        served = ("cout", "accorde", "verse")
        assert amounts(seen[view], served) == amounts(places, served)
    assert amounts(seen["territoires"], ("accorde",)) == amounts(seen["lignes"], ("accorde",))


def test_the_two_contracts_have_these_figures_to_the_cent(two_contracts: Typist) -> None:
    seen = two_contracts("--json", "rapport", "consolide").data
    found = {row["financeur_type"]: row for row in seen["financeurs"]}
    assert (found["etat"]["notifie"], found["etat"]["accorde"]) == ("40000.00", "35999.98")
    assert (found["etat"]["verse"], found["etat"]["non_verse"]) == ("35618.56", "4381.44")
    assert (found["caf"]["notifie"], found["caf"]["verse"]) == ("14000.00", "12667.48")
    one_year = two_contracts("--json", "rapport", "consolide", "--exercice", 2025).data
    assert [(row["exercice"], row["notifie"]) for row in one_year["exercices"]] == [(2025, "36000.00")]
    assert [(row["contrat"], row["notifie"]) for row in one_year["contrats"]] == [
        ("HAINAUT", "0.00"),
        ("REIMS", "36000.00"),
    ]


@pytest.fixture
def another_base(bases: SqliteBases | PostgresqlBases, tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "autre"
    folder.mkdir()
    address = bases.new(folder)
    yield address
    bases.drop(address)


def test_two_bases_add_up_as_two_contracts_of_one(
    typed: Typist, two_contracts: Typist, base: str, another_base: str, tmp_path: Path
) -> None:
    lived(asking(typed, another_base), "HAINAUT", CAPH, 2024)
    alone = typed("--base", another_base, "--json", "rapport", "consolide").data
    here = two_contracts("--json", "rapport", "consolide").data
    both = typed("--json", "rapport", "consolide", "--bases", base, another_base)
    assert both.code == 0, both.err
    for view in ("contrats", "exercices", "financeurs", "natures", "lignes"):
        assert amounts(both.data[view]) == amounts([*here[view], *alone[view]]), view
    assert len({row["base"] for row in both.data["contrats"]}) == 2
    again = typed("rapport", "consolide", "--bases", base, "--bases", another_base)
    assert "Le contrat HAINAUT est dans 2 bases : ses montants s'additionnent." in again.out
    path = tmp_path / "region.xlsx"
    assert typed("rapport", "consolide", "--bases", base, another_base, "--fichier", path).code == 0
    sheets = load_workbook(path, data_only=True)
    assert sheets.sheetnames[:3] == ["Contrats", "Exercices", "Financeurs"]
    written = [row for row in sheets["Lignes"].iter_rows(values_only=True) if row[1] in ("HAINAUT", "REIMS")]
    assert len(written) == len(both.data["lignes"])
    named = {row[0] for row in sheets["Natures"].iter_rows(values_only=True)}
    assert "crédits spécifiques" in named
    assert not named & LineNature.labels().keys()
    kinds = {cell for row in sheets["Financeurs"].iter_rows(values_only=True) for cell in row}
    assert {"État", "Caf"} <= kinds
    assert not {row["financeur_type"] for row in both.data["financeurs"]} & {"État", "Caf"}


def test_a_base_given_twice_is_not_counted_twice(typed: Typist, two_contracts: Typist, base: str) -> None:
    twice = typed("--json", "rapport", "consolide", "--bases", base, base)
    assert twice.code == 1
    assert twice.refusal["remede"] == "N'en gardez qu'une dans --bases."
    assert two_contracts("rapport", "consolide").code == 0


@pytest.mark.sqlite
def test_a_base_that_cannot_be_read_is_one_sentence_and_one_way_out(
    typed: Typist, two_contracts: Typist, base: str, tmp_path: Path
) -> None:
    assert two_contracts("base", "controler").code == 0
    older = Path(shutil.copy(base, tmp_path / "ancienne.db"))
    with closing(sqlite3.connect(older)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0037'")
        connection.commit()
    text = tmp_path / "texte.db"
    text.write_text("ceci n'est pas une base" * 100, encoding="utf-8")
    for wrong, remedy in (
        (older, f"Mettez-la à niveau : cofiville --base {older} base mettre-a-niveau"),
        (text, f"Vérifiez cette adresse, donnée à --bases : {text}"),
        (tmp_path / "absente.db", f"Vérifiez cette adresse, donnée à --bases : {tmp_path / 'absente.db'}"),
    ):
        before = wrong.read_bytes() if wrong.exists() else None
        refused = typed("--json", "rapport", "consolide", "--bases", base, str(wrong))
        assert refused.code == 1
        assert NOT_THERE in refused.refusal["probleme"]
        assert refused.refusal["remede"].startswith(remedy)
        assert (wrong.read_bytes() if wrong.exists() else None) == before


@pytest.mark.sqlite
def test_a_server_that_does_not_answer_is_said_without_its_password(
    typed: Typist, two_contracts: Typist, base: str
) -> None:
    away = "postgresql://agent:secret@127.0.0.1:1/contrat"
    refused = typed("--json", "rapport", "consolide", "--bases", base, away)
    assert refused.code == 1
    assert "secret" not in refused.err
    assert "agent@127.0.0.1:1" in refused.refusal["remede"]
    assert two_contracts("rapport", "consolide").code == 0


def test_nothing_is_written_where_it_reads(two_contracts: Typist) -> None:
    before = two_contracts("--json", "base", "controler").data
    assert two_contracts("rapport", "consolide").code == 0
    assert two_contracts("--json", "base", "controler").data == before


def test_a_base_without_an_exercice_says_what_to_do(cofiville: Typist) -> None:
    refused = cofiville("--json", "rapport", "consolide")
    assert refused.refusal["probleme"] == "Aucun contrat n'y a d'exercice ouvert."
