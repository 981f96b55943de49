"""Payments entered many at a time are those of one at a time: the same entries, the same order, the same refusals."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Typist
from tests.exchange.test_conventions import granted as granted
from tests.exchange.test_conventions import workbook

TITLES = ("N° convention", "Référence", "Montant", "Ordonné le", "Payé le")
ROWS = (
    ("2016-001", "M1", 1000, date(2016, 5, 2), date(2016, 5, 12)),
    ("2016-002", "M2", 2000, date(2016, 5, 2), date(2016, 5, 12)),
    ("2016-001", "M3", 500, date(2016, 6, 2), date(2016, 6, 12)),
    ("2016-002", "M4", 700, date(2016, 6, 2), date(2016, 6, 12)),
)


@pytest.fixture
def signed(granted: Typist) -> Typist:
    """Two conventions signed, payable by any part."""
    for action in ("2016-001", "2016-002"):
        lines = (
            ("convention", "saisir", action, "--numero", f"C-{action}", "--le", "2016-04-01"),
            ("convention", "signer", f"C-{action}", "--piece", "Délibération", "--le", "2016-04-29"),
        )
        for line in lines:
            answer = granted(*line)
            assert answer.code == 0, answer.err
    return granted


def _file(path: Path, rows: tuple[tuple[Any, ...], ...]) -> Path:
    return workbook(path, Versements=(TITLES, *((f"C-{row[0]}", *row[1:]) for row in rows)))


def _references(typist: Typist) -> list[str]:
    return [each["reference"] for each in typist("--json", "journal", "lister", 2016).data]


def test_a_workbook_writes_what_commands_would_in_the_order_of_days(signed: Typist, tmp_path: Path) -> None:
    before = len(_references(signed))
    answer = signed("--json", "excel", "importer", _file(tmp_path / "v.xlsx", ROWS))
    assert answer.code == 0, answer.out
    acts = [f"{act} {name}" for name in ("M1", "M2", "M3", "M4") for act in ("ORDRE", "PAIEMENT")]
    assert _references(signed)[before:] == acts
    states = {
        each["convention"]: (each["ordonne"], each["verse"]) for each in signed("--json", "convention", "lister").data
    }
    assert states == {"C-2016-001": ("1500.00", "1500.00"), "C-2016-002": ("2700.00", "2700.00")}
    assert signed("base", "controler").code == 0


def test_one_payment_that_cannot_be_made_is_named_and_none_is_written(signed: Typist, tmp_path: Path) -> None:
    before = _references(signed)
    rows = (*ROWS, ("2016-001", "M5", 9000, date(2016, 7, 2), date(2016, 7, 12)))
    answer = signed("--json", "excel", "importer", _file(tmp_path / "v.xlsx", rows))
    errors = [each for each in answer.data["problemes"] if each["niveau"] == "erreur"]
    assert (answer.code, len(errors), errors[0]["cellule"]) == (1, 1, "C6")
    assert "dépassent ce qui est dû" in errors[0]["message"]
    assert _references(signed) == before


def test_a_payment_undone_comes_back_by_the_same_workbook(signed: Typist, tmp_path: Path) -> None:
    file = _file(tmp_path / "v.xlsx", ROWS)
    assert signed("--json", "excel", "importer", file).code == 0
    count = len(_references(signed))
    for number, day in ((count, "2016-06-12"), (count - 1, "2016-06-02")):
        assert signed("journal", "annuler", number, "--motif", "Erreur", "--le", day, "--oui").code == 0
    answer = signed("--json", "excel", "importer", file)
    assert answer.code == 0, answer.out
    assert _references(signed)[-2:] == ["2e ORDRE M4", "2e PAIEMENT M4"]


def test_a_rule_is_put_aside_by_a_reason_that_stays(signed: Typist, tmp_path: Path) -> None:
    rule = ("regle", "remplacer", "PIECES-ASSOCIATION", "--source", "Règlement intérieur")
    assert signed(*rule, "--chiffre", "pieces=rib", "--chiffre", "bloquant=oui").code == 0
    refused = signed("--json", "excel", "importer", _file(tmp_path / "v.xlsx", ROWS[:1]))
    assert "Il manque à ATELIERS : RIB" in refused.out
    row = (*TITLES, "Malgré"), ("C-2016-001", *ROWS[0][1:], "RIB reçu par téléphone")
    file = workbook(tmp_path / "m.xlsx", Versements=row)
    assert signed("--json", "excel", "importer", file).code == 0
    assert "Malgré une pièce manquante (RIB) : RIB reçu par téléphone" in signed("--json", "versement", "ordres").out
    again = signed("--json", "excel", "importer", file).data
    assert [(each["nouvelles"], each["modifiees"]) for each in again["feuilles"]] == [(0, 0)]


def test_a_reason_without_an_order_to_give_is_refused(signed: Typist, tmp_path: Path) -> None:
    number, reference, amount, _, paid = ROWS[0]
    row = (*TITLES, "Malgré"), (f"C-{number}", reference, amount, None, paid, "Sans objet")
    answer = signed("--json", "excel", "importer", workbook(tmp_path / "m.xlsx", Versements=row))
    assert answer.code == 1
    assert "n'y écarte aucune règle" in answer.out
