"""An action entered by mistake is in no list, total, export nor table; its history stays, and it can be put back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.conftest import Answer, Lived, Typist

OWN = ("--financement", "PORTEUR-FONDS-PROPRES=1000")


@pytest.fixture
def entered(in_2016: Typist, brought: Lived) -> Typist:
    """Type a command line where an action was deposited, and another by mistake, with an avis and an indicator."""

    @brought
    def live() -> None:
        done(in_2016("enveloppe", "notifier", "CAPH-PDV", 2016, 5000, "--piece", "BP", "--le", "2016-01-15"))
        done(in_2016("porteur", "ajouter", "Les Ateliers", "--type", "association", "--code", "ATELIERS"))
        for title in ("Juste", "Erreur"):
            asked = ("--cout", 3000, "--financement", "CAPH-PDV=2000", *OWN, "--objectif", "5.1.2", "--qpv", 40)
            done(in_2016("action", "saisir", 2016, "--intitule", title, "--porteur", "ATELIERS", *asked))
        done(in_2016("avis", "saisir", "2016-002", "ETAT", "--avis", "favorable", "--le", "2016-02-02"))

    return in_2016


def done(answer: Answer) -> Answer:
    assert answer.code == 0, answer.err
    return answer


def read(answer: Answer) -> Any:
    return json.loads(done(answer).out)


def taken_out(type_line: Typist, *more: str) -> Answer:
    return done(type_line("action", "annuler-saisie", "2016-002", "--motif", "Saisie deux fois", *more))


SCREENS: tuple[tuple[str | int, ...], ...] = (
    ("action", "lister", 2016),
    ("action", "completer", "--toutes", 2016),
    ("appel", "controler", 2016),
    ("avis", "suivi", 2016),
    ("avis", "lister", 2016),
    ("porteur", "montrer", "ATELIERS"),
    ("rapport", "demandes", 2016),
    ("rapport", "plan", 2016),
    ("rapport", "territoires", 2016),
    ("rapport", "ecarts", 2016),
    ("rapport", "leviers", 2016),
    ("rapport", "consommation", 2016),
    ("regle", "controler", 2016, "--tout"),
    ("allocation", "diagnostiquer", 2016),
    ("chercher", "Erreur"),
    ("chercher", "2000"),
)


def test_a_mistake_is_on_no_screen_and_in_no_total(entered: Typist) -> None:
    """F23."""
    before = {screen: entered("--json", *screen).out for screen in SCREENS}
    assert sum("2016-002" in said for said in before.values()) >= len(SCREENS) // 2
    taken_out(entered)
    after = {screen: entered("--json", *screen).out for screen in SCREENS}
    assert [screen for screen, said in after.items() if "2016-002" in said] == []
    assert read(entered("--json", "porteur", "montrer", "ATELIERS"))["annees"][0]["demande"] == "2000.00"
    done(entered("base", "controler"))


def test_a_mistake_is_in_no_file(entered: Typist, tmp_path: Path) -> None:
    """F23: neither in the dossier nor in what goes to the Sous-Préfecture."""
    taken_out(entered)
    for subject in ("programmation", "tableau", "avis", "referentiel"):
        file = tmp_path / f"{subject}.xlsx"
        done(entered("excel", "exporter", subject, 2016, file))
        cells = {str(cell) for tab in load_workbook(file) for row in tab.iter_rows(values_only=True) for cell in row}
        assert "2016-002" not in cells, subject
        assert "Erreur" not in cells, subject
    page = tmp_path / "dossier.html"
    done(entered("rapport", "dossier", 2016, page))
    assert "Erreur" not in page.read_text(encoding="utf-8")


def test_its_history_its_number_and_past_screens_stay(entered: Typist) -> None:
    """F23, F50."""
    past = ("action", "completer", "--toutes", 2016, "--le", "2016-02-28")
    before = done(entered(*past)).out
    taken_out(entered)
    assert done(entered(*past)).out == before
    told = read(entered("--json", "historique", "2016-002"))
    assert ("saisie par erreur", "Saisie deux fois") in {(each["champ"], each["apres"]) for each in told}
    more = ("--intitule", "Autre", "--porteur", "ATELIERS", "--cout", 1000, *OWN, "--objectif", "5.1.2", "--qpv", 1)
    assert "2016-003" in done(entered("action", "saisir", 2016, *more)).out
    refused = entered("action", "montrer", "2016-002")
    assert "L'action 2016-002 a été saisie par erreur" in refused.err
    assert "--retablir" in refused.err
    assert "saisie par erreur" in entered("action", "saisir", 2016, "--numero", "2016-002", *more).err


def test_a_mistake_that_was_none_is_put_back_whole(entered: Typist) -> None:
    """F23."""
    before = done(entered("--json", "action", "montrer", "2016-002")).out
    taken_out(entered)
    taken_out(entered, "--retablir")
    assert done(entered("--json", "action", "montrer", "2016-002")).out == before
    assert "n'est pas une saisie annulée" in entered(
        "action", "annuler-saisie", "2016-002", "--retablir", "--motif", "Encore"
    ).err.replace("\n", " ")


def test_what_was_granted_something_is_no_mistake_and_the_way_out_works(entered: Typist) -> None:
    """F23: the advice is typed as it is printed, until nothing holds the action."""
    done(entered("allocation", "accorder", "2016-002", "CAPH-PDV", 1000, "--piece", "D1", "--le", "2016-03-01"))
    done(entered("convention", "saisir", "2016-002", "--payeur", "CAPH", "--le", "2016-03-02"))
    take_out = ("action", "annuler-saisie", "2016-002", "--motif", "Saisie deux fois")
    held = entered(*take_out)
    assert held.code == 1
    assert "cofiville convention annuler C2016-001" in held.err
    done(entered("convention", "annuler", "C2016-001", "--motif", "Erreur", "--oui"))
    granted = entered(*take_out)
    assert "1 000,00" in granted.err.replace("\u202f", " ").replace("\xa0", " ")
    assert "cofiville journal annuler 2" in granted.err
    done(entered("journal", "annuler", 2, "--motif", "Erreur", "--le", "2016-04-01", "--oui"))
    done(entered(*take_out))
