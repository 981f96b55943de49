"""Publics, budgets, indicators, dates and references of actions go out in the workbook and come back whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.core.money import Money
from ledger.exchange.declaration import Table, Values
from ledger.exchange.sheets.programming import BUDGETS, FUNDINGS, INDICATORS, PROGRAMMING, PUBLICS
from ledger.exchange.writing.writer import write_workbook
from tests.conftest import Typist
from tests.exchange.books import programme_book, programme_rows

PLACES: tuple[Values, ...] = (
    {"place": "DENAIN-CENTRE", "epci": "inconnue", "headcount": 30, "counted": True},
    {"place": "HORS", "epci": "CAVM", "headcount": 10, "counted": True},
)
ACCOUNTS: tuple[Values, ...] = (
    {"side": "charges", "account": "60", "label": "Achats", "amount": Money(400_000)},
    {"side": "charges", "account": "641", "label": "Animatrice", "amount": Money(600_000)},
    {"side": "charges", "account": "864", "label": "Personnel bénévole", "amount": Money(50_000)},
    {"side": "produits", "account": "870", "label": "Bénévolat", "amount": Money(50_000)},
)
EXPECTED: tuple[Values, ...] = ({"label": "Ateliers tenus", "kind": "quantitatif", "expected": "24"},)


def whole_book(path: Path, **changes: tuple[Values, ...]) -> Path:
    """The small programme with the details of its action; some sheets replaced."""
    rows = programme_rows()
    action = {
        **rows["Programmation"][0],
        "headcount_qpv": None,
        "renewal": "nouvelle",
        "references": "EJ=2101987654 ; dauphin=16023456",
        "years": 2,
        "share_source": "inscriptions",
    }
    details = {"Publics": PLACES, "Budgets": ACCOUNTS, "Indicateurs": EXPECTED} | changes
    tables = [Table(PROGRAMMING, (action,)), Table(FUNDINGS, rows["Financements"])]
    for sheet in (PUBLICS, BUDGETS, INDICATORS):
        tables.append(Table(sheet, tuple({"action": "2016-001", **each} for each in details[sheet.name])))
    write_workbook(path, tables)
    return path


@pytest.fixture
def desk(cofiville: Typist, tmp_path: Path) -> Typist:
    """Type on a base where the whole workbook was imported."""
    assert cofiville("exercice", "ouvrir", 2016).code == 0
    assert cofiville("porteur", "ajouter", "CCAS de X", "--type", "ccas", "--code", "CCAS-X").code == 0
    answer = cofiville("excel", "importer", whole_book(tmp_path / "a.xlsx"))
    assert answer.code == 0, answer.out
    return cofiville


def test_the_details_of_an_action_come_in_with_it(desk: Typist) -> None:
    shown = desk("--json", "action", "montrer", "2016-001").data
    assert [(each["type"], each["effectif"]) for each in shown["public"]] == [("hors", 10), ("qpv", 30)]
    assert [(each["territoire"], each["epci"]) for each in shown["publics"]] == [
        ("DENAIN-CENTRE", "CAPH"),
        (None, "CAVM"),
    ]
    assert (shown["public_caph"], shown["public_cavm"], shown["contributions"]) == (30, 10, "500.00")
    assert [each["numero"] for each in shown["references"]] == ["16023456", "2101987654"]
    assert (shown["annees"], shown["origine_parts"]) == (
        2,
        "au prorata de 40 bénéficiaires comptés d'avance (inscriptions)",
    )
    assert [each["indicateur"] for each in shown["indicateurs"]] == ["Ateliers tenus"]


def test_the_same_workbook_again_and_its_export_change_nothing(desk: Typist, tmp_path: Path) -> None:
    exported = tmp_path / "export.xlsx"
    assert desk("excel", "exporter", "programmation", 2016, exported).code == 0
    for path in (tmp_path / "a.xlsx", exported):
        found = desk("--json", "excel", "importer", path)
        assert (found.code, found.data["ecrit"]) == (0, False)
        assert all(sheet["nouvelles"] == sheet["modifiees"] == 0 for sheet in found.data["feuilles"]), found.out
    assert len(desk("--json", "action", "versions", "2016-001").data["versions"]) == 1


def test_a_detail_changed_in_the_workbook_makes_a_version_and_new_shares(desk: Typist, tmp_path: Path) -> None:
    places = ({**PLACES[0], "headcount": 10}, PLACES[1])
    accounts = (
        {**ACCOUNTS[0], "amount": Money(0)},
        {**ACCOUNTS[1], "amount": Money(1_000_000)},
        *ACCOUNTS[2:],
    )
    changed = whole_book(tmp_path / "b.xlsx", Publics=places, Budgets=accounts)
    found = desk("--json", "excel", "importer", changed)
    assert (found.code, found.data["ecrit"]) == (0, True), found.out
    shown = desk("--json", "action", "montrer", "2016-001").data
    assert [(each["type"], each["cout"]) for each in shown["public"]] == [("hors", "5000.00"), ("qpv", "5000.00")]
    assert [each["compte"] for each in shown["budget"]["lignes"] if each["cote"] == "charges"] == ["641", "864"]
    assert [each["etape"] for each in shown["versions"]] == ["déposé", "ajusté"]


@pytest.mark.parametrize(
    ("sheet", "row", "said"),
    [
        ("Publics", {"place": "ATLANTIDE", "epci": "CAPH", "headcount": 1}, "« ATLANTIDE » n'existe pas"),
        ("Publics", {"place": "QPV", "epci": "CAPH", "headcount": 1, "qpv_headcount": 2}, "2 habitants de QPV sur 1"),
        (
            "Budgets",
            {"side": "charges", "account": "99", "label": "x", "amount": Money(1)},
            "« 99 » n'est pas un compte",
        ),
        ("Budgets", {"side": "charges", "account": "65", "label": "x", "amount": Money(1)}, "écart 0,01"),
        ("Indicateurs", {"label": "x", "kind": "quantitatif", "expected": "peu"}, "« peu » n'est pas un nombre"),
    ],
)
def test_a_detail_that_does_not_hold_is_refused_and_nothing_is_written(
    desk: Typist, tmp_path: Path, sheet: str, row: Values, said: str
) -> None:
    held = {"Publics": PLACES, "Budgets": ACCOUNTS, "Indicateurs": EXPECTED}
    before = desk("--json", "action", "montrer", "2016-001").data
    refused = desk("--json", "excel", "importer", whole_book(tmp_path / "b.xlsx", **{sheet: (*held[sheet], row)}))
    assert refused.code == 1
    assert any(said in each["message"] for each in refused.data["problemes"]), refused.out
    assert desk("--json", "action", "montrer", "2016-001").data == before


def test_an_action_of_a_closed_appel_is_refused_unless_it_came_in_time(cofiville: Typist, tmp_path: Path) -> None:
    cofiville("appel", "ouvrir", 2016, "--le", "2015-11-16", "--cloture", "2016-01-15")
    action = {**programme_rows()["Programmation"][0], "appel": "2016"}
    late = cofiville("--json", "excel", "importer", programme_book(tmp_path / "a.xlsx", Programmation=(action,)))
    assert (late.code, any("clos depuis le 15/01/2016" in each["message"] for each in late.data["problemes"])) == (
        1,
        True,
    )
    in_time = {**action, "deposited_on": date(2016, 1, 15)}
    answer = cofiville("excel", "importer", programme_book(tmp_path / "b.xlsx", Programmation=(in_time,)))
    assert answer.code == 0, answer.out
