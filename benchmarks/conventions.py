"""Conventions and payments entered from a workbook, one screen among many: python -m benchmarks.conventions."""

from __future__ import annotations

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.rows import add_rows
from ledger.commands.conventions.convention_life import life
from ledger.commands.conventions.convention_views import state_row
from ledger.conventions.queries import epci_financeur, find_convention
from ledger.core.money import Money
from ledger.exchange.declaration import Table, Values
from ledger.exchange.handlers.registry import WORKBOOK
from ledger.exchange.importing.handling import RowsOrigin
from ledger.exchange.importing.importer import ImportResult, import_file
from ledger.exchange.sheets import SHEETS
from ledger.exchange.sheets.conventions import CONVENTIONS, PAYMENTS
from ledger.exchange.workbook import read_workbook
from ledger.exchange.writing.lists import seed_lists
from ledger.exchange.writing.writer import write_workbook
from ledger.execution.figures import state_of
from ledger.journal.enveloppes import notify_credits
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft, Move
from ledger.programming.actions.model import Action, ActionSlice, Funding
from ledger.referential.model import Porteur
from ledger.rules.book import RulesRead
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession, context

LINE, PAID, GRANTED = "CAPH-PDV", Money(15_000), Money(100_000)
PAYMENTS_EACH, FEW = 4, 10
ROOT = Path(__file__).resolve().parent.parent


def new_base(folder: Path, count: int) -> Session:
    """A writing session on a fresh base: one action a convention to come, each with its grant."""
    base = folder / f"base-{count}-{len(list(folder.glob('*.db')))}.db"
    for words in (("base", "creer"), ("exercice", "ouvrir", "2016")):
        program = (sys.executable, str(ROOT / "cli.py"), "--base", str(base), "--agent", "mesure", *words)
        subprocess.run(program, check=True, stdout=subprocess.DEVNULL)
    connection = open_engine(str(base)).connect().execution_options(writing=True)
    session = ContractSession(connection, Context("CV195", "mesure", "mesure"))
    notify_credits(session, LINE, 2016, Money(10**12), piece="Budget", on=date(2016, 1, 15))
    add_rows(session, Porteur, [_porteur(n) for n in range(count)])
    add_rows(session, Action, [_action(n) for n in range(count)])
    key = {"contract": "CV195"}
    slices = [
        {**key, "action": _number(n), "kind": "qpv", "headcount": None, "cost": Money(200_000)} for n in range(count)
    ]
    add_rows(session, ActionSlice, slices)
    asked = {"line": LINE, "amount_requested": GRANTED, "shared": False, "status": "demande", "observation": ""}
    add_rows(session, Funding, [{**key, **asked, "action": _number(n)} for n in range(count)])
    post_acts(session, [_grant(n) for n in range(count)])
    session.commit()
    return session


def _number(n: int) -> str:
    return f"2016-{n:06}"


def _porteur(n: int) -> dict[str, object]:
    return {"code": f"P-{n}", "name": f"Association {n} (exemple)", "kind": "association", "to_confirm": False}


def _action(n: int) -> dict[str, object]:
    return {
        "contract": "CV195",
        "number": _number(n),
        "year": 2016,
        "appel": None,
        "porteur": f"P-{n}",
        "title": f"Action {n} (exemple)",
        "objective": None,
        "scale": "communale",
        "dispositif": "action",
        "nature": "fonctionnement",
        "innovation_criteria": 0,
        "cost_total": Money(200_000),
        "cost_eligible": Money(200_000),
        "no_droit_commun_reason": "",
        "status": "accorde",
        "example": True,
        "origin": "",
    }


def _grant(n: int) -> Draft:
    programmed = AccountKey(Position.PROGRAMME, LINE, 2016, action=_number(n))
    move = Move(programmed, AccountKey(Position.DISPONIBLE, LINE, 2016), GRANTED)
    return Draft(f"ACCORD {n}", "accord", "Accord", "COPIL", date(2016, 3, 4), (move,))


def workbook(path: Path, count: int) -> None:
    """The conventions signed, and four payments each: ordered and paid."""
    conventions: list[Values] = [
        {
            "number": f"C-{n}",
            "payer": "CAPH",
            "action": _number(n),
            "line": LINE,
            "amount": GRANTED,
            "signed_on": date(2016, 4, 29),
            "piece": "Délibération",
        }
        for n in range(count)
    ]
    payments: list[Values] = [
        {
            "convention": f"C-{n}",
            "reference": f"M{n}-{rank}",
            "amount": PAID,
            "ordered_on": date(2016, 5 + rank, 10),
            "paid_on": date(2016, 5 + rank, 20),
        }
        for n in range(count)
        for rank in range(PAYMENTS_EACH)
    ]
    write_workbook(path, [Table(CONVENTIONS, tuple(conventions)), Table(PAYMENTS, tuple(payments))], seed_lists())


def import_once(session: Session, path: Path) -> ImportResult:
    """Read, compare, write, commit."""
    origin = RowsOrigin(path.name, date(2016, 12, 1))
    found = import_file(session, read_workbook(path, SHEETS), WORKBOOK, origin, alone=True)
    assert found.written, found.problems[:3]
    session.commit()
    return found


def seconds(act: Callable[[], object]) -> float:
    """The processor time of this, whatever else the machine does."""
    gc.collect()
    begun = time.process_time()
    act()
    return time.process_time() - begun


def screen(session: Session, number: str) -> None:
    """All that one convention's screen reads, from a session that knows nothing yet."""
    session.expunge_all()
    context(session).forget(RulesRead)
    convention = find_convention(session, number)
    state = state_of(session, convention)
    state_row(state, epci_financeur(session))
    life(session, convention, state.convention, date(2016, 12, 31))


def main() -> None:
    """Import and look at a few, then at many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--conventions", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=31)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, looks = Path(name), {}
        for count in (FEW, arguments.conventions):
            session, path = new_base(folder, count), folder / f"{count}.xlsx"
            workbook(path, count)
            lasted = seconds(lambda session=session, path=path: import_once(session, path))  # type: ignore[misc]
            acts = count * (1 + 2 * PAYMENTS_EACH)
            paid = f"{count} conventions × {PAYMENTS_EACH} payments entered"
            print(f"{paid}: {lasted:.2f} s of processor, {acts / lasted:.0f} acts/s")
            middle = f"C-{count // 2}"
            looks[count] = statistics.median(
                seconds(lambda session=session, middle=middle: screen(session, middle))  # type: ignore[misc]
                for _ in range(arguments.rounds)
            )
            print(f"one convention's screen among {count}: {1000 * looks[count]:.1f} ms")
            session.close()
        print(f"screen, {FEW} → {arguments.conventions}: × {looks[arguments.conventions] / looks[FEW]:.2f}")


if __name__ == "__main__":
    main()
