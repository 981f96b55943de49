"""The closing of a year as a workbook: what the comité reads, what is signed, decided, owed, and the gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from sqlalchemy.orm import Session

from ledger.closing.close_exercice import Closing, plan_closing
from ledger.closing.remainders import RemainderOutcome
from ledger.closing.vocabulary import RemainderEnd
from ledger.conventions.model import Convention
from ledger.conventions.queries import conventions, epci_financeur
from ledger.core.field import Kind
from ledger.core.grouping import sums_by
from ledger.core.money import Money, total
from ledger.exchange.declaration import Column, Sheet, Table, Values
from ledger.exchange.export.closing_state import committee_table, enveloppe_table
from ledger.exchange.export.example import example_note
from ledger.exchange.export.report import consumption_tables, report_table
from ledger.exchange.handlers.closing import remainder_values
from ledger.exchange.sheets.closing import CLOSING
from ledger.execution.recoveries.financeur_recoveries import recovered_by_financeur
from ledger.execution.recoveries.issue_titre import TitreState, titre_state, titres
from ledger.journal.balances import balances
from ledger.journal.positions import Position
from ledger.referential.queries import find_porteur
from ledger.reports.catalogue import ReportAsked, make_report
from ledger.reports.documents.values import in_words
from ledger.reports.gaps import gap_groups_report, real_costs
from ledger.reports.programme import programme_figures
from ledger.reports.selection import Selection
from ledger.reports.synthesis import load_referential_facts
from ledger.reports.vocabulary import ParEcart
from ledger.rules.vocabulary import Circuit

_COMMITMENT = (
    Column("convention", "Convention", Kind.CODE, width=17),
    Column("beneficiary", "Bénéficiaire", Kind.TEXT, width=38),
    Column("action", "Action", Kind.CODE, width=12),
    Column("line", "Ligne de crédit", Kind.CODE, width=28),
    Column("amount", "Montant", Kind.AMOUNT, summed=True, width=16),
    Column("fate", "Acte", Kind.TEXT, width=24),
)
_ACTS: Mapping[str, str] = {RemainderEnd.CARRY_COMMITMENT: "reste à réaliser", RemainderEnd.ATTACH: "rattachement"}


def remainder_table(session: Session, closing: Closing, note: str) -> Table:
    """The état des restes à réaliser of the EPCI's budget, dated 31/12, with the place of the signature."""
    epci = epci_financeur(session)
    outcomes = [outcome for outcome in _commitments(closing) if outcome.decider == epci]
    carried = total(outcome.amount for outcome in outcomes if outcome.fate == RemainderEnd.CARRY_COMMITMENT)
    sheet = Sheet(
        name=f"Restes à réaliser {closing.year}",
        title=f"État des restes à réaliser au 31/12/{closing.year}",
        key=("convention",),
        instructions=(
            f"Dépenses engagées et non mandatées au 31/12/{closing.year}, reportées sur l'exercice {closing.year + 1}.",
            f"Arrêté à la somme de {carried.french()} ({in_words(carried)}).",
            "Fait à …………………………, le ……………………          L'ordonnateur (nom, qualité, signature) :",
            "",
            "",
        ),
        columns=_COMMITMENT,
        computed=True,
    )
    return Table(sheet, tuple(_rows(session, outcomes)), note=note)


def elsewhere_table(session: Session, closing: Closing, note: str) -> Table:
    """What other financeurs committed and had not paid: recorded, since its fate is their decision."""
    epci = epci_financeur(session)
    sheet = Sheet(
        name=f"Chez les financeurs {closing.year}",
        title=f"Engagé chez les autres financeurs et non payé au 31/12/{closing.year}",
        key=("convention",),
        instructions=("Constaté, sans passer par le budget de l'EPCI : chaque financeur décide de ses crédits.",),
        columns=(Column("decider", "Financeur", Kind.CODE, width=15), *_COMMITMENT),
        computed=True,
    )
    outcomes = [outcome for outcome in _commitments(closing) if outcome.decider != epci]
    return Table(sheet, tuple(_rows(session, outcomes)), note=note)


def _commitments(closing: Closing) -> list[RemainderOutcome]:
    return [outcome for outcome in closing.outcomes if outcome.key.position is Position.ENGAGE]


def _rows(session: Session, outcomes: Iterable[RemainderOutcome]) -> Iterator[Values]:
    names = _beneficiaries(session)
    for outcome in sorted(outcomes, key=lambda outcome: (outcome.key.convention, outcome.key.action, outcome.key.line)):
        yield {
            "decider": outcome.decider,
            "convention": outcome.key.convention,
            "beneficiary": names.get(outcome.key.convention, ""),
            "action": outcome.key.action,
            "line": outcome.key.line,
            "amount": outcome.amount,
            "fate": _ACTS[outcome.fate],
        }


def _beneficiaries(session: Session) -> dict[str, str]:
    return {each.number: _name(session, each) for each in conventions(session)}


def _name(session: Session, convention: Convention) -> str:
    return find_porteur(session, convention.beneficiary).name if convention.beneficiary else ""


def recovery_table(session: Session, year: int, note: str) -> Table:
    """What is to be taken back on the year's grants: claimed by a titre and collected or not, or not claimed yet."""
    sheet = Sheet(
        name=f"Recouvrements {year}",
        title=f"Trop-versés à recouvrer sur les subventions {year}",
        key=("convention",),
        instructions=(
            "Un titre partiellement encaissé reste à recouvrer pour la différence.",
            "Sans les trop-versés que d'autres financeurs ont payés et récupèrent eux-mêmes.",
        ),
        columns=(
            Column("convention", "Convention", Kind.CODE, width=17),
            Column("beneficiary", "Porteur", Kind.TEXT, width=38),
            Column("titre", "Titre", Kind.CODE, width=16),
            Column("issued_on", "Émis le", Kind.DAY, width=12),
            Column("claimed", "Montant", Kind.AMOUNT, summed=True, width=16),
            Column("collected", "Encaissé", Kind.AMOUNT, summed=True, width=16),
            Column("left", "Reste à recouvrer", Kind.AMOUNT, summed=True, width=16),
            Column("state", "État", Kind.TEXT, width=22),
        ),
        computed=True,
    )
    return Table(sheet, tuple(_recoveries(session, year)), note=note)


def _recoveries(session: Session, year: int) -> Iterator[Values]:
    of_year = {each.number: each for each in conventions(session, year) if each.circuit == Circuit.BUDGET}
    states = [titre_state(session, titre) for titre in titres(session) if titre.convention in of_year]
    for state in states:
        convention = of_year[state.titre.convention]
        yield _recovery(session, convention, state.titre.amount, state.collected, state.left, state)
    waiting: dict[str, Money] = sums_by(
        (key.convention, amount) for key, amount in balances(session, positions=(Position.A_RECOUVRER,)).items()
    )
    for number, convention in of_year.items():
        free = waiting.get(number, Money(0)) - total(state.left for state in states if state.titre.convention == number)
        if free:
            yield _recovery(session, convention, free, Money(0), free, None)


def elsewhere_recovery_table(session: Session, year: int, note: str) -> Table:
    """What other financeurs overpaid and take back themselves, as their constats say."""
    sheet = Sheet(
        name=f"Récupérés ailleurs {year}",
        title=f"Trop-versés {year} que leurs financeurs récupèrent eux-mêmes",
        key=("convention",),
        instructions=("Constaté : rien n'entre dans le budget de l'EPCI.",),
        columns=(
            Column("convention", "Convention", Kind.CODE, width=17),
            Column("payer", "Financeur", Kind.CODE, width=15),
            Column("beneficiary", "Porteur", Kind.TEXT, width=38),
            Column("asked", "Réclamé par le financeur", Kind.AMOUNT, summed=True, width=16),
            Column("received", "Repris par le financeur", Kind.AMOUNT, summed=True, width=16),
            Column("set_off", "Imputé par le financeur", Kind.AMOUNT, summed=True, width=16),
            Column("waived", "Abandonné par le financeur", Kind.AMOUNT, summed=True, width=16),
            Column("left", "Reste à récupérer", Kind.AMOUNT, summed=True, width=16),
        ),
        computed=True,
    )
    rows: Iterator[Values] = (
        {
            "convention": each.convention.number,
            "payer": each.convention.payer,
            "beneficiary": _name(session, each.convention),
            "asked": each.asked,
            "received": each.received,
            "set_off": each.set_off,
            "waived": each.waived,
            "left": each.left,
        }
        for each in recovered_by_financeur(session, year)
    )
    return Table(sheet, tuple(rows), note=note)


def _recovery(
    session: Session, convention: Convention, claimed: Money, collected: Money, left: Money, state: TitreState | None
) -> Values:
    return {
        "convention": convention.number,
        "beneficiary": _name(session, convention),
        "titre": state.titre.reference if state else "",
        "issued_on": state.titre.issued_on if state else None,
        "claimed": claimed,
        "collected": collected,
        "left": left,
        "state": state.word if state else "titre à émettre",
    }


def closing_tables(session: Session, year: int, *, on: date, stamp: str = "") -> list[Table]:
    """Every sheet of the closing: decided, once the year is closed, else as the closing would make them.

    on: the day the closing is looked at from; reports show what counts by then. stamp: the words that sign a workbook
    kept.
    """
    closing = plan_closing(session, year, on=on)
    note = example_note(session, year)
    return [
        committee_table(session, closing, on, note, stamp),
        enveloppe_table(session, year, note),
        remainder_table(session, closing, note),
        elsewhere_table(session, closing, note),
        Table(CLOSING, tuple(remainder_values(outcome) for outcome in closing.outcomes), note=note),
        _point_table(closing, note),
        recovery_table(session, year, note),
        elsewhere_recovery_table(session, year, note),
        *_report_tables(session, year, on, note),
        *consumption_tables(session, year),
    ]


def _point_table(closing: Closing, note: str) -> Table:
    sheet = Sheet(
        name=f"Points {closing.year}",
        title=f"Exercice {closing.year} : ce que la vérification a relevé",
        key=("code",),
        instructions=(
            "Tels qu'à la clôture : plus rien ne s'y règle."
            if closing.done_before
            else "Chaque point se règle par sa commande. Les points « bloquant » empêchent la clôture.",
        ),
        columns=(
            Column("level", "Niveau", Kind.TEXT, width=13),
            Column("code", "Code", Kind.CODE, width=27),
            Column("subject", "Objet", Kind.TEXT, width=30),
            Column("amount", "Montant", Kind.AMOUNT, width=16),
            Column("message", "Constat", Kind.TEXT, width=60),
            Column("command", "Pour le régler", Kind.TEXT, width=60),
        ),
        computed=True,
    )
    rows: tuple[Values, ...] = tuple(
        {
            "level": point.weight.label,
            "code": point.code,
            "subject": point.subject,
            "amount": point.amount,
            "message": point.message,
            "command": point.command,
        }
        for point in closing.points
    )
    return Table(sheet, rows, note=note)


def _report_tables(session: Session, year: int, on: date, note: str) -> list[Table]:
    asked = ReportAsked(Selection(year, on=on), note)
    actions, facts, costs = (
        programme_figures(session, year, on=on),
        load_referential_facts(session),
        real_costs(session, on),
    )
    tables = [
        report_table(make_report(session, "dre", asked), f"Réussite éducative {year}"),
        report_table(make_report(session, "ecarts", asked), f"Écarts par action {year}"),
    ]
    tables += [
        report_table(gap_groups_report(actions, by, facts, costs, asked.of), f"Écarts par {by.label} {year}")
        for by in ParEcart
        if by is not ParEcart.ACTION
    ]
    return [*tables, report_table(make_report(session, "leviers", asked), f"Effet levier {year}")]
