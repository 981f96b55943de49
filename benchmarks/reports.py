"""What people look at, on ten years of a thousand actions: every report, the dossier, the start screen; and start-up.

python -m benchmarks.reports [--actions 1000] [--years 10]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from benchmarks.run import COFIVILLE, REFERENCE, seconds
from ledger.conventions.model import Convention, ConventionLine, Instalment
from ledger.core.money import Money
from ledger.execution.model import Bilan, BilanLine
from ledger.journal.positions import AccountKey, Position
from ledger.journal.posting import post_acts
from ledger.journal.seal import Draft, Move
from ledger.programming.actions.model import Action, ActionSlice, ActionTerritory, Funding
from ledger.reports.agenda import agenda
from ledger.reports.catalogue import REPORTS, ReportAsked, make_report
from ledger.reports.dossier.content import dossier_of_year
from ledger.reports.dossier.page import dossier_page
from ledger.reports.dossier.pdf import dossier_pdf
from ledger.reports.programme import programme_figures
from ledger.reports.selection import Selection
from ledger.reports.trend import trend_report
from ledger.reports.vocabulary import Par, ParEcart
from ledger.storage.engine import open_engine
from ledger.storage.session import Context, ContractSession
from tests.bases import make_base

CONTRACT = "CV195"
LINES = ("ETAT-PDV-ACTIONS", "CAPH-PDV", "REGION-DSDT", "CAF-DROIT-COMMUN")
PLACES = ("DENAIN-CENTRE", "SABATIER", "ARENBERG", "VEILLE-DENAIN", "VEILLE-ROEULX")
OBJECTIVES = ("1.1.1", "2.1.1", "5.1.2", "7.1.1")
TURNS = 3


def fill(session: Session, years: range, actions: int) -> None:
    """Actions of four lines each, granted, conventioned, paid and justified: all of it but in the last year."""
    from ledger.journal.exercices import open_exercice
    from ledger.referential.porteurs import PorteurForm, record_porteur

    for rank in range(60):
        record_porteur(session, PorteurForm(name=f"Porteur {rank}", kind="association", code=f"P{rank}"))
    for year in years:
        open_exercice(session, year)
        _ask(session, year, actions)
        last = year == years[-1]
        _convention(session, year, actions, "signee" if last else "soldee")
        if not last:
            session.add_all(_bilans(year, actions))
        post_acts(session, _acts(year, actions, 100_00 if last else 0))
        session.commit()


def _ask(session: Session, year: int, actions: int) -> None:
    rows: list[object] = []
    for rank in range(1, actions + 1):
        number = f"{year}-{rank:04d}"
        rows += [
            Action(
                contract=CONTRACT,
                number=number,
                year=year,
                appel=None,
                porteur=f"P{rank % 60}",
                title=f"Action {number}",
                objective=OBJECTIVES[rank % len(OBJECTIVES)],
                scale="communale",
                dispositif="action",
                nature="fonctionnement",
                innovation_criteria=0,
                cost_total=Money(4_000_00),
                cost_eligible=Money(4_000_00),
                no_droit_commun_reason="",
                status="accorde",
                example=False,
                origin="",
            ),
            ActionSlice(contract=CONTRACT, action=number, kind="qpv", headcount=30, cost=Money(3_000_01)),
            ActionSlice(contract=CONTRACT, action=number, kind="veille", headcount=10, cost=Money(999_99)),
            *(ActionTerritory(contract=CONTRACT, action=number, territory=place) for place in PLACES[rank % 3 :]),
            *(
                Funding(
                    contract=CONTRACT,
                    action=number,
                    line=line,
                    amount_requested=Money(1_000_00),
                    shared=False,
                    status="demande",
                    observation="",
                )
                for line in LINES
            ),
        ]
    session.add_all(rows)
    session.flush()


def _convention(session: Session, year: int, actions: int, state: str) -> None:
    rows: list[object] = []
    for rank in range(1, actions + 1):
        number, action = f"C{year}-{rank:04d}", f"{year}-{rank:04d}"
        rows.append(
            Convention(
                contract=CONTRACT,
                number=number,
                year=year,
                kind="convention",
                circuit="budget",
                payer="CAPH",
                beneficiary=f"P{rank % 60}",
                purpose=f"Action {action}",
                state=state,
                signed_on=date(year, 4, 29),
            )
        )
        for line in LINES:
            signed: dict[str, Any] = {"contract": CONTRACT, "convention": number, "action": action, "line": line}
            rows.append(ConventionLine(**signed, amount_signed=Money(800_00), terms_signed={}))
            for part, (cents, condition) in enumerate(((500_00, "signature"), (300_00, "bilan")), start=1):
                rows.append(Instalment(**signed, rank=part, amount=Money(cents), condition=condition))
    session.add_all(rows)
    session.flush()


def _bilans(year: int, actions: int) -> Iterator[Bilan]:
    for rank in range(1, actions + 1):
        bilan = Bilan(
            contract=CONTRACT,
            convention=f"C{year}-{rank:04d}",
            action=f"{year}-{rank:04d}",
            settled_on=date(year, 12, 20),
            real_cost=Money(4_000_00),
            other_funding=Money(0),
            slices={},
            piece="Compte rendu",
        )
        for line in LINES:
            bilan.lines.append(
                BilanLine(
                    contract=CONTRACT,
                    convention=bilan.convention,
                    action=bilan.action,
                    line=line,
                    amount_final=Money(900_00),
                    limited_by="convention",
                    steps=[],
                )
            )
        yield bilan


def _acts(year: int, actions: int, left: int) -> list[Draft]:
    """left: the cents that each step leaves behind, of 900 € a line."""
    whole = Money(1_000_00 * actions)
    drafts = [
        Draft(
            reference=f"NOTIFICATION {line} {year}",
            kind="notification",
            label=f"Notification {line}",
            piece="Arrêté",
            effect_on=date(year, 1, 15),
            moves=(Move(AccountKey(Position.DISPONIBLE, line, year), AccountKey(Position.NOTIFIE, line, year), whole),),
        )
        for line in LINES
    ]
    for rank in range(1, actions + 1):
        number, convention = f"{year}-{rank:04d}", f"C{year}-{rank:04d}"
        for step, (into, out_of) in enumerate(_WAY):
            amount = Money(900_00 - left * step)
            moves = tuple(
                Move(_key(into, line, year, convention, number), _key(out_of, line, year, convention, number), amount)
                for line in LINES
            )
            day = date(year, 3 + 2 * step, 1 + rank % 28)
            drafts.append(Draft(f"{into} {number}", "acte", f"{into} {number}", "Pièce", day, moves))
    return drafts


_WAY = (
    (Position.PROGRAMME, Position.DISPONIBLE),
    (Position.ENGAGE, Position.PROGRAMME),
    (Position.ORDONNE, Position.ENGAGE),
    (Position.VERSE, Position.ORDONNE),
)


def _key(position: Position, line: str, year: int, convention: str, action: str) -> AccountKey:
    if position is Position.DISPONIBLE:
        return AccountKey(position, line, year)
    return AccountKey(position, line, year, "" if position is Position.PROGRAMME else convention, action)


def measured(name: str, work: Callable[[], object]) -> None:
    """Print the median processor time of this work: the machine may do something else."""
    lasted = []
    for _ in range(TURNS):
        begun = time.process_time()
        work()
        lasted.append(time.process_time() - begun)
    print(f"{name:<44}{statistics.median(lasted):8.2f} s", flush=True)


def measure(session: Session, years: range) -> None:
    """Every report, then the dossier, on the last year."""
    year = years[-1]
    floor = ReportAsked(Selection(year))
    measured("programme of one year (floor of the reports)", lambda: programme_figures(session, year))
    for name in REPORTS:
        if name != "demandes":
            measured(f"rapport {name}", lambda name=name: make_report(session, name, floor))  # type: ignore[misc]
    for by in set(ParEcart) - {ParEcart.ACTION}:
        gaps = ReportAsked(Selection(year), by=by)
        measured(f"rapport ecarts --par {by}", lambda gaps=gaps: make_report(session, "ecarts", gaps))  # type: ignore[misc]
    for group in Par:
        asked = ReportAsked(Selection(year), by=group)
        measured(f"rapport demandes --par {group}", lambda asked=asked: make_report(session, "demandes", asked))  # type: ignore[misc]
    measured("rapport tendance, every year", lambda: trend_report(session, years, "ETAT", ""))
    measured("start screen: what is due", lambda: agenda(session, date(year, 12, 1)))
    dossier = dossier_of_year(session, year, today=date(year, 12, 1), note="", seal="")
    gathering = lambda: dossier_of_year(session, year, today=date(year, 12, 1), note="", seal="")  # noqa: E731
    measured("rapport dossier: gathered", gathering)
    measured("rapport dossier: page", lambda: dossier_page(dossier))
    measured("rapport dossier: PDF", lambda: dossier_pdf(dossier))
    print(f"{'page':<44}{len(dossier_page(dossier)) / 1e6:8.1f} MB")


def start_up() -> None:
    """The light command lines against `import typer`, by turns."""
    uses = {"cofiville --help": ("--help",), "cofiville rapport --help": ("rapport", "--help")}
    times: dict[str, list[float]] = {name: [] for name in ("import typer", *uses)}
    for _ in range(15):
        times["import typer"].append(seconds(REFERENCE, {}))
        for name, words in uses.items():
            times[name].append(seconds((COFIVILLE, *words), {}))
    reference = statistics.median(times["import typer"])
    for name, lasted in times.items():
        median = statistics.median(lasted)
        print(f"{name:<44}{median * 1000:8.0f} ms   × {median / reference:.2f}")


def main() -> None:
    """Fill a base of its own and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--actions", type=int, default=1000)
    parser.add_argument("--years", type=int, default=10)
    wanted = parser.parse_args(sys.argv[1:])
    years = range(2011, 2011 + wanted.years)
    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder) / "contrat.db")
        make_base(address)
        engine = open_engine(address)
        acting = Context(CONTRACT, "bench", "bench")
        begun = time.process_time()
        with (
            engine.connect().execution_options(writing=True) as connection,
            ContractSession(connection, acting) as session,
        ):
            fill(session, years, wanted.actions)
        print(f"{'filled':<44}{time.process_time() - begun:8.0f} s")
        with engine.connect() as connection, ContractSession(connection, acting) as session:
            measure(session, years)
        engine.dispose()
    start_up()


if __name__ == "__main__":
    main()
