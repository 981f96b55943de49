"""The figures of one small contract, typed: each word says one thing on every screen, and every listing is read."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from typer.main import get_command

import cli
from ledger.core.money import Money
from ledger.core.rate import french_rate
from ledger.reports.dossier.tables import thousands
from ledger.reports.figures.catalogue import FIGURES
from ledger.reports.plan import ratio_text
from tests.conftest import Lived, Typist

OWN = "PORTEUR-FONDS-PROPRES"


def action(title: str, cost: int, *asked: str) -> tuple[str | int, ...]:
    plan = [word for each in asked for word in ("--financement", each)]
    what = ("--porteur", "CLUB", "--intitule", title, "--objectif", "5.1.2", "--cout", cost, "--qpv", 10)
    return ("action", "saisir", 2016, *what, *plan, "--sans-droit-commun", "Aucun", "--le", "2016-01-15")


LIFE: tuple[tuple[str | int, ...], ...] = (
    ("exercice", "ouvrir", 2016),
    ("exercice", "ouvrir", 2017),
    ("enveloppe", "notifier", "CAPH-PDV", 2016, 20000, "--piece", "N", "--le", "2016-01-10"),
    ("enveloppe", "notifier", "CAF-DROIT-COMMUN", 2016, 9000, "--piece", "N", "--le", "2016-01-10"),
    ("porteur", "ajouter", "Club", "--type", "association", "--code", "CLUB"),
    action("Atelier", 10000, "CAPH-PDV=5000", "CAF-DROIT-COMMUN=1000", f"{OWN}=4000"),
    action("Stage", 4000, "CAPH-PDV=2000", f"{OWN}=2000"),
    action("Erreur", 900, "CAPH-PDV=900"),
    ("action", "statut", "2016-003", "abandonnée", "--motif", "Saisie par erreur", "--le", "2016-02-01"),
    ("allocation", "accorder", "2016-001", "CAPH-PDV", 5000, "--piece", "D", "--le", "2016-03-04"),
    ("allocation", "accorder", "2016-001", "CAF-DROIT-COMMUN", 1000, "--piece", "D", "--le", "2016-03-04"),
    ("allocation", "accorder", "2016-002", "CAPH-PDV", 2000, "--piece", "D", "--le", "2016-03-04"),
    ("convention", "saisir", "2016-001", "--le", "2016-04-01"),
    ("convention", "saisir", "2016-002", "--le", "2016-04-01"),
    ("convention", "signer", "--toutes", 2016, "--piece", "S", "--le", "2016-04-29"),
)


@pytest.fixture
def lived(cofiville: Typist, brought: Lived) -> Typist:
    """Two conventions of one action, one of another: the first overpaid and partly taken back, the last cancelled."""

    @brought
    def live() -> None:
        type_each(cofiville, *LIFE)
        numbers = {
            (each["payeur"], each["actions"][0]): each["convention"]
            for each in cofiville("--json", "convention", "lister").data
        }
        first, cancelled = numbers["CAPH", "2016-001"], numbers["CAPH", "2016-002"]
        decision = ("--motif", "Action abandonnée", "--piece", "Délibération 9", "--le", "2016-06-01", "--oui")
        type_each(
            cofiville,
            ("versement", "ordonner", first, "--le", "2016-05-02"),
            ("versement", "payer", first, 3500, "--le", "2016-05-10", "--reference", "B1"),
            ("convention", "annuler", cancelled, *decision),
            (
                "bilan",
                "saisir",
                first,
                "--cout",
                4000,
                "--qpv",
                10,
                "--autres",
                0,
                "--piece",
                "B",
                "--le",
                "2016-11-01",
            ),
            ("recouvrement", "emettre", first, "--reference", "T1", "--le", "2016-11-10"),
            ("recouvrement", "encaisser", "T1", 200, "--reference", "E1", "--le", "2016-11-20"),
        )

    return cofiville


def type_each(typist: Typist, *lines: tuple[str | int, ...]) -> None:
    for words in lines:
        said = typist(*words)
        assert said.code == 0, (words, said.err)


def euros(rows: Any, key: str) -> Decimal:
    """The sum of a figure over rows; what is blank counts for nothing."""
    return sum((Decimal(row[key]) for row in rows if row[key] is not None), Decimal(0))


def test_a_cancelled_convention_grants_nothing_and_says_when_by_whom_and_why(lived: Typist) -> None:
    """F12."""
    rows = lived("--json", "convention", "lister", 2016).data
    assert euros(rows, "accorde") == Decimal("6000.00")
    assert euros(rows, "accorde") == euros(lived("--json", "rapport", "demandes", 2016).data, "accorde")
    number = next(row["convention"] for row in rows if row["etat"] == "annulée")
    shown = lived("--json", "convention", "montrer", number).data
    noted = shown["annulation"]
    assert (noted["le"], noted["motif"], noted["piece"]) == ("2016-06-01", "Action abandonnée", "Délibération 9")
    assert (noted["montant"], shown["accorde"]) == ("2000.00", "0.00")
    assert noted["agent"]
    assert "Annulée le 01/06/2016" in lived("convention", "montrer", number).out


def test_what_is_asked_leaves_out_own_funds_and_what_was_typed_by_mistake(lived: Typist) -> None:
    """F13."""
    asked = {
        "action": euros(lived("--json", "action", "lister", 2016).data, "demande"),
        "plan": euros(lived("--json", "rapport", "plan", 2016).data, "demande"),
        "demandes": euros(lived("--json", "rapport", "demandes", 2016).data, "demande"),
        "comite": euros(lived("--json", "comite", "lister", 2016).data, "demande"),
        "porteur": euros(lived("--json", "porteur", "montrer", "CLUB").data["annees"], "demande"),
    }
    assert asked == dict.fromkeys(asked, Decimal("8000.00"))
    assert "Total hors abandonnées" in lived("action", "lister", 2016).out


def test_gaps_compare_what_one_bilan_justifies_with_what_its_convention_granted(lived: Typist) -> None:
    """F13."""
    [pillar] = lived("--json", "rapport", "ecarts", 2016, "--par", "pilier").data
    assert (pillar["justifie"], pillar["accorde_arrete"], pillar["ecart"]) == ("2000.00", "5000.00", "-3000.00")
    assert (pillar["accorde"], pillar["accorde_attendu"]) == ("6000.00", "1000.00")
    actions = lived("--json", "rapport", "ecarts", 2016).data
    assert euros(actions, "cout_reel") - euros(actions, "cout_prevu") == euros(actions, "ecart") == Decimal(-6000)
    assert euros(actions, "cout_attendu") == Decimal(4000)


def test_paid_is_one_figure_and_what_is_consumed_has_its_own_word(lived: Typist) -> None:
    """F52."""
    paid = {
        "conventions": euros(lived("--json", "convention", "lister", 2016).data, "verse"),
        "plan": euros(lived("--json", "rapport", "plan", 2016).data, "verse"),
        "demandes": euros(lived("--json", "rapport", "demandes", 2016).data, "verse"),
        "ecarts": euros(lived("--json", "rapport", "ecarts", 2016).data, "verse"),
        "territoires": euros(lived("--json", "rapport", "territoires", 2016).data, "verse"),
        "porteur": euros(lived("--json", "porteur", "montrer", "CLUB").data["annees"], "verse"),
    }
    assert paid == dict.fromkeys(paid, Decimal("3300.00"))
    [line] = [row for row in lived("--json", "enveloppe", "lister", 2016).data if row["ligne"] == "CAPH-PDV"]
    assert (line["verse"], line["a_recouvrer"]) == ("2000.00", "1300.00")
    screen = lived("enveloppe", "lister", 2016).out
    assert "Consommé" in screen
    assert "Versé" not in screen


def test_what_is_blocked_is_told_apart_from_what_may_be_granted(lived: Typist) -> None:
    """F13, F52."""
    [line] = [row for row in lived("--json", "enveloppe", "lister", 2016).data if row["ligne"] == "CAPH-PDV"]
    assert (line["disponible"], line["dont_bloque"], line["programmable"]) == ("16700.00", "200.00", "16500.00")


def test_shown_rates_and_thousands_are_rounded_half_up() -> None:
    """F15."""
    assert french_rate(Fraction(5000, 9000)) == "55,5556\u00a0%"
    assert thousands(Money(14_800_00)) == "15\u00a0k€"
    assert [thousands(Money(cents)) for cents in (499_99, 500_00, 1_499_99, 1_500_00)] == [
        "0\u00a0k€",
        "1\u00a0k€",
        "1\u00a0k€",
        "2\u00a0k€",
    ]
    assert ratio_text(Fraction(2, 3), ",") == "0,6667"


def test_a_week_never_adds_what_is_due_to_what_is_already_paid(lived: Typist, tmp_path: Path) -> None:
    """F15."""
    week = lived("--json", "rapport", "semaine", "--le", "2017-07-15", "--jours", 366).data
    assert all(row["montant"] is None or row["a_justifier"] is None for row in week)
    assert lived("rapport", "semaine", tmp_path / "semaine.xlsx", "--le", "2017-07-15").code == 0
    sheet = load_workbook(tmp_path / "semaine.xlsx")["Ma semaine"]
    assert not any(str(cell.value).startswith("=SUBTOTAL") for row in sheet.iter_rows() for cell in row)


def listings(command: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command that lists, and what it must be given: a year, or nothing."""
    for name, each in getattr(command, "commands", {}).items():
        yield from listings(each, (*words, name))
    needed = [each.human_readable_name for each in command.params if each.required]
    if words and words[-1] in ("lister", "etat", "delais", "ordres") and set(needed) <= {"ANNEE"}:
        yield (*words, *(["2016"] if needed else []))


KEYS = {each.script_key for each in FIGURES.values()}
OTHER_AMOUNTS = frozenset(
    {"debit", "credit", "solde", "cout_annuel", "excedent", "definitif", "ecart", "moyens_communs", "reste", "valeur"}
)


def test_every_amount_that_a_listing_gives_is_a_figure_of_the_glossary(lived: Typist) -> None:
    """F13."""
    for words in listings(get_command(cli.app)):
        said = lived("--json", *words)
        assert said.code == 0, (words, said.err)
        rows = said.data if isinstance(said.data, list) else [said.data]
        found = {key for row in rows for key, value in row.items() if isinstance(value, str) and is_amount(value)}
        assert found <= KEYS | OTHER_AMOUNTS, words


def is_amount(text: str) -> bool:
    units, point, cents = text.removeprefix("-").partition(".")
    return point == "." and units.isdigit() and cents.isdigit() and len(cents) == 2
