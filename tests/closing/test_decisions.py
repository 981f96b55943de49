"""Deciding what remainders become: by command or by workbook, on a reason, and never against the rules or the book."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.conftest import Lived, Typist

PIECE = ("--piece", "Comité de pilotage du 12/12/2016")


@pytest.fixture
def year(cofiville: Typist, brought: Lived) -> Typist:
    """A year with credits left on three lines."""

    @brought
    def live() -> None:
        assert cofiville("exercice", "ouvrir", 2016).code == 0
        for line, amount in (("CAPH-PDV", 700), ("ETAT-PDV-ACTIONS", 50), ("CAF-DROIT-COMMUN", 9)):
            words = ("enveloppe", "notifier", line, 2016, amount, "--piece", "Pièce", "--le", "2016-02-01")
            assert cofiville(*words).code == 0

    return cofiville


def fates(typist: Typist) -> dict[str, Any]:
    return {row["ligne"]: row for row in typist("--json", "cloture", "restes", 2016).data}


def decide(typist: Typist, line: str, fate: str, *words: str) -> Any:
    return typist("--json", "cloture", "decider", 2016, line, fate, "--motif", "Essai", *words, "--le", "2016-12-12")


def test_defaults_differ_between_specific_credits_droit_commun_and_own_ones(year: Typist) -> None:
    found = fates(year)
    assert {line: row["propose"] for line, row in found.items()} == dict.fromkeys(found, "annuler")
    assert "jamais reçu, rien à rendre" in found["ETAT-PDV-ACTIONS"]["motif"]
    assert "il tombe chez son financeur" in found["CAF-DROIT-COMMUN"]["motif"]
    assert "annulés à la clôture" in found["CAPH-PDV"]["motif"]
    assert [found[line]["decideur"] for line in sorted(found)] == ["CAF", "CAPH", "ETAT"]


def test_a_decision_is_kept_with_its_reason_and_the_closing_follows_it(year: Typist) -> None:
    decided = decide(year, "CAPH-PDV", "reporter_disponible", *PIECE)
    assert decided.code == 0, decided.err
    assert decided.data[0]["motif"] == "Essai (Comité de pilotage du 12/12/2016)"
    assert year("cloture", "executer", 2016, "--oui", "--le", "2017-01-31").code == 0
    lines = {row["ligne"]: row for row in year("--json", "enveloppe", "lister", 2017).data}
    assert lines["CAPH-PDV"]["disponible"] == lines["CAPH-PDV"]["reporte_entrant"] == "700.00"
    assert fates(year)["CAPH-PDV"]["decide"] is True
    assert decide(year, "CAPH-PDV", "annuler").refusal["erreur"] == "decision_refusee"


def test_a_year_is_not_closed_on_a_day_that_has_not_come(year: Typist) -> None:
    """II-3: an act may be dated ahead, a closing may not; what is left until then can be looked at."""
    refused = year("--json", "cloture", "executer", 2016, "--oui", "--le", "2099-01-31").refusal
    assert refused["erreur"] == "cloture_a_venir"
    way = refused["remede"].partition("cofiville ")[2].rstrip(".").split()
    assert way == ["cloture", "verifier", "2016", "--le", "2099-01-31"]
    assert year(*way).out
    assert year("--json", "exercice", "lister").data[0]["etat"] != "clos"


@pytest.mark.parametrize(
    ("line", "fate", "words", "error"),
    [
        ("CAPH-PDV", "reporter_disponible", (), "valeur_invalide"),
        ("CAPH-PDV", "reporter", PIECE, "decision_refusee"),
        ("CAPH-PDV", "tranche", PIECE, "decision_refusee"),
        ("ETAT-PDV-ACTIONS", "rendre", PIECE, "decision_refusee"),
        ("CAPH-DRE", "annuler", (), "introuvable"),
        ("CAPH-PDV", "annuler", ("--position", "caisse"), "valeur_invalide"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_way_out(
    year: Typist, line: str, fate: str, words: tuple[str, ...], error: str
) -> None:
    refused = decide(year, line, fate, *words)
    assert refused.code == 1
    assert refused.refusal["erreur"] == error
    assert refused.refusal["remede"]


def test_a_decision_on_another_amount_blocks_until_it_is_taken_again(year: Typist) -> None:
    decide(year, "CAPH-PDV", "reporter_disponible", *PIECE)
    year("enveloppe", "modifier", "CAPH-PDV", 2016, "-100", "--piece", "DM 1", "--le", "2016-12-20")
    found = year("--json", "cloture", "verifier", 2016, "--le", "2017-01-31")
    assert found.code == 1
    assert [point["code"] for point in found.data["points"] if point["niveau"] == "bloquant"] == ["decision_perimee"]
    decide(year, "CAPH-PDV", "reporter_disponible", *PIECE)
    assert year("cloture", "verifier", 2016, "--le", "2017-01-31").code == 0


Edit = Callable[[Worksheet, int], None]


def edited(typist: Typist, path: Path, edit: Edit) -> Any:
    """Import the closing workbook with the rows of its decisions edited; `edit` is given the first of them."""
    assert typist("excel", "exporter", "cloture", 2016, path, "--le", "2017-01-31").code == 0
    workbook = load_workbook(path)
    sheet = workbook["Décisions de clôture"]
    first = next(row for row in range(1, 20) if sheet.cell(row, 1).value == 2016)
    edit(sheet, first)
    workbook.save(path)
    return typist("--json", "excel", "importer", path, "--le", "2017-01-15")


def columns(sheet: Worksheet, first: int) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in sheet[first - 1]}


def carry_caph(sheet: Worksheet, first: int) -> None:
    at = columns(sheet, first)
    row = next(row for row in range(first, first + 3) if sheet.cell(row, at["Ligne de crédit"]).value == "CAPH-PDV")
    sheet.cell(row, at["Décision"]).value = "reporter en disponible"
    sheet.cell(row, at["Motif"]).value = "Reprogrammé"
    sheet.cell(row, at["Pièce"]).value = "COPIL du 12/12/2016"


def test_the_workbook_edited_decides_and_read_again_changes_nothing(year: Typist, tmp_path: Path) -> None:
    path = tmp_path / "cloture.xlsx"
    found = edited(year, path, carry_caph)
    assert found.code == 0, found.out
    assert found.data["ecrit"] is True
    assert fates(year)["CAPH-PDV"]["devient"] == "reporter_disponible"
    again = year("--json", "excel", "importer", path)
    assert (again.code, again.data["ecrit"]) == (0, False)
    assert year("cloture", "executer", 2016, "--oui", "--le", "2017-01-31").code == 0
    closed = year("--json", "excel", "importer", path)
    assert (closed.code, closed.data["ecrit"]) == (0, False), closed.out


def lose_a_line(sheet: Worksheet, first: int) -> None:
    sheet.delete_rows(first)


def name_another_line(sheet: Worksheet, first: int) -> None:
    sheet.cell(first, columns(sheet, first)["Ligne de crédit"]).value = "CAPH-DRE"


def double_a_line(sheet: Worksheet, first: int) -> None:
    for column in columns(sheet, first).values():
        sheet.cell(first + 3, column).value = sheet.cell(first, column).value


def count_otherwise(sheet: Worksheet, first: int) -> None:
    sheet.cell(first, columns(sheet, first)["Montant"]).value = 1


def give_no_reason(sheet: Worksheet, first: int) -> None:
    sheet.cell(first, columns(sheet, first)["Décision"]).value = "reporter en disponible"


@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        (lose_a_line, {"reste_absent", "reste_total"}),
        (name_another_line, {"reste_absent", "reste_inconnu"}),
        (double_a_line, {"cle_double", "reste_total"}),
        (count_otherwise, {"reste_montant", "reste_total"}),
        (give_no_reason, {"valeur_manquante"}),
    ],
)
def test_a_workbook_that_differs_from_the_book_gives_every_finding_and_decides_nothing(
    year: Typist, tmp_path: Path, spoil: Edit, codes: set[str]
) -> None:
    def spoiled(sheet: Worksheet, first: int) -> None:
        carry_caph(sheet, first)
        spoil(sheet, first)

    found = edited(year, tmp_path / "cloture.xlsx", spoiled)
    assert found.code == 1
    errors = [problem for problem in found.data["problemes"] if problem["niveau"] == "erreur"]
    assert {problem["code"] for problem in errors} == codes
    assert found.data["ecrit"] is False
    assert not any(row["decide"] for row in fates(year).values())


def test_a_closed_year_is_printed_again_to_the_byte_whatever_was_entered_since(year: Typist, tmp_path: Path) -> None:
    assert year("cloture", "executer", 2016, "--oui", "--le", "2017-01-31").code == 0
    first, later = tmp_path / "1.xlsx", tmp_path / "2.xlsx"
    assert year("excel", "exporter", "cloture", 2016, first, "--le", "2017-01-31").code == 0
    year("enveloppe", "notifier", "CAPH-PDV", 2017, 30, "--piece", "BP", "--le", "2017-01-05")
    year("enveloppe", "modifier", "CAPH-PDV", 2016, 10, "--piece", "Tardif", "--le", "2017-01-20")
    assert year("excel", "exporter", "cloture", 2016, later, "--le", "2017-01-31").code == 0
    assert first.read_bytes() == later.read_bytes()
    before = year("--json", "excel", "exporter", "cloture", 2016, tmp_path / "3.xlsx", "--le", "2017-01-30")
    assert (before.code, before.refusal["erreur"]) == (1, "valeur_invalide")
    assert "31/01/2017" in before.refusal["probleme"]
    assert "--le 2017-01-31" in before.refusal["remede"]
    assert not (tmp_path / "3.xlsx").exists()
    again = year("cloture", "executer", 2016, "--oui", "--le", "2017-02-28")
    assert "L'exercice 2016 est déjà clos (par " in again.out
    assert year("base", "controler").code == 0


DRE = "ETAT-PDV-DRE"


@pytest.fixture
def received(year: Typist, brought: Lived) -> Typist:
    """Beside the lines of the year, 1 000 € of the État for the DRE, of which 600 € came in, for nobody."""

    @brought
    def live() -> None:
        on = ("--piece", "Arrêté", "--le", "2016-04-25")
        assert year("enveloppe", "notifier", DRE, 2016, 1000, *on).code == 0
        assert year("convention", "recevoir", DRE, 2016, 1000, "--numero", "DRE-ETAT-2016", *on).code == 0
        came = ("recette", "constater", "DRE-ETAT-2016", 600, "--reference", "P503 1", "--le", "2016-05-02")
        assert year(*came).code == 0

    return year


def give_back_by_command(typist: Typist, path: Path) -> Any:
    return decide(typist, DRE, "rendre")


def give_back_by_workbook(typist: Typist, path: Path) -> Any:
    """First decided otherwise, then given back by the workbook."""
    assert decide(typist, DRE, "reporter_disponible", "--piece", "Lettre du préfet").code == 0

    def give_back(sheet: Worksheet, first: int) -> None:
        at = columns(sheet, first)
        row = next(row for row in range(first, first + 4) if sheet.cell(row, at["Ligne de crédit"]).value == DRE)
        assert sheet.cell(row, at["Décision"]).value == "reporter en disponible"
        sheet.cell(row, at["Décision"]).value = "rendre"
        sheet.cell(row, at["Motif"]).value = "Rien de programmé"
        sheet.cell(row, at["Pièce"]).value = None

    return edited(typist, path, give_back)


@pytest.mark.parametrize("give_back", [give_back_by_command, give_back_by_workbook])
def test_credits_received_for_nobody_and_given_back_are_owed_and_the_rest_lapses(
    received: Typist, tmp_path: Path, give_back: Callable[[Typist, Path], Any]
) -> None:
    assert parts(received) == [("rendre", "rendre", False, "600.00"), ("rendre", "annuler", False, "400.00")]
    done = give_back(received, tmp_path / "cloture.xlsx")
    assert done.code == 0, done.out
    assert parts(received) == [("rendre", "rendre", True, "600.00"), ("rendre", "annuler", True, "400.00")]
    assert "600,00" in fates(received)[DRE]["motif"]
    assert received("cloture", "executer", 2016, "--oui", "--le", "2017-01-31").code == 0
    assert standing(received) == ("600.00", "400.00", "0.00", "600.00")
    back = ("reversement", "rendre", DRE, 2016, 600, "--piece", "Titre de perception", "--le", "2017-03-01", "--oui")
    assert received(*back).code == 0
    assert standing(received) == ("0.00", "400.00", "600.00", "0.00")
    assert received("base", "controler").code == 0


def parts(typist: Typist) -> list[tuple[str, str, bool, str]]:
    """What is proposed for the remainder of the DRE, then what each part of it becomes."""
    rows = [row for row in typist("--json", "cloture", "restes", 2016).data if row["ligne"] == DRE]
    return [(row["propose"], row["devient"], row["decide"], row["montant"]) for row in rows]


def standing(typist: Typist) -> tuple[str, ...]:
    [line] = [row for row in typist("--json", "enveloppe", "lister", 2016).data if row["ligne"] == DRE]
    owed = typist("--json", "reversement", "etat", 2016).data["a_rendre"]
    return line["disponible"], line["annule"], line["rendu"], owed
