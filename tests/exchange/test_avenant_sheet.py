"""Avenants by workbook: as by command, waiver, eligible cost and rights acquired included."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from tests.conftest import Typist
from tests.exchange.test_conventions import workbook

TITLES = ("N° convention", "Pièce", "N° action", "Ligne de crédit", "Signé le", "Variation")
MORE = (*TITLES, "Nouvelle assiette", "Nouveau début", "Nouvelle fin", "Malgré la règle")
STATE = "ETAT-PDV-ACTIONS"
ON = date(2016, 9, 12)
MOTIVE = "Décision du préfet du 02/09/2016"


def typed(cofiville: Typist, *lines: tuple[str | int, ...]) -> None:
    for line in lines:
        answer = cofiville(*line)
        assert answer.code == 0, (line, answer.err)


def settle(cofiville: Typist) -> None:
    """5 000 of the State signed for an action of 10 000, all in QPV, on two lines of the book."""
    plan = ("--financement", f"{STATE}=6000", "--financement", "PORTEUR-FONDS-PROPRES=4000")
    action = ("--porteur", "CCAS", "--objectif", "5.1.1", "--cout", 10000, "--qpv", 100, *plan, "--le", "2016-01-08")
    typed(
        cofiville,
        ("exercice", "ouvrir", 2016),
        ("enveloppe", "notifier", STATE, 2016, 90000, "--piece", "P", "--le", "2016-02-01"),
        ("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS"),
        ("action", "saisir", 2016, "--intitule", "Un", *action),
        ("allocation", "accorder", "2016-001", STATE, 5000, "--piece", "D", "--le", "2016-03-04"),
        ("convention", "saisir", "2016-001", "--numero", "C-1", "--le", "2016-04-01"),
        ("convention", "signer", "C-1", "--piece", "Arrêté", "--le", "2016-04-29"),
    )


def imported(cofiville: Typist, file: Path, code: int = 0) -> Any:
    answer = cofiville("--json", "excel", "importer", file)
    assert answer.code == code, answer.out
    return answer.data


def counts(found: Any) -> dict[str, tuple[int, int, int]]:
    return {row["feuille"]: (row["nouvelles"], row["modifiees"], row["identiques"]) for row in found["feuilles"]}


def test_a_workbook_says_why_an_avenant_passes_a_rule_as_the_command_does(cofiville: Typist, tmp_path: Path) -> None:
    """F05: refused without the motive, kept with it, exported and the same again."""
    settle(cofiville)
    row = ("C-1", "Avenant 1", "2016-001", STATE, ON, None, 5000, date(2016, 2, 1), date(2017, 3, 31))
    refused = imported(cofiville, workbook(tmp_path / "a.xlsx", Avenants=(MORE, (*row, None))), code=1)
    assert "les règles lui permettent" in " ".join(each["message"] for each in refused["problemes"])
    file = workbook(tmp_path / "b.xlsx", Avenants=(MORE, (*row, MOTIVE)))
    assert imported(cofiville, file)["ecrit"]
    [kept] = cofiville("--json", "convention", "derogations", 2016).data
    assert (kept["convention"], kept["ligne"], kept["motif"]) == ("C-1", STATE, MOTIVE)
    shown = cofiville("--json", "convention", "montrer", "C-1").data
    assert (shown["debut"], shown["fin"], shown["accorde"]) == ("2016-02-01", "2017-03-31", "5000.00")
    exported = tmp_path / "export.xlsx"
    typed(cofiville, ("excel", "exporter", "conventions", 2016, str(exported)))
    for again in (file, exported):
        found = imported(cofiville, again)
        assert (found["ecrit"], counts(found)["Avenants"]) == (False, (0, 0, 1))


def test_a_motive_that_no_rule_needed_is_the_same_again(cofiville: Typist, tmp_path: Path) -> None:
    """As by command, where it is kept with nothing."""
    settle(cofiville)
    row = ("C-1", "Avenant 1", "2016-001", STATE, ON, -500, None, None, None, MOTIVE)
    file = workbook(tmp_path / "a.xlsx", Avenants=(MORE, row))
    assert imported(cofiville, file)["ecrit"]
    assert counts(imported(cofiville, file))["Avenants"] == (0, 0, 1)
    assert cofiville("--json", "convention", "derogations", 2016).data == []


def test_what_an_avenant_grants_itself_despite_a_rule_is_exported_with_its_motive(
    cofiville: Typist, tmp_path: Path
) -> None:
    """F05: the grant comes first, by an entry of its own, and the motive is the avenant's."""
    settle(cofiville)
    change = ("--montant", f"{STATE}=+1000", "--assiette", f"{STATE}=7000")
    command = ("convention", "avenant", "C-1", *change, "--piece", "Avenant 1", "--le", "2016-09-12")
    typed(cofiville, (*command, "--malgre", MOTIVE))
    exported = tmp_path / "export.xlsx"
    typed(cofiville, ("excel", "exporter", "conventions", 2016, str(exported)))
    assert counts(imported(cofiville, exported))["Avenants"] == (0, 0, 1)
    row = ("C-1", "Avenant 1", "2016-001", STATE, ON, 1000, 7000, None, None, MOTIVE)
    file = workbook(tmp_path / "a.xlsx", Avenants=(MORE, row))
    assert counts(imported(cofiville, file))["Avenants"] == (0, 0, 1)


def test_the_sheet_of_avenants_changes_a_right_acquired_as_the_command_does(cofiville: Typist, tmp_path: Path) -> None:
    """§5.2.5: a right has no action; the complementary arrêté moves its amount, once."""
    settle(cofiville)
    typed(
        cofiville,
        ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, 90000, "--piece", "P", "--le", "2016-02-01"),
        (
            *("convention", "recevoir", "ETAT-PDV-DRE", 2016, 8000),
            "--numero",
            "DRE",
            "--piece",
            "A",
            "--le",
            "2016-04-01",
        ),
    )
    row = ("DRE", "Arrêté complémentaire", None, "ETAT-PDV-DRE", ON, 1500)
    late = imported(cofiville, workbook(tmp_path / "fin.xlsx", Avenants=(MORE, (*row, None, None, ON, None))), code=1)
    assert "seul son montant change" in late["problemes"][0]["message"]
    file = workbook(tmp_path / "a.xlsx", Avenants=(TITLES, row))
    assert imported(cofiville, file)["ecrit"]
    shown = cofiville("--json", "convention", "montrer", "DRE").data
    assert (shown["accorde"], shown["nombre_avenants"]) == ("9500.00", 1)
    assert counts(imported(cofiville, file))["Avenants"] == (0, 0, 1)
    other = (*row[:5], 1600)
    refused = imported(cofiville, workbook(tmp_path / "b.xlsx", Avenants=(TITLES, other)), code=1)
    assert "est déjà enregistré avec d'autres valeurs" in refused["problemes"][0]["message"]
    typed(cofiville, ("base", "controler"))


def test_an_avenant_to_a_convention_of_actions_names_the_one_it_changes(cofiville: Typist, tmp_path: Path) -> None:
    """Only a right acquired may leave it blank."""
    settle(cofiville)
    row = ("C-1", "Avenant 1", None, STATE, ON, -500)
    refused = imported(cofiville, workbook(tmp_path / "a.xlsx", Avenants=(TITLES, row)), code=1)
    assert "ne dit pas quelle action de la convention C-1" in refused["problemes"][0]["message"]
