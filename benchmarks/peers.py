"""The same two-sided entries with other ledgers and with Cofiville, in one run: CPU seconds of each.

`python -m benchmarks.peers` makes an environment of its own for the Python libraries and throws it away; hledger and
Ledger are measured when the machine has them. Whatever is missing is said so.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.book import book, drafts, timed
from ledger.journal.audit import audit_book
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft

HERE = Path(__file__).parent
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
# python-accounting asks for the drivers of MySQL and PostgreSQL, which SQLite does without.
LIBRARIES: dict[str, tuple[tuple[str, ...], ...]] = {
    "beancount": (("beancount",),),
    "django-ledger": (("django-ledger",),),
    "python-accounting": (("sqlalchemy", "python-dateutil"), ("--no-deps", "python-accounting")),
}
BALANCE = (("hledger", ("--strict", "balance")), ("ledger", ("--pedantic", "balance")))
Answer = float | str


def beancount_journal(count: int) -> str:
    """The entries as Beancount reads them."""
    opened = "2016-01-01 open Assets:Disponible EUR\n2016-01-01 open Assets:Programme EUR\n"
    return opened + "".join(
        f'2016-03-01 * "ACTE {number}"\n  Assets:Programme  {100 + number}.00 EUR\n'
        f"  Assets:Disponible  -{100 + number}.00 EUR\n"
        for number in range(count)
    )


def plain_journal(count: int) -> str:
    """The entries as hledger and Ledger read them."""
    declared = "commodity EUR\n  format 1000.00 EUR\naccount assets:disponible\naccount assets:programme\n\n"
    return declared + "".join(
        f"2016-03-01 ACTE {number}\n  assets:programme  {100 + number}.00 EUR\n"
        f"  assets:disponible  -{100 + number}.00 EUR\n\n"
        for number in range(count)
    )


def last_line(text: str) -> str:
    """The last line of what a program said."""
    return (text.strip().splitlines() or ["no word"])[-1]


def of_a_library(name: str, count: int, folder: Path) -> Answer:
    """CPU seconds of a library's own script in a fresh environment, or why it was not measured."""
    home = folder / name
    venv.create(home, with_pip=True)
    python = str(home / "bin" / "python")
    for wanted in LIBRARIES[name]:
        done = subprocess.run([python, *PIP, *wanted], capture_output=True, text=True, check=False)
        if done.returncode:
            return f"not measured, it does not install here: {last_line(done.stderr)}"
    file = folder / f"{name}.data"
    if name == "beancount":
        file.write_text(beancount_journal(count), encoding="utf-8")
    script = str(HERE / f"peer_{name.replace('-', '_')}.py")
    done = subprocess.run([python, script, str(count), str(file)], capture_output=True, text=True, check=False)
    if done.returncode:
        return f"not measured, it fails: {last_line(done.stderr)}"
    return float(last_line(done.stdout))


def of_a_program(name: str, words: Sequence[str], count: int, folder: Path) -> Answer:
    """CPU seconds of reading, checking and balancing the journal, or why it was not measured."""
    if shutil.which(name) is None:
        return "not measured, it is not installed on this machine"
    file = folder / "entries.journal"
    file.write_text(plain_journal(count), encoding="utf-8")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([name, "-f", str(file), *words], capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        return f"not measured, it fails: {last_line(done.stderr)}"
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def post_by(step: int, session: Session, acts: Sequence[Draft]) -> None:
    """Post the acts, so many a transaction."""
    for first in range(0, len(acts), step):
        post_acts(session, acts[first : first + step])
        session.commit()


def of_cofiville(count: int, folder: Path) -> dict[str, Answer]:
    """CPU seconds of posting the entries in a batch, then each in its own transaction, and of auditing them."""
    acts = drafts(count)
    with book(str(folder / "batch.db")) as (_, session):
        batch, checked = timed(lambda: post_by(count, session, acts)), timed(lambda: audit_book(session))
    with book(str(folder / "singles.db")) as (_, session):
        singles = timed(lambda: post_by(1, session, acts))
    return {
        "Cofiville, in one batch": batch,
        "Cofiville, one a transaction": singles,
        "Cofiville, full audit": checked,
    }


def main() -> None:
    """Measure and print; a peer that cannot be had is named with the reason."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entries", type=int, default=10_000)
    count: int = options.parse_args().entries
    print(f"{count:,} two-sided entries, CPU seconds")
    with tempfile.TemporaryDirectory(prefix="cofiville-peers-") as name:
        folder = Path(name)
        for label, seconds in of_cofiville(count, folder).items():
            show(label, seconds)
        for program, words in BALANCE:
            show(program, of_a_program(program, words, count, folder))
        for library in LIBRARIES:
            show(library, of_a_library(library, count, folder))
    show("TigerBeetle", "not measured: nothing here starts a server of it")


def show(label: str, answer: Answer) -> None:
    """Print a measure, or why there is none."""
    print(f"{label:<34}{answer if isinstance(answer, str) else f'{answer:8.2f} s'}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
