"""What is typed around payments and bilans: queue, reminders, rejections, titres, limits, each by its command."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.conftest import Typist
from tests.execution.lives import EPCI, carry, open_years

PIECE = ("--piece", "Cerfa 15059")


@pytest.fixture
def two(session: Session, cofiville: Typist) -> Typist:
    """Two conventions of 2016 and one of 2017: C2016-001 half paid, C2016-002 and C2017-001 not."""
    open_years(session, 2016, 2017)
    carry(session, "A", {EPCI: "12 000"})
    carry(session, "B", {EPCI: "6 000"})
    carry(session, "A", {EPCI: "4 000"}, year=2017)
    session.commit()
    cofiville("versement", "ordonner", "C2016-001", "--le", "2016-05-13")
    cofiville("versement", "payer", "C2016-001", "6000", "--reference", "B12", "--le", "2016-05-20")
    return cofiville


def test_late_bilans_are_listed_given_time_and_recalled_by_letter(two: Typist, tmp_path: Path) -> None:
    assert two("bilan", "echeancier", "2016", "--le", "2017-07-20").code == 0
    queue = {row["convention"]: row for row in two("--json", "bilan", "echeancier", "--le", "2017-07-20").data}
    assert (queue["C2016-001"]["etat"], queue["C2016-001"]["jours_de_retard"]) == ("en retard", 20)
    given = ("bilan", "proroger", "C2016-002", "--jusqu-au", "2017-09-30", "--motif", "Comptes tardifs")
    assert two("--json", *given, "--le", "2017-06-30").data[0]["etat"] == "dû"
    recalled = ("bilan", "relancer", "2016", "--dossier", tmp_path, "--le", "2017-07-20")
    done = two("--json", *recalled).data
    assert [(row["convention"], row["niveau"]) for row in done["relances"]] == [("C2016-001", "relance1")]
    assert [Path(name).name for name in done["fichiers"]] == ["relance1_C2016-001.docx"]
    assert two("--json", *recalled).data == {"relances": [], "fichiers": [], "deja_enregistre": True}


def test_a_payment_held_by_a_bilan_is_left_aside_or_made_with_its_reason(two: Typist) -> None:
    held = two("--json", "versement", "ordonner", "--toutes", "2017", "--le", "2017-07-20").data
    assert [(row["convention"], row["montant"]) for row in held] == [("C2017-001", "0.00")]
    assert two("versement", "ordonner", "--toutes", "2017", "--le", "2017-07-20").out.count("laissée de côté") == 1
    order = ("versement", "ordonner", "C2017-001", "--le", "2017-07-20")
    assert two("--json", *order).refusal["erreur"] == "bilan_en_retard"
    assert two("--json", *order, "--malgre", "Bilan annoncé").data["montant"] == "2000.00"
    [listed] = [row for row in two("--json", "versement", "ordres", "2017").data if row["derogation"]]
    assert two("versement", "expliquer", listed["mandat"]).out.count("Bilan annoncé") == 1
    assert "Bilan annoncé" in two("versement", "ordres").out
    assert two("versement", "rejeter", listed["mandat"], "--motif", "RIB périmé", "--le", "2017-07-21").code == 0
    assert two("--json", "versement", "expliquer", "M-ABSENT").refusal["erreur"] == "introuvable"


def test_a_bilan_typed_account_by_account_is_checked_and_its_surplus_examined(two: Typist) -> None:
    accounts = ("--charge", "60=5000", "--charge", "64=20000", "--produit", "74=26000", "--le", "2017-06-30")
    wrong = two("--json", "bilan", "saisir", "C2016-001", *PIECE, *accounts, "--total-charges", "25000,01")
    assert wrong.refusal["erreur"] == "addition_fausse"
    split = ("--cout-type", "qpv=25000", "--cout-type", "veille=1")
    assert two("--json", "bilan", "saisir", "C2016-001", *PIECE, *accounts, *split).code == 1
    settled = two("--json", "bilan", "saisir", "C2016-001", *PIECE, *accounts, "--total-charges", "25000").data
    assert (settled["cout_reel"], settled["excedent"], settled["definitif"]) == ("25000.00", "1000.00", "3000.00")
    assert len(settled["lignes"][0]["etapes"]) == 4
    assert "retenu, le plus faible" in two("bilan", "montrer", "C2016-001").out
    assert [row["excedent"] for row in two("--json", "bilan", "examens").data] == ["1000.00"]
    assert two("bilan", "examiner", "C2016-001", "--conclusion", "Réaffecté", "--le", "2017-07-03").code == 0
    assert two("--json", "bilan", "examens").data == []


def test_a_titre_is_listed_with_its_limit_and_cancelled_by_decision(two: Typist) -> None:
    two("bilan", "saisir", "C2016-001", *PIECE, "--cout", "25000", "--le", "2017-06-30")
    issued = two("--json", "recouvrement", "emettre", "C2016-001", "--reference", "T-1", "--le", "2017-07-10")
    assert issued.data["montant"] == "3000.00"
    limits = two("--json", "recouvrement", "delais", "--le", "2017-07-10").data
    assert [(row["objet"], row["jusqu_au"], row["regle"]) for row in limits] == [("T-1", "2021-07-10", "DELAI-TITRE")]
    assert "quadriennale" not in two("recouvrement", "delais", "--le", "2017-07-10").out
    cancel = ("recouvrement", "annuler", "T-1", "--motif", "Remise gracieuse", "--piece", "Délibération 4")
    assert two("--json", *cancel, "--abandon", "--oui", "--le", "2017-09-01").data["abandon"] is True
    [titre] = two("--json", "recouvrement", "lister").data
    assert (titre["etat"], titre["motif"], titre["reste"]) == ("annulé", "Remise gracieuse", "0.00")
    assert "Remise gracieuse" in two("recouvrement", "lister").out
    assert two("base", "controler").code == 0


def test_the_four_figures_reconcile_to_zero_and_the_epci_gives_its_own_bilan(two: Typist) -> None:
    state = two("--json", "reversement", "etat", "2016").data
    assert (state["ecart"], state["moyens_communs"]) == ("0.00", "0.00")
    right = ("convention", "recevoir", "ETAT-PDV-DRE", "2016", "40000", "--numero", "DRE-ETAT-2016")
    two(*right, "--piece", "Arrêté", "--le", "2016-04-25")
    assert two("bilan", "rendre", "DRE-ETAT-2016", "--piece", "Bilan DRE 2016", "--le", "2017-06-28").code == 0
    rows = {row["convention"]: row for row in two("--json", "bilan", "echeancier", "--tous", "--le", "2017-06-29").data}
    assert (rows["DRE-ETAT-2016"]["etat"], rows["DRE-ETAT-2016"]["du_par_la_caph"]) == ("rendu", True)
    again = ("reversement", "reprogrammer", "ETAT-PDV-DRE", "2016", "1", "--piece", "Courrier", "--oui")
    assert two("--json", *again, "--le", "2016-12-05").refusal["erreur"] == "rien_a_rendre"
