"""Controls, the list and the committee's workbook over a year of actions that ask eight lines each (growth)."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.rows import add_rows
from ledger.core.money import ZERO, Money
from ledger.exchange.export.committees import committee_tables
from ledger.exchange.writing.writer import write_workbook
from ledger.journal.exercices import open_exercice
from ledger.programming.actions.model import Action, ActionSlice, ActionTerritory, Funding
from ledger.programming.committees.queries import committee_actions
from ledger.programming.controls.checks import control
from ledger.programming.controls.queries import controlled_actions
from ledger.referential.model import Porteur
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession
from tests.bases import make_base

SIZES, ROUNDS, BY_PORTEUR = (500, 5_000), 3, 4
LINES = (
    "ETAT-PDV-ACTIONS",
    "ETAT-FIPD",
    "REGION-DSDT",
    "CAPH-PDV",
    "CAF-DROIT-COMMUN",
    "CPAM-DROIT-COMMUN",
    "ARS-DROIT-COMMUN",
    "PORTEUR-FONDS-PROPRES",
)
DAY = date(2016, 3, 4)


@contextmanager
def year_of(count: int) -> Iterator[Session]:
    """A base whose year 2016 has this many actions."""
    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder) / "annee.db")
        make_base(address)
        engine = open_engine(address)
        acting = Context("CV195", "mesure", "mesure")
        with (
            engine.connect().execution_options(writing=True) as connection,
            ContractSession(connection, acting) as session,
        ):
            open_exercice(session, 2016)
            fill(session, count)
            session.expire_all()
            yield session
        engine.dispose()


def fill(session: Session, count: int) -> None:
    """Insert the actions, their public, places and plans."""
    add_rows(
        session,
        Porteur,
        [
            {"code": f"P{rank}", "name": f"Association {rank}", "kind": "association", "to_confirm": False}
            for rank in range(count // BY_PORTEUR)
        ],
    )
    numbers = [f"2016-{rank:05}" for rank in range(count)]
    add_rows(session, Action, [action(rank, number, count) for rank, number in enumerate(numbers)])
    of = [{"contract": "CV195", "action": number} for number in numbers]
    add_rows(session, ActionSlice, [{**key, "kind": "qpv", "headcount": 40, "cost": Money(800_000)} for key in of])
    add_rows(session, ActionTerritory, [{**key, "territory": "DENAIN-CENTRE"} for key in of])
    asked = {"amount_requested": Money(100_000), "shared": False, "status": "demande", "observation": ""}
    add_rows(session, Funding, [{**key, **asked, "line": line} for key in of for line in LINES])


def action(rank: int, number: str, count: int) -> dict[str, object]:
    """The facts of one action of so many."""
    return {
        "contract": "CV195",
        "number": number,
        "year": 2016,
        "porteur": f"P{rank % (count // BY_PORTEUR)}",
        "title": f"{WORDS[rank % 7]} {WORDS[rank // 7 % 7]} du quartier {rank % 97}",
        "objective": "5.1.2",
        "scale": "communale",
        "dispositif": "action",
        "nature": "fonctionnement",
        "innovation_criteria": rank % 5,
        "cost_total": Money(800_000),
        "cost_eligible": Money(800_000),
        "no_droit_commun_reason": "",
        "status": "instruit",
        "example": True,
        "origin": "",
        "years": 1,
        "renewal": "",
        "valued": ZERO,
        "share_source": "",
    }


WORDS = ("Atelier", "Jardin", "Chantier", "Parcours", "Théâtre", "Médiation", "Santé")


def seconds(session: Session, work: Callable[[], object]) -> float:
    """The median processor time of this work, each time on a session that holds nothing."""
    times = []
    for _ in range(ROUNDS):
        session.expunge_all()
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.median(times)


def main() -> None:
    """Print the processor time of each work at each size, and how it grows."""
    found: dict[str, list[float]] = {}
    for count in SIZES:
        with year_of(count) as session, tempfile.TemporaryDirectory() as folder:
            works: dict[str, Callable[[], object]] = {
                "list asked, advised, proposed, decided": lambda: committee_actions(session, 2016),
                "every control": lambda: control(*controlled_actions(session, 2016, on=DAY)),
                "committee's workbook": lambda: write_workbook(
                    Path(folder) / "copil.xlsx", committee_tables(session, "copil", 2016)
                ),
            }
            for name, work in works.items():
                found.setdefault(name, []).append(seconds(session, work))
    ratio = SIZES[-1] / SIZES[0]
    for name, (few, many) in found.items():
        print(f"{name:<40}{few:8.2f} s {many:8.2f} s   growth × {many / few / ratio:.2f} of proportion")


if __name__ == "__main__":
    main()
