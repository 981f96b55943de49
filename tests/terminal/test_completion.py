"""What the shell completes: groups, commands, options, codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _complete(*words: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "cli.py"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={
            "_COFIVILLE_COMPLETE": "complete_bash",
            "COMP_WORDS": " ".join(("cofiville", *words)),
            "COMP_CWORD": str(len(words)),
            "PATH": "",
        },
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("env",), ["enveloppe"]),
        (("enveloppe", "no"), ["notifier"]),
        (("exercice", "ouvrir", "--h"), ["--help"]),
        (("--js",), ["--json", "--json-schema"]),
        (("enveloppe", "notifier", "ETAT"), []),
    ],
)
def test_words_are_completed(words: tuple[str, ...], offered: list[str], tmp_path: Path) -> None:
    assert _complete("--base", str(tmp_path / "absente.db"), *words) == offered


def test_codes_of_the_base_are_completed(base: str) -> None:
    assert _complete("--base", base, "enveloppe", "notifier", "ETAT-PDV-D") == ["ETAT-PDV-DRE"]


@pytest.mark.sqlite
def test_codes_of_a_file_named_by_its_address_are_completed(base: str) -> None:
    assert _complete("--base", f"sqlite:///{base}", "enveloppe", "notifier", "ETAT-PDV-D") == ["ETAT-PDV-DRE"]


def test_nothing_is_offered_from_a_server_that_is_not_there_or_from_what_is_no_base(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("notes")
    for address in (str(tmp_path / "notes.db"), "postgresql://hote.invalid/base"):
        assert _complete("--base", address, "enveloppe", "notifier", "E") == []


def test_a_key_pressed_loads_nothing_heavy(base: str) -> None:
    script = (
        "import sys, cli\n"
        "try: cli.app()\n"
        "except SystemExit: pass\n"
        "print([m for m in ('sqlalchemy', 'rich', 'pydantic', 'platformdirs') if m in sys.modules])"
    )
    words = f"cofiville --base {base} enveloppe notifier ETAT-PDV-D"
    asked = {"_COFIVILLE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": "5", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, env=asked, check=True
    )
    assert done.stdout.split("\n")[0] == "ETAT-PDV-DRE"
    assert done.stdout.endswith("[]\n")
