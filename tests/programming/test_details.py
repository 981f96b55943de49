"""What completes an action: references of others, indicators, quartiers vécus, budgets, versions, lists."""

from __future__ import annotations

import pytest

from tests.conftest import Lived, Typist

PLAN = ("--financement", "ETAT-PDV-ACTIONS=3000", "--financement", "PORTEUR-FONDS-PROPRES=1000")
HEALTH = ("--intitule", "Atelier santé", "--porteur", "CCAS", "--cout", 4000, *PLAN, "--le", "2016-01-08")


@pytest.fixture
def desk(cofiville: Typist, brought: Lived) -> Typist:
    """Type on a base that has two porteurs, an open 2016 and one action."""

    @brought
    def live() -> None:
        assert cofiville("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS").code == 0
        assert cofiville("porteur", "ajouter", "Ville de Raismes", "--type", "commune", "--code", "RAISMES").code == 0
        assert cofiville("exercice", "ouvrir", 2016).code == 0
        assert cofiville("action", "saisir", 2016, *HEALTH, "--objectif", "3.1.1", "--qpv", 40).code == 0

    return cofiville


def shown(desk: Typist, number: str = "2016-001") -> dict[str, object]:
    found: dict[str, object] = desk("--json", "action", "montrer", number).data
    return found


def test_an_action_has_references_of_several_systems_and_an_ej_covers_several_actions(desk: Typist) -> None:
    desk("action", "saisir", 2016, *HEALTH)
    assert desk("action", "reference", "2016-001", "dauphin=16023456", "ej=2101987654:2017").code == 0
    assert desk("action", "reference", "2016-002", "EJ=2101987654").code == 0
    assert desk("--json", "action", "chercher", "2101987654").data == ["2016-001", "2016-002"]
    assert shown(desk)["references"] == [
        {"systeme": "dauphin", "annee": 2016, "numero": "16023456"},
        {"systeme": "ej", "annee": 2017, "numero": "2101987654"},
    ]
    again = desk("--json", "action", "reference", "2016-001", "dauphin=16023456")
    assert len(again.data["references"]) == 2
    assert desk("action", "reference", "2016-001", "--retirer", "16023456").code == 0
    assert desk("action", "reference", "2016-001", "--retirer", "16023456").code == 1
    for wrong in ("osiris=1", "dauphin=", "dauphin"):
        assert desk("action", "reference", "2016-001", wrong).code == 1


def test_what_is_expected_then_realised_stands_side_by_side(desk: Typist) -> None:
    typed = ("--quantitatif", "ateliers tenus=24", "--qualitatif", "ambiance=meilleure")
    assert desk("action", "indicateur", "2016-001", *typed).code == 0
    assert desk("action", "indicateur", "2016-001", "--realise", "1=22", "--le", "2017-06-30").code == 0
    first = desk("--json", "action", "indicateur", "2016-001").data["indicateurs"][0]
    assert (first["attendu"], first["realise"], first["realise_le"]) == ("24", "22", "2017-06-30")
    for wrong in (
        ("--quantitatif", "ateliers=beaucoup"),
        ("--quantitatif", "ateliers"),
        ("--realise", "1=peu"),
        ("--realise", "9=1"),
        ("--realise", "x=1"),
    ):
        assert desk("action", "indicateur", "2016-001", *wrong).code == 1


def test_references_and_indicators_still_enter_once_something_is_granted(desk: Typist) -> None:
    desk("enveloppe", "notifier", "ETAT-PDV-ACTIONS", 2016, 3000, "--piece", "N1", "--le", "2016-02-01")
    grant = ("2016-001", "ETAT-PDV-ACTIONS", 2500, "--piece", "COPIL", "--le", "2016-03-04")
    assert desk("allocation", "accorder", *grant).code == 0
    assert desk("action", "reference", "2016-001", "ej=2101987654").code == 0
    assert desk("action", "indicateur", "2016-001", "--quantitatif", "ateliers=24").code == 0
    assert desk("action", "budget", "2016-001", "--charge", "60=4000").code == 1
    plain = desk("action", "arbitrer", "2016-001", "--le", "2016-03-04")
    assert (plain.code, "écart 500,00" in plain.err) == (1, True)
    assert (
        desk("action", "arbitrer", "2016-001", "--reste-au-porteur", "--motif", "COPIL", "--le", "2016-03-04").code == 0
    )
    compared = desk("--json", "action", "versions", "2016-001").data
    assert [each["etape"] for each in compared["versions"]] == ["déposé", "arbitré"]
    assert {each["ligne"]: (each["montants"], each["ecart"]) for each in compared["lignes"] if each["ligne"]} == {
        "ETAT-PDV-ACTIONS": (["3000.00", "2500.00"], "-500.00"),
        "PORTEUR-FONDS-PROPRES": (["1000.00", "1500.00"], "500.00"),
    }
    assert "V2 arbitré" in desk("action", "versions", "2016-001").out


def test_all_the_plans_of_a_year_are_arbitrated_at_once_and_those_that_do_not_balance_are_named(desk: Typist) -> None:
    lines = ("--financement", "ETAT-PDV-ACTIONS=1600", "--financement", "PORTEUR-FONDS-PROPRES=400", "--qpv", 10)
    second = ("--intitule", "Chantier", "--porteur", "CCAS", "--cout", 2000)
    assert desk("action", "saisir", 2016, *second, *lines).code == 0
    desk("enveloppe", "notifier", "ETAT-PDV-ACTIONS", 2016, 5000, "--piece", "N1", "--le", "2016-02-01")
    for action, amount in (("2016-001", 2500), ("2016-002", 1600)):
        granted = desk(
            "allocation", "accorder", action, "ETAT-PDV-ACTIONS", amount, "--piece", "COPIL", "--le", "2016-03-04"
        )
        assert granted.code == 0
    year = ("action", "arbitrer", "--toutes", 2016, "--motif", "COPIL", "--le", "2016-03-04")
    first, second_row = desk("--json", *year).data
    assert "écart 500,00" in first["refus"]
    assert second_row["version"] == 2
    assert [each["action"] for each in desk("--json", *year, "--reste-au-porteur").data] == ["2016-001"]
    assert desk("--json", *year).data == []
    assert desk("action", "arbitrer", "2016-001", "--toutes", 2016).code == 2
    assert desk("action", "arbitrer").code == 2


def test_what_is_missing_can_be_corrected_by_options(desk: Typist) -> None:
    typed = ("--echelle", "communautaire", "--innovation", 3, "--nature", "investissement")
    assert desk("action", "modifier", "2016-001", *typed, "--sans-droit-commun", "Aucun service compétent").code == 0
    row = shown(desk)
    assert (row["echelle"], row["nature"]) == ("communautaire", "investissement")
    assert row["demande"] == "3000.00"


def test_a_budget_is_typed_account_by_account(desk: Typist) -> None:
    typed = (
        "--charge",
        "60=1500",
        "--charge",
        "641=3000:Animatrice",
        "--produit",
        "70=500",
        "--contribution",
        "tfpb=800",
    )
    row = desk("--json", "action", "budget", "2016-001", *typed, "--motif", "budget détaillé").data
    assert (row["hors_contributions"], row["contributions"], row["avec_contributions"]) == (
        "4500.00",
        "800.00",
        "5300.00",
    )
    assert [each["libelle"] for each in row["lignes"] if each["compte"] in ("861", "871")] == [
        "Contreparties de l'abattement de TFPB"
    ] * 2
    assert shown(desk)["cout"] == "4500.00"
    assert "Assiettes" in desk("action", "budget", "2016-001").out
    for wrong in (
        ("--charge", "60=1"),
        ("--charge", "6000=1"),
        ("--contribution", "amour=1"),
        ("--produit", "70"),
    ):
        assert desk("action", "budget", "2016-001", *wrong).code == 1
    assert shown(desk)["cout"] == "4500.00"


def test_a_line_set_aside_is_typed(desk: Typist) -> None:
    aside = ("action", "ligne", "2016-001", "ETAT-PDV-ACTIONS", "non recevable", "--motif", "hors QPV")
    assert desk(*aside).code == 1
    assert desk(*aside, "--reste-au-porteur").code == 0
    held = {each["ligne"]: each for each in shown(desk)["financements"]}  # type: ignore[attr-defined]
    assert [held["ETAT-PDV-ACTIONS"][name] for name in ("depose", "demande", "statut")] == [
        "3000.00",
        "0.00",
        "non_recevable",
    ]
    assert desk("action", "ligne", "2016-001", "ETAT-PDV-ACTIONS", "perdue").code == 1
    refused = desk("action", "saisir", 2016, *HEALTH, "--financement", "CAPH-PDV=10:non_recevable")
    assert "est non recevable et porte 10,00" in refused.err


def test_a_quartier_vecu_is_listed_each_year_and_its_absence_only_warns(desk: Typist) -> None:
    source = ("--source", "COPIL du 04/03/2016")
    assert desk("territoire", "vecu", 2016, "Stade Gagarine", "--qpv", "DENAIN-CENTRE", *source).code == 0
    assert desk("territoire", "vecu", 2016, "Stade Gagarine", *source).code == 1
    unknown = desk("--json", "territoire", "vecu", 2016, "Gymnase", "--epci", "INCONNU", *source)  # F75
    assert (unknown.code, unknown.refusal["erreur"]) == (1, "valeur_invalide")
    assert desk("territoire", "vecu", 2016, "Denain Centre", *source).code == 1
    place = "Stade Gagarine=10:compte:qpv=8:preuve=émargement"
    entered = desk("--json", "action", "public", "2016-001", "--public", place, "--origine", "inscriptions").data
    assert entered["public"] == [{"type": "qpv", "effectif": 10, "cout": "4000.00"}]
    assert entered["origine_parts"] == "au prorata de 10 bénéficiaires comptés d'avance (inscriptions)"
    assert entered["alertes"] == []
    later = ("--intitule", "Suite", "--porteur", "CCAS", "--cout", 4000, *PLAN, "--reconduit", "2016-001")
    typed = desk("--json", "action", "saisir", 2017, *later, "--public", place, "--objectif", "3.1.1").data
    assert typed["alertes"] == ["Le quartier vécu Stade Gagarine n'est pas sur la liste 2017 : vérifiez-le."]
    assert desk("territoire", "vecus", 2017, "--reconduire", "--source", "COPIL 2017").code == 0
    assert shown(desk, "2017-001")["alertes"] == []
    unproved = desk("--json", "action", "public", "2016-001", "--public", "Stade Gagarine=10").data
    assert [each["type"] for each in unproved["public"]] == ["hors"]
    assert "compte hors QPV" in unproved["alertes"][0]


def test_a_renewed_action_shows_what_last_years_asked_and_was_granted(desk: Typist) -> None:
    desk("enveloppe", "notifier", "ETAT-PDV-ACTIONS", 2016, 3000, "--piece", "N1", "--le", "2016-02-01")
    desk("allocation", "accorder", "2016-001", "ETAT-PDV-ACTIONS", 2500, "--piece", "COPIL", "--le", "2016-03-04")
    renewed = ("--intitule", "Suite", "--porteur", "CCAS", "--cout", 4000, *PLAN, "--reconduit", "2016-001")
    assert desk("action", "saisir", 2017, *renewed, "--debut", "2017-02-01", "--fin", "2017-12-31").code == 0
    before = shown(desk, "2017-001")["reconduction"]
    assert before == {
        "action": "2016-001",
        "intitule": "Atelier santé",
        "porteur": "CCAS",
        "cout": "4000.00",
        "demande": "3000.00",
        "accorde": "2500.00",
        "statut": "accordée",
        "cout_reel": None,
        "bilan_le": None,
    }
    screen = desk("action", "montrer", "2017-001").out
    assert "Reconduit : 2016-001" in screen
    assert "du 01/02/2017 au 31/12/2017" in screen
    assert desk("action", "modifier", "2017-001", "--reconduit", "2017-001").code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--debut", "2017-01-01"), "hors de l'exercice 2016"),
        (("--debut", "2016-09-01", "--fin", "2016-08-31"), "avant de commencer"),
        (("--debut", "2016-09-01", "--fin", "2018-01-01"), "elle dure plus de 1 an."),
        (("--annees", "7"), "« 7 » n'est pas un nombre d'années"),
    ],
)
def test_days_that_do_not_hold_are_refused(desk: Typist, words: tuple[str, ...], said: str) -> None:
    refused = desk("action", "modifier", "2016-001", *words)
    assert (refused.code, said in refused.err) == (1, True)
    assert desk("action", "modifier", "2016-001", "--debut", "2016-09-01", "--fin", "2017-08-31").code == 0
    assert desk("action", "modifier", "2016-001", "--annees", "3", "--fin", "2019-08-31").code == 0


def test_actions_are_listed_by_filter_and_sorted(desk: Typist) -> None:
    other = ("--intitule", "Chantier école", "--porteur", "RAISMES", "--cout", 900, "--dispositif", "ovv")
    plan = ("--financement", "CAPH-PDV=900", "--territoire", "SABATIER", "--objectif", "5.1.2", "--le", "2016-01-08")
    desk("action", "saisir", 2016, *other, *plan)

    def listed(*words: str) -> list[str]:
        return [each["action"] for each in desk("--json", "action", "lister", 2016, *words).data]

    assert listed() == ["2016-001", "2016-002"]
    assert listed("--tri", "cout") == ["2016-002", "2016-001"]
    assert listed("--tri", "cout", "--decroissant") == ["2016-001", "2016-002"]
    for words in (
        ("--porteur", "raismes"),
        ("--axe", "5"),
        ("--axe", "5.1"),
        ("--ligne", "CAPH-PDV"),
        ("--financeur", "CAPH"),
        ("--territoire", "Sabatier"),
        ("--dispositif", "ovv"),
        ("--cherche", "CHANTIER"),
    ):
        assert listed(*words) == ["2016-002"], words
    assert listed("--statut", "déposée", "--echelle", "communale") == ["2016-001", "2016-002"]
    assert listed("--statut", "recevable") == []
    for wrong in (("--tri", "couleur"), ("--porteur", "X"), ("--dispositif", "x"), ("--territoire", "X")):
        assert desk("action", "lister", 2016, *wrong).code == 1


def test_appels_are_typed_shown_and_started_again(desk: Typist) -> None:
    typed = ("--le", "2015-11-16", "--cloture", "2016-01-15", "--axe", "3", "--echeance", "comité technique=2016-02-12")
    assert desk("appel", "ouvrir", 2016, *typed).code == 0
    again = desk("--json", "appel", "reconduire", 2016, 2017).data
    assert (again["lance_le"], again["clos_le"], again["axes"]) == ("2016-11-16", "2017-01-15", ["3"])
    assert desk("appel", "modifier", 2016, "--cloture", "2016-01-22", "--echeance", "COPIL=2016-03-04").code == 0
    assert desk("appel", "valider", 2016, "--le", "2016-03-04").code == 0
    row = desk("--json", "appel", "montrer", 2016).data
    assert (row["clos_le"], row["valide_le"], len(row["calendrier"])) == ("2016-01-22", "2016-03-04", 2)
    assert "comité technique" in desk("appel", "montrer", 2016).out
    late = desk("action", "modifier", "2016-001", "--appel", "2016")
    assert late.code == 0
    assert desk("action", "saisir", 2016, *HEALTH[:-1], "2016-01-23", "--appel", "2016").code == 1
    assert desk("appel", "ouvrir", 2016, "--type", "complementaire", "--le", "2016-06-01").code == 1
    assert desk("appel", "modifier", 2016, "--echeance", "COPIL").code == 1
