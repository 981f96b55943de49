"""Bilans by workbook, account by account (Cerfa 15059): additions checked, kept, exported and read again."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Typist
from tests.exchange.test_conventions import workbook
from tests.exchange.test_many_payments import granted as granted
from tests.exchange.test_many_payments import signed as signed

BILANS = (
    "N° convention",
    "N° action",
    "Coût réel éligible",
    "Arrêté le",
    "Pièce",
    "Total des charges",
    "Total des produits",
)
ACCOUNTS = ("N° convention", "N° action", "Côté", "Compte", "Montant")
RIGHT = (
    ("charges", 60, 1200),
    ("charges", "641", 6300.5),
    ("charges", 864, 400),
    ("produits", 74, 4000),
    ("produits", 75, 3600.5),
    ("produits", 870, 400),
)


def _file(
    path: Path, accounts: tuple[tuple[Any, ...], ...], cost: Any = None, totals: tuple[Any, ...] = (7900.5, 8000.5)
) -> Path:
    bilan = ("C-2016-001", "2016-001", cost, date(2016, 12, 12), "Cerfa", *totals)
    rows = (ACCOUNTS, *(("C-2016-001", "2016-001", *account) for account in accounts))
    with_name = {"Bilans": (BILANS, bilan), "Comptes": rows}
    return workbook(path, **with_name)


def _import(typist: Typist, file: Path) -> tuple[int, str]:
    answer = typist("--json", "excel", "importer", file)
    return answer.code, " ".join(each["message"] for each in answer.data["problemes"] if each["niveau"] == "erreur")


def test_a_bilan_comes_with_its_accounts_and_its_surplus_is_kept(signed: Typist, tmp_path: Path) -> None:
    code, said = _import(signed, _file(tmp_path / "b.xlsx", RIGHT))
    assert (code, said) == (0, "")
    [shown] = signed("--json", "bilan", "montrer", "C-2016-001").data
    assert (shown["cout_reel"], shown["excedent"]) == ("7500.50", "100.00")
    assert shown["comptes"]["charges"] == {"60": "1200.00", "641": "6300.50", "864": "400.00"}
    assert shown["comptes"]["produits"] == {"74": "4000.00", "75": "3600.50", "870": "400.00"}


def test_what_is_exported_is_the_same_again_and_does_not_change_by_a_file(signed: Typist, tmp_path: Path) -> None:
    assert _import(signed, _file(tmp_path / "b.xlsx", RIGHT))[0] == 0
    exported = tmp_path / "export.xlsx"
    assert signed("excel", "exporter", "conventions", 2016, exported).code == 0
    for file in (tmp_path / "b.xlsx", exported):
        again = signed("--json", "excel", "importer", file).data
        assert {(row["nouvelles"], row["modifiees"]) for row in again["feuilles"]} == {(0, 0)}
    other = (("charges", 60, 1300), *RIGHT[1:])
    code, said = _import(signed, _file(tmp_path / "autre.xlsx", other))
    assert code == 1
    assert "est déjà arrêté avec d'autres valeurs" in said


@pytest.mark.parametrize(
    ("accounts", "cost", "totals", "words"),
    [
        (RIGHT, None, (7900, 8000.5), "0,50 € d'écart"),
        (RIGHT, None, (7900.5, 8100.5), "100,00 € d'écart"),
        ((*RIGHT[:-1], ("produits", 870, 350)), None, (None, None), "ne s'équilibrent pas"),
        ((*RIGHT, ("produits", 64, 1)), None, (None, None), "n'est pas un compte du compte rendu financier"),
        ((*RIGHT, ("charges", 61, -1)), None, (None, None), "Un montant négatif n'est pas admis"),
        (RIGHT, 9000, (None, None), "dépasse les charges"),
        ((), None, (None, None), "Le coût réel manque"),
    ],
)
def test_a_bilan_whose_figures_do_not_agree_is_refused_whole(
    signed: Typist, tmp_path: Path, accounts: tuple[Any, ...], cost: Any, totals: tuple[Any, ...], words: str
) -> None:
    code, said = _import(signed, _file(tmp_path / "b.xlsx", accounts, cost, totals))
    assert code == 1
    assert words in said.replace("\u00a0", " ")
    assert signed("--json", "bilan", "montrer", "C-2016-001").data == []


def test_accounts_without_their_bilan_are_refused(signed: Typist, tmp_path: Path) -> None:
    rows = (ACCOUNTS, ("C-2016-002", "2016-002", "charges", 60, 10))
    code, said = _import(signed, workbook(tmp_path / "b.xlsx", Comptes=rows))
    assert code == 1
    assert "a des comptes sans ligne sur la feuille Bilans" in said


def test_one_row_an_action_settles_all_its_conventions_and_comes_back_the_same(signed: Typist, tmp_path: Path) -> None:
    titles = (
        "N° action",
        "Coût réel éligible",
        "Dont habitants des QPV",
        "Dont hors territoires",
        "Arrêté le",
        "Pièce",
    )
    row = ("2016-001", 7000, 5000, 2000, date(2016, 12, 12), "Cerfa")
    name = "Bilans par action"
    assert _import(signed, workbook(tmp_path / "a.xlsx", **{name: (titles, row)})) == (0, "")
    [shown] = signed("--json", "bilan", "montrer", "C-2016-001").data
    assert (shown["cout_reel"], shown["definitif"]) == ("7000.00", "2500.00")
    exported = tmp_path / "export.xlsx"
    assert signed("excel", "exporter", "conventions", 2016, exported).code == 0
    again = signed("--json", "excel", "importer", exported).data
    assert {each["feuille"]: (each["nouvelles"], each["modifiees"]) for each in again["feuilles"]}[name] == (0, 0)
    entry = signed("--json", "bilan", "action", "2016-001").data["conventions"][0]["ecriture"]
    assert signed("journal", "annuler", entry, "--motif", "Erreur", "--le", "2016-12-12", "--oui").code == 0
    assert _import(signed, exported) == (0, "")
    assert signed("--json", "bilan", "montrer", "C-2016-001").data == [shown]
    code, said = _import(signed, workbook(tmp_path / "b.xlsx", **{name: (titles, ("2016-001", 8000, *row[2:]))}))
    assert (code, "est déjà arrêté avec d'autres valeurs" in said) == (1, True)
