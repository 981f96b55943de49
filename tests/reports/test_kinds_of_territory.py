"""A territory counts, in every report, as its kind says: also one of a kind that a contract has of its own."""

from __future__ import annotations

from typing import Any

from tests.conftest import Typist

CONTRACT = ("contrat", "creer", "CV2024", "--epci", "200042190", "--du", "2024-01-01", "--au", "2030-12-31")


def test_a_poche_de_pauvrete_is_in_the_reports_where_veille_counts(cofiville: Typist) -> None:
    """It ended « rapport territoires », and whatever spreads an action over its places, as a fault of the program."""

    def ask(*words: object) -> Any:
        answer = cofiville("--json", *map(str, words))
        assert answer.code == 0, f"{words}\n{answer.err}"
        return answer.data

    mine = ("--contrat", "CV2024")
    ask(*CONTRACT)
    ask(*mine, "axe", "ajouter", "1", "Plein emploi")
    ask(*mine, "exercice", "ouvrir", 2026)
    ask(
        *mine,
        "territoire",
        "ajouter",
        "Les Corons",
        "--code",
        "POCHE-1",
        "--type",
        "poche",
        "--source",
        "Contrat, annexe 2",
    )
    ask(*mine, "porteur", "ajouter", "Les Ateliers", "--type", "association", "--code", "ATELIERS")
    ask(*mine, "enveloppe", "notifier", "ETAT-PDV-ACTIONS", 2026, 1000, "--piece", "N1", "--le", "2026-02-01")
    ask(
        *(*mine, "action", "saisir", 2026, "--intitule", "Jardin", "--porteur", "ATELIERS", "--cout", "1000"),
        *("--objectif", "1", "--financement", "ETAT-PDV-ACTIONS=600", "--financement", "PORTEUR-FONDS-PROPRES=400"),
        *("--veille", "30", "--territoire", "POCHE-1", "--le", "2026-02-10"),
    )
    [row] = ask(*mine, "rapport", "territoires", 2026)
    assert (row["territoire"], row["nom"], row["type"], row["cout"]) == ("POCHE-1", "Les Corons", "veille", "1000.00")
