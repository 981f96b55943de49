"""The n-th write, opening or fsync fails, for every command that writes a file: a refusal in French, nothing half-made.

COFIVILLE_EPREUVES=completes fails every call of each command, up to 150 of them; COFIVILLE_GRAINE draws others.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from typing import IO, Any

import pytest

from tests.acts import unsealed_rows
from tests.bases import ROOT, clean_environment
from tests.commands.conftest import notify
from tests.conftest import Typist
from tests.journal.trials import COMPLETE
from tests.seals import verified

SEED = int(os.environ.get("COFIVILLE_GRAINE", "20161231"))
TRIED = 150 if COMPLETE else 3
BASE = "contrat.db"
COPY = "copie.db"
# What each command writes; whether it is there before.
WRITING = {
    "base creer": ("--base neuve.db base creer", "neuve.db"),
    "base sauvegarder": ("base sauvegarder autre.db", "autre.db"),
    "base restaurer": (f"base restaurer {COPY} --oui", BASE),
    "base migrer": (f"base migrer {BASE} ailleurs.db", "ailleurs.db"),
    "base archiver": ("base archiver CV195 archive --exercices-ouverts", "archive"),
    "excel exporter": ("excel exporter consommation 2016 sortie.xlsx", "sortie.xlsx"),
    "excel modeles": ("excel modeles .", "programmation.xlsx"),
    "rapport dossier": ("rapport dossier 2016 dossier.html", "dossier.html"),
    "document modeles": ("document modeles modeles", "modeles"),
    "configurer": ("configurer --contrat CV193", "cofiville.toml"),
    "porteur effacer-contact": ("porteur effacer-contact AZUR --oui", BASE),
    "enveloppe notifier": ("enveloppe notifier ETAT-PDV-DRE 2016 7 --piece B --le 2016-02-02", BASE),
}

pytestmark = [pytest.mark.sqlite, pytest.mark.long, pytest.mark.xdist_group("failing")]


@pytest.fixture(scope="module")
def typing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """The program under the shim, which types what it is asked."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if sys.platform != "linux" or compiler is None:
        pytest.skip("no C compiler here, or another system than Linux")
    shim = tmp_path_factory.mktemp("shim") / "failing.so"
    source = ROOT / "tests" / "commands" / "failing_calls.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
    environment = clean_environment() | {"LD_PRELOAD": str(shim)}
    words = [sys.executable, "-m", "tests.commands.failing", str(shim)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, cwd=ROOT, env=environment, **pipes) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def ask(typing: subprocess.Popen[str], **asked: object) -> dict[str, Any]:
    streams: tuple[IO[str] | None, IO[str] | None] = (typing.stdin, typing.stdout)
    assert streams[0] is not None
    assert streams[1] is not None
    streams[0].write(json.dumps(asked) + "\n")
    streams[0].flush()
    found: dict[str, Any] = json.loads(streams[1].readline())
    return found


def sound(path: Path) -> bool:
    """Whether what stands there is whole: a base by its seals, a workbook by its archive, the others by their end."""
    if path.is_dir():
        return verified(path) == [] if path.name == "archive" else True
    if path.suffix == ".db":
        with closing(sqlite3.connect(path)) as connection:
            whole = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return whole and verified(path) == [] and unsealed_rows(str(path)) == []
    if path.suffix == ".xlsx":
        return zipfile.ZipFile(path).testzip() is None
    return path.suffix != ".html" or path.read_text(encoding="utf-8").rstrip().endswith("</html>")


@pytest.mark.parametrize("name", WRITING)
def test_a_call_that_fails_leaves_nothing_half_made(
    name: str, typing: subprocess.Popen[str], in_2016: Typist, base: str, tmp_path: Path
) -> None:
    words, written = WRITING[name]
    line = words.split() if words.startswith("--base") else ["--base", BASE, *words.split()]
    notify(in_2016, "A")
    assert in_2016("porteur", "ajouter", "Azur", "--code", "AZUR", "--type", "association").code == 0
    assert in_2016("porteur", "contact", "AZUR", "--nom", "Mme Exemple").code == 0
    model = tmp_path / "modele"
    model.mkdir()
    in_2016("base", "sauvegarder", model / BASE)
    shutil.copy(model / BASE, model / COPY)
    count = 0

    def tried(nth: int, *, lasting: bool) -> dict[str, Any]:
        nonlocal count
        count += 1
        folder = Path(shutil.copytree(model, tmp_path / f"essai{count}"))
        answer = ask(typing, words=line, folder=str(folder), nth=nth, lasting=lasting)
        answer["folder"] = folder
        return answer

    whole = tried(0, lasting=False)
    assert whole["code"] == 0, whole["said"]
    assert sound(whole["folder"] / written)
    draw = Random(f"{SEED} {name}")  # noqa: S311 - the same calls for the same seed
    every = range(1, whole["calls"] + 1)
    for nth in sorted(draw.sample(every, min(TRIED, len(every)))):
        lasting = draw.random() < 0.5
        answer = tried(nth, lasting=lasting)
        folder, where = answer["folder"], f"{name}, call {nth} of {len(every)}, lasting: {lasting}\n{answer['said']}"
        assert "Traceback" not in answer["said"], where
        assert answer["code"] in (0, 1), where
        if answer["code"]:
            assert "\n→ " in answer["said"], where
        assert [each.name for each in folder.iterdir() if "en-cours" in each.name] == [], where
        target = folder / written
        assert sound(folder / BASE), where
        assert not target.exists() or sound(target), where
        assert target.exists() or answer["code"] == 1, where
        again = ask(typing, words=line, folder=str(folder), nth=0, lasting=False)
        done = answer["code"] == 0 or target.exists()
        assert again["code"] == 0 or (done and again["code"] == 1), f"{where}\n{again['said']}"
        assert sound(folder / BASE), where
        shutil.rmtree(folder)
