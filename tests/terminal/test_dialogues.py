"""What a command line leaves out is asked for in a terminal, and only there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import Lived, Typist
from tests.terminal.test_options import Terminal

pytestmark = pytest.mark.one_engine
HEALTH = ("--porteur", "CCAS", "--intitule", "Atelier santé", "--cout", 4000, "--financement", "ETAT-PDV-ACTIONS=4000")


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Somebody who gives these answers."""
    return lambda *answers: monkeypatch.setattr("sys.stdin", Terminal("".join(f"{each}\n" for each in answers)))


@pytest.fixture
def desk(cofiville: Typist, brought: Lived) -> Typist:
    """Type a command line on a base that has one action."""

    @brought
    def live() -> None:
        assert cofiville("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS").code == 0
        assert cofiville("exercice", "ouvrir", 2016).code == 0
        assert cofiville("action", "saisir", 2016, *HEALTH).code == 0

    return cofiville


def test_everything_compulsory_that_is_left_out_is_asked(desk: Typist, answering: Callable[..., None]) -> None:
    answering("CAPH-PDV", "2016", "1 000,50", "Budget primitif", "1er fév", "01/02/2016")
    said = desk("enveloppe", "notifier")
    assert said.code == 0
    for question in (
        "Le code de la ligne de crédits : ",
        "L'exercice, par exemple 2016 : ",
        "La pièce qui fonde",
        "Le jour où l'acte compte, AAAA-MM-JJ ou JJ/MM/AAAA (vide : aujourd'hui) : ",
    ):
        assert question in said.err
    [line] = [each for each in desk("--json", "enveloppe", "lister", 2016).data if each["ligne"] == "CAPH-PDV"]
    assert line["notifie"] == "1000.50"


def test_an_answer_that_cannot_be_read_is_asked_again(desk: Typist, answering: Callable[..., None]) -> None:
    answering("seize", "2016", "mille", "1000", "", "Budget primitif")
    said = desk("enveloppe", "notifier", "CAPH-PDV", "--le", "2016-02-01")
    assert said.code == 0
    assert "« seize » n'est pas une année." in said.err
    assert "Il faut une réponse." in said.err


def test_a_question_mark_lists_what_may_be_answered(desk: Typist, answering: Callable[..., None]) -> None:
    answering("?", "2016-001")
    said = desk("action", "montrer")
    assert said.code == 0
    assert "    2016-001" in said.err


def test_answers_that_end_leave_nothing(desk: Typist, answering: Callable[..., None]) -> None:
    answering("CAPH-PDV")
    said = desk("enveloppe", "notifier")
    assert said.code == 1
    assert "rien n'a été écrit" in said.err


@pytest.mark.parametrize(("answer", "year"), [("", 2016), ("2017", 2017)])
def test_the_usual_exercice_is_what_a_blank_answer_says(
    desk: Typist, answering: Callable[..., None], answer: str, year: int
) -> None:
    """What `configurer` settled is offered wherever an exercice is asked; another may be typed."""
    assert desk("exercice", "ouvrir", 2017).code == 0
    assert desk("configurer", "--exercice", 2016).code == 0
    answering(answer, "1 000", "Budget primitif")
    said = desk("--json", "enveloppe", "notifier", "CAPH-PDV", "--le", f"{year}-02-01")
    assert (said.code, said.data["exercice"]) == (0, year), said.err
    assert "L'exercice, par exemple 2016 (vide : 2016) : " in said.err


def test_without_a_terminal_what_is_missing_is_a_wrong_usage(desk: Typist) -> None:
    said = desk("enveloppe", "notifier", "CAPH-PDV", 2016)
    assert said.code == 2
    assert "Il manque MONTANT." in said.err


def test_who_benefits_is_asked_place_by_place(desk: Typist, answering: Callable[..., None]) -> None:
    answering("qpv", "quarante", "40", "o", "CAPH", "hors", "10", "", "", "", "Inscriptions du CCAS")
    said = desk("--json", "action", "public", "2016-001")
    assert said.code == 0
    assert [(each["type"], each["effectif"]) for each in said.data["public"]] == [("qpv", 40), ("hors", 10)]
    assert said.data["origine_parts"] == "au prorata de 50 bénéficiaires (Inscriptions du CCAS)"


def test_a_budget_is_asked_account_by_account_until_it_balances(desk: Typist, answering: Callable[..., None]) -> None:
    charges = ("60", "1 500", "641", "3 000", "")
    answering(*charges, "70", "200", "", "bénévolat=800", "benevolat=800", "", "ETAT-PDV-ACTIONS", "3500", "")
    assert desk("action", "budget", "2016-001", "--saisir").code == 0
    shown = desk("--json", "action", "montrer", "2016-001").data
    assert shown["cout"] == "4500.00"
    assert {each["ligne"]: each["demande"] for each in shown["financements"]} == {
        "ETAT-PDV-ACTIONS": "3500.00",
        "PORTEUR-FONDS-PROPRES": "800.00",
    }


def test_a_budget_that_what_is_asked_already_balances_asks_nothing_more(
    desk: Typist, answering: Callable[..., None]
) -> None:
    answering("60", "1000", "641", "3000", "", "", "")
    assert desk("action", "budget", "2016-001", "--saisir").code == 0
    shown = desk("--json", "action", "montrer", "2016-001").data
    assert [(each["ligne"], each["demande"]) for each in shown["financements"]] == [("ETAT-PDV-ACTIONS", "4000.00")]


def test_references_and_indicators_are_asked_one_by_one(desk: Typist, answering: Callable[..., None]) -> None:
    answering("ministère=4", "dauphin=16023456", "ej=2101987654", "")
    assert desk("action", "reference", "2016-001", "--saisir").code == 0
    answering("ateliers tenus", "24", "participation", "mieux répartie", "")
    indicators = desk("--json", "action", "indicateur", "2016-001", "--saisir").data["indicateurs"]
    assert [(each["genre"], each["attendu"]) for each in indicators] == [
        ("quantitatif", "24"),
        ("qualitatif", "mieux répartie"),
    ]
    assert desk("--json", "action", "chercher", "2101987654").data == ["2016-001"]


def test_a_dialogue_needs_somebody(desk: Typist) -> None:
    for command in ("budget", "reference", "indicateur"):
        said = desk("action", command, "2016-001", "--saisir")
        assert said.code == 2
        assert "personne n'est là pour répondre" in said.err


def test_a_payment_asks_its_convention_and_its_amount(desk: Typist, answering: Callable[..., None]) -> None:
    answering("C2016-001", "100", "Bordereau 1", "")
    said = desk("versement", "payer")
    assert "Le numéro de la convention : Montant payé, en euros : La référence du comptable" in said.err
    assert "C2016-001" in said.err.splitlines()[-2]


def test_a_bilan_asks_what_it_cost_and_for_whom(desk: Typist, answering: Callable[..., None]) -> None:
    plan = ("--financement", "CAPH-PDV=3000", "--financement", "PORTEUR-FONDS-PROPRES=1000")
    whole = ("--porteur", "CCAS", "--intitule", "Sport", "--cout", 4000, "--qpv", 40, *plan)
    for words in (
        ("enveloppe", "notifier", "CAPH-PDV", 2016, 50_000, "--piece", "BP", "--le", "2016-02-01"),
        ("action", "saisir", 2016, *whole),
        ("allocation", "accorder", "2016-002", "CAPH-PDV", 3000, "--piece", "Délib 1", "--le", "2016-03-30"),
        ("convention", "saisir", "2016-002", "--payeur", "CAPH", "--le", "2016-04-25"),
        ("convention", "signer", "C2016-001", "--piece", "Délib 2", "--le", "2016-04-29"),
    ):
        said = desk(*words)
        assert said.code == 0, said.err
    answering("Cerfa 15059", "30/11/2016", "4000", "30", "10", "", "500", "4000")
    said = desk("bilan", "saisir", "C2016-001")
    for question in ("Dépense éligible réelle : ", "Bénéficiaires en veille active", "Autres financements reçus"):
        assert question in said.err


def test_a_bilan_of_no_convention_asks_nothing_of_it(desk: Typist, answering: Callable[..., None]) -> None:
    answering("Cerfa 15059", "")
    said = desk("bilan", "saisir", "C2016-001")
    assert said.code == 1
    assert "La convention « C2016-001 » n'existe pas." in said.err


def test_what_the_act_refuses_blank_is_asked_in_a_terminal(desk: Typist, answering: Callable[..., None]) -> None:
    answering("asso", "association")
    said = desk("porteur", "ajouter", "Les Ateliers")
    assert (said.code, said.err.count("Le type : ")) == (0, 2)
    assert desk("enveloppe", "notifier", "CAPH-PDV", 2016, 9000, "--piece", "BP", "--le", "2016-02-01").code == 0
    plan = ("--porteur", "LES-ATELIERS", "--intitule", "Jardin", "--cout", 4000, "--financement", "CAPH-PDV=4000")
    assert desk("action", "saisir", 2016, *plan, "--qpv", 10).code == 0
    granted = ("2016-002", "CAPH-PDV", 4000, "--piece", "COPIL", "--le", "2016-03-04")
    assert desk("allocation", "accorder", *granted).code == 0
    assert desk("convention", "preparer", 2016, "--le", "2016-04-01").code == 0
    answering("?", "C2016-001", "", "Délibération", "2016-04-05")
    said = desk("convention", "signer")
    assert said.code == 0
    assert "    C2016-001  Jardin" in said.err
    assert desk("versement", "ordonner", "C2016-001", "--le", "2016-05-02").code == 0
    answering("2800", "Bordereau 1", "2016-05-09")
    assert desk("versement", "payer", "C2016-001").code == 0
    answering("Bordereau 2", "2016-05-09")
    assert desk("versement", "payer", "--toutes", 2016).code == 0
    answering("Avenant 1", "2016-06-01")
    assert desk("convention", "avenant", "C2016-001", "--montant", "CAPH-PDV=-500").code == 0
    assert desk("--json", "convention", "montrer", "C2016-001").data["accorde"] == "3500.00"


def test_without_a_terminal_what_the_act_refuses_blank_stays_refused(desk: Typist) -> None:
    assert desk("convention", "signer").code == 2
    assert "La pièce de l'avenant manque." not in desk("convention", "avenant", "C2016-009").err
    assert "Le type du porteur manque." in desk("porteur", "ajouter", "Les Ateliers").err


def test_a_question_mark_lists_all_and_after_some_letters_what_begins_so(
    desk: Typist, answering: Callable[..., None]
) -> None:
    """F35: every line of the contract, more than twenty."""
    answering("?", "caph?", "CAPH-PDV", "?", "2016", "1000", "BP", "2016-02-01")
    said = desk("enveloppe", "notifier")
    assert said.code == 0
    _, every, begun, _ = said.err.split("Réponses possibles :\n")
    lines = desk("--json", "ligne", "lister").data
    assert [each["code"] for each in lines if f"    {each['code']}  " not in every] == []
    assert "    CAPH-DRE  " in begun
    assert "    FSE  " not in begun
    assert "    2016  ouvert\n" in said.err


def test_a_question_mark_in_the_dialogue_of_an_action_lists_porteurs_and_lines(
    desk: Typist, answering: Callable[..., None]
) -> None:
    answering(
        "?",
        "Été",
        "?",
        "? DENAIN",
        "? inconnu",
        "CCAS",
        "?",
        "1000",
        "",
        "",
        "",
        "",
        "CAF?",
        "CAF-DROIT-COMMUN",
        "1000",
    )
    said = desk("action", "saisir", 2016)
    assert said.code == 0
    assert said.err.count("Rien à proposer ici : tapez la valeur.") == 3
    assert said.err.count("    CCAS  CCAS de Denain\n") == 2
    assert "    CAF-DROIT-COMMUN  " in said.err


def test_the_other_funding_that_the_book_counts_is_said_alike_in_the_bilan(
    desk: Typist, answering: Callable[..., None]
) -> None:
    """6 000 € of the EPCI and 3 000 € of the Caf on 12 000 €; 11 200 € spent: 5 600 € and 2 800 €."""
    for line in ("CAPH-PDV", "CAF-DROIT-COMMUN"):
        assert desk("enveloppe", "notifier", line, 2016, 9000, "--piece", line, "--le", "2016-02-01").code == 0
    asked = ("--financement", "CAPH-PDV=6000", "--financement", "CAF-DROIT-COMMUN=3000")
    own = ("--financement", "PORTEUR-FONDS-PROPRES=3000", "--qpv", 10)
    plan = ("--porteur", "CCAS", "--intitule", "Jardin", "--cout", 12000, *asked, *own)
    assert desk("action", "saisir", 2016, *plan).code == 0
    for line, amount in (("CAPH-PDV", 6000), ("CAF-DROIT-COMMUN", 3000)):
        granted = ("2016-002", line, amount, "--piece", f"COPIL {line}", "--le", "2016-03-04")
        assert desk("allocation", "accorder", *granted).code == 0
    assert desk("convention", "preparer", 2016, "--le", "2016-04-01").code == 0
    assert desk("convention", "signer", "--toutes", 2016, "--piece", "Délib", "--le", "2016-04-05").code == 0
    rows = desk("--json", "convention", "lister", 2016).data
    number = {each["payeur"]: each["convention"] for each in rows}
    answering("11200", "10", "", "", "")
    bilan = ("--piece", "CR", "--le", "2016-12-10")
    assert desk("bilan", "saisir", number["CAPH"], *bilan).code == 0
    answering()
    said = desk("bilan", "saisir", number["CAF"], *bilan)
    assert said.code == 0
    assert "autres financements reçus 5\u00a0600,00\u00a0€" in said.out
    assert "coût total réel 11\u00a0200,00\u00a0€ − autres financements 5\u00a0600,00\u00a0€" in said.out
