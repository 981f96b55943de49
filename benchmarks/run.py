"""What the program's common uses cost, each run by turns with a reference (make bench).

Wall time and peak memory beside `import typer`; processor time beside `import typer, sqlalchemy.orm`, in pairs.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
COFIVILLE = str(Path(sys.executable).with_name("cofiville"))
REFERENCE = (sys.executable, "-c", "import typer")
LOADED = (sys.executable, "-c", "import typer, sqlalchemy.orm")
ROUNDS, DEMOS = 15, 3
READING, ACTING = 1.5, 2.0
READINGS = (
    "enveloppe lister 2016",
    "action lister 2016",
    "convention lister 2016",
    "rapport consommation 2016",
    "journal lister",
    "bilan lister 2016",
    "allocation lister",
    "regle lister",
    "porteur lister",
    "axe lister",
    "exercice lister",
    "versement lister 2016",
    "comite lister 2016",
    "rapport demandes 2016",
    "cloture verifier 2016",
)
ACTS = (
    "enveloppe notifier CAPH-DRE 2017 10 --piece essai --le 2017-12-01",
    "action statut 2017-001 realise --motif essai --le 2017-12-01",
    "versement ordonner DRE-2017-C --le 2017-12-01",
    "exercice ouvrir 2019",
    "porteur ajouter Banc --type association --code BANC",
)
MEASURED = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); "
PEAK = MEASURED + "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"


class Use(NamedTuple):
    """A command line to measure, and how many `import typer` it may last."""

    name: str
    words: Sequence[str]
    limit: float
    environment: Mapping[str, str]


def seconds(words: Sequence[str], environment: Mapping[str, str]) -> float:
    """The wall time of this command line, in seconds."""
    begun = time.perf_counter()
    subprocess.run(words, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - begun


def peak_mebibytes(words: Sequence[str]) -> int:
    """The peak memory of this command line, in MiB."""
    ran = subprocess.run([sys.executable, "-c", PEAK, *words], capture_output=True, text=True, check=True)
    return int(ran.stdout) // 1024


def compare(uses: Sequence[Use]) -> None:
    """Print the median of each use and its ratio to the reference, measured by turns."""
    times: dict[str, list[float]] = {name: [] for name in ("import typer", *(use.name for use in uses))}
    for _ in range(ROUNDS):
        times["import typer"].append(seconds(REFERENCE, {}))
        for use in uses:
            times[use.name].append(seconds(use.words, use.environment))
    reference = statistics.median(times["import typer"])
    print(f"{'import typer':<32}{reference * 1000:8.0f} ms")
    for use in uses:
        median = statistics.median(times[use.name])
        verdict = f"target ≤ {use.limit:g}" if use.limit else ""
        print(f"{use.name:<32}{median * 1000:8.0f} ms   × {median / reference:.2f}   {verdict}")


def processor_seconds(words: Sequence[str], bytecode: Path) -> float:
    """The processor time of this command line, in seconds; bytecode: where that of every module is kept, as installed.

    A machine that writes none would compile the program's own modules at each run, and not those of its libraries.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(bytecode)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare_processor(base: Path, lines: Sequence[str], limit: float) -> None:
    """Print the median of the ratios of each command line, on a copy of the base, to the reference run just before.

    The first turn, which compiles what is not yet compiled, is not counted.
    """
    ratios: dict[str, list[float]] = {line: [] for line in lines}
    copy, bytecode = base.with_name("turn.db"), base.with_name("bytecode")
    for turn in range(ROUNDS + 1):
        for line in lines:
            shutil.copy(base, copy)
            reference = processor_seconds(LOADED, bytecode)
            lasted = processor_seconds((COFIVILLE, "--base", str(copy), *line.split()), bytecode)
            if turn:
                ratios[line].append(lasted / reference)
    for line in lines:
        ratio = statistics.median(ratios[line])
        verdict = "reached" if ratio <= limit else "missed"
        print(f"{line:<70}   × {ratio:.2f} of processor   target ≤ {limit:g}   {verdict}")


def completion(words: str) -> dict[str, str]:
    """The environment in which a shell asks the program to complete these words."""
    return {"_COFIVILLE_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}


def main() -> None:
    """Measure the example year, then the light commands on the base it leaves."""
    with tempfile.TemporaryDirectory() as folder:
        lasted = [seconds((COFIVILLE, "demo", "--dossier", f"{folder}/{turn}"), {}) for turn in range(DEMOS)]
        memory = peak_mebibytes((COFIVILLE, "demo", "--dossier", f"{folder}/memory"))
        print(f"{'cofiville demo':<32}{statistics.median(lasted):8.1f} s    peak {memory} MiB   target ≤ 15 s")
        base = next(Path(folder, "0").glob("*.db"))
        listing = (COFIVILLE, "--base", str(base), "enveloppe", "lister", "2016")
        compare(
            (
                Use("cofiville --help", (COFIVILLE, "--help"), 2.5, {}),
                Use("cofiville enveloppe --help", (COFIVILLE, "enveloppe", "--help"), 0, {}),
                Use("cofiville enveloppe lister 2016", listing, 0, {}),
                Use(
                    "completion of line codes",
                    (COFIVILLE,),
                    8,
                    {**completion("cofiville enveloppe notifier ETAT"), "COFIVILLE_BASE": str(base)},
                ),
            )
        )
        compare_processor(base, READINGS, READING)
        compare_processor(base, ACTS, ACTING)


if __name__ == "__main__":
    main()
