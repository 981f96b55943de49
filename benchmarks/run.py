"""Wall time and peak memory of the program's common uses, each run by turns with `import typer` (make bench)."""

from __future__ import annotations

import os
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
ROUNDS, DEMOS = 15, 3
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


if __name__ == "__main__":
    main()
