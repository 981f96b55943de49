"""Rules put aside: by which act, which rule, why, by whom, when; never the request, nor the enveloppe."""

from __future__ import annotations

from runpy import run_path

import pytest

from tests.bases import ROOT
from tests.conftest import Lived, Typist

ACTION = ("--intitule", "Parcours", "--porteur", "CDE", "--cout", "140000", "--dispositif", "dre")
PLAN = ("--financement", "ETAT-PDV-DRE=90 000", "--financement", "PORTEUR-FONDS-PROPRES=50000")
PUBLIC = ("--qpv", 100, "--veille", 40, "--le", "2016-01-08")
GRANT = ("allocation", "accorder", "2016-001", "ETAT-PDV-DRE")
COPIL = ("--piece", "COPIL du 04/03/2016", "--le", "2016-03-04")
WHY = "Action phare du contrat"
LIFE: tuple[tuple[str | int, ...], ...] = (
    ("porteur", "ajouter", "Caisse des écoles de Denain", "--type", "caisse_des_ecoles", "--code", "CDE"),
    ("enveloppe", "notifier", "ETAT-PDV-DRE", 2016, "95 000", "--piece", "Arrêté", "--le", "2016-02-15"),
    ("action", "saisir", 2016, *ACTION, *PLAN, *PUBLIC),
)
ORDERED = (
    (*GRANT, "90 000", *COPIL, "--malgre", WHY),
    (
        *("convention", "recevoir", "ETAT-PDV-DRE", 2016, "90 000", "--numero", "ETAT-2016"),
        *("--piece", "Arrêté attributif", "--le", "2016-04-25"),
    ),
    ("convention", "saisir", "2016-001", "--numero", "C-1", "--echeance", "solde@signature", "--le", "2016-04-26"),
    ("convention", "signer", "C-1", "--piece", "Convention", "--le", "2016-04-29"),
    ("regle", "remplacer", "PIECES", "--chiffre", "bloquant=oui", "--source", "Règlement intérieur"),
    ("versement", "ordonner", "C-1", "--reference", "M1", "--le", "2016-05-13", "--malgre", "RIB au coffre"),
)


@pytest.fixture
def asked(in_2016: Typist, brought: Lived) -> Typist:
    """An action that asks 90 000 €, where the rates allow 85 000 €."""

    @brought
    def live() -> None:
        for line in LIFE:
            answer = in_2016(*line)
            assert answer.code == 0, (line, answer.err)

    return in_2016


def test_a_ceiling_is_put_aside_by_the_committee_with_its_reason_never_the_request(asked: Typist) -> None:
    refused = asked(*GRANT, "90 000", *COPIL)
    assert refused.code == 1
    assert "Réduisez le montant à 85\u00a0000,00\u00a0€, ou dites pourquoi le COPIL passe outre" in refused.err
    above = asked(*GRANT, "90 000,01", *COPIL, "--malgre", WHY)
    assert (above.code, "--malgre" in above.err) == (1, False)
    assert asked(*GRANT, "90 000", *COPIL, "--malgre", WHY).code == 0
    assert asked(*GRANT, "90 000", *COPIL, "--malgre", WHY).code == 0
    [waived] = asked("--json", "convention", "derogations", 2016).data
    assert (waived["acte"], waived["action"], waived["montant"]) == ("attribution", "2016-001", "90000.00")
    assert waived["regle"] == "la règle TAUX-DRE-QPV (85\u00a0000,00\u00a0€ au plus)"
    assert (waived["motif"], bool(waived["agent"]), waived["le"]) == (WHY, True, "2016-03-04")


def test_every_rule_put_aside_is_listed_and_shown_with_its_convention(asked: Typist) -> None:
    for line in ORDERED:
        answer = asked(*line)
        assert answer.code == 0, (line, answer.err)
    listed = asked("--json", "convention", "derogations", 2016).data
    assert [(each["acte"], each["motif"]) for each in listed] == [
        ("attribution", WHY),
        ("ordre de payer", "RIB au coffre"),
    ]
    assert listed[1]["regle"] == "une pièce manquante (numéro SIRET, RIB)"
    assert asked("--json", "convention", "montrer", "C-1").data["derogations"] == listed
    shown = asked("convention", "montrer", "C-1").out
    assert "Dérogations motivées" in shown
    assert asked("--json", "convention", "derogations", 2017).data == []
    rejected = ("versement", "rejeter", "M1", "--motif", "RIB périmé", "--le", "2016-05-18")
    assert asked(*rejected).code == 0
    assert [each["motif"] for each in asked("--json", "convention", "montrer", "C-1").data["derogations"]] == [WHY]
    assert asked("base", "controler").code == 0


def test_a_grant_above_its_rate_is_justified_at_the_rate_granted(asked: Typist) -> None:
    for line in ORDERED:
        assert asked(*line).code == 0
    paid = ("versement", "payer", "C-1", "90 000", "--reference", "B1", "--le", "2016-05-20")
    assert asked(*paid).code == 0
    bilan = ("bilan", "saisir", "C-1", "--cout", "140 000", "--qpv", 100, "--veille", 40)
    answer = asked("--json", *bilan, "--piece", "Cerfa", "--le", "2016-12-12")
    assert answer.code == 0, answer.err
    assert answer.data["definitif"] == "90000.00"


def test_a_motive_is_kept_as_it_was_typed_whatever_it_says_on_one_line(asked: Typist) -> None:
    """F11, F76"""
    why = "Vu le maire ; Malgré l'avis : réservé\nMalgré la règle TAUX-ETAT (0 au plus) : (bis)"
    assert asked(*GRANT, "90 000", *COPIL, "--malgre", why).code == 0
    [waived] = asked("--json", "convention", "derogations", 2016).data
    assert (waived["code"], waived["motif"]) == ("TAUX-DRE-QPV", why.replace("\n", " "))
    assert waived["regle"] == "la règle TAUX-DRE-QPV (85\u00a0000,00\u00a0€ au plus)"


def test_a_rule_put_aside_by_an_avenant_is_listed_as_the_avenant_s_with_its_convention(asked: Typist) -> None:
    """F05: the avenant grants what it adds, above the rule; the dérogation is its own."""
    for line in (
        (*GRANT, "80 000", *COPIL),
        *ORDERED[1:2],
        ("convention", "saisir", "2016-001", "--numero", "C-1", "--le", "2016-04-26", "--oui"),
        ("convention", "signer", "C-1", "--piece", "Convention", "--le", "2016-04-29"),
    ):
        answer = asked(*line)
        assert answer.code == 0, (line, answer.err)
    more = ("--montant", "ETAT-PDV-DRE=10000", "--piece", "Avenant 1", "--le", "2016-06-01")
    answer = asked("convention", "avenant", "C-1", *more, "--malgre", WHY)
    assert answer.code == 0, answer.err
    [waived] = asked("--json", "convention", "derogations", 2016).data
    assert (waived["acte"], waived["convention"], waived["action"]) == ("avenant", "C-1", "2016-001")
    assert (waived["code"], waived["motif"], waived["montant"]) == ("TAUX-DRE-QPV", WHY, "10000.00")
    assert asked("--json", "convention", "montrer", "C-1").data["derogations"] == [waived]
    said = asked("allocation", "expliquer", "2016-001").out
    assert said.count(f": {WHY}") == 1
    assert asked("base", "controler").code == 0


LATE, MISSING = "un bilan en retard (action 2015-004, C-1, dû le 30/06/2016)", "une pièce manquante (numéro SIRET, RIB)"
CEILING = "la règle TAUX-DRE-QPV (85\u00a0000,00\u00a0€ au plus)"


@pytest.mark.parametrize(
    ("kind", "motive", "told"),
    [
        ("programmation", f"Malgré {CEILING} : Vu ; Malgré l'avis : non", [("TAUX-DRE-QPV", CEILING)]),
        ("programmation", "Malgré les règles (0,00 € au plus) : Vu", [("", "les règles (0,00 € au plus)")]),
        ("programmation", "Malgré l'avis : réservé", []),
        ("ordre_de_paiement", f"Malgré {LATE} : a : b", [("", LATE)]),
        ("ordre_de_paiement", f"Malgré {LATE} : a ; Malgré {MISSING} : a", [("", LATE), ("", MISSING)]),
        ("ordre_de_paiement", f"Malgré {MISSING} : a ; Malgré tout : b", [("", MISSING)]),
        ("notification", f"Malgré {CEILING} : Vu", []),
    ],
)
def test_older_acts_whose_words_leave_no_doubt_become_rows(kind: str, motive: str, told: list[tuple[str, str]]) -> None:
    """F11"""
    told_by = run_path(str(ROOT / "migrations" / "from_0_1.py"))["waivers_told"]
    assert [(rule, required) for rule, required, _ in told_by(kind, motive)] == told


def test_a_rule_that_an_avenant_puts_aside_on_an_eligible_cost_alone_is_told_where_the_grant_is_explained(
    in_2016: Typist,
) -> None:
    """F14: the avenant moves nothing; its step is dated. What a scenario alone retains is not said to be granted."""
    line, own = "ETAT-PDV-ACTIONS", "PORTEUR-FONDS-PROPRES"
    asked = ("--financement", f"{line}=5000", "--financement", f"{own}=5000", "--qpv", 40, "--le", "2016-01-20")
    for act in (
        ("enveloppe", "notifier", line, 2016, "20 000", "--piece", "Budget", "--le", "2016-01-15"),
        ("porteur", "ajouter", "Ateliers", "--type", "association", "--code", "ATELIERS"),
        ("action", "saisir", 2016, "--intitule", "Atelier", "--porteur", "ATELIERS", "--cout", "10000", *asked),
        ("allocation", "proposer", 2016, "--scenario", "S", "--le", "2016-03-01"),
    ):
        assert in_2016(*act).code == 0
    assert "5\u00a0000,00\u00a0€ retenus sur 5\u00a0000,00\u00a0€" in in_2016("allocation", "expliquer", "2016-001").out
    for later in (
        ("allocation", "accorder", "2016-001", line, "5000", "--piece", "D1", "--le", "2016-03-04"),
        ("convention", "saisir", "2016-001", "--numero", "C-1", "--circuit", "direct", "--le", "2016-04-01"),
        ("convention", "signer", "C-1", "--piece", "Arrêté", "--le", "2016-04-29"),
        (
            *("convention", "avenant", "C-1", "--assiette", f"{line}=5000", "--piece", "Avenant 1"),
            *("--malgre", WHY, "--le", "2016-09-12"),
        ),
    ):
        answer = in_2016(*later)
        assert answer.code == 0, answer.err
    explained = ("allocation", "expliquer", "2016-001")
    [found] = in_2016("--json", *explained).data
    noted = found["etapes"][-1]
    assert (noted["montant"], noted["le"], noted["regle"]) == ("0.00", "2016-09-12", "TAUX-ETAT")
    assert noted["texte"].startswith("Avenant 1 à la convention C-1, du 12/09/2016 ; malgré la règle TAUX-ETAT")
    assert noted["texte"].endswith(WHY)
    assert "accordés sur" in in_2016(*explained).out
    [before] = in_2016("--json", *explained, "--le", "2016-09-11").data
    assert [step for step in before["etapes"] if step.get("le") == "2016-09-12"] == []
