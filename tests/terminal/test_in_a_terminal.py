"""What a person does is tried as a person does it: every dialogue, in a pseudo-terminal (F20)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import Typist
from tests.terminals import Seat

pytestmark = [
    pytest.mark.sqlite,
    pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there"),
]
HEALTH = ("--porteur", "CCAS", "--intitule", "Atelier santé", "--cout", 4000)
WHOLE = (*HEALTH, "--financement", "CAPH-PDV=3000", "--financement", "PORTEUR-FONDS-PROPRES=1000", "--qpv", 40)


@pytest.fixture
def seat(base: str, tmp_path: Path) -> Seat:
    return Seat(tmp_path, base)


@pytest.fixture
def granted(cofiville: Typist) -> Typist:
    """A base with an action that was granted 3 000 € and has no convention yet."""
    for words in (
        ("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS"),
        ("exercice", "ouvrir", 2016),
        ("enveloppe", "notifier", "CAPH-PDV", 2016, 50_000, "--piece", "BP 2016", "--le", "2016-02-01"),
        ("action", "saisir", 2016, *WHOLE, "--le", "2016-02-10"),
        ("allocation", "accorder", "2016-001", "CAPH-PDV", 3000, "--piece", "Délib 1", "--le", "2016-03-30"),
    ):
        said = cofiville(*words)
        assert said.code == 0, said.err
    return cofiville


def test_a_draft_whose_words_are_all_typed_asks_nothing(granted: Typist, seat: Seat) -> None:
    """F20."""
    assert "C2016-001" in seat.types("convention", "saisir", "2016-001", "--payeur", "CAPH", "--le", "2016-04-25")


def test_a_year_is_lived_by_answering(cofiville: Typist, seat: Seat) -> None:
    """Each station by its dialogue: credits, action, validation, convention, payment, bilan."""
    seat.types("porteur", "ajouter", "CCAS de Denain", "--type", "ccas", "--code", "CCAS")
    seat.types("exercice", "ouvrir", answers=(("L'exercice", "2016"),))
    seat.types(
        *("enveloppe", "notifier", "--le", "2016-02-01"),
        answers=(
            ("ligne de crédits", "CAPH-PDV"),
            ("L'exercice", "2016"),
            ("En euros", "50 000"),
            ("pièce", "BP 2016"),
        ),
    )
    seat.types("action", "saisir", 2016, *WHOLE, "--le", "2016-02-10")
    seat.types("allocation", "proposer", 2016, "--scenario", "S", "--le", "2016-03-01")
    seat.types(
        *("allocation", "valider", "S", "--piece", "COPIL", "--le", "2016-03-04"), answers=(("Continuer ?", "o"),)
    )
    seat.types(
        *("convention", "saisir", "--le", "2016-04-25"),
        answers=(("Numéro de l'action", "2016-001"), ("SIRET", ""), ("IBAN", ""), ("Écrire ce brouillon ?", "o")),
    )
    seat.types("convention", "signer", "C2016-001", "--piece", "Délib", "--le", "2016-04-29")
    seat.types("versement", "ordonner", "C2016-001", "--le", "2016-05-13")
    seat.types(
        *("versement", "payer", "--reference", "B12", "--le", "2016-05-20"),
        answers=(("Le numéro de la convention", "C2016-001"), ("Montant payé", "2100")),
    )
    [line] = [each for each in cofiville("--json", "enveloppe", "lister", 2016).data if each["ligne"] == "CAPH-PDV"]
    assert (line["notifie"], line["engage"], line["verse"]) == ("50000.00", "900.00", "2100.00")


def test_a_no_writes_nothing(granted: Typist, seat: Seat) -> None:
    assert granted("convention", "saisir", "2016-001", "--payeur", "CAPH", "--le", "2016-04-25").code == 0
    seat.types("convention", "signer", "C2016-001", "--piece", "Délib", "--le", "2016-04-29")
    code, screen = seat.tries(
        *("convention", "annuler", "C2016-001", "--motif", "Essai", "--piece", "Délib 2", "--le", "2016-05-01"),
        answers=(("Continuer ?", "n"),),
    )
    assert code == 1
    assert "Rien n'a été écrit." in screen
    assert granted("--json", "convention", "montrer", "C2016-001").data["etat"] == "signée"


def test_a_file_in_the_way_is_replaced_by_who_says_so(granted: Typist, seat: Seat, tmp_path: Path) -> None:
    """F73."""
    (tmp_path / "a.csv").write_text("à garder", encoding="utf-8")
    words = ("rapport", "consommation", "2016", "--fichier", "a.csv")
    said = granted("rapport", "consommation", 2016, "--fichier", tmp_path / "a.csv")
    assert (said.code, "--remplacer" in said.err) == (1, True)
    code, screen = seat.tries(*words, answers=(("Le remplacer ?", "n"),))
    assert (code, (tmp_path / "a.csv").read_text(encoding="utf-8")) == (1, "à garder"), screen
    seat.types(*words, answers=(("Le remplacer ?", "o"),))
    assert "CAPH-PDV" in (tmp_path / "a.csv").read_text(encoding="utf-8-sig")


def test_an_act_played_by_another_command_asks_nothing(granted: Typist, seat: Seat) -> None:
    """F20: what another command plays is silent, whatever it would ask alone."""
    seat.types("brouillon", "saisir", "convention", "saisir", "2016-001", "--payeur", "CAPH", "--le", "2016-04-25")
    seat.types("brouillon", "valider", answers=(("Continuer ?", "o"),))
    assert granted("--json", "convention", "montrer", "C2016-001").data["etat"] == "brouillon"


def test_the_menu_composes_a_command_and_leaves(granted: Typist, seat: Seat) -> None:
    found = (("Numéro : ", "1"), ("Numéro : ", "2"), ("Lancer cette commande ?", "o"))
    screen = seat.types("menu", answers=(*found, ("Numéro : ", "0"), ("Numéro : ", "0")))
    assert "→ cofiville exercice lister" in screen


def test_settings_are_asked_and_kept(base: str, tmp_path: Path) -> None:
    answers = ("", "Claire Martin", "2016", "")
    Seat(tmp_path, base, started=True).types("configurer", answers=tuple(("] : ", answer) for answer in answers))
    assert 'agent = "Claire Martin"' in (tmp_path / "cofiville.toml").read_text(encoding="utf-8")


def test_the_usual_contract_is_asked_where_one_runs_today(cofiville: Typist, base: str, tmp_path: Path) -> None:
    made = ("contrat", "creer", "SUITE", "--epci", "200042190", "--du", "2024-01-01", "--au", "2098-12-31")
    assert cofiville(*made).code == 0
    answers = ("", "", "", "", "suite")
    screen = Seat(tmp_path, base, started=True).types(
        "configurer", answers=tuple(("] : ", answer) for answer in answers)
    )
    assert "Le contrat habituel, parmi SUITE [rien]" in screen
    assert 'contrat = "SUITE"' in (tmp_path / "cofiville.toml").read_text(encoding="utf-8")
