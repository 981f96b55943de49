"""A programme of 5,000 actions × 8 lines: entered, listed, filtered, read whole; growth, and raw SQL beside."""

from __future__ import annotations

import gc
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from ledger.core.money import Money, total
from ledger.programming.actions.forms import ActionForm
from ledger.programming.actions.model import Action
from ledger.programming.actions.read_actions import WHOLE, read_actions
from ledger.programming.actions.record_action import record_action
from ledger.programming.plans.balance import FundingForm
from ledger.programming.publics.shares import PublicForm
from ledger.programming.queries import ActionFilters, conditions_of
from ledger.referential.porteurs import PorteurForm, record_porteur
from ledger.referential.seed import load_referential
from ledger.rules.seed import load_rules
from ledger.storage.engine import open_engine
from ledger.storage.schema import upgrade
from ledger.storage.session import Context, ContractSession

YEAR, SIZES, ROUNDS = 2016, (1_250, 2_500, 5_000), 7
LINES = (
    "ETAT-PDV-ACTIONS",
    "REGION-DSDT",
    "CAPH-PDV",
    "COMMUNE-PDV",
    "DEPARTEMENT-DROIT-COMMUN",
    "CAF-DROIT-COMMUN",
    "ARS-DROIT-COMMUN",
    "PORTEUR-FONDS-PROPRES",
)
OBJECTIVES = ("1.1.1", "2.1.1", "3.1.1", "5.1.2", "7.1.1")
TERRITORIES = ("DENAIN-CENTRE", "SABATIER", "SCHNEIDER")
FILTERS = {
    "a line": ActionFilters(line="CAPH-PDV"),
    "an axis": ActionFilters(objective="5"),
    "a territory": ActionFilters(territory="SABATIER"),
    "words and a porteur": ActionFilters(words="atelier 12", porteur="P1"),
}
RAW = """SELECT a.number, a.title, a.porteur, a.objective, a.cost_total, a.status, sum(f.amount_requested)
  FROM action a JOIN funding f ON f.contract = a.contract AND f.action = a.number
 WHERE a.year = 2016 AND f.line <> 'PORTEUR-FONDS-PROPRES' GROUP BY a.number ORDER BY a.number"""


def action(rank: int) -> ActionForm:
    """An action that asks eight lines, some centimes apart, for a public counted in two places."""
    amounts = [Money(100_000 + 137 * rank % 90_000 + place) for place in range(len(LINES))]
    return ActionForm(
        year=YEAR,
        number=f"{YEAR}-{rank:05}",
        porteur=f"P{rank % 60}",
        title=f"Atelier {rank}",
        cost_total=total(amounts),
        objective=OBJECTIVES[rank % len(OBJECTIVES)],
        fundings=tuple(FundingForm(line, amount) for line, amount in zip(LINES, amounts, strict=True)),
        publics=(PublicForm("", 10 + rank % 90, TERRITORIES[rank % 3], counted=True), PublicForm("hors", rank % 9)),
    )


def session_on(path: Path) -> Session:
    """A session on a base with the référentiel, the rules and sixty porteurs."""
    engine = open_engine(str(path))
    upgrade(engine)
    session = ContractSession(
        engine.connect().execution_options(writing=True),
        Context("CV195", "mesure", "mesure"),
    )
    load_referential(session)
    load_rules(session, "CV195")
    for rank in range(60):
        record_porteur(session, PorteurForm(name=f"Porteur {rank}", kind="association", code=f"P{rank}"))
    return session


def median(act: Callable[[], object]) -> float:
    """The median processor time of an act, in seconds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        act()
        times.append(time.process_time() - begun)
    return statistics.median(times)


def listed(session: Session, filters: ActionFilters) -> object:
    """The actions that pass the filters, as their list reads them."""
    return read_actions(session, Action.year == YEAR, *conditions_of(filters), parts=("fundings",))


def measure(size: int, path: Path) -> dict[str, float]:
    """What each use costs on a programme of that many actions, in seconds of processor: neighbours weigh less on it."""
    session = session_on(path)
    begun = time.process_time()
    for rank in range(size):
        record_action(session, action(rank), on=date(YEAR, 1, 8))
        if rank % 500 == 499:
            session.expunge_all()
    session.commit()
    gc.collect()
    gc.freeze()
    found = {"entered, versions kept": time.process_time() - begun}
    with closing(sqlite3.connect(path)) as raw:
        found["raw SQL of the list"] = median(lambda: raw.execute(RAW).fetchall())
    found["listed"] = median(lambda: listed(session, ActionFilters()))
    for name, filters in FILTERS.items():
        found[f"filtered by {name}"] = median(lambda filters=filters: listed(session, filters))  # type: ignore[misc]
    session.expunge_all()
    begun = time.process_time()
    assert len(read_actions(session, Action.year == YEAR, parts=WHOLE)) == size
    found["read whole, details and plan asked"] = time.process_time() - begun
    session.close()
    return found


def main() -> None:
    """Print each use at three sizes, its growth from the smallest to the largest, its ratio to raw SQL."""
    sizes = tuple(int(word) for word in sys.argv[1:]) or SIZES
    with tempfile.TemporaryDirectory() as folder:
        found = {size: measure(size, Path(folder, f"{size}.db")) for size in sizes}
    print(f"{'':<36}" + "".join(f"{size:>12,}" for size in sizes) + "   growth   / raw")
    for name in found[sizes[-1]]:
        times = [found[size][name] for size in sizes]
        ratio = times[-1] / found[sizes[-1]]["raw SQL of the list"]
        shown = "".join(f"{seconds * 1000:>9.0f} ms" for seconds in times)
        print(f"{name:<36}{shown}   × {times[-1] / times[0]:.2f}   × {ratio:.1f}")


if __name__ == "__main__":
    main()
