"""What can be exported, by the name users type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from sqlalchemy.orm import Session

from ledger.core.errors import LedgerError
from ledger.core.field import Kind
from ledger.exchange.declaration import Column, Sheet, Table, Values, column
from ledger.exchange.export.closing import closing_tables
from ledger.exchange.export.committees import avis_tables
from ledger.exchange.export.example import example_note
from ledger.exchange.export.framework import framework_tables
from ledger.exchange.export.programming import convention_tables, programming_tables
from ledger.exchange.export.report import consumption_tables
from ledger.exchange.export.tableau import porteurs_offered, wide_tables
from ledger.exchange.handlers.contract_acts import contract_act_values
from ledger.exchange.handlers.referential import enveloppe_values, porteur_values, rule_values
from ledger.exchange.sending.sent import WorkbookStamp
from ledger.exchange.sheets.framework import CONTRACT_ACTS
from ledger.exchange.sheets.referential import ENVELOPPES, PORTEURS, RULES
from ledger.exchange.writing.lists import Lists, contract_lists
from ledger.journal.exercices import find_exercice
from ledger.journal.fields import LABEL
from ledger.referential.axes import AxisTree, axis_tree
from ledger.referential.framework import framework_of
from ledger.referential.porteurs import porteurs
from ledger.rules.book import rules_in_force
from ledger.storage.session import context

_OBJECTIVES = Sheet(
    name="Objectifs",
    title="Axes, priorités et objectifs",
    key=("code",),
    instructions=("Tableau calculé : il se lit.",),
    columns=(
        Column("code", "Objectif", Kind.CODE, width=10),
        column("label", LABEL, width=70),
        Column("priority_label", "Priorité", Kind.TEXT, width=50),
        Column("axis_label", "Axe", Kind.TEXT, width=50),
    ),
    computed=True,
)


def referential_tables(session: Session, year: int) -> list[Table]:
    """Porteurs and the year's enveloppes as they can be imported again, then what the contract fixes."""
    return [
        Table(PORTEURS, tuple(porteur_values(porteur) for porteur in porteurs(session))),
        Table(ENVELOPPES, tuple(enveloppe_values(session, {year})), note=example_note(session, year)),
        Table(RULES, _rules(session, year)),
        *framework_tables(framework_of(session, context(session).contract), session),
        Table(CONTRACT_ACTS, contract_act_values(session)),
        Table(_OBJECTIVES, tuple(_objectives(axis_tree(session)))),
    ]


def _objectives(tree: AxisTree) -> Iterator[Values]:
    for code in tree.objectives:
        top, *between = tree.path(code)[:-1] or (code,)
        above = tree.labels[between[0]] if between else ""
        yield {"code": code, "label": tree.labels[code], "priority_label": above, "axis_label": tree.labels[top]}


def _rules(session: Session, year: int) -> tuple[Values, ...]:
    """The versions in force on the last day of the year."""
    return tuple(rule_values(rule) for rule in rules_in_force(session, date(year, 12, 31)))


class UnknownSubject(LedgerError):
    """Nothing of that name is exported."""

    code = "export_inconnu"


NUMBERED = ("programmation", "tableau")
"""The subjects whose workbook is a sending: numbered, kept, compared three ways when it comes back."""
SUBJECTS: Mapping[str, Callable[[Session, int, date, WorkbookStamp | None], list[Table]]] = {
    "programmation": lambda session, year, _on, stamp: programming_tables(session, year, _words(stamp)),
    "tableau": lambda session, year, _on, stamp: wide_tables(session, year, stamp.name if stamp else ""),
    "avis": lambda session, year, _on, _stamp: avis_tables(session, year),
    "conventions": lambda session, year, _on, _stamp: convention_tables(session, year),
    "consommation": lambda session, year, _on, _stamp: consumption_tables(session, year),
    "cloture": lambda session, year, on, stamp: closing_tables(session, year, on=on, stamp=_words(stamp)),
    "referentiel": lambda session, year, _on, _stamp: referential_tables(session, year),
}


def _words(stamp: WorkbookStamp | None) -> str:
    return stamp.words if stamp else ""


def lists_of(session: Session, subject: str) -> Lists:
    """What the drop-downs of the workbook on this subject offer.

    Porteurs are named only where all of them are shown: their names are not for whoever receives another workbook.
    """
    return {**contract_lists(session), **(porteurs_offered(session) if subject == "tableau" else {})}


def export_tables(
    session: Session, subject: str, year: int, *, on: date, stamp: WorkbookStamp | None = None
) -> list[Table]:
    """The tables of the workbook on this subject.

    stamp: what a workbook sent says of itself. on: the day a closing is looked at from.
    raises: UnknownSubject, NotFound for a year never opened.
    """
    if subject not in SUBJECTS:
        raise UnknownSubject(f"« {subject} » ne s'exporte pas.", f"Choisissez : {', '.join(SUBJECTS)}.")
    find_exercice(session, year)
    return SUBJECTS[subject](session, year, on, stamp)
