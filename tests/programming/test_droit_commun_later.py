"""F37. Droit commun that comes after the decision enters the plan; what was granted stays, its rate told anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.conftest import Lived, Typist
from tests.programming.test_mistakes import done, read

PLAN = ("ETAT-PDV-DRE=6500", "CAF-DROIT-COMMUN=1000", "PORTEUR-FONDS-PROPRES=2500")


@pytest.fixture
def granted(in_2016: Typist, brought: Lived) -> Typist:
    """A DRE action of a CCAS, 6 500 of 10 000 granted, and the droit commun of the Caf asked beside."""

    @brought
    def live() -> None:
        for line, amount in (("ETAT-PDV-DRE", 6500), ("CAF-DROIT-COMMUN", 9000), ("CPAM-DROIT-COMMUN", 9000)):
            done(in_2016("enveloppe", "notifier", line, 2016, amount, "--piece", "P", "--le", "2016-01-15"))
        done(in_2016("porteur", "ajouter", "CCAS", "--type", "ccas", "--code", "CCAS"))
        plan = [word for each in PLAN for word in ("--financement", each)]
        asked = ("--cout", 10000, "--dispositif", "dre", "--objectif", "5.1.2", "--qpv", 40, *plan)
        done(in_2016("action", "saisir", 2016, "--intitule", "DRE", "--porteur", "CCAS", *asked, "--le", "2016-01-15"))
        grant = ("allocation", "accorder", "2016-001", "ETAT-PDV-DRE", 6500, "--piece", "D")
        done(in_2016(*grant, "--le", "2016-03-04"))

    return in_2016


def add(typist: Typist, line: str, amount: int, *more: object) -> tuple[object, ...]:
    return ("action", "droit-commun", "2016-001", line, amount, "--piece", "Courrier", "--le", "2016-09-12", *more)


def test_it_enters_the_plan_and_is_granted_while_what_was_granted_stays(granted: Typist) -> None:
    refused = granted("allocation", "accorder", "2016-001", "CPAM-DROIT-COMMUN", 1500, "--piece", "D")
    assert (
        "→ Ajoutez ce droit commun à son plan : cofiville action droit-commun 2016-001 CPAM-DROIT-COMMUN" in refused.err
    )
    added = read(granted("--json", *add(granted, "CPAM-DROIT-COMMUN", 1500)))
    assert (added["fonds_propres_avant"], added["fonds_propres"]) == ("2500.00", "1000.00")
    assert [(each["accorde"], each["part"].replace("\u00a0", " ")) for each in added["accordes"]] == [
        ("6500.00", "65 %")
    ]
    more = read(granted("--json", *add(granted, "CAF-DROIT-COMMUN", 3000, "--en-plus")))
    assert (more["cout_avant"], more["cout_total"], more["fonds_propres"]) == ("10000.00", "13000.00", "1000.00")
    assert [(each["accorde"], each["part"].replace("\u00a0", " ")) for each in more["accordes"]] == [
        ("6500.00", "50 %")
    ]
    grant = ("allocation", "accorder", "2016-001", "CPAM-DROIT-COMMUN", 1500, "--piece", "D", "--le", "2016-09-14")
    done(granted(*grant))
    shown = read(granted("--json", "action", "montrer", "2016-001"))
    asked = {each["ligne"]: each["demande"] for each in shown["financements"]}
    assert asked["CPAM-DROIT-COMMUN"] == "1500.00"
    assert asked["CAF-DROIT-COMMUN"] == "4000.00"
    assert done(granted("base", "controler")).code == 0


def test_what_it_cannot_do_is_refused_and_taking_it_back_is_an_act(granted: Typist, tmp_path: Path) -> None:
    before = read(granted("--json", "action", "montrer", "2016-001"))["financements"]
    for line, amount, said in (
        ("CAPH-PDV", 500, "n'est pas une ligne de droit commun"),
        ("CPAM-DROIT-COMMUN", 2501, "Dites si l'action coûte plus : --en-plus"),
        ("CAF-DROIT-COMMUN", -1001, "ne s'y ajoutent pas"),
    ):
        answer = granted(*add(granted, line, amount))
        assert (answer.code, said in answer.err) == (1, True), answer.err
    refused = granted("action", "modifier", "2016-001", "--intitule", "Autre")
    assert "cofiville action droit-commun 2016-001 LIGNE MONTANT" in refused.err
    file = tmp_path / "programmation.xlsx"
    done(granted("excel", "exporter", "programmation", 2016, file))
    book = load_workbook(file)
    sheet = book["Financements"]
    titles = next(row for row in sheet.iter_rows() if any(cell.value == "Ligne de crédit" for cell in row))
    column = {cell.value: cell.column for cell in titles}
    for row in range(titles[0].row + 1, titles[0].row + 5):
        cell = sheet.cell(row, column["Ligne de crédit"])
        wanted = {"CAF-DROIT-COMMUN": 1800, "PORTEUR-FONDS-PROPRES": 1700}.get(str(cell.value))
        if wanted:
            sheet.cell(row, column["Inscrit au plan"]).value = wanted
    book.save(file)
    done(granted("excel", "importer", file))
    asked = {e["ligne"]: e["demande"] for e in read(granted("--json", "action", "montrer", "2016-001"))["financements"]}
    assert (asked["CAF-DROIT-COMMUN"], asked["PORTEUR-FONDS-PROPRES"]) == ("1800.00", "1700.00")
    done(granted(*add(granted, "CAF-DROIT-COMMUN", -800)))
    assert read(granted("--json", "action", "montrer", "2016-001"))["financements"] == before
