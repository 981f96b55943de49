"""Lines that an avenant adds to a signed convention: another action of its beneficiary, other credits of its payer."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from ledger.conventions.avenant_change import AvenantRefused, Change
from ledger.conventions.granted import decision_days, payer_of
from ledger.conventions.instalments import LineKey, follow
from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.terms import line_plan, line_terms
from ledger.conventions.upstream import link_upstream
from ledger.programming.lookups import find_action
from ledger.programming.model import Action
from ledger.programming.moving import reach
from ledger.referential.lookups import find_line
from ledger.rules.book import rulebook
from ledger.rules.figures import Clock


def added_keys(convention: Convention, change: Change) -> list[LineKey]:
    """The actions and lines that this change names and the convention does not carry yet, by action then line."""
    known = {(line.action, line.line) for line in convention.lines}
    return sorted(set(change.amounts) - known)


def check_added(session: Session, convention: Convention, change: Change) -> None:
    """Nothing when each line to add is of the convention's year, beneficiary, payer and circuit.

    raises: NotFound, AvenantRefused.
    """
    for action_number, line in added_keys(convention, change):
        action = find_action(session, action_number)
        find_line(session, line)
        _check_action(convention, action)
        payer, _ = payer_of(session, line, action.year, _circuit(session, convention, line))
        if payer != convention.payer:
            raise AvenantRefused(
                f"La ligne {line} est payée par {payer}, et non par {convention.payer} : elle n'entre pas dans"
                f" la convention {convention.number}.",
                f"Faites-en une autre convention : cofiville convention saisir {action.number}.",
            )
        if change.amounts[action_number, line].cents <= 0:
            raise AvenantRefused(
                f"La convention {convention.number} ne porte pas {line} pour l'action {action.number} :"
                " rien ne peut en être retiré.",
                f"Consultez ce qu'elle porte : cofiville convention montrer {convention.number}.",
            )


def _circuit(session: Session, convention: Convention, line: str) -> str:
    """The convention's own for credits of a financeur whose money it grants already, else the usual one ("")."""
    granting = {find_line(session, each.line).financeur for each in convention.lines}
    return convention.circuit if find_line(session, line).financeur in granting else ""


def _check_action(convention: Convention, action: Action) -> None:
    if (action.porteur, action.year) != (convention.beneficiary, convention.year):
        raise AvenantRefused(
            f"L'action {action.number} est portée par {action.porteur} en {action.year} : elle n'entre pas dans"
            f" la convention {convention.number} ({convention.beneficiary}, {convention.year}).",
            f"Faites-en une autre convention : cofiville convention saisir {action.number}.",
        )


def add_lines(session: Session, convention: Convention, keys: list[LineKey], change: Change, on: date) -> None:
    """The lines added, each by the rules it was granted by, paid as the convention pays the others."""
    days = decision_days(session, {number for number, _ in keys})
    for number, line in keys:
        action = find_action(session, number)
        day = days.get((number, line), on)
        book = rulebook(session, Clock.MILLESIME, exercice=convention.year, day=day)
        convention.lines.append(
            ConventionLine(
                contract=convention.contract,
                convention=convention.number,
                action=number,
                line=line,
                amount_signed=change.amounts[number, line],
                terms_signed=line_terms(session, book, action, line),
            )
        )
        follow(convention, (number, line), change.amounts[number, line], line_plan(session, book, action, line))
        reach(session, [action], "conventionne", on=on, reason=f"Avenant à {convention.number}")
    if keys:
        session.flush()
        link_upstream(session, convention)
