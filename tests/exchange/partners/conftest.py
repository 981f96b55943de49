"""A small year: one convention the État pays directly, one that goes through the budget, both with a CCAS."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Answer, Lived, Typist

CCAS, ASSOCIATION = "26590205600018", "32020148600018"
DOSSIER_TITLES = (
    ["Dossier", "", "", "", "Association", "", "", "Montants", "", "Versements", "", "", "Représentant légal"],
    [
        "N° Dossier Osiris",
        "Exercice Début",
        "Sous-Type financement",
        "N° EJ",
        "N° Siret",
        "Nom",
        "Sigle",
        "Demandé",
        "Accordé",
        "Acompte",
        "Solde",
        "Complémentaire",
        "Nom",
    ],
)
MANDAT_TITLES = [
    "ID",
    "COLLEC",
    "DATE_EMISSION",
    "NUM_MANDAT",
    "COMPTE_NATURE",
    "OBJET_MANDAT",
    "MONTANT_PAIEMENT",
    "DATE_PAIEMENT",
    "NOM",
    "TYPE_IMMATRICULATION",
    "IMMATRICULATION",
]


def done(answer: Answer) -> Any:
    """What a command that must succeed gave."""
    assert answer.code == 0, answer.err or answer.out
    return answer.data


def grant(typist: Typist, title: str, porteur: str, line: str, amount: int) -> str:
    """An action of 2016 whose only financeur grants this amount; gives its number."""
    saved = typist(
        "--json", "action", "saisir", 2016, "--intitule", title, "--porteur", porteur, "--objectif", "5.1.2",
        "--cout", amount * 2, "--financement", f"{line}={amount}", "--financement", f"PORTEUR-FONDS-PROPRES={amount}",
        "--qpv", 10, "--veille", 0,
    )  # fmt: skip
    number: str = done(saved)["action"]
    done(
        typist("--json", "allocation", "accorder", number, line, amount, "--piece", f"D {title}", "--le", "2016-04-11")
    )
    return number


@pytest.fixture
def year(cofiville: Typist, brought: Lived) -> Typist:
    """2016: CETAT (État to the CCAS, 5 000 €) and CCAPH (the EPCI to the association, 8 000 €, 70 % ordered)."""

    @brought
    def live() -> None:
        done(cofiville("--json", "exercice", "ouvrir", 2016))
        for line, amount in (("ETAT-PDV-ACTIONS", 50_000), ("CAPH-PDV", 50_000)):
            words = ("enveloppe", "notifier", line, 2016, amount, "--piece", f"N {line}", "--le", "2016-02-01")
            done(cofiville("--json", *words))
        for name, kind, siret, code in (
            ("CCAS d'Escaudain", "ccas", CCAS, "CCAS"),
            ("Les Ateliers du Faubourg", "association", ASSOCIATION, "ATELIERS"),
        ):
            done(cofiville("--json", "porteur", "ajouter", name, "--type", kind, "--siret", siret, "--code", code))
        for number, action, payer in (
            ("CETAT", grant(cofiville, "Ateliers", "CCAS", "ETAT-PDV-ACTIONS", 5000), "ETAT"),
            ("CCAPH", grant(cofiville, "Chantier", "ATELIERS", "CAPH-PDV", 8000), "CAPH"),
        ):
            drafted = ("convention", "saisir", action, "--payeur", payer, "--numero", number, "--le", "2016-04-25")
            done(cofiville("--json", *drafted))
            done(cofiville("--json", "convention", "signer", number, "--piece", f"D {number}", "--le", "2016-04-29"))
        done(cofiville("--json", "versement", "ordonner", "CCAPH", "--le", "2016-05-13"))

    return cofiville


def csv_file(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """These rows as a partner would send them."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)
    return path


def dossiers(path: Path, *rows: Mapping[str, Any]) -> Path:
    """The État's follow-up: titles on two rows, these dossiers, a row of totals."""
    fields = ("number", "year", "financing", "ej", "siret", "name", "", "requested", "granted", "advance", "balance")
    usual = {"year": 2016, "siret": CCAS, "name": "CCAS ESCAUDAIN", "requested": 6000}
    body = [
        [{**usual, **row}.get(field, "") for field in fields] + [row.get("additional", ""), "Martin"] for row in rows
    ]
    return csv_file(path, [*DOSSIER_TITLES, *body, ["142", "Consolidation"]])


def mandats(path: Path, *rows: Mapping[str, Any]) -> Path:
    """The comptable's export of these mandats."""
    usual = {"name": "ATELIERS FAUBOURG", "siret": ASSOCIATION, "day": "20/05/2016", "purpose": "SUBVENTION 2016"}
    body = []
    for rank, row in enumerate(rows, start=1):
        known = {**usual, **row}
        number = known.get("number", f"56701{rank}")
        body.append(
            [number, "CAPH", "13/05/2016", 300 + rank, 6574, known["purpose"], known["amount"], known["day"],
             known["name"], "SIRET", known["siret"]]
        )  # fmt: skip
    return csv_file(path, [MANDAT_TITLES, *body])
