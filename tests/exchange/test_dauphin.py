"""A budget deposited on DAUPHIN is read from its table, checked account by account, and becomes a plan."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from ledger.core.errors import LedgerError
from ledger.exchange.deposited_budget import read_budget
from tests.conftest import Typist

HEAD = "cote,code_dauphin,libelle,montant\n"
CHARGES = "charges,60,Achats,1000\ncharges,601,Fournitures,400\ncharges,604,Prestations,600\ncharges,65,Autres,500\n"
IN_KIND = "charges,86,Emplois,200\ncharges,864,Bénévoles,200\n"
PRODUITS = (
    'produits,74,Subventions,1300\nproduits,74etat,"État (dont MENJ 500 ; 59-POLITIQUE-VILLE 300 vote)",800\n'
    "produits,74dep,Département - commentaire: 200 droit commun + 300 cdv,500\nproduits,RESSPROPRES,Propres,200\n"
    "produits,87,Contributions,200\nproduits,870,Bénévolat,200\n"
)
TOTALS = "charges,TOTAL,Total,1700\nproduits,TOTAL,Total,1700\n"
WHOLE = HEAD + CHARGES + IN_KIND + PRODUITS + TOTALS


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "budget.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_budget_is_read_chapter_by_chapter(tmp_path: Path) -> None:
    budget = read_budget(written(tmp_path, WHOLE.replace("1700", '"1 700,00"')))
    assert (budget.cost_total.plain(), budget.contributions.plain()) == ("1500.00", "200.00")
    assert [(each.account, each.amount.plain()) for each in budget.lines if each.side == "charges"] == [
        ("601", "400.00"),
        ("604", "600.00"),
        ("65", "500.00"),
        ("864", "200.00"),
    ]
    assert [(each.key, each.amount.plain(), each.nature, each.status) for each in budget.asked] == [
        ("MENJ", "500.00", "", "demande"),
        ("59-POLITIQUE-VILLE", "300.00", "specifique", "accorde"),
        ("74dep droit commun", "200.00", "droit_commun", "demande"),
        ("74dep cdv", "300.00", "specifique", "demande"),
    ]
    assert budget.own_share.plain() == "200.00"
    assert budget.resources == budget.cost_total


def test_every_line_of_the_table_is_kept_or_said_again_elsewhere(tmp_path: Path) -> None:
    """F61: sums by the csv module alone; chapters and totals are left out because their accounts are kept."""
    amounts = [int(row["montant"]) for row in csv.DictReader(io.StringIO(WHOLE))]
    sums = read_budget(written(tmp_path, WHOLE)).sums
    assert (sums.read.lines, str(sums.read.euros)) == (len(amounts), str(sum(amounts)))
    assert (str(sums.kept.euros), str(sums.left_out.euros)) == ("3400", str(sum(amounts) - 3400))
    assert {each.words: each.lines for each in sums.reasons} == {
        "chapitre dont les comptes sont gardés": 4,
        "ligne de total": 2,
    }


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "604,Prestations,600",
            "604,Prestations,601",
            "Le chapitre 60 est de 1 000,00 € et ses comptes font 1 001,00 €",
        ),
        ("charges,TOTAL,Total,1700", "charges,TOTAL,Total,1701", "total des charges est écrit 1 701,00 €"),
        ("RESSPROPRES,Propres,200\n", "RESSPROPRES,Propres,199\n", "total des produits est écrit 1 700,00 €"),
        ("charges,65,Autres,500", "charges,99,Autres,500", "« 99 » n'est pas un compte de charges"),
        ("charges,65,Autres,500", "charges,65,Autres,beaucoup", "« beaucoup » trouvé"),
        ("charges,65,", "charges,601,", "Le compte 601 est donné deux fois"),
        (TOTALS, "produits,75,Cotisations,5\n", "charges 1 700,00 €, produits 1 705,00 €, écart 5,00 €"),
    ],
)
def test_a_table_that_does_not_add_up_is_refused(tmp_path: Path, before: str, after: str, said: str) -> None:
    assert before in WHOLE
    with pytest.raises(LedgerError) as refused:
        read_budget(written(tmp_path, WHOLE.replace(before, after)))
    assert said in refused.value.problem.replace("\xa0", " ")
    assert refused.value.remedy


def test_a_comment_that_does_not_make_the_amount_splits_nothing(tmp_path: Path) -> None:
    budget = read_budget(written(tmp_path, WHOLE.replace("200 droit commun", "199 droit commun")))
    assert [each.key for each in budget.asked][-1] == "74dep"


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        read_budget(written(tmp_path, HEAD))


@pytest.fixture
def desk(cofiville: Typist) -> Typist:
    """Type on a base that has one action of 2016."""
    assert cofiville("porteur", "ajouter", "Association", "--type", "association", "--code", "ASSO").code == 0
    plan = ("--financement", "PORTEUR-FONDS-PROPRES=100", "--qpv", 10, "--le", "2016-01-08")
    named = ("--intitule", "Atelier", "--porteur", "ASSO", "--cout", 100)
    assert cofiville("action", "saisir", 2016, *named, *plan).code == 0
    return cofiville


def test_the_sample_of_the_portal_balances_and_shows_both_bases(desk: Typist, shared_samples: Path) -> None:
    table = shared_samples / "dauphin" / "plan_de_financement.csv"
    lines = {
        "13-ETAT-POLITIQUE-VILLE": "ETAT-PDV-ACTIONS",
        "MENJ": "ETAT-DROIT-COMMUN",
        "Rectorat": "ETAT-DROIT-COMMUN",
        "74region": "REGION-DSDT",
        "74orgasoc": "CAF-DROIT-COMMUN",
    }
    named = [word for key, line in lines.items() for word in ("--ligne", f"{key}={line}")]
    read = desk("--json", "action", "lire-budget", "2016-001", table, *named).data
    assert (read["charges"], read["produits"], read["hors_contributions"]) == ("257112.00", "257112.00", "141112.00")
    [state] = [each for each in read["lignes"] if each["ligne"] == "ETAT-PDV-ACTIONS"]
    assert (state["montant"], state["part_avec"], state["part_hors"]) == ("7000.00", "2.72", "4.96")
    shown = desk("--json", "action", "montrer", "2016-001").data
    asked = {each["ligne"]: each["demande"] for each in shown["financements"]}
    assert asked["ETAT-DROIT-COMMUN"] == "59935.00"
    assert asked["DEPARTEMENT-DROIT-COMMUN"] == "5000.00"
    assert asked["PORTEUR-FONDS-PROPRES"] == "22687.00"
    assert (shown["cout"], shown["contributions"]) == ("141112.00", "116000.00")
    assert [each["etape"] for each in shown["versions"]] == ["déposé", "déposé"]
    screen = desk("action", "montrer", "2016-001").out
    assert "4,96\xa0%" in screen
    assert "2,72\xa0%" in screen


def test_grants_that_several_lines_could_bear_are_named_first(desk: Typist, tmp_path: Path) -> None:
    table = written(tmp_path, WHOLE)
    refused = desk("--json", "action", "lire-budget", "2016-001", table)
    assert (refused.code, refused.refusal["erreur"]) == (1, "lignes_a_preciser")
    simulated = desk("--json", "action", "lire-budget", "2016-001", table, "--simuler").data
    assert [each["nom"] for each in simulated["a_preciser"]] == ["MENJ", "59-POLITIQUE-VILLE"]
    unknown = desk("--json", "action", "lire-budget", "2016-001", table, "--ligne", "74x=CAPH-PDV")
    assert "ne nomme aucune subvention" in unknown.refusal["probleme"]
    assert desk("--json", "action", "montrer", "2016-001").data["cout"] == "100.00"
    named = ("--ligne", "MENJ=ETAT-DROIT-COMMUN", "--ligne", "59-POLITIQUE-VILLE=ETAT-PDV-ACTIONS")
    assert desk("action", "lire-budget", "2016-001", table, *named).code == 0
    assert desk("--json", "action", "montrer", "2016-001").data["cout"] == "1500.00"
