"""The rules that a grant passed, passed again by an avenant that raises its rate: amount, or eligible cost retained."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from ledger.allocation.direct import AboveTheRules, Ruling, put_aside, ruling
from ledger.conventions.avenant_change import Change
from ledger.conventions.granted import left_of_action
from ledger.conventions.instalments import LineKey
from ledger.conventions.model import Convention, ConventionLine
from ledger.conventions.terms import line_terms
from ledger.conventions.vocabulary import ConventionStatus
from ledger.core.money import ZERO, Money
from ledger.core.rate import cut_down, french_rate
from ledger.journal.waivers import PutAside
from ledger.programming.lookups import find_action
from ledger.rules.book import rulebook
from ledger.rules.figures import Clock


def rules_passed(
    session: Session, convention: Convention, change: Change, on: date, motive: str
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
        found[key] = put_aside(ruled.allowed, motive, base)
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
    line: ConventionLine, base: Money, most: Money, ruled: Ruling, left: Mapping[str, Money], change: Change
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
