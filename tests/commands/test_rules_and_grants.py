"""`regle` and `allocation` as they are typed."""

from __future__ import annotations

import pytest

from tests.conftest import Lived, Typist

SUMS = {"scenario": "COPIL", "exercice": 2016, "demande": "100000.00", "accorde": "65000.00"}


@pytest.fixture
def with_action(in_2016: Typist, brought: Lived) -> Typist:
    """A base with one school action of 2016, asking the State 90 000 € and the CAPH 10 000 €."""

    @brought
    def live() -> None:
        lines = (
            ("porteur", "ajouter", "Caisse des écoles", "--type", "caisse_des_ecoles", "--code", "CDE"),
            ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, "175000", "--piece", "A", "--le", "2016-02-15"),
            (
                *("action", "saisir", 2016, "--numero", "2016-001", "--porteur", "CDE"),
                *("--intitule", "Réussite", "--cout", "140000", "--dispositif", "dre", "--qpv", "100", "--hors", "40"),
                *("--financement", "ETAT-PDV-DRE=90000", "--financement", "CAPH-DRE=10000"),
                *("--financement", "PORTEUR-FONDS-PROPRES=40000"),
            ),
        )
        for line in lines:
            answer = in_2016(*line)
            assert answer.code == 0, answer.err

    return in_2016


def test_rules_are_listed_with_the_fields_scripts_read(cofiville: Typist) -> None:
    rows = {row["code"]: row for row in cofiville("--json", "regle", "lister", "--le", "2016-03-04").data}
    assert rows["TAUX-DRE-VEILLE"] | {"valeur": ""} == {
        "code": "TAUX-DRE-VEILLE",
        "libelle": "Part de l'État dans la DRE, veille active, exercice 2017 compris",
        "valeur": "",
        "du": "2015-01-01",
        "au": "2017-12-31",
        "source": "Contrat de ville CAPH 2015-2020, §5.2.5",
        "verifiee_le": "2026-11-29",
        "genre": "taux",
        "portee": "ligne ETAT-PDV-DRE, territoire veille",
        "a_confirmer": False,
    }
    later = [row["code"] for row in cofiville("--json", "regle", "lister", "--le", "2018-01-01").data]
    assert "TAUX-DRE-VEILLE" not in later


def test_the_rules_of_a_past_day_are_what_they_were_though_one_is_replaced_after_it(cofiville: Typist) -> None:
    """F50: its end, which the replacement gave it, is of the day of the replacement; an end it had stays."""
    listed = ("--json", "regle", "lister", "--le", "2016-09-01")
    before = cofiville(*listed).data
    for code, since in (
        ("DELAI-BILAN", "2016-10-01"),
        ("DELAI-BILAN", "2017-01-01"),
        ("TAUX-DRE-VEILLE", "2017-02-01"),
    ):
        figures = "mois=5" if code == "DELAI-BILAN" else "taux=40 %"
        words = (code, "--chiffre", figures, "--du", since, "--source", "Délibération")
        assert cofiville("regle", "remplacer", *words).code == 0
    assert cofiville(*listed).data == before
    then = {row["code"]: row for row in cofiville("--json", "regle", "lister", "--le", "2016-11-01").data}
    assert (then["DELAI-BILAN"]["du"], then["DELAI-BILAN"]["au"]) == ("2016-10-01", None)
    assert then["TAUX-DRE-VEILLE"]["au"] == "2017-12-31"


def test_a_rule_is_added_replaced_and_shown_with_all_its_versions(cofiville: Typist) -> None:
    added = cofiville(
        *("--json", "regle", "ajouter", "TAUX-REGION", "--genre", "taux", "--portee", "ligne=REGION-DSDT"),
        *("--chiffre", "taux=50 %", "--libelle", "Part de la Région", "--du", "2016-01-01"),
        *("--source", "Règlement régional", "--article", "article 4"),
    )
    assert added.data["valeur"].startswith("50")
    replaced = cofiville(
        *("--json", "regle", "remplacer", "TAUX-REGION", "--chiffre", "taux=40 %", "--du", "2017-01-01"),
        *("--le", "2016-12-01"),
    )
    assert (replaced.data["valeur"][:2], replaced.data["du"]) == ("40", "2017-01-01")
    rows = cofiville("--json", "regle", "montrer", "TAUX-REGION").data
    assert [(row["du"], row["au"], row["remplacee"]) for row in rows] == [
        ("2016-01-01", None, True),
        ("2016-01-01", "2016-12-31", False),
        ("2017-01-01", None, False),
    ]


def test_the_kinds_of_rule_say_which_figures_they_expect(cofiville: Typist) -> None:
    rows = {row["genre"]: row["chiffres"] for row in cofiville("--json", "regle", "genres").data}
    assert rows["taux"] == ["taux", "mode"]
    assert rows["territoires"] == ["types", "alerte_seulement", "ventilation_exigee"]


@pytest.mark.parametrize(
    "words",
    [
        ("regle", "montrer", "INCONNUE"),
        ("regle", "remplacer", "TAUX-DRE-QPV", "--chiffre", "taux", "--le", "2016-01-01"),
        ("regle", "remplacer", "TAUX-DRE-QPV", "--chiffre", "taux=110 %", "--le", "2016-01-01"),
        ("allocation", "montrer", "INCONNU"),
        ("allocation", "expliquer", "2016-999"),
        ("allocation", "proposer", "2016", "--scenario", "VIDE"),
        ("allocation", "proposer", "2019", "--scenario", "X"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_way_out(in_2016: Typist, words: tuple[str, ...]) -> None:
    answer = in_2016("--json", *words)
    assert answer.code == 1
    assert answer.refusal["remede"]


def test_a_plan_is_judged_without_granting(with_action: Typist) -> None:
    rows = with_action("--json", "regle", "essayer", "2016-001", "--le", "2016-03-04").data
    assert [(row["ligne"], row["verdict"], row["possible"]) for row in rows] == [
        ("", "enfreinte", "0.00"),
        ("ETAT-PDV-DRE", "enfreinte", "65000.00"),
        ("CAPH-DRE", "respectee", "10000.00"),
    ]


def test_a_scenario_is_proposed_shown_explained_and_validated(with_action: Typist) -> None:
    proposed = with_action("--json", "allocation", "proposer", 2016, "--scenario", "COPIL").data
    assert proposed.items() >= (SUMS | {"non_satisfait": "35000.00", "reste": "110000.00"}).items()
    assert with_action("--json", "allocation", "montrer", "COPIL").data == [
        {
            "action": "2016-001",
            "ligne": "ETAT-PDV-DRE",
            "demande": "90000.00",
            "accorde": "65000.00",
            "limite_par": "regle:TAUX-DRE-QPV",
        },
        {
            "action": "2016-001",
            "ligne": "CAPH-DRE",
            "demande": "10000.00",
            "accorde": "0.00",
            "limite_par": "enveloppe",
        },
    ]
    explained = with_action("--json", "allocation", "expliquer", "2016-001").data
    assert [(row["ligne"], row["accorde"], row["etapes"][0]["montant"]) for row in explained] == [
        ("ETAT-PDV-DRE", "65000.00", "65000.00"),
        ("CAPH-DRE", "0.00", "10000.00"),
    ]
    valid = ("allocation", "valider", "COPIL", "--le", "2016-03-04", "--piece", "COPIL")
    assert with_action("--json", *valid).data["ecritures"] == 1
    (row,) = (r for r in with_action("--json", "enveloppe", "lister", 2016).data if r["ligne"] == "ETAT-PDV-DRE")
    assert (row["programme"], row["disponible"]) == ("65000.00", "110000.00")


def test_two_scenarios_are_compared(with_action: Typist) -> None:
    with_action("allocation", "proposer", 2016, "--scenario", "A")
    with_action("regle", "remplacer", "TAUX-DRE-QPV", "--chiffre", "taux=60 %", "--le", "2016-03-04")
    with_action("allocation", "proposer", 2016, "--scenario", "B")
    assert with_action("--json", "allocation", "comparer", "A", "B").data == [
        {"action": "2016-001", "ligne": "CAPH-DRE", "avant": "0.00", "apres": "0.00", "ecart": "0.00"},
        {"action": "2016-001", "ligne": "ETAT-PDV-DRE", "avant": "65000.00", "apres": "60000.00", "ecart": "-5000.00"},
    ]
    assert [row["scenario"] for row in with_action("--json", "allocation", "lister").data] == ["A", "B"]


def test_an_amount_is_granted_by_a_deliberation_within_the_rules(with_action: Typist) -> None:
    grant = ("allocation", "accorder", "2016-001", "ETAT-PDV-DRE")
    done = ("--piece", "Arrêté", "--le", "2016-04-11")
    assert with_action("--json", *grant, "65000", *done).data["ecriture"] == 2
    assert with_action("--json", *grant, "65000", *done).data["ecriture"] == 2
    refused = with_action("--json", *grant, "1", "--piece", "Autre", "--le", "2016-04-11")
    assert refused.refusal["erreur"] == "plafond_depasse"
    for words in (("allocation", "expliquer", "2016-001"), ("regle", "lister"), ("regle", "montrer", "ORDRE")):
        assert with_action(*words).code == 0


def test_an_explanation_is_dated_follows_the_grants_and_goes_back_to_a_day(with_action: Typist) -> None:
    """F14"""
    for amount, piece, on in (("40000", "Arrêté 1", "2016-04-11"), ("25000", "Arrêté 2", "2016-05-02")):
        words = ("allocation", "accorder", "2016-001", "ETAT-PDV-DRE", amount, "--piece", piece, "--le", on)
        assert with_action(*words).code == 0
    explained = ("--json", "allocation", "expliquer", "2016-001", "--ligne", "ETAT-PDV-DRE")
    [now] = with_action(*explained).data
    [then] = with_action(*explained, "--le", "2016-04-30").data
    assert [(row["demande"], row["accorde"]) for row in (now, then)] == [
        ("90000.00", "65000.00"),
        ("90000.00", "40000.00"),
    ]
    assert [step["le"] for step in now["etapes"] if "le" in step] == ["2016-04-11", "2016-05-02"]
    assert now["etapes"][: len(then["etapes"])] == then["etapes"]
    assert "Arrêté 2" in with_action("allocation", "expliquer", "2016-001").out


def test_an_amount_is_fixed_listed_and_freed(with_action: Typist) -> None:
    why = ("--motif", "Comité technique", "--le", "2016-02-12")
    fixed = with_action("--json", "allocation", "fixer", "2016-001", "ETAT-PDV-DRE", "60000", *why)
    assert fixed.data == {"action": "2016-001", "ligne": "ETAT-PDV-DRE", "montant": "60000.00"}
    refused = with_action("--json", "allocation", "fixer", "2016-001", "ETAT-PDV-DRE", "65000,01", *why)
    assert refused.refusal["erreur"] == "montant_fixe_impossible"
    rows = with_action("--json", "allocation", "fixes", 2016).data
    assert [(row["montant"], row["motif"], row["le"]) for row in rows] == [
        ("60000.00", "Comité technique", "2016-02-12")
    ]
    assert with_action("allocation", "fixes", 2016).code == 0
    with_action("allocation", "proposer", 2016, "--scenario", "A")
    [row] = with_action("--json", "allocation", "expliquer", "2016-001", "--ligne", "ETAT-PDV-DRE").data
    assert [each["montant"] for each in row["reductions"]] == ["25000.00", "5000.00"]
    assert with_action("allocation", "liberer", "2016-001", "ETAT-PDV-DRE", *why).code == 0
    assert with_action("--json", "allocation", "fixes", 2016).data == []


def test_the_optimum_is_proposed_and_what_the_order_wastes_is_said(with_action: Typist) -> None:
    for method in ("reparation", "equite"):
        made = with_action(
            "--json", "allocation", "proposer", 2016, "--scenario", method, "--optimal", "--selon", method
        )
        assert (made.data["methode"], made.data["satisfaction_minimale"]) == (method, "13/15")
    assert [row["methode"] for row in with_action("--json", "allocation", "lister").data] == ["reparation", "equite"]
    noted = with_action("--json", "allocation", "diagnostiquer", 2016).data
    assert (noted["accorde"], noted["possible"], noted["sans_emploi"]) == ("65000.00", "65000.00", "0.00")
    assert {row["ligne"] for row in noted["lignes"] if row["un_euro_de_plus"]} == {"CAPH-DRE"}
    assert with_action("allocation", "diagnostiquer", 2016).code == 0


def test_a_scenario_supposes_less_and_is_followed_to_the_payments(with_action: Typist) -> None:
    low = with_action(
        *("--json", "allocation", "proposer", 2016, "--scenario", "BAS", "--baisse", "-10%"),
        *("--enveloppe", "ETAT-PDV-DRE=50000", "--regles-du", "2016-01-01"),
    )
    assert (low.data["accorde"], low.data["regles_du"]) == ("50000.00", "2016-01-01")
    with_action("allocation", "valider", "BAS", "--le", "2016-03-04", "--piece", "COPIL")
    rows = {row["ligne"]: row for row in with_action("--json", "allocation", "suivre", "BAS").data}
    assert rows["ETAT-PDV-DRE"].items() >= {"propose": "50000.00", "programme": "50000.00", "paye": "0.00"}.items()
    assert with_action("allocation", "suivre", "BAS").code == 0
    assert with_action("--json", "base", "controler").data["anomalies"] == []


@pytest.mark.parametrize(
    "words",
    [
        ("proposer", 2016, "--scenario", "X", "--baisse", "10%"),
        ("proposer", 2016, "--scenario", "X", "--enveloppe", "CAPH-DRE"),
        ("proposer", 2016, "--scenario", "X", "--optimal", "--selon", "hasard"),
        ("fixer", "2016-001", "CAPH-PDV", "100", "--motif", "x"),
        ("liberer", "2016-001", "ETAT-PDV-DRE", "--motif", "x"),
        ("suivre", "INCONNU"),
        ("diagnostiquer", 2019),
    ],
)
def test_what_arbitration_cannot_do_is_refused_with_a_way_out(with_action: Typist, words: tuple[str, ...]) -> None:
    answer = with_action("--json", "allocation", *words)
    assert answer.code == 1
    assert answer.refusal["remede"]


def test_rules_to_verify_are_listed_with_why(cofiville: Typist) -> None:
    rows = {row["code"]: row["motif"] for row in cofiville("--json", "regle", "a-verifier", "--le", "2016-03-04").data}
    assert rows["INNOVATION"] == "à confirmer"
    assert "TAUX-DRE-QPV" not in rows
    later = cofiville("--json", "regle", "a-verifier", "--mois", 6, "--le", "2030-01-15").data
    assert {row["code"]: row["motif"] for row in later}["TAUX-DRE-QPV"] == "relue avant le 01/07/2029"
    assert cofiville("regle", "a-verifier").code == 0


def test_every_plan_of_a_year_is_judged_and_specific_credits_alone_are_listed(with_action: Typist) -> None:
    rows = with_action("--json", "regle", "controler", 2016, "--le", "2016-03-04").data
    assert [(row["action"], row["ligne"], row["verdict"]) for row in rows] == [
        ("2016-001", "", "enfreinte"),
        ("2016-001", "ETAT-PDV-DRE", "enfreinte"),
    ]
    assert "sans droit commun" in rows[0]["texte"]
    assert len(with_action("--json", "regle", "controler", 2016, "--tout", "--le", "2016-03-04").data) == 3
    assert with_action("regle", "controler", 2016).code == 0


def test_a_proposal_is_simulated_without_being_kept_and_names_lines_without_credits(with_action: Typist) -> None:
    simulated = with_action("--json", "allocation", "proposer", 2016, "--scenario", "ESSAI", "--simuler").data
    kept = with_action("--json", "allocation", "proposer", 2016, "--scenario", "ESSAI").data
    assert simulated == kept
    assert kept["sans_enveloppe"] == ["CAPH-DRE"]
    said = with_action("allocation", "proposer", 2016, "--scenario", "X", "--simuler").out
    assert said.startswith("Simulation")
    assert "enveloppe notifier CAPH-DRE 2016" in said
    assert [row["scenario"] for row in with_action("--json", "allocation", "lister").data] == ["ESSAI"]


def test_a_level_set_by_the_user_stops_a_proposal_without_droit_commun_nor_reason(with_action: Typist) -> None:
    """F38: told by default, refused where the rule of the order says so from a day, with its source."""
    propose = ("allocation", "proposer", 2016, "--scenario", "S", "--le", "2016-03-01")
    figures = ("--chiffre", "classes=droit_commun|specifique", "--chiffre", "niveau=refuser")
    said = ("--source", "COPIL du 04/02/2016", "--du", "2016-02-04")
    assert with_action("regle", "remplacer", "ORDRE", *figures, *said).code == 0
    refused = with_action(*propose)
    assert (refused.code, "sans droit commun ni motif (2016-001)" in refused.err) == (1, True), refused.err
    assert "COPIL du 04/02/2016" in refused.err
    assert (
        "→ Complétez le plan, ou dites pourquoi : cofiville action modifier 2016-001 --sans-droit-commun" in refused.err
    )
    assert with_action("action", "modifier", "2016-001", "--sans-droit-commun", "Aucun service ne suit").code == 0
    assert with_action(*propose).code == 0
