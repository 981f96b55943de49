"""Shared options and what a screen shows."""

from __future__ import annotations

import errno
import io
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from ledger.commands.declaring.options import confirm, day, parse_year
from ledger.commands.declaring.usage import WrongUsage
from ledger.commands.outcome import Unconfirmed
from ledger.core.errors import InvalidValue
from ledger.core.money import Money
from ledger.core.words import cell_text
from ledger.terminal.dialogue import accepted
from ledger.terminal.errors import report
from ledger.terminal.fitting import fitted
from ledger.terminal.screen import console, table
from tests.conftest import Typist


class Terminal(io.StringIO):
    """A terminal on which something was typed."""

    def isatty(self) -> bool:
        """Yes."""
        return True


CLOSING = Unconfirmed("L'exercice 2016 sera clos.")


@pytest.mark.parametrize("answer", ["o\n", "O\n", "oui\n"])
def test_an_irreversible_act_goes_on_after_a_yes(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert accepted(CLOSING)


@pytest.mark.parametrize("answer", ["\n", "n\n", "non\n", "yes\n", ""])
def test_an_irreversible_act_stops_on_anything_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert not accepted(CLOSING)
    assert capsys.readouterr().err == "L'exercice 2016 sera clos.\nContinuer ? [o/N] Rien n'a été écrit.\n"


def test_without_a_terminal_an_irreversible_act_needs_oui(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("o\n"))
    confirm("L'exercice 2016 sera clos.", oui=True)
    with pytest.raises(Unconfirmed) as asked:
        confirm("L'exercice 2016 sera clos.", oui=False)
    with pytest.raises(WrongUsage):
        accepted(asked.value)


def test_an_act_counts_for_the_day_typed_else_for_today() -> None:
    assert day(date(2016, 2, 29)) == date(2016, 2, 29)
    assert day(None) >= date(2024, 1, 1)


@pytest.mark.parametrize("text", ["deux", "20 16", "-2016", "1999", "2100", "²016", ""])
def test_what_is_no_year_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue):
        parse_year(text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "oui"),
        (False, "non"),
        (Money(-123456789), "-1\u00a0234\u00a0567,89\u00a0€"),
        (date(2016, 12, 31), "31/12/2016"),
        (Fraction(2, 3), "66,6667\u00a0%"),
        (12, "12"),
        ("Œuvre", "Œuvre"),
    ],
)
def test_a_value_is_shown_as_people_read_it(value: object, shown: str) -> None:
    assert cell_text(value) == shown


@pytest.mark.parametrize(("stream", "no_color", "coloured"), [(Terminal(), "", True), (Terminal(), "1", False)])
def test_colour_is_for_terminals_that_want_it(
    monkeypatch: pytest.MonkeyPatch, stream: Terminal, no_color: str, coloured: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    console(stream).print("1", style="red")
    assert ("\x1b[31m" in stream.getvalue()) is coloured


@pytest.mark.parametrize(("columns", "as_cards"), [("120", False), ("40", True)])
def test_an_amount_is_never_cut_by_a_narrow_screen(
    monkeypatch: pytest.MonkeyPatch, columns: str, as_cards: bool
) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    row = ("ETAT-PDV-DRE", Money(17_500_000), Money(17_500_000), Money(0))
    table("Enveloppes", ("Ligne", "notifié", "disponible", "versé"), [row], ("Total", *row[1:]))
    shown = re.sub(r"\x1b\[\d+m", "", screen.getvalue())
    assert shown.count("175\u00a0000,00\u00a0€") == 4
    assert max(map(len, shown.splitlines())) <= int(columns)
    assert ("  Disponible  175" in shown) is as_cards
    assert ("À zéro partout, non montré : versé." in shown) is as_cards


@pytest.mark.parametrize(
    ("number", "begins"),
    [
        (errno.ENOENT, "Le fichier ou le dossier « a.xlsx » n'existe pas."),
        (errno.EACCES, "L'accès à « a.xlsx » est refusé."),
        (errno.EISDIR, "« a.xlsx » est un dossier."),
        (errno.ENOSPC, "Le disque est plein"),
    ],
)
def test_trouble_with_a_file_is_told_in_french(capsys: pytest.CaptureFixture[str], number: int, begins: str) -> None:
    assert report(OSError(number, "system words", "a.xlsx"), as_json=False) == 1
    assert capsys.readouterr().err.startswith(begins)


def test_trouble_that_is_no_file_is_a_bug() -> None:
    assert report(OSError(errno.EIO, "system words"), as_json=False) is None


@pytest.mark.parametrize("words", [("--qpv", "-3"), ("--qpv", "trois")])
def test_a_number_out_of_bounds_is_told_with_its_bounds(typed: Typist, words: tuple[str, str], tmp_path: Path) -> None:
    answer = typed("--base", tmp_path / "b.db", "bilan", "saisir", "C1", "--cout", "1", "--piece", "P", *words)
    assert answer.code == 2
    assert answer.err.endswith("ne convient pas pour --qpv.\n→ Saisissez un nombre entier d'au moins 0.\n")


def test_a_code_and_a_command_are_never_cut_by_a_narrow_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = Terminal()
    monkeypatch.setattr("sys.stdout", screen)
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    porteur, command = (
        "CAISSE-DES-ECOLES-DE-DENAIN",
        "cofiville convention document CAISSE-DES-ECOLES-DE-DENAIN DOCUMENT",
    )
    words = f"Payée ou ordonnée, pour 12{chr(160)}345,67{chr(160)}€ en tout, sans numéro SIRET ({porteur})"
    table("Points", ("objet", "constat", "commande"), [("C2016-009", words, command)])
    shown = re.sub(r"\x1b\[\d+m", "", screen.getvalue())
    assert "…" not in shown
    assert f"({porteur})" in shown
    assert command in shown
    assert f"12{chr(160)}345,67{chr(160)}€" in shown
    assert all(len(line) <= 60 or command in line for line in shown.splitlines())


@pytest.mark.parametrize(
    ("columns", "shown"),
    [
        ("80", "Tout ce qui est dû, ligne par ligne : cofiville rapport semaine."),
        ("40", "Tout ce qui est dû, ligne par ligne :\ncofiville rapport semaine."),
        ("30", "Tout ce qui est dû, ligne par\nligne :\ncofiville rapport semaine."),
    ],
)
def test_a_sentence_is_cut_between_words_and_never_within_a_command(
    monkeypatch: pytest.MonkeyPatch, columns: str, shown: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    text = "Tout ce qui est dû, ligne par ligne : cofiville rapport semaine."
    assert fitted(text, Terminal()) == shown
    assert fitted(text, io.StringIO()) == text
