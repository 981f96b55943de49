"""Each commune of a new contract is a financeur of its own, with its line, its letter and its account (M1)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from ledger.conventions.accounts import receipt_account
from ledger.referential.financeurs import financeurs_of_porteurs
from ledger.referential.model import Commune, Financeur, Porteur
from tests.conftest import Answer, Typist
from tests.reports.documents import text

LINE = "COMMUNE-REIMS-PDV"


@pytest.fixture
def reims(cofiville: Typist) -> Typist:
    words = ("contrat", "creer", "CV-REIMS", "--epci", "200067213", "--du", "2024-01-01", "--au", "2030-12-31")
    assert cofiville(*words).code == 0

    def there(*typed: object) -> Answer:
        answer = cofiville("--json", "--contrat", "CV-REIMS", *typed)
        assert answer.code == 0, (typed, answer.err)
        return answer

    there("exercice", "ouvrir", 2026)
    return there


def test_a_commune_notifies_grants_signs_and_its_letter_names_it(reims: Typist, tmp_path: Path) -> None:
    communes = [each for each in reims("financeur", "lister").data if each["type"] == "commune"]
    lines = {each["financeur"]: each for each in reims("ligne", "lister").data}
    assert [each["code"] for each in communes] == ["COMMUNE-REIMS"]
    assert (communes[0]["statut"], lines["COMMUNE-REIMS"]["code"]) == ("commune", LINE)
    reims("porteur", "ajouter", "Un club (exemple)", "--type", "association", "--code", "CLUB")
    day = ("--le", "2026-02-02")
    reims("enveloppe", "notifier", LINE, 2026, 1000, "--piece", "Délibération de Reims", *day)
    plan = ("--financement", f"{LINE}=600", "--financement", "PORTEUR-FONDS-PROPRES=400", "--qpv", 10)
    reims("action", "saisir", 2026, "--intitule", "Lecture", "--porteur", "CLUB", "--cout", 1000, *plan, *day)
    reims("allocation", "accorder", "2026-001", LINE, 600, "--piece", "Délibération 2", *day)
    reims("convention", "saisir", "2026-001", *day)
    reims("convention", "signer", "C2026-001", "--piece", "Délibération 2", *day)
    shown = reims("convention", "montrer", "C2026-001").data
    assert (shown["payeur"], shown["circuit"], shown["accorde"]) == ("COMMUNE-REIMS", "direct", "600.00")
    reims("document", "editer", "notification", "C2026-001", "--dossier", tmp_path)
    [path] = tmp_path.glob("*.docx")
    assert "Reims (commune)" in text(path.read_bytes())


def test_what_the_epci_receives_of_a_commune_has_its_account(session: Session) -> None:
    """74741, communes membres, whatever the code of the commune as a financeur (M14 and M57)."""
    line: Any = receipt_account(session, "COMMUNE-PDV", 2016)
    assert (line.number, line.label) == ("74741", "Communes membres du GFP")
    assert receipt_account(session, "COMMUNE-PDV", 2024).number == "74741"


def test_a_porteur_is_the_financeur_of_its_own_commune_else_the_one_that_stands_for_all(session: Session) -> None:
    denain = session.query(Commune).filter_by(name="Denain").one()
    ville = Porteur(code="VILLE", name="Ville de Denain", kind="commune", statut="commune", commune=denain.insee)
    other = Porteur(code="AUTRE", name="Ville", kind="commune", statut="commune")
    state = Porteur(code="DRAC", name="DRAC", kind="autre", statut="etat")
    club = Porteur(code="CLUB", name="Club", kind="association", statut="association")
    porteurs = (ville, other, state, club)
    assert financeurs_of_porteurs(session, porteurs) == {"VILLE": "COMMUNES", "AUTRE": "COMMUNES", "DRAC": "ETAT"}
    row: dict[str, Any] = {"kind": "commune", "role": "credits_specifiques", "source": "§5.4.1", "statut": "commune"}
    session.add(Financeur(contract="CV195", code="COMMUNE-DENAIN", name="Ville de Denain", **row))
    session.flush()
    assert financeurs_of_porteurs(session, porteurs)["VILLE"] == "COMMUNE-DENAIN"
    assert financeurs_of_porteurs(session, porteurs)["AUTRE"] == "COMMUNES"
