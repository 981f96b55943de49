"""Prolongations, avenants and annexes of a contract go out in its référentiel, and come back as they were."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from ledger.exchange.declaration import Table, Values
from ledger.exchange.sheets.framework import CONTRACT_ACTS
from ledger.exchange.workbook import write_workbook
from tests.conftest import Typist

SUITE = ("contrat", "creer", "SUITE", "--epci", "200042190", "--du", "2024-01-01", "--au", "2030-12-31")
AVENANT: Values = {"kind": "avenant", "decided_on": date(2026, 3, 10), "piece": "Avenant 1 : quartiers vécus"}
LONGER: Values = {
    "kind": "prolongation",
    "decided_on": date(2026, 6, 1),
    "piece": "Avenant 2",
    "ends_on": date(2032, 12, 31),
    "to_confirm": True,
}


def _imported(cofiville: Typist, path: Path, *rows: Values, code: int = 0) -> list[str]:
    write_workbook(path, [Table(CONTRACT_ACTS, rows)])
    done = cofiville("--contrat", "SUITE", "--json", "excel", "importer", path)
    assert done.code == code, done.out
    return [each["message"] for each in done.data["problemes"] if each["niveau"] == "erreur"]


def test_the_acts_of_a_contract_are_given_by_workbook_and_its_last_day_follows(
    cofiville: Typist, tmp_path: Path
) -> None:
    assert cofiville(*SUITE).code == 0
    _imported(cofiville, tmp_path / "actes.xlsx", LONGER, AVENANT)
    shown = cofiville("--json", "contrat", "montrer", "SUITE").data
    assert shown["au"] == "2032-12-31"
    assert [(act["genre"], act["le"], act["au"], act["a_confirmer"]) for act in shown["actes"]] == [
        ("avenant", "2026-03-10", None, False),
        ("prolongation", "2026-06-01", "2032-12-31", True),
    ]


def test_the_acts_come_back_the_same(cofiville: Typist, tmp_path: Path) -> None:
    assert cofiville(*SUITE).code == 0
    _imported(cofiville, tmp_path / "actes.xlsx", LONGER, AVENANT)
    for contract in ("SUITE", "CV195"):
        before = cofiville("--json", "contrat", "montrer", contract).data
        path = tmp_path / f"{contract}.xlsx"
        assert cofiville("contrat", "referentiel", contract, path).code == 0
        back = cofiville("--contrat", contract, "--json", "excel", "importer", path)
        assert back.code == 0, back.out
        [sheet] = [each for each in back.data["feuilles"] if each["feuille"] == "Actes du contrat"]
        assert (sheet["nouvelles"], sheet["modifiees"]) == (0, 0)
        assert cofiville("--json", "contrat", "montrer", contract).data == before


def test_an_act_that_is_noted_does_not_change_and_none_goes_back(cofiville: Typist, tmp_path: Path) -> None:
    assert cofiville(*SUITE).code == 0
    _imported(cofiville, tmp_path / "actes.xlsx", LONGER)
    changed: Values = {**LONGER, "ends_on": date(2033, 12, 31)}
    [said] = _imported(cofiville, tmp_path / "autre.xlsx", changed, code=1)
    assert said.startswith("Cet acte est déjà noté, et autrement (Jusqu'au).")
    shorter: Values = {**LONGER, "piece": "Avenant 3", "ends_on": date(2031, 12, 31)}
    [said] = _imported(cofiville, tmp_path / "moins.xlsx", shorter, code=1)
    assert "ne prolonge pas le contrat SUITE" in said
    for wrong in ({**AVENANT, "ends_on": date(2033, 12, 31)}, {**LONGER, "piece": "A", "ends_on": None}):
        [said] = _imported(cofiville, tmp_path / f"faux-{wrong['kind']}.xlsx", wrong, code=1)
        assert said.startswith("Une prolongation a un nouveau dernier jour, et elle seule.")
    assert len(cofiville("--json", "contrat", "montrer", "SUITE").data["actes"]) == 1
