"""What an avenant may change: amounts, lines, rates, under the rules that a grant passed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.grant_directly import AboveTheRules, Ruling, ruling, rulings_put_aside
from ledger.conventions.forms import AvenantForm
from ledger.conventions.granted import decision_days, left_of_action, payer_of
from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.rights import link_upstream
from ledger.conventions.schedule import LineKey, follow_schedule
from ledger.conventions.terms import line_plan, line_terms
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.errors import InvalidValue, LedgerError
from ledger.core.money import ZERO, Money
from ledger.core.period import french_day
from ledger.core.rate import cut_down, french_rate
from ledger.journal.waivers import PutAside
from ledger.programming.actions.model import Action
from ledger.programming.actions.move_status import raise_status
from ledger.programming.queries import find_action
from ledger.programming.vocabulary import ActionState
from ledger.referential.queries import find_line
from ledger.rules.book import rulebook
from ledger.rules.vocabulary import Clock


class AvenantRefused(LedgerError):
    """A change that the convention, or what was already done on it, does not allow."""

    code = "avenant_refuse"


def check_change(convention: Convention, change: AvenantForm, on: date, settled: Collection[str]) -> None:
    """Check that the convention allows this change on this day. raises: AvenantRefused, InvalidValue."""
    if not change:
        raise AvenantRefused(
            "Cet avenant ne change rien.", "Donnez un montant (--montant LIGNE=±MONTANT), une date, un objet."
        )
    assert convention.signed_on is not None
    last = max([convention.signed_on, *(each.signed_on for each in convention.avenants)])
    if on < last:
        raise AvenantRefused(
            f"La convention {convention.number} a été signée ou modifiée le {french_day(last)} :"
            f" un avenant du {french_day(on)} la précéderait.",
            "Corrigez la date de l'avenant : --le.",
        )
    if convention.ends_on is not None and on > convention.ends_on:
        raise AvenantRefused(
            f"La convention {convention.number} a pris fin le {french_day(convention.ends_on)} :"
            " un avenant ne la prolonge plus.",
            "Saisissez une nouvelle convention, ou corrigez la date de l'avenant : --le.",
        )
    _check_period(convention, change)
    known = {(line.action, line.line) for line in convention.lines}
    for key in (*change.amounts, *change.bases):
        if key not in known and key not in change.amounts:
            raise AvenantRefused(
                f"La convention {convention.number} ne porte pas {key[1]} pour l'action {key[0]}.",
                f"Ajoutez-la par son montant : --montant {key[1]}=+MONTANT --action {key[0]}.",
            )
        if key[0] in settled:
            raise AvenantRefused(
                f"Le bilan de l'action {key[0]} est arrêté : son montant ne change plus par avenant.",
                f"Consultez-le : cofiville bilan montrer {convention.number}.",
            )


def _check_period(convention: Convention, change: AvenantForm) -> None:
    start, end = change.starts_on or convention.starts_on, change.ends_on or convention.ends_on
    if start and end and end < start:
        raise InvalidValue(
            f"La convention {convention.number} finirait le {french_day(end)}, avant son début le {french_day(start)}.",
            "Vérifiez --debut et --fin.",
        )
    late = [each.due_on for each in convention.instalments if each.due_on and end and each.due_on > end]
    if late and not change.plan:
        raise AvenantRefused(
            f"L'échéance du {french_day(max(late))} tomberait après la nouvelle fin de {convention.number}.",
            "Donnez aussi le nouvel échéancier : --echeance.",
        )


def rebased(convention: Convention, line: ConventionLine, base: Money) -> dict[str, Any]:
    """The terms of the line on another base. raises: AvenantRefused where the rate is fixed by territory."""
    if "base" not in line.terms:
        raise AvenantRefused(
            f"{line.line} est accordée à un taux fixé par territoire :"
            f" {convention.number} n'a pas d'assiette à changer.",
            "Laissez l'assiette : le montant définitif suit la dépense réelle de chaque territoire.",
        )
    return {**line.terms, "base": base.cents}


def check_base(convention: Convention, line: ConventionLine) -> None:
    """Check that what the line grants is within its base. raises: AvenantRefused."""
    base = line.terms.get("base")
    if base is not None and line.amount.cents > base:
        raise AvenantRefused(
            f"{line.amount.french()} dépasseraient l'assiette de {Money(base).french()} de {line.line}"
            f" dans la convention {convention.number}.",
            f"Donnez aussi la nouvelle assiette : --assiette {line.line}=MONTANT.",
        )


def rules_passed(
    session: Session, convention: Convention, change: AvenantForm, on: date, motive: str
) -> dict[LineKey, PutAside]:
    """By line whose new rate is above what the rules let it be, the rule put aside for this motive.

    A line is looked at when its eligible cost changes, or has changed, and its rate rises: an amount that grows on the
    cost planned passes the rules as it is granted. What other conventions, and grants without one, give the same
    line counts at their own rate.
    raises: AboveTheRules without a motive.
    """
    found: dict[LineKey, PutAside] = {}
    for line in convention.lines:
        key = (line.action, line.line)
        base = change.bases.get(key) or _retained(line)
        after = line.amount + change.amounts.get(key, ZERO)
        if base is None or "base" not in line.terms or after > base or not _rises(line, after, base):
            continue  # what passes its own base is refused by check_base, whatever the motive
        borne = after + _beside(session, convention, line, change.amounts.get(key, ZERO), base, on)
        ruled = ruling(session, *key, on=on, base=base, asked=borne)
        if borne <= ruled.allowed.granted:
            continue
        if not motive.strip():
            most = max(ZERO, ruled.allowed.granted - (borne - after))
            raise _above(line, base, most, ruled, left_of_action(session, find_action(session, line.action)), change)
        found[key] = rulings_put_aside(ruled.allowed, motive, base)
    return found


def _retained(line: ConventionLine) -> Money | None:
    """The eligible cost that an earlier avenant retained; None while it is the one planned."""
    amended = line.terms_amended
    return Money(amended["base"]) if amended is not None and "base" in amended else None


def _rises(line: ConventionLine, after: Money, base: Money) -> bool:
    return after > line.amount or after.cents * int(line.terms["base"]) > line.amount.cents * base.cents


def _beside(
    session: Session, convention: Convention, line: ConventionLine, more: Money, base: Money, on: date
) -> Money:
    """What the line gives the action elsewhere, as if at its rate on this base."""
    action = find_action(session, line.action)
    query = (
        select(ConventionLine)
        .join(
            Convention,
            Convention.number == ConventionLine.convention,
        )
        .where(
            ConventionLine.action == line.action,
            ConventionLine.line == line.line,
            ConventionLine.convention != convention.number,
            Convention.state != ConventionStatus.CANCELLED,
        )
    )
    rates = [
        Fraction(each.amount.cents, each.terms["base"])
        for each in session.scalars(query)
        if each.amount and "base" in each.terms
    ]
    if left := max(ZERO, left_of_action(session, action).get(line.line, ZERO) - max(ZERO, more)):
        book = rulebook(session, Clock.MILLESIME, exercice=convention.year, day=on)
        planned = line_terms(session, book, action, line.line)
        rates.append(Fraction(left.cents, planned.get("base", base.cents)))
    return cut_down(sum(rates, Fraction(0)), base)


def _above(
    line: ConventionLine, base: Money, most: Money, ruled: Ruling, left: Mapping[str, Money], change: AvenantForm
) -> AboveTheRules:
    """most: what the line may come to on this base. left: what is programmed for the action, by line."""
    grown = change.amounts.get((line.action, line.line), ZERO)
    after = line.amount + grown
    asked_still = left.get(line.line, ZERO) + max(ZERO, ruled.requested - ruled.already)
    instead = min(grown - (after - most), max(ZERO, asked_still))
    typed = f"--montant {line.line}={'+' if instead.cents > 0 else ''}{instead.plain()}"
    return AboveTheRules(
        f"{line.line} porterait {after.french()} sur une assiette de {base.french()}"
        f" ({french_rate(Fraction(after.cents, base.cents))}), et les règles lui permettent {most.french()}"
        f" (limite : {ruled.limit_words()}).",
        (f"Donnez plutôt {typed}" if instead else f"Retirez --montant {line.line}")
        + ", ou dites pourquoi passer outre : --malgre MOTIF.",
        left=ZERO,
        asked=True,
    )


def added_keys(convention: Convention, change: AvenantForm) -> list[LineKey]:
    """The actions and lines that this change names and the convention does not carry yet, by action then line."""
    known = {(line.action, line.line) for line in convention.lines}
    return sorted(set(change.amounts) - known)


def check_added(session: Session, convention: Convention, change: AvenantForm) -> None:
    """Check that each line to add is of the convention's year, beneficiary, payer and circuit.

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


def add_lines(session: Session, convention: Convention, keys: list[LineKey], change: AvenantForm, on: date) -> None:
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
        follow_schedule(
            convention, (number, line), change.amounts[number, line], line_plan(session, book, action, line)
        )
        raise_status(session, [action], ActionState.CONVENTIONED, on=on, reason=f"Avenant à {convention.number}")
    if keys:
        session.flush()
        link_upstream(session, convention)
