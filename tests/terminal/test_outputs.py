"""An act recorded is told whatever becomes of the output; no text typed or read speaks to the screen (F75, F76)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.core.words import one_line, without_controls
from ledger.exchange.export.report import csv_text
from ledger.exchange.opening.csv_file import guarded_csv
from tests.bases import ROOT, clean_environment
from tests.conftest import Typist

pytestmark = [pytest.mark.sqlite, pytest.mark.skipif(sys.platform == "win32", reason="no such devices there")]
NOTIFIED = ("enveloppe", "notifier", "CAPH-PDV", "2016", "10", "--le", "2016-02-01", "--piece")


def said(base: str, words: tuple[str, ...], output: str) -> tuple[int, str]:
    """The exit code and the error output of a command whose output is a shell's redirection."""
    line = " ".join(f"'{each}'" for each in (sys.executable, str(ROOT / "cli.py"), "--base", base, *words))
    shell = ["bash", "-c", f"set -o pipefail; {line} {output}"]
    done = subprocess.run(shell, capture_output=True, text=True, env=clean_environment(), check=False)
    return done.returncode, done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full there")
@pytest.mark.parametrize("output", [">/dev/full", ">&-", "| true"])
def test_an_act_recorded_is_told_where_the_output_is_full_closed_or_gone(
    in_2016: Typist, base: str, output: str
) -> None:
    code, told = said(base, (*NOTIFIED, "A"), output)
    assert code == 0, told
    assert "Traceback" not in told
    if output != "| true":
        assert told.startswith("L'acte est enregistré, mais ")
        assert "notifiés sur CAPH-PDV 2016" in told
    assert len(in_2016("--json", "journal", "lister").data) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full there")
def test_what_was_made_is_told_where_the_output_is_full_and_a_simulation_is_no_act(
    in_2016: Typist, base: str, tmp_path: Path
) -> None:
    """F75"""
    copy, book = str(tmp_path / "copie.db"), str(tmp_path / "referentiel.xlsx")
    for words, told in (
        (("base", "sauvegarder", copy), f"C'est fait, mais le disque est plein.\nSauvegarde écrite dans {copy}"),
        (("base", "restaurer", copy, "--oui"), "L'acte est enregistré, mais le disque est plein.\nBase restaurée"),
        (("excel", "exporter", "referentiel", "2016", book), "C'est fait, mais le disque est plein.\n"),
        (("excel", "importer", book, "--simuler"), ""),
        (("base", "mettre-a-niveau"), ""),
    ):
        code, err = said(base, words, ">/dev/full")
        assert (code, err.startswith(told or "Le disque est plein : la réponse")) == (0 if told else 1, True), err
    assert in_2016("exercice", "lister").code == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full there")
def test_a_reading_that_cannot_be_written_fails_in_one_sentence(in_2016: Typist, base: str) -> None:
    code, told = said(base, ("exercice", "lister"), ">/dev/full")
    assert (code, told.count("\n"), "disque est plein" in told) == (1, 2, True)
    assert said(base, ("exercice", "ouvrir", "2031"), "2>&-")[0] == 1


@pytest.mark.parametrize("kind", ["pipe", "device", "link"])
def test_what_might_never_end_is_refused_before_it_is_read(in_2016: Typist, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.csv"
    if kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/zero" if kind == "device" else tmp_path / "autre.csv")
        (tmp_path / "autre.csv").write_text("a;b\n1;2\n")
    for words in (
        ("excel", "importer", path),
        ("excel", "garder", path, 2016),
        ("base", "controler", "--sceau", path),
        ("base", "restaurer", path, "--oui"),
    ):
        refused = in_2016("--json", *words)
        assert (refused.code, refused.refusal["erreur"]) == (1, "fichier_refuse"), words


def test_what_is_typed_is_kept_on_one_line_without_controls(in_2016: Typist) -> None:
    name = "Les\r\n=1+1 Amis\x1b[31m\x9b\u202e\x07"
    in_2016("porteur", "ajouter", name, "--type", "association", "--code", "AMIS")
    (kept,) = [each for each in in_2016("--json", "porteur", "lister").data if each["code"] == "AMIS"]
    assert kept["nom"] == "Les =1+1 Amis[31m"


@pytest.mark.parametrize("words", [("bilan", "lister", "\x1b[2Ja"), ("journal", "lister", "--le", "2016\u202e\x07")])
def test_a_refusal_does_not_speak_to_the_screen(in_2016: Typist, words: tuple[str, ...]) -> None:
    """F76"""
    for shown in (in_2016(*words), in_2016("--json", *words)):
        assert shown.code in (1, 2)
        assert without_controls(shown.err) == shown.err


@pytest.mark.parametrize(
    "words",
    [
        ("porteur", "ajouter", "Caf\udce9", "--type", "association"),
        ("allocation", "suivre", "\udce9"),
        ("--agent", "Ren\udce9", "exercice", "ouvrir", "2017"),
        ("--contrat", "CV195\udce9", "exercice", "lister"),
    ],
)
def test_bytes_that_are_no_text_are_refused(in_2016: Typist, words: tuple[str, ...]) -> None:
    """Typed in a terminal of another encoding, they would end as a traceback of the database."""
    refused = in_2016("--json", *words)
    assert (refused.code, refused.refusal["erreur"]) == (1, "valeur_invalide")
    assert "encodage" in refused.refusal["probleme"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\rb", "a b"),
        ("a\r\n\tb", "a b"),
        ("a\u2028b\x85c", "a b c"),
        ("\x1b[2Ja\x00", "[2Ja"),
        ("é\u00a0€ ’", "é\u00a0€ ’"),
    ],
)
def test_a_text_is_made_one_line(text: str, line: str) -> None:
    assert one_line(text) == line
    assert without_controls("a\nb\x1b") == "a\nb"


def test_no_row_of_a_csv_is_two() -> None:
    assert csv_text([{"nom": "P\r=2"}, {"nom": "\r=2"}]) == "nom\nP =2\n =2\n"
    assert guarded_csv("P\r\n=2") == "P =2"
