"""What is looked for by words or an amount is found, whatever it is, with the command that shows it."""

from __future__ import annotations

import shlex
from typing import Any

import pytest

from ledger.core.errors import InvalidValue
from ledger.core.money import Money
from ledger.reports.search.terms import search_terms
from tests.conftest import Typist
from tests.execution.lives import EPCI, carry, open_years
from tests.terminal.test_menu import answers


@pytest.fixture
def paid(session: Any, cofiville: Typist) -> Typist:
    """C2016-001 of the action 2016-A, its first mandat B31 of 6 000 €, paid."""
    open_years(session, 2016, 2017)
    carry(session, "A", {EPCI: "12 000"})
    session.commit()
    cofiville("versement", "ordonner", "C2016-001", "--reference", "B31", "--le", "2016-05-13")
    cofiville("versement", "payer", "C2016-001", "6000", "--reference", "PAIE-7", "--le", "2016-05-20")
    cofiville("porteur", "modifier", "EX-A", "--nom", "Éducation à l'Œuvre, Anzin")
    return cofiville


def found(type_line: Typist, *words: Any) -> list[tuple[str, str]]:
    said = type_line("--json", "chercher", *words)
    assert said.code == 0, said.err
    return [(each["genre"], each["code"]) for each in said.data]


def test_anything_is_found_by_its_words_or_its_amount_and_shown_by_the_command_said(paid: Typist) -> None:
    everything = found(paid, "anzin", "EDUCATION", "oeuvre")
    assert everything[:3] == [("action", "2016-A"), ("porteur", "EX-A"), ("convention", "C2016-001")]
    assert {genre for genre, _ in everything} >= {"mandat", "versement"}
    assert found(paid, "anzin", "lourches") == []
    where = {each["genre"]: each["trouve_dans"] for each in paid("--json", "chercher", "anzin", "6 000").data}
    assert where["mandat"] == ["porteur", "liquidé"]
    assert paid("--json", "chercher", "education").data[0]["trouve_dans"] == ["porteur"]
    assert paid("--json", "chercher", "paie-7").data[0]["trouve_dans"] == ["référence"]
    assert "[porteur]" in paid("chercher", "anzin").out
    assert found(paid, "b31") == [("mandat", "B31")], "found again as its entry"
    assert found(paid, "paie 7") == [("versement", "PAIE-7")]
    for typed in (["6 000"], ["6", "000"], ["6000,00 €"], ["6", "000", "euros"]):
        assert {("mandat", "B31"), ("versement", "PAIE-7")} <= set(found(paid, *typed)), typed
    assert found(paid, "6000,01") == []
    assert ("action", "2016-A") in found(paid, "anzin", "12 000")
    assert {each for each, _ in found(paid, "anzin", "--genre", "Porteur")} == {"porteur"}
    for each in paid("--json", "chercher", "anzin").data + paid("--json", "chercher", "12 000").data:
        words = shlex.split(each["commande"])
        assert words[0] == "cofiville"
        assert paid(*words[1:]).code == 0, each


def test_a_search_keeps_to_its_contract_and_says_when_there_is_nothing(
    paid: Typist, monkeypatch: pytest.MonkeyPatch
) -> None:
    paid("contrat", "creer", "AUTRE", "--epci", "200042190", "--du", "2024-01-01", "--au", "2030-12-31")
    elsewhere = paid("--contrat", "AUTRE", "--json", "chercher", "education").data
    assert {each["genre"] for each in elsewhere} <= {"porteur", "règle"}
    assert all(each["commande"].startswith("cofiville --contrat AUTRE ") for each in elsewhere)
    assert "cofiville --contrat AUTRE porteur montrer EX-A" in paid("--contrat", "AUTRE", "chercher", "anzin").out
    nothing = paid("chercher", "zzz")
    assert (nothing.code, "Rien ne répond" in nothing.out) == (0, True)
    assert paid("chercher", "…").code == 1
    assert paid("chercher", "anzin", "--genre", "rien").code == 2
    (entry,) = paid("--json", "journal", "lister", "--numero", 1).data
    assert entry["ecriture"] == 1
    assert paid("journal", "lister", 2016, "--numero", 1).code == 2
    assert paid("journal", "lister", "--numero", 9999).code == 1
    monkeypatch.setattr("sys.stdin", answers("anzin b31", "0"))
    assert "cofiville versement expliquer B31" in paid("menu").out


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("3 500", [("3500", 350_000, 350_099)]),
        ("3 500,5 €", [("3500 5", 350_050, 350_050)]),
        ("Denain 12 800", [("denain", None, None), ("12800", 1_280_000, 1_280_099)]),
        ("2016-014", [("2016 014", None, None)]),
        ("2016 500", [("2016", 201_600, 201_699), ("500", 50_000, 50_099)]),
        ("1 234 567 euros", [("1234567", 123_456_700, 123_456_799)]),
        ("L’ÉCOLE", [("l ecole", None, None)]),
    ],
)
def test_thousands_typed_apart_are_one_amount(typed: str, terms: list[tuple[str, int | None, int | None]]) -> None:
    read = [(each.plain, *(each.amounts or (None, None))) for each in search_terms(typed.split())]
    assert read == [(plain, *(None if each is None else Money(each) for each in cents)) for plain, *cents in terms]


def test_what_holds_no_letter_is_refused() -> None:
    with pytest.raises(InvalidValue):
        search_terms(["€", "…"])
